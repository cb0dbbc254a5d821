// Vocabularies that are wrong: each is one clear error, and none a crash.
import JSONText
import Testing

@testable import Tokenizers

struct BrokenVocabularyTests {
    @Test("broken GGUF vocabularies")
    func gguf() throws {
        let two = byteTokens + ["ab"]
        try refuse(.badTokenCount(0)) { () throws(TokenizerError) in try tokenizer([]) }
        try refuse(.wrongCount(what: "token types", count: 1, expected: 256)) { () throws(TokenizerError) in
            try tokenizer(byteTokens, types: [1])
        }
        for kind in [0, 7, -1, 257] {
            try refuse(.badKind(id: 1, value: kind)) { () throws(TokenizerError) in
                try tokenizer(["a", "b"], types: [1, kind])
            }
        }
        try refuse(.duplicateToken(text: "a", first: 97, second: 256)) { () throws(TokenizerError) in
            try tokenizer(byteTokens + ["a"])
        }
        // The same text as a control token, or as two of them; "Ġ" is how a blank is spelled.
        try refuse(.duplicateToken(text: "Ġ", first: 32, second: 256)) { () throws(TokenizerError) in
            try tokenizer(byteTokens + ["Ġ"], types: [Int](repeating: 1, count: 256) + [3])
        }
        try refuse(.duplicateToken(text: "<s>", first: 256, second: 257)) { () throws(TokenizerError) in
            try tokenizer(byteTokens + ["<s>", "<s>"], types: [Int](repeating: 1, count: 256) + [3, 4])
        }
        // Two accents by their bytes: a letter with thousands of them could be written down and not be read again.
        func accents(_ count: Int) -> String {
            "c" + String(repeating: [0xCC, 0x81, 0xCC, 0xA3].map { byteTokens[$0] }.joined(), count: count)
        }
        try refuse(
            .malformed(place: "the vocabulary", expected: "without a character of thousands of accents")
        ) { () throws(TokenizerError) in try tokenizer(byteTokens + [accents(1_025)]) }
        #expect(throws: Never.self) { try tokenizer(byteTokens + [accents(500)]) }
        try refuse(.noByteTokens) { () throws(TokenizerError) in try tokenizer(["ab", "▁the"]) }
        for text in ["", "ab", "a ", " ab", " a"] {
            try refuse(.badMerge(rank: 0, text: text)) { () throws(TokenizerError) in
                try tokenizer(two, merges: [text])
            }
        }
        try refuse(.unknownInMerge(rank: 1, text: "b c", part: "bc")) { () throws(TokenizerError) in
            try tokenizer(two, merges: ["a b", "b c"])
        }
        try refuse(.unknownInMerge(rank: 0, text: "xy z", part: "xy")) { () throws(TokenizerError) in
            try tokenizer(two, merges: ["xy z"])
        }
        try refuse(.unknownInMerge(rank: 0, text: "a b c", part: "b c")) { () throws(TokenizerError) in
            try tokenizer(two, merges: ["a b c"])
        }
        try refuse(.idOutOfRange(what: "first token", id: 256, count: 256)) { () throws(TokenizerError) in
            try tokenizer(byteTokens, bos: 256)
        }
        try refuse(.idOutOfRange(what: "end token", id: -1, count: 256)) { () throws(TokenizerError) in
            try tokenizer(byteTokens, eos: -1)
        }
        let message = try refusal { () throws(TokenizerError) in try tokenizer(byteTokens, pre: "tekken\u{1B}[2J") }
        #expect(message.contains("smollm") && message.contains("tekken\\u{1B}"))
    }

    @Test("texts that are odd but not wrong")
    func odd() throws {
        // Empty tokens, and normal ones that no byte sequence spells, are there but cannot be reached.
        let model = try tokenizer(byteTokens + ["", "日本", "ab"], merges: ["a b"])
        #expect(model.encode(Array("ab日本".utf8)).ids == [258] + Array("日本".utf8).map(Int.init))
        #expect(model.bytes(of: 256) == [])
        #expect(model.bytes(of: 257) == Array("日本".utf8))
    }

