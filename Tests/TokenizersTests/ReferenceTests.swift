// Ids equal to llama.cpp's for GGUF vocabularies, and to the tokenizers library's for tokenizer.json.
import JSONText
import TestTools
import Testing

@testable import Tokenizers

struct ReferenceTests {
    @Test(
        "SmolLM2's vocabulary, ids as llama.cpp", .needs(.smolLM2),
        arguments: ["smollm", "gpt-2", "qwen2", "llama-bpe", "default", "falcon", "bloom", "viking"])
    func llamaCpp(_ pre: String) throws {
        let rows = try golden("llamacpp")
        let extra = rows[0]["userDefined"]?.array?.compactMap(\.string) ?? []
        let model = try SmolLM2.shared.get()
        let plain = try model.tokenizer(pre)
        let extended = try model.tokenizer(pre, userDefined: extra)
        for row in rows.dropFirst() {
            let tokenizer = row["tokens"]?.string == "plain" ? plain : extended
            let text = try #require(row["text"])
            // What the golden file does not name is as for smollm; special ids it does not name are as the plain ones.
            let ids = try #require(row["ids"]?[pre] ?? row["ids"]?["smollm"]).integers
            let special = (row["special"]?[pre] ?? row["special"]?["smollm"])?.integers ?? ids
            #expect(tokenizer.encode(text.bytes, record: false).ids == ids, "\(text)")
            #expect(tokenizer.encode(text.bytes, special: true, record: false).ids == special, "\(text), special")
        }
    }

    @Test("small tokenizer.json files, ids as the tokenizers library")
    func tokenizersLibrary() throws {
        for row in try golden("tokenizers") {
            let name = row["name"]?.string ?? ""
            let tokenizer = try Tokenizer(tokenizerJSON: try #require(row["tokenizer"]))
            for item in row["cases"]?.array ?? [] {
                let text = try #require(item["text"])
                let ids = try #require(item["ids"]).integers
                let special = item["special"]?.integers ?? ids
                #expect(tokenizer.encode(text.bytes).ids == ids, "\(name): \(text)")
                #expect(tokenizer.encode(text.bytes, special: true).ids == special, "\(name): \(text), special")
            }
        }
    }

    @Test("GPT-2's own vocabulary, ids as the tokenizers library", .needs(.gpt2Vocabulary))
    func gpt2() throws {
        let vocabulary = try JSONValue(parsing: try gpt2File("encoder.json"))
        let tokenizer = try Tokenizer.bytePair(vocabJSON: vocabulary, mergesText: try gpt2File("vocab.bpe"))
        #expect(tokenizer.vocabularySize == 50257)
        for row in try golden("gpt2") {
            let text = try #require(row["text"])
            let encoding = tokenizer.encode(text.bytes, special: true)
            #expect(encoding.ids == row["ids"]?.integers, "\(text)")
            #expect(tokenizer.decode(encoding.ids) == text.bytes)
        }
        #expect(tokenizer.id(of: Array("<|endoftext|>".utf8)) == 50256)
        #expect(tokenizer.isSpecial(50256))
    }

    /// Any difference would move a piece's edge, in a text that holds the character.
    @Test("the class of every character, as the reference's patterns see it")
    func unicode() throws {
        let rows = try golden("unicode")
        let limits: [(UnicodeLimit, numbersOnly: Bool)] = [
            (.llamaCpp, false), (.tokenizers, false), (.tokenizersDigits, true),
        ]
        #expect(rows.count == limits.count)
        for (row, (limit, numbersOnly)) in zip(rows, limits) {
            var value: UInt32 = 0
            var wrong: [String] = []
            for run in (row["runs"]?.string ?? "").split(separator: " ") {
                let kind = run.first ?? "?"
                for _ in 0..<(Int(run.dropFirst()) ?? 0) {
                    if value == 0xD800 { value = 0xE000 }
                    let scalar = try #require(Unicode.Scalar(value))
                    let own = letter(scalar.isASCII ? classifyASCII(UInt8(value)) : classify(scalar, limit))
                    if numbersOnly ? (own == "N") != (kind == "N") : own != kind {
                        wrong.append("U+" + String(value, radix: 16) + " is \(kind), not \(own)")
                    }
                    value += 1
                }
            }
            #expect(value == 0x110000)
            #expect(wrong.isEmpty, "\(row["name"]?.string ?? ""): \(wrong.prefix(5))")
        }
    }

    private func letter(_ kind: ScalarClass) -> Character {
        switch kind {
        case .letter: "L"
        case .number: "N"
        case .space: "S"
        case .other: "O"
        case .end: "E"
        }
    }
}
