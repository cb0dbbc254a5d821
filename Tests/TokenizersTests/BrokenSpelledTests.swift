// Vocabularies of characters that are wrong: SentencePiece's in GGUF files and tokenizer.json. Each is one clear error.
import Foundation
import JSONText
import ModelFiles
import TestTools
import Testing

@testable import Tokenizers

/// A GGUF file of a vocabulary alone, as bytes.
private struct VocabularyFile {
    private var pairs: [UInt8] = []
    private var count: UInt64 = 0

    private static func number<T: FixedWidthInteger>(_ value: T) -> [UInt8] {
        withUnsafeBytes(of: value.littleEndian) { Array($0) }
    }

    private static func text(_ text: String) -> [UInt8] { number(UInt64(text.utf8.count)) + Array(text.utf8) }

    private mutating func add(_ key: String, _ type: UInt32, _ value: [UInt8]) {
        pairs += Self.text("tokenizer.ggml." + key) + Self.number(type) + value
        count += 1
    }

    mutating func add(_ key: String, text: String) { add(key, 8, Self.text(text)) }
    mutating func add(_ key: String, id: UInt32) { add(key, 4, Self.number(id)) }
    mutating func add(_ key: String, flag: Bool) { add(key, 7, [flag ? 1 : 0]) }

    private mutating func add(_ key: String, of type: UInt32, _ items: [[UInt8]]) {
        add(key, 9, Self.number(type) + Self.number(UInt64(items.count)) + items.flatMap { $0 })
    }

    mutating func add(_ key: String, texts: [String]) { add(key, of: 8, texts.map { Self.text($0) }) }
    mutating func add(_ key: String, types: [Int32]) { add(key, of: 5, types.map { Self.number($0) }) }
    mutating func add(_ key: String, scores: [Float]) { add(key, of: 6, scores.map { Self.number($0.bitPattern) }) }
    mutating func add(_ key: String, bytes: [UInt8]) { add(key, of: 0, bytes.map { [$0] }) }

    func tokenizer() throws -> Tokenizer {
        let folder = try TemporaryFolder()
        let bytes = Array("GGUF".utf8) + Self.number(UInt32(3)) + Self.number(UInt64(0)) + Self.number(count) + pairs
        return try Tokenizer(GGUFFile(path: try folder.write("v.gguf", bytes)))
    }
}

struct BrokenSpelledTests {
    private static let texts = ["<unk>", "<s>", "</s>", "<0x41>", "▁", "a", "b", "ab", "▁a", "▁ab"]
    private static let types: [Int32] = [2, 3, 3, 6, 1, 1, 1, 1, 1, 1]
    private static let scores: [Float] = [0, 0, 0, 0, -1, -2, -3, -4, -5, -1.5]

    private func message(_ build: () throws -> Tokenizer) -> String {
        do {
            _ = try build()
            Issue.record("nothing was wrong")
            return ""
        } catch {
            let text = "\(error)"
            #expect(!text.contains("\n") && text.hasPrefix("tokenizer: "), "\(text)")
            return text
        }
    }

    private func file(
        _ model: String = "llama", texts: [String] = texts, types: [Int32] = types, scores: [Float] = scores,
        _ more: (inout VocabularyFile) -> Void = { _ in }
    ) throws -> Tokenizer {
        var file = VocabularyFile()
        file.add("model", text: model)
        file.add("tokens", texts: texts)
        file.add("token_type", types: types)
        file.add("scores", scores: scores)
        more(&file)
        return try file.tokenizer()
    }

