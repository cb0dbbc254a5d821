// A class in real browsers: a teacher and three students at one server, in class_meets.py.
import Foundation
import TestTools
import Testing

@Suite struct ServedClassTests {
    @Test(.needs(.command, .browser, .firefox)) func aClassMeets() throws {
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("class_meets.py").path
        let folder = try TemporaryFolder()
        let outcome = try runPython([script, try #require(TestMachine.command), folder.path])
        #expect(
            outcome.status == 0,
            "\(outcome.text.split(separator: "\n").filter { $0.hasPrefix("FAIL") }) \(outcome.errors.suffix(600))")
        #expect(outcome.text.split(separator: "\n").count { $0.hasPrefix("ok") } > 50)
        // What is left is a class: saved, deleted, put back.
        let serve = ["serve", "--class", "7b", "--classes", folder.path]
        #expect(try runCommand(serve + ["--backup", folder.path + "/saved"]).status == 0)
        #expect(try runCommand(serve + ["--delete"]).status == 0 && folder.names() == ["saved"])
        let none = try runCommand(serve + ["--delete"])
        #expect(none.status != 0 && none.errors.contains("there is no class 7b"))
        try FileManager.default.moveItem(atPath: folder.path + "/saved", toPath: folder.path + "/7b.class")
        #expect(try runCommand(serve + ["--delete"]).status == 0 && folder.names().isEmpty)
    }

    @Test(.needs(.command, .python)) func anAttackedClassGoesOn() throws {
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("class_attacked.py").path
        let folder = try TemporaryFolder()
        let outcome = try runPython([script, try #require(TestMachine.command), folder.path])
        let failed = outcome.text.split(separator: "\n").filter { $0.hasPrefix("FAIL") }
        #expect(outcome.status == 0, "\(failed) \(outcome.errors.suffix(600))")
        #expect(outcome.text.split(separator: "\n").count { $0.hasPrefix("ok") } > 90)
    }

    /// `STEPGLASS_CLASS_KILLS=100` kills as often as one wants.
    @Test(.needs(.command, .python)) func aKilledServerHasAllThatItAcknowledged() throws {
        let kills = ProcessInfo.processInfo.environment["STEPGLASS_CLASS_KILLS"] ?? "3"
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("class_killed.py").path
        let folder = try TemporaryFolder()
        let outcome = try runPython([script, try #require(TestMachine.command), folder.path, kills])
        #expect(outcome.status == 0, "\(outcome.text) \(outcome.errors.suffix(600))")
    }

    /// What is typed wrong, and files that are none, end with one line before anything listens.
    @Test(.needs(.command)) func whatCannotBeServedIsRefused() throws {
        let folder = try TemporaryFolder()
        try folder.write("plain.txt", Array("no certificate\n".utf8))
        let readme = folder.path + "/plain.txt"
        let serve = ["serve", "--no-open", "--port", "0", "--classes", folder.path]
        for (arguments, told) in [
            (["--host", "lan"], "add --class NAME"), (["--class", "../x"], "no name for a file"),
            (["--class", ""], "no name for a file"), (["--class", "x", "--key", "one"], "go together"),
            (["--class", "x", "--restore", folder.path + "/none"], "cannot be opened"),
            (["--class", "x", "--restore", readme, "--delete"], "take one"),
            (["--class", "x", "--restore", readme, "--backup", readme + "2"], "take one"),
            (["--class", "x", "--certificate", folder.path + "/none", "--key", folder.path + "/none"], "none"),
            (["--class", "x", "--certificate", readme, "--key", readme], "no certificate"),
            (["--certificate", readme, "--key", readme], "no certificate"),
            (["--class", "x", "--host", "not.an.address"], "cannot listen"),
        ] {
            let outcome = try runCommand(serve + arguments)
            #expect(outcome.status != 0 && outcome.errors.contains(told), "\(arguments): \(outcome.errors)")
        }
        try folder.write("y.class", Array("no class".utf8))
        let outcome = try runCommand(serve + ["--class", "y"])
        #expect(outcome.status != 0 && outcome.errors.contains("no class of stepglass"), "\(outcome.errors)")
    }
}
