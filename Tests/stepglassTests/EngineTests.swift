// Runs through other engines: llama.cpp's own server beside our engine, and servers that behave badly.
import Foundation
import TestTools
import Testing

@Suite(.needs(.command), .needs(.python)) struct EngineTests {
    @Test(arguments: ["llama", "key", "hostile"])
    func engines(_ check: String) throws {
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("engine_check.py").path
        let told = try runPython([script, try #require(TestMachine.command), check])
        #expect(told.text == "ok\n", "\(check): \(told.errors)")
    }
}
