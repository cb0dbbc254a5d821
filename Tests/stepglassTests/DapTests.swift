// `stepglass dap` as editors use it: sessions of a scripted client, over a port, and in a real editor. To write the records
// of the sessions anew after a deliberate change: REFRESH_GOLDENS=1 swift test --filter DapTests
import Foundation
import JSONText
import TestTools
import Testing

@Suite(.needs(.command, .python)) struct DapTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().path

    @Test func tenSessionsAreAsRecorded() throws {
        let goldens = Self.folder + "/Fixtures/dap"
        let outcome = try runPython([Self.folder + "/dap_sessions.py", TestMachine.command!, goldens])
        #expect(outcome.status == 0, "\(outcome.text)\n\(outcome.errors)")
        // Whatever the adapter can be asked for is in one of them.
        let asked = try #require(outcome.text.split(separator: "\n").last { $0.hasPrefix("requests: ") })
        let kinds = Self.folder + "/../../Sources/DebugAdapter/Requests/Kinds"
        let files = try FileManager.default.contentsOfDirectory(atPath: kinds).map {
            String($0.dropLast(6)).lowercased()
        }
        let names = asked.dropFirst("requests: ".count).split(separator: " ").map { $0.lowercased() }
        #expect(Set(names) == Set(files) && files.count > 25)
    }

    @Test func aPortServesOneEditorAfterTheOther() throws {
        let outcome = try runPython([Self.folder + "/dap_on_a_port.py", TestMachine.command!])
        #expect(outcome.status == 0 && outcome.text.hasSuffix("done\n"), "\(outcome.text)\n\(outcome.errors)")
    }

    @Test(.needs(.neovim)) func aRealEditorStepsForwardsAndBack() throws {
        var environment = ProcessInfo.processInfo.environment
        environment["EXE"] = TestMachine.command
        let outcome = try run(
            [
                TestMachine.program("nvim")!, "--headless", "-u", "NONE", "-i", "NONE", "-n", "-c",
                "luafile \(Self.folder)/dap_editor.lua",
            ], environment: environment)
        #expect(outcome.status == 0 && outcome.text.contains("done"), "\(outcome.text)\n\(outcome.errors)")
    }

    @Test func theExtensionIsAFolderWithoutCode() throws {
        let place = try Workplace()
        let outcome = try place.stepglass("dap", "--vscode", "extension", "--program", "/opt/stepglass")
        #expect(outcome.status == 0 && outcome.text == "extension\n", "\(outcome.errors)")
        #expect(place.names("extension") == ["README.md", "package.json"])
        let debugger = try place.json("extension/package.json")["contributes"]?["debuggers"]?.array?.first
        #expect(debugger?["runtime"]?.string == "/opt/stepglass")
        // It starts a command that is there.
        #expect(debugger?["args"]?.array == [.string("dap")])
        #expect(try place.stepglass("dap", "--help").status == 0)
        try place.stepglass("dap", "--port", "70000").expectOneLine(64, "a port that there is not")
    }
}