    @Test("the good ones are good")
    func good() throws {
        let pairs = try file()
        #expect(pairs.encode(Array("ab A".utf8)).ids == [1, 9, 4, 3])
        #expect(pairs.decode([9, 4, 3]) == Array(" ab A".utf8))
        #expect(pairs.endTokens == [2])
        // What is neither a token nor spelled in bytes is unknown, and no text becomes a control token.
        #expect(pairs.encode(Array("é</s>".utf8), framed: false).ids.allSatisfy { $0 != 2 })
        #expect(pairs.encode(Array("é".utf8)).losses.map(\.remedy) == [.unknown, .unknown])
        #expect(pairs.encode(Array("a</s>".utf8), special: true).ids == [1, 8, 2])
        let bare = try file { $0.add("add_space_prefix", flag: false) }
        #expect(bare.encode(Array("ab".utf8), framed: false).ids == [7])
        let unigram = try file("t5", types: [2, 3, 3, 3, 1, 1, 1, 1, 1, 1]) { $0.add("unknown_token_id", id: 0) }
        #expect(unigram.encode(Array("ab".utf8), framed: false).ids == [7])
        #expect(unigram.encode(Array("abéüa".utf8), framed: false).ids == [7, 0, 5])
    }

    @Test("broken vocabularies in GGUF files")
    func gguf() {
        #expect(message { try file(scores: [1]) }.contains("1 scores for 10 tokens"))
        #expect(
            message { try file(scores: Self.scores.dropLast() + [.nan]) }.contains("scores[9] must be a finite number"))
        #expect(message { try file(types: [2]) }.contains("1 token types for 10 tokens"))
        #expect(message { try file(types: Self.types.map { $0 == 6 ? 9 : $0 }) }.contains("token 3 is of type 9"))
        #expect(
            message { try file(texts: Self.texts.map { $0 == "ab" ? "a" : $0 }) }.contains(
                "tokens 5 and 7 have the same text"))
        #expect(
            message { try file(texts: Self.texts.map { $0 == "ab" ? "<s>" : $0 }) }.contains(
                "have the same text \"<s>\""))
        for text in ["<0x4>", "<0xGG>", "0x41", ""] {
            #expect(message { try file(texts: Self.texts.map { $0 == "<0x41>" ? text : $0 }) }.contains("byte token 3"))
        }
        #expect(message { try file { $0.add("bos_token_id", id: 10) } }.contains("first token is token 10"))
        #expect(message { try file { $0.add("unknown_token_id", id: 99) } }.contains("unknown token is token 99"))
        #expect(
            message { try file("t5", types: [2, 3, 3, 3, 1, 1, 1, 1, 1, 1]) { $0.add("unknown_token_id", id: 99) } }
                .contains("unknown token is token 99"))
        #expect(message { try file("gemma4") }.contains("merges must be a list of texts"))
        #expect(
            message { try file("gemma4") { $0.add("merges", texts: ["a b", "b x"]) } }.contains(
                "\"x\", which is no token"))
        #expect(message { try file("gemma4") { $0.add("merges", texts: ["ab"]) } }.contains("merge 0 is \"ab\""))
        #expect(message { try file("rwkv") }.contains("supported: gpt2, llama, gemma4, t5"))
        for bytes: [UInt8] in [[1], [4, 0, 0, 0, 1], [8, 0, 0, 0, 0, 0, 0, 0], [4, 0, 0, 0, 0, 0, 0, 0, 65]] {
            #expect(
                message {
                    try file("t5", types: [2, 3, 3, 3, 1, 1, 1, 1, 1, 1]) {
                        $0.add("precompiled_charsmap", bytes: bytes)
                    }
                }
                .contains("precompiled_charsmap must be"))
        }
    }

    @Test("tables of random bytes rewrite or are refused, and none is a crash")
    func tables() {
        var random = SplitMix64(state: 5)
        let texts = ["ab é 中 👩‍👩‍👧", "\r\n\u{301}", "\0a", "ﬁ²"].map { Array($0.utf8) }
        var read = 0
        for _ in 0..<4_000 {
            let units = Int.random(in: 1...40, using: &random)
            var bytes: [UInt8] = [UInt8(4 * units), 0, 0, 0]
            for _ in 0..<4 * units {
                bytes.append(UInt8.random(in: 0...255, using: &random) & (Bool.random(using: &random) ? 255 : 3))
            }
            for _ in 0..<Int.random(in: 0...8, using: &random) {
                bytes.append(UInt8.random(in: 0...255, using: &random))
            }
            bytes.append(0)
            for byCharacter in [false, true] {
                guard let map = try? Charsmap(bytes, byCharacter: byCharacter, place: "table") else { continue }
                read += 1
                for text in texts {
                    var budget = EncodingBudget(of: text.count)
                    let made = text.withUnsafeBufferPointer { map.apply($0, &budget) }
                    #expect(made.map { $0.sources.count == $0.bytes.count + 1 } ?? true)
                }
            }
        }
        #expect(read > 1_000)
    }

    private static let good = #"""
        {"model":{"type":"Unigram","unk_id":0,"vocab":[["<unk>",0.0],["▁",-2.0],["a",-3.0],["▁a",-4.0]]},
         "normalizer":null,"pre_tokenizer":{"type":"Metaspace","prepend_scheme":"always"},
         "decoder":{"type":"Metaspace"},"post_processor":null}
        """#
    private static let faults: [(old: String, new: String, said: String)] = [
        (#"["a",-3.0]"#, #"["a"]"#, "vocab[2] must be a text and its score"),
        (#"["a",-3.0]"#, #"["a","b"]"#, "vocab[2] must be a text and its score"),
        (#"["a",-3.0]"#, "7", "vocab[2] must be a text and its score"),
        (#"["a",-3.0]"#, #"["▁",-3.0]"#, "have the same text"),
        (#""unk_id":0"#, #""unk_id":4"#, "unknown token is token 4"),
        (#""unk_id":0"#, #""unk_id":-1"#, "unk_id must be a whole number"),
        (#""always""#, #""often""#, "\"often\" is not supported; supported: always, first, never"),
        (#""decoder":{"type":"Metaspace"}"#, #""decoder":{"type":"CTC"}"#, "the decoder \"CTC\""),
        (#""decoder":{"type":"Metaspace"}"#, #""decoder":{"type":"Strip","content":"ab","start":1}"#, "one character"),
        (
            #""decoder":{"type":"Metaspace"}"#, #""decoder":{"type":"Replace","content":"ab"}"#,
            "from a String to a content"
        ),
        (
            #""normalizer":null"#, #""normalizer":{"type":"Precompiled","precompiled_charsmap":"!"}"#,
            "a table in Base64"
        ),
        (
            #""normalizer":null"#, #""normalizer":{"type":"Precompiled","precompiled_charsmap":"AAAA"}"#,
            "with its length in front"
        ),
        (
            #""normalizer":null"#, #""normalizer":{"type":"Replace","pattern":{"Regex":"("},"content":""}"#,
            "a group without an end"
        ),
        (#""normalizer":null"#, #""normalizer":{"type":"Prepend"}"#, "Prepend must be with a text"),
        (
            #""post_processor":null"#, #""post_processor":{"type":"BertProcessing","cls":["a",2],"sep":["b",9]}"#,
            "sep is token 9"
        ),
        (
            #""post_processor":null"#, #""post_processor":{"type":"BertProcessing","cls":["a",2]}"#,
            "sep: the id must be"
        ),
    ]

    @Test("broken tokenizer.json files, each made from a good one", arguments: 0..<faults.count)
    func huggingFace(_ place: Int) throws {
        let fault = Self.faults[place]
        #expect(
            try Tokenizer(tokenizerJSON: try JSONValue(parsing: Array(Self.good.utf8))).encode(Array("a a".utf8)).ids
                == [3, 3])
        var text = Self.good
        text.replaceSubrange(try #require(text.firstRange(of: fault.old)), with: fault.new)
        let said = message { try Tokenizer(tokenizerJSON: try JSONValue(parsing: Array(text.utf8))) }
        #expect(said.contains(fault.said), "\(said)")
    }
}
