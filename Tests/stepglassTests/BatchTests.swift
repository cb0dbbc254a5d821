// Many prompts in one go: what they make, and that nothing which ends a process loses or mixes any of it.
import Foundation
import TestTools
import Testing

@Suite(.needs(.command), .needs(.python)) struct BatchTests {
    @Test(arguments: [
        "as_trace", "interrupted", "killed", "shards", "twice", "broken", "refused", "pages", "renamed", "linked",
    ])
    func batches(_ check: String) throws {
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("batch_check.py").path
        let told = try runPython([script, try #require(TestMachine.command), check])
        #expect(told.text == "ok\n", "\(check): \(told.errors)")
    }
}
