// Where the files of a run go, and what happens when they cannot go there: a complete file or none.
import Foundation
import JSONText
import TestTools
import Testing

@Suite(.needs(.command)) struct OutputTests {
    private func trace(_ place: Workplace, _ output: String) throws -> ProgramOutcome {
        try place.stepglass("trace", "Hello", "--model", "tiny", "--max-tokens", "4", "--quiet", "-o", output)
    }

    /// Only a file may be replaced by a file; a link stays one.
    @Test func devicesAndLinksStayWhatTheyAre() throws {
        let place = try Workplace()
        #expect(try place.stepglass("trace", "Hello", "--model", "tiny", "--max-tokens", "2", "-o", "out").status == 0)
        #expect(try place.shell("mkfifo pipe").status == 0)
        let refused = try place.stepglass("heatmap", "out", "-o", "pipe")
        #expect(refused.status == 1 && refused.errors.contains("a device, pipe or socket"), "\(refused.errors)")
        #expect(try place.shell("test -p pipe && : > file.png && ln -s file.png link.png").status == 0)
        #expect(try place.stepglass("heatmap", "out", "-o", "link.png").status == 1)
        #expect(try place.stepglass("heatmap", "out", "-o", "link.png", "--force").status == 0)
        #expect(try place.shell("test -L link.png && test -s file.png").status == 0)
    }

    @Test func namesAfterThePrompt() throws {
        let place = try Workplace()
        for (prompt, folder) in [
            ("The capital of France is", "the-capital-of-france-is"), ("法國的首都是", "法國的首都是"), ("?!", "u3f-u21"),
            ("../../etc/passwd", "etc-passwd"), (String(repeating: "word ", count: 40), "word-word"),
        ] {
            let outcome = try place.stepglass("trace", prompt, "--max-tokens", "2", "--candidates", "3")
            #expect(outcome.status == 0, "\(outcome.errors)")
            let names = place.names("Output").filter { $0.hasPrefix(folder) && $0.utf8.count <= 60 }
            #expect(names.count == 1, "\(place.names("Output"))")
            #expect(place.names("Output/\(names.first ?? "")") == ["attention.png", "trace.html", "trace.json"])
            let told = outcome.errorLines.suffix(2)
            #expect(told.first == "Output/\(names.first ?? "")", "\(told)")
            #expect(told.last?.hasPrefix("  trace.json ") == true, "\(told)")
        }
        let strange = try place.stepglass("trace", "hi", "--max-tokens", "2", "-o", "two\nlines")
        #expect(strange.errorLines.suffix(2).first == "two↵lines", "\(strange.errors)")
    }

    @Test func standardInput() throws {
        let place = try Workplace()
        let outcome = try place.stepglass(
            "trace", "-", "--max-tokens", "2", "-o", "out", input: "法國的首都是")
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(try place.json("out/trace.json")["prompt"]?["text"]?.string == "法國的首都是")
        let broken = try place.shell("printf '\\377\\376' | \"$EXE\" trace - -o out2")
        broken.expectOneLine(1, "a prompt that is no UTF-8")
    }

    @Test func somethingInTheWay() throws {
        let place = try Workplace()
        try place.write("file", [1])
        try trace(place, "file").expectOneLine(1, "a file where the folder should be")
        try trace(place, "file/below").expectOneLine(1, "a folder below a file")
        for name in ["trace.json", "trace.html", "attention.png"] {
            try place.write("\(name)-run/\(name)/inside", [1])
            try trace(place, name + "-run").expectOneLine(1, "a folder called \(name)")
            #expect(!place.names(name + "-run").contains { $0.contains(".part") })
        }
        // What was found out before the first step left nothing at all.
        #expect(place.names("trace.json-run") == ["trace.json"])
        #expect(place.names("trace.json-run/trace.json") == ["inside"])
    }

    @Test func unreadableFiles() throws {
        let place = try Workplace()
        try place.write("folder/inside", [1])
        for arguments in [
            ["show", "missing.json"], ["show", "folder"], ["heatmap", "missing.json"],
            ["trace", "x", "--model", "./missing"],
            ["trace", "x", "--model", "folder"], ["trace", "x", "--model", "folder/inside"],
            ["bench", "--prompt-file", "missing.txt"], ["bench", "--prompt-file", "folder"],
        ] {
            try place.stepglass(arguments).expectOneLine(1, arguments.joined(separator: " "))
        }
        for text in ["", "{", "[]", "{\"format\":\"stepglass-trace\"}", "null", String(repeating: "[", count: 100_000)]
        {
            try place.write("broken.json", Array(text.utf8))
            try place.stepglass("show", "broken.json").expectOneLine(1, "a trace that is \(text.prefix(40))")
        }
        // Permissions bind all but the superuser, whom nothing keeps from reading.
        if geteuid() != 0 {
            let path = try place.write("secret.json", [1])
            try FileManager.default.setAttributes([.posixPermissions: 0], ofItemAtPath: path)
            try place.stepglass("show", "secret.json").expectOneLine(1, "a file without permission")
        }
    }

    /// Where it is asked for, the old files of a folder are replaced as a whole, never mixed with half of the new ones.
    @Test func runsIntoTheSameFolder() throws {
        let place = try Workplace()
        for count in ["3", "5"] {
            let outcome = try place.stepglass(
                "trace", "Hello", "--greedy", "--min-tokens", count, "--max-tokens", count, "-o", "out", "--tensors",
                "--force")
            #expect(outcome.status == 0, "\(outcome.errors)")
            #expect(try place.json("out/trace.json")["steps"]?.array?.count == Int(count))
        }
        #expect(place.names("out") == ["attention.png", "tensors.safetensors", "trace.html", "trace.json"])
    }

    @Test func promptLongerThanTheContext() throws {
        let place = try Workplace()
        let long = String(repeating: "one two three ", count: 200)
        let outcome = try place.stepglass("trace", long, "--model", "tiny")
        outcome.expectOneLine(1, "a prompt longer than the model's context")
        #expect(outcome.errors.contains("256"))
        try place.stepglass("trace", "one two three four", "--model", "tiny", "--context", "3")
            .expectOneLine(1, "a prompt longer than --context")
        try place.stepglass("trace", "one", "--model", "tiny", "--context", "100000")
            .expectOneLine(1, "a context longer than the model's")
        #expect(place.names() == [])
        let full = try place.stepglass(
            "trace", "one", "--model", "tiny", "--context", "8", "--min-tokens", "50", "-o", "out", "--quiet")
        #expect(full.status == 0)
        #expect(try place.json("out/trace.json")["steps"]?.array?.last?["finish"]?.string == "context")
    }

    #if os(Linux)
        /// Disks of several sizes fill up at different files; what is there is complete, and the rest is absent.
        /// The disk is a tmpfs in a mount namespace of its own, which needs root or user namespaces.
        @Test(.needs(.namespaces), arguments: [16, 64, 128, 256, 512, 768]) func fullDisk(_ kilobytes: Int) throws {
            let place = try Workplace()
            try place.write("disk/mark", [])
            let outcome = try place.shell(
                """
                \(TestMachine.unshare) sh -c 'mount -t tmpfs -o size=\(kilobytes)k none disk || exit 99
                "$EXE" trace "The capital of France is" --model tiny --min-tokens 60 --max-tokens 60 --tensors \
                --quiet -o disk/out >/dev/null; code=$?; ls -A disk/out; cp -r disk/out copy; exit $code'
                """)
            #expect(outcome.status == 1, "\(outcome.status) \(outcome.errors)")
            #expect(outcome.errorLines.count == 1 && outcome.errors.contains("No space left on device"))
            #expect(!outcome.text.contains(".part"), "\(outcome.text)")
            if place.names("copy").contains("trace.json") {
                #expect(try place.json("copy/trace.json")["steps"]?.array?.count == 60)
            }
        }
    #endif
}
