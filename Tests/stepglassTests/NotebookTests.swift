// The notebook module of python/stepglass, against everything else that knows the same numbers, and in a real notebook.
import Foundation
import TestTools
import Testing

@Suite(.needs(.command, .python)) struct NotebookTests {
    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()

    private static func expectOK(_ check: String) throws {
        let told = try runPython(
            [
                folder.appendingPathComponent("notebook_check.py").path, try #require(TestMachine.command),
                folder.appendingPathComponent("../..").standardized.path, check,
            ])
        #expect(told.text == "ok\n", "\(check): \(told.errors)")
    }

    @Test(arguments: ["hostile", "tables", "compare"]) func module(_ check: String) throws { try Self.expectOK(check) }

    @Test(.needs(.smolLM2)) func attentionIsThatOfTheTensors() throws { try Self.expectOK("attention") }

    @Test(.needs(.node)) func attentionIsThePages() throws { try Self.expectOK("page") }

    @Test(.needs(.browser)) func aNotebookShowsTheRun() throws { try Self.expectOK("notebook") }
}
