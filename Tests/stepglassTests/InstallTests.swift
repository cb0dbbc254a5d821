// What `make install` puts in place and what a Debian package holds: both are tried as a user finds them.
import Foundation
import TestTools
import Testing

@Suite(.needs(.command, .python)) struct InstallTests {
    private static let checkout = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../..").standardized.path

    private static let testsAll = ProcessInfo.processInfo.environment["STEPGLASS_TEST_ALL"] != nil
    private static let makesPackages = ["dpkg-deb", "dpkg-shlibdeps", "patchelf", "strip"].allSatisfy {
        TestMachine.program($0) != nil
    }

    /// The command as it stands under a prefix runs, and its manual and completions know what it knows.
    private func tryOut(_ root: String, _ completions: [String], manual: (String) throws -> String) throws {
        let exe = root + "/bin/stepglass"
        let place = try Workplace()
        let made = try run(
            [exe, "trace", "The capital of France is", "--model", "tiny", "--greedy", "--max-tokens", "2", "--quiet"],
            in: place.path, environment: place.environment)
        #expect(made.status == 0 && made.text.contains("Paris"), "\(made.errors)")
        #expect(try run([exe, "verify", "Output/the-capital-of-france-is"], in: place.path).status == 0)
        let help = try run([exe, "--help"], environment: place.environment).text
        let list = try #require(help.components(separatedBy: "SUBCOMMANDS:\n").last)
        let names = list.split(separator: "\n").filter { $0.hasPrefix("  ") && !$0.hasPrefix("   ") }
            .compactMap { $0.split(separator: " ").first.map(String.init) }.filter { $0 != "See" }
        #expect(names.count > 15)
        let whole = try manual("stepglass.1")
        for name in names {
            #expect(whole.contains(".B \(name.replacingOccurrences(of: "-", with: "\\-"))\n"), "\(name)")
            let page = try manual("stepglass-\(name).1")
            let options = try run([exe, name, "--help"], environment: place.environment).text
                .matches(of: /^  (?:-\w, )?(--[a-z-]+)/.anchorsMatchLineEndings()).map { String($0.output.1) }
            for option in options {
                let escaped = option.replacingOccurrences(of: "-", with: "\\-")
                #expect(page.contains("\\fB\(escaped)\\fR"), "\(name) \(option)")
            }
        }
        for file in completions {
            let text = try String(contentsOfFile: root + "/share/" + file, encoding: .utf8)
            for name in names { #expect(text.contains(name), "\(file) \(name)") }
        }
        // As bash asks when somebody types: stepglass expo⇥, and stepglass export --to p⇥.
        let script = """
            source "$1"
            COMP_WORDS=(stepglass expo) COMP_CWORD=1 COMP_LINE='stepglass expo' COMP_POINT=14; _stepglass stepglass expo stepglass; echo "${COMPREPLY[@]}"
            COMP_WORDS=(stepglass export --to p) COMP_CWORD=3 COMP_LINE='stepglass export --to p' COMP_POINT=23; COMPREPLY=(); _stepglass stepglass p --to; echo "${COMPREPLY[@]}"
            """
        let told = try run(["/bin/bash", "-c", script, "bash", root + "/share/" + completions[0]])
        #expect(told.text == "export\nperfetto parquet\n", "\(told.text) \(told.errors)")
    }

    @Test func installsUnderAPrefix() throws {
        let folder = try TemporaryFolder()
        let exe = folder.path + "/built"
        try FileManager.default.createSymbolicLink(
            atPath: exe, withDestinationPath: try #require(TestMachine.command))
        // What is built is not built again. Under another path, as make takes no file whose path has a blank.
        let words = ["make", "-o", exe, "install", "EXE=" + exe, "PREFIX=" + folder.path + "/usr"]
        for _ in 0..<2 {
            let made = try run(["/usr/bin/env"] + words, in: Self.checkout)
            #expect(made.status == 0, "\(made.errors)")
        }
        #expect(folder.names(in: "usr") == ["bin", "share"] && folder.names(in: "usr/bin") == ["stepglass"])
        let completions = [
            "bash-completion/completions/stepglass", "zsh/site-functions/_stepglass",
            "fish/vendor_completions.d/stepglass.fish",
        ]
        try tryOut(folder.path + "/usr", completions) { name in
            String(decoding: try folder.bytes("usr/share/man/man1/" + name), as: UTF8.self)
        }
        // A command that does not run installs nothing.
        let broken = try run(
            ["/bin/bash", Self.checkout + "/.ci/install-files", "/bin/false", folder.path + "/no", "/usr"])
        #expect(broken.status != 0 && folder.names(in: "no") == [])
    }

    @Test(.enabled(if: testsAll || makesPackages, "needs dpkg-dev, binutils and patchelf: .ci/install deb"))
    func aDebianPackage() throws {
        let folder = try TemporaryFolder()
        let exe = try #require(TestMachine.command)
        // Only what `make build` makes can stand alone; what `swift build` made beside the tests is refused.
        if try run(["/usr/bin/env", "objdump", "-p", exe]).text.contains(/NEEDED +libswift/) {
            let refused = try run(["/bin/bash", Self.checkout + "/.ci/deb", exe, folder.path + "/no"])
            #expect(refused.status == 1 && refused.errors.contains("make build") && folder.names(in: "no") == [])
            return
        }
        var environment = ProcessInfo.processInfo.environment
        environment["SOURCE_DATE_EPOCH"] = "1700000000"
        var packages: [[UInt8]] = []
        for name in ["one", "two"] {
            let made = try run(
                ["/bin/bash", Self.checkout + "/.ci/deb", exe, folder.path + "/" + name], environment: environment)
            let path = made.text.trimmingCharacters(in: .newlines)
            try #require(made.status == 0, "\(made.errors)")
            packages.append([UInt8](try Data(contentsOf: URL(fileURLWithPath: path))))
            #expect(folder.names(in: name) == [path.split(separator: "/").last.map(String.init)])
        }
        #expect(packages[0] == packages[1])
        let file = try folder.write("made.deb", packages[0])
        let fields = try run(["/usr/bin/env", "dpkg-deb", "-f", file]).text
        for field in ["Package: stepglass\n", "libpng16-16", "libc6 (>= ", "Installed-Size: "] {
            #expect(fields.contains(field), "\(fields)")
        }
        #expect(try run(["/usr/bin/env", "dpkg", "-x", file, folder.path + "/unpacked"]).status == 0)
        let completions = [
            "bash-completion/completions/stepglass", "zsh/vendor-completions/_stepglass",
            "fish/vendor_completions.d/stepglass.fish",
        ]
        try tryOut(folder.path + "/unpacked/usr", completions) { name in
            try run(["/bin/gzip", "-dc", folder.path + "/unpacked/usr/share/man/man1/\(name).gz"]).text
        }
        #expect(folder.names(in: "unpacked/usr/share/doc/stepglass") == ["changelog.gz", "copyright"])
    }
}
