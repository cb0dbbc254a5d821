// Two runs side by side: what the command writes of them, and the page that shows both.
import Foundation
import TestTools
import Testing

private let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()

@Suite(.serialized) struct PairedPageTests {
    private let options = ["--model", "tiny", "--temperature", "0.8", "--seed", "4", "--max-tokens", "8"]

    @Test(.needs(.command)) func aSecondRunHasARecordOfItsOwn() throws {
        let place = try Workplace()
        let made = try place.stepglass(
            ["trace", "The capital of France is", "--with", "The capital of Italy is", "-o", "a"] + options)
        #expect(made.status == 0, "\(made.errors)")
        #expect(made.errors.contains("the prompts part at position 3: “␣France” and “␣Italy”"))
        for (record, prompt) in [("a", "France"), ("a/with", "Italy")] {
            let alone = try place.stepglass(
                ["trace", "The capital of \(prompt) is", "-o", "alone-\(prompt)"] + options)
            #expect(alone.status == 0, "\(alone.errors)")
            let verified = try place.stepglass("diff", record, "alone-\(prompt)")
            #expect(verified.text.contains("tokens from beginning to end"), "\(verified.text)")
        }
        // Neither record is replaced.
        let before = try place.bytes("a/with/trace.json")
        let again = ["trace", "Hi", "--with-ablated", "1.0", "-o", "a"] + options
        try place.stepglass(again).expectOneLine(1, "holds a record already")
        #expect(try place.bytes("a/with/trace.json") == before)
        #expect(try place.stepglass(again + ["--force"]).status == 0)
        #expect(try place.bytes("a/with/trace.json") != before)
        let ablated = String(decoding: try place.bytes("a/with/trace.json"), as: UTF8.self)
        #expect(ablated.contains(#""ablated":["1.0"]"#))
        try place.stepglass(["trace", "Hi", "--with-ablated", "9.0", "-o", "b"] + options).expectOneLine(1, "9.0")
        try place.stepglass(["trace", "Hi", "--with", "Ho", "--messages", "x.json"]).expectOneLine(64, "--with")
    }

    @Test(
        .needs(.browser, .firefox, .command),
        arguments: [("chromium", 1280), ("chromium", 390), ("firefox", 1280), ("firefox", 390)])
    func thePageShowsBoth(browser: String, width: Int) throws {
        let place = try Workplace()
        for command in [
            ["trace", "Tell me a story", "--with-ablated", "1.0", "--candidates", "100000", "-o", "both"] + options,
            ["trace", "Tell me a story", "-o", "alone"] + options,
            ["trace", "The sea is", "-o", "other"] + options,
            ["fill", "The capital of [MASK] is Paris.", "--model", "tiny-bert", "-o", "filled"],
            ["diff", "filled", "other", "-o", "filled.html"],
        ] {
            let made = try place.stepglass(command)
            #expect(made.status == 0, "\(made.errors)")
        }
        let files = [
            "both/trace.html", "both/trace.json", "both/with/trace.json", "alone/trace.html", "filled.html",
            "other/trace.json",
        ]
        let outcome = try runPython(
            [folder.appendingPathComponent("paired_page.py").path] + files.map { "\(place.path)/\($0)" }
                + [browser, "\(width)"])
        let output = outcome.text + outcome.errors
        let failed = output.split(separator: "\n").filter { !$0.hasPrefix("ok ") }.joined(separator: "\n")
        #expect(outcome.status == 0, "\(failed)")
    }
}
