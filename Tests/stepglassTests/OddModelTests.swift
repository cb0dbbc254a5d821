// Models at the edges of what their readers take: what is made of their files has an end, and a run that was made is kept.
import Foundation
import TestTools
import Testing

@Suite(.needs(.command), .needs(.python)) struct OddModelTests {
    @Test(arguments: [
        "many_notes", "arrays_of_arrays", "many_tensors", "many_files", "many_heads", "no_numbers", "small_objects",
        "large_files", "large_inputs", "added_tokens",
    ])
    func models(_ check: String) throws {
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("odd_models.py").path
        let folder = try TemporaryFolder()
        let told = try runPython([script, try #require(TestMachine.command), check, folder.path])
        #expect(told.status == 0 && told.text == "ok\n", "\(check): \(told.text) \(told.errors)")
    }
}
