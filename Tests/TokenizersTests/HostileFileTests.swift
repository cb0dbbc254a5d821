// Files that ask for work without end: each is refused, by one clear error, or its work ends.
import JSONText
import Testing
import Traces

@testable import Tokenizers

struct HostileFileTests {
    /// The tokenizer of word pieces that a file describes: `parts` are its members beside the model.
    private func words(_ vocabulary: [String] = ["a", "##a", "b", "##b"], _ parts: String...) throws -> Tokenizer {
        var texts = [#""[UNK]":0"#]
        for (place, text) in vocabulary.enumerated() { texts.append("\"\(text)\":\(place + 1)") }
        let model =
            #"{"type":"WordPiece","max_input_chars_per_word":1000000000,"vocab":{\#(texts.joined(separator: ","))}}"#
        return try read(model, parts)
    }

    private func read(_ model: String, _ parts: [String]) throws -> Tokenizer {
        let members = [#""model":\#(model)"#] + parts
        return try Tokenizer(tokenizerJSON: JSONValue(parsing: Array("{\(members.joined(separator: ","))}".utf8)))
    }

    private func sequence(_ name: String, _ key: String, _ steps: [String]) -> String {
        #""\#(name)":{"type":"Sequence","\#(key)":[\#(steps.joined(separator: ","))]}"#
    }

    private func refuse(_ said: String, _ build: () throws -> Tokenizer) {
        do {
            _ = try build()
            Issue.record("nothing was wrong")
        } catch {
            let text = "\(error)"
            #expect(!text.contains("\n") && text.hasPrefix("tokenizer: ") && text.contains(said), "\(text)")
        }
    }

    /// Why a text is not encoded; what is encoded is no refusal.
    private func refusal(_ tokenizer: Tokenizer, _ text: String) -> String {
        let encoding = tokenizer.encode(Array(text.utf8))
        guard let refusal = encoding.refusal else { return "" }
        var nothing = Encoding()
        nothing.refusal = refusal
        #expect(encoding == nothing)
        #expect(tokenizer.encode(Array(text.utf8), record: false).refusal == refusal)
        return refusal.description
    }

    private func many(_ text: String, _ count: Int) -> String { String(repeating: text, count: count) }

    // MARK: Steps

    @Test("a chain of steps has 64 at most, in sequences or not")
    func chains() throws {
        let mark = #"{"type":"Metaspace","split":false}"#
        let rows = [
            ("pre_tokenizer", "pretokenizers", mark, 55_000),
            ("pre_tokenizer", "pretokenizers", #"{"type":"Sequence","pretokenizers":[{"type":"Digits"}]}"#, 65),
            ("normalizer", "normalizers", #"{"type":"Strip"}"#, 65),
            ("normalizer", "normalizers", #"{"type":"Sequence","normalizers":[{"type":"Nmt"}]}"#, 65),
            ("decoder", "decoders", #"{"type":"ByteFallback"}"#, 65),
        ]
        for (name, key, step, count) in rows {
            refuse("64 steps in a row at most") {
                try words(["a"], sequence(name, key, Array(repeating: step, count: count)))
            }
        }
        for (name, key, step, _) in rows.dropFirst() {
            let tokenizer = try words(["a"], sequence(name, key, Array(repeating: step, count: 64)))
            #expect(tokenizer.encode(Array("a".utf8)).ids == [1])
        }
    }

    @Test("marks for blanks count as what makes a text longer")
    func marks() throws {
        let doubling = #"{"type":"Metaspace","replacement":"  ","split":false,"prepend_scheme":"never"}"#
        refuse("4096 bytes of one") {
            try words(["a"], sequence("pre_tokenizer", "pretokenizers", Array(repeating: doubling, count: 40)))
        }
        let long = #""pre_tokenizer":{"type":"Metaspace","replacement":"\#(many("x", 200_000))","split":false}"#
        refuse("4096 bytes of one") { try words(["a"], long) }
        // Forty times in, and each of them twice what a text of this length may become.
        let wide = #""pre_tokenizer":{"type":"Metaspace","replacement":"\#(many("x", 2_000))","split":false}"#
        let tokenizer = try words(["a"], wide)
        #expect(tokenizer.encode(Array(many(" ", 300).utf8)).refusal == nil)
        #expect(refusal(tokenizer, many(" ", 400_000)).contains("bytes of a text of 400000 bytes"))
    }

    // MARK: Bytes

    private static let thousands =
        #"{"type":"Replace","pattern":{"String":"a"},"content":"\#(String(repeating: "c", count: 4_000))"}"#

    @Test("a text becomes sixteen times as long and a megabyte more at most, a token too")
    func growth() throws {
        let normalizer = #""normalizer":\#(Self.thousands)"#
        let tokenizer = try words(["c", "##c"], normalizer, #""pre_tokenizer":{"type":"WhitespaceSplit"}"#)
        #expect(tokenizer.encode(Array("a a".utf8)).ids.count == 8_000)
        #expect(refusal(tokenizer, many("a", 400_000)).contains("bytes of a text of 400000 bytes"))
        let added = #""added_tokens":[{"id":9,"content":"\#(many("a", 400_000))","normalized":true,"special":false}]"#
        refuse("bytes of a text of") { try words(["c"], normalizer, added) }
        refuse("bytes of a text of") { try words(["c", many("a", 400_000)], #""decoder":\#(Self.thousands)"#) }
        let patterns = Self.thousands.replacing("String", with: "Regex")
        let other = try words(["c", "##c"], #""normalizer":\#(patterns)"#)
        #expect(refusal(other, many("a", 400_000)).contains("bytes of a text of 400000 bytes"))
    }

    @Test("a long token for what is unknown does not stand in the record for every word")
    func unknownToken() throws {
        let long = many("u", 100_000)
        let model = #"{"type":"WordPiece","unk_token":"\#(long)","vocab":{"\#(long)":0}}"#
        let tokenizer = try read(model, [#""pre_tokenizer":{"type":"WhitespaceSplit"}"#])
        let text = Array(many("a ", 20_000).utf8)
        #expect(tokenizer.encode(text).refusal?.description.contains("bytes in tokens") == true)
        #expect(tokenizer.encode(text, record: false).ids.count == 20_000)
    }
}
