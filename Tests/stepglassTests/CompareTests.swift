// `tokenize --compare`: the tokens of several models side by side.
import Foundation
import JSONText
import Phrases
import TestTools
import Testing

@Suite(.needs(.command)) struct CompareTests {
    @Test("figures, rows of at most 80 columns, and JSON", arguments: ["en", "zh-TW"])
    func compare(_ language: String) throws {
        let place = try TemporaryFolder()
        let text = "Once upon a time 今天"
        let words = [
            "tokenize", text, "--compare", "tiny", "--compare", "tiny", "--compare", "tiny", "--lang", language,
        ]
        let shown = try runCommand(words, in: place.path)
        #expect(shown.status == 0, "\(shown.errors)")
        let lines = shown.text.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.allSatisfy { columns(String($0)) <= 80 })
        #expect(lines[0].contains(language == "en" ? "19 characters, 23 bytes" : "19 個字元，23 個位元組"))
        let json = try JSONValue(parsing: try runCommand(words + ["--json"], in: place.path).out)
        let models = json["models"]?.array ?? []
        let alone =
            try JSONValue(
                parsing: try runCommand(["tokenize", text, "--model", "tiny", "--json"], in: place.path).out)["tokens"]?
            .array ?? []
        #expect(models.count == 3 && json["bytes"]?.int == 23 && json["characters"]?.int == 19)
        for model in models {
            #expect(model["tokens"]?.array?.map { $0["id"]?.int } == alone.map { $0["id"]?.int })
            #expect(model["tokenCount"]?.int == alone.count)
            #expect(model["tokensPerByte"]?.double == Double(alone.count) / 23)
        }
    }

    @Test("a model that is not there is one line")
    func missing() throws {
        let shown = try runCommand(["tokenize", "a", "--compare", "nothing"])
        #expect(shown.status == 1 && shown.errors.contains("nothing"))
    }
}
