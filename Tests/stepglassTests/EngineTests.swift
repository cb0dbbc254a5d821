// Runs through other engines: llama.cpp's own server beside our engine, and servers that behave badly.
import Foundation
import TestTools
import Testing

@Suite(.needs(.command), .needs(.python)) struct EngineTests {
    private func expectOK(_ script: String, _ words: String...) throws {
        let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(script).path
        let told = try runPython([path, try #require(TestMachine.command)] + words)
        #expect(told.text == "ok\n", "\(words): \(told.errors)")
    }

    @Test(arguments: ["llama", "key"])
    func engines(_ check: String) throws { try expectOK("engine_check.py", check) }

    @Test(.needs(.smolLM2)) func smolLM2IsTheSameToThreePlaces() throws {
        try expectOK("engine_check.py", "smollm2", TestMachine.smolLM2)
    }

    @Test func serversThatNameTokensByTexts() throws { try expectOK("engine_texts.py") }

    @Test func serversThatBehaveBadly() throws { try expectOK("engine_bad.py") }
}