    private static let good = #"""
        {"model":{"type":"BPE","vocab":{"a":0,"b":1,"ab":2},"merges":["a b"]},
         "pre_tokenizer":{"type":"ByteLevel","add_prefix_space":false},"added_tokens":[],"decoder":{"type":"ByteLevel"}}
        """#
    private static let vocabulary = #"{"a":0,"b":1,"ab":2}"#
    private static let merges = #"["a b"]"#
    private static let level = #"{"type":"ByteLevel","add_prefix_space":false}"#
    private static let decoder = #""decoder""#
    private static let added = #""added_tokens":[]"#

    /// What is replaced in the good file, by what, and a part of the message that says so.
    private static let faults: [(old: String, new: String, said: String)] = [
        (#""BPE""#, #""WordLevel""#, "\"WordLevel\" is not supported; supported: BPE, Unigram"),
        (merges, merges + #","dropout":0.1"#, "dropout"),
        (merges, merges + #","byte_fallback":true"#, "byte_fallback"),
        (merges, merges + #","end_of_word_suffix":"</w>""#, "end_of_word_suffix \"</w>\""),
        (merges, merges + #","unk_token":"?""#, "unk_token \"?\""),
        (merges, #"["a b",7]"#, "merge 1"),
        (merges, #"["a b",["a"]]"#, "merge 1"),
        (merges, #"["a b","a  b"]"#, "merge 1 is \"a  b\""),
        (merges, #"["a b","b a"]"#, "\"ba\", which is no token"),
        (merges, "{}", "merges must be a list"),
        (vocabulary, "[]", "vocab must be an object"),
        (vocabulary, "{}", "0 tokens"),
        (vocabulary, #"{"a":0,"b":1,"ab":1}"#, "\"b\" and \"ab\" have the same id 1"),
        (vocabulary, #"{"a":0,"b":1,"ab":999999}"#, "no token has the id 3, although ids go up to 999999"),
        (vocabulary, #"{"a":0,"b":1,"ab":99999999999}"#, "the id of \"ab\" must be a whole number"),
        (vocabulary, #"{"a":0,"b":1,"ab":-2}"#, "the id of \"ab\" must be"),
        (vocabulary, #"{"a":0,"b":1,"ab":2.5}"#, "the id of \"ab\" must be"),
        (vocabulary, #"{"a":0,"b":1,"ab":"2"}"#, "the id of \"ab\" must be"),
        (#""model":{"#, #""model":null,"x":{"#, "model must be an object"),
        (added, #""added_tokens":{}"#, "added_tokens must be a list"),
        (added, #""added_tokens":[{"id":3}]"#, "added_tokens[0].content"),
        (added, #""added_tokens":[{"content":"","id":3}]"#, "added_tokens[0].content"),
        (added, #""added_tokens":[{"content":"<e>"}]"#, "added_tokens[0].id"),
        (level, "null", "the decoder \"ByteLevel\" is not supported"),
        (level, #"{"type":"Sequence","pretokenizers":[{"type":"Other"},{"type":"ByteLevel"}]}"#, "\"Other\""),
        (
            level, #"{"type":"Sequence","pretokenizers":[{"type":"ByteLevel"},{"type":"Digits"}]}"#,
            "ByteLevel as the last"
        ),
        (level, split("(?i", "Isolated"), "a group without an end"),
        (level, split("(a*)*", "Isolated"), "a repeated part that may be empty"),
        (level, split("a{2000}", "Isolated"), "a repeat of more than 1000"),
        (level, split("[z-a]", "Isolated"), "a range whose end is before its beginning"),
        (level, split("[a", "Isolated"), "a class without an end"),
        (level, split(#"\\p{Nope}"#, "Isolated"), "\\\\p{Nope}"),
        (level, split(#"(a)\\1"#, "Isolated"), #"\\1"#),
        (level, split("(?<=a+)b", "Isolated"), "a look behind of more than one length"),
        (level, split(String(repeating: "(", count: 99), "Isolated"), "nested too deeply"),
        (level, split("((a{1000}){1000}){1000}", "Isolated"), "more repeats than fit"),
        (level, split("x+", "Other"), "the split behaviour \"Other\""),
        (#""decoder":{"type":"ByteLevel"}"#, #""decoder":{"type":"WordPiece"}"#, "the decoder \"WordPiece\""),
        (decoder, #""normalizer":{"type":"Other"},"decoder""#, "the normalizer \"Other\" is not supported"),
        (decoder, #""normalizer":{"type":"Sequence","normalizers":[\#(doublings)]},"decoder""#, "4096 bytes of one"),
        (decoder, #""post_processor":{"type":"Other"},"decoder""#, "the post-processor \"Other\""),
        (decoder, template(#"{"SpecialToken":{"id":"x"}}"#), "the text and special tokens that are listed"),
        (decoder, template(#"{"SpecialToken":{"id":"y"}},{"Sequence":{"id":"A"}}"#), "template's \"y\" is token 3"),
        (decoder, template(""), "a list with the text in it once"),
    ]

    /// Thirteen times each "a" becomes two.
    private static let doublings = Array(
        repeating: #"{"type":"Replace","pattern":{"String":"a"},"content":"aa"}"#, count: 13
    ).joined(separator: ",")

    private static func split(_ pattern: String, _ behavior: String) -> String {
        #"{"type":"Sequence","pretokenizers":[{"type":"Split","pattern":{"Regex":""# + pattern
            + #""},"behavior":""# + behavior + #""},{"type":"ByteLevel"}]}"#
    }

    private static func template(_ single: String) -> String {
        #""post_processor":{"type":"TemplateProcessing","single":["# + single
            + #"],"special_tokens":{"y":{"ids":[3]}}},"decoder""#
    }

    @Test("broken tokenizer.json files, each made from a good one", arguments: 0..<faults.count)
    func huggingFace(_ place: Int) throws {
        let fault = Self.faults[place]
        let found = try #require(Self.good.firstRange(of: fault.old))
        var text = Self.good
        text.replaceSubrange(found, with: fault.new)
        let json = try JSONValue(parsing: Array(text.utf8))
        let message = try refusal { () throws(TokenizerError) in try Tokenizer(tokenizerJSON: json) }
        #expect(message.contains(fault.said), "\(message)")
    }

    @Test("the good one is good, cut anywhere it is not")
    func cut() throws {
        let bytes = Array(Self.good.utf8)
        let model = try Tokenizer(tokenizerJSON: try JSONValue(parsing: bytes))
        #expect(model.encode(Array("abba".utf8)).ids == [2, 1, 0])
        for count in 0..<bytes.count - 1 {
            #expect(throws: JSONError.self) { try JSONValue(parsing: Array(bytes.prefix(count))) }
        }
    }

    @Test("broken vocab.json and merges.txt")
    func pair() throws {
        let vocabulary = try JSONValue(parsing: Array(#"{"a":0,"b":1,"ab":2,"<e>":3}"#.utf8))
        func build(_ merges: String, _ control: [String]? = nil) throws(TokenizerError) -> Tokenizer {
            try Tokenizer.bytePair(vocabJSON: vocabulary, mergesText: Array(merges.utf8), controlTokens: control)
        }
        #expect(
            try build("#version: 0.2\r\na b\r\n\r\n", ["<e>"]).encode(Array("ab<e>".utf8), special: true).ids == [2, 3])
        try refuse(.badMerge(rank: 0, text: "ab")) { () throws(TokenizerError) in try build("ab\n") }
        try refuse(.unknownInMerge(rank: 1, text: "b a", part: "ba")) { () throws(TokenizerError) in
            try build("a b\nb a\n")
        }
        #expect(try refusal { () throws(TokenizerError) in try build("", ["<x>"]) }.contains("\"<x>\" must be in"))
        #expect(
            try refusal { () throws(TokenizerError) in
                try Tokenizer.bytePair(vocabJSON: vocabulary, mergesText: [0x61, 0x20, 0xFF])
            }.contains("UTF-8"))
        #expect(
            try refusal { () throws(TokenizerError) in try Tokenizer.bytePair(vocabJSON: .null, mergesText: []) }
                .contains("vocab.json must be an object"))
    }

    private func refuse(
        _ expected: TokenizerError, _ build: () throws(TokenizerError) -> Tokenizer
    ) throws {
        #expect(throws: expected) { _ = try build() }
        _ = try refusal(build)
    }

    /// The message of the error, which must be one line.
    private func refusal(_ build: () throws(TokenizerError) -> Tokenizer) throws -> String {
        do {
            _ = try build()
        } catch {
            #expect(!error.description.contains("\n") && error.description.hasPrefix("tokenizer: "))
            return error.description
        }
        Issue.record("nothing was wrong")
        return ""
    }
}
