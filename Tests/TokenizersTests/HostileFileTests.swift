// Files that ask for work without end: each is refused, by one clear error, or its work ends.
import JSONText
import TestTools
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

    // MARK: Patterns

    private func splitting(_ pattern: String, _ kind: String = "Regex") -> String {
        #""pre_tokenizer":{"type":"Split","pattern":{"\#(kind)":"\#(pattern)"},"behavior":"Isolated"}"#
    }

    @Test(
        "a text of which a pattern makes too much is refused, not cut in another way",
        arguments: [
            "a++b", "(?>a+)b", "a(?=a*$)", String(repeating: "a{1000}", count: 15) + "b",
            "(?:" + Array(repeating: "a", count: 3_000).joined(separator: "|") + ")+b",
            "(?<=" + String(repeating: "a{100}", count: 10) + ")b",
        ])
    func patterns(_ pattern: String) throws {
        var tokenizer = try words(["a", "##a"], splitting(pattern))
        #expect(tokenizer.encode(Array("aab".utf8)).refusal == nil)
        tokenizer.allowance.patternSteps = EncodingAllowance.Share(fixed: 100_000, each: 20)
        #expect(refusal(tokenizer, many("a", 20_000)).contains("500000 steps of patterns of a text of 20000 bytes"))
        let replacing = #""normalizer":{"type":"Replace","pattern":{"Regex":"\#(pattern)"},"content":"c"}"#
        var other = try words(["a", "##a"], replacing)
        other.allowance = tokenizer.allowance
        #expect(refusal(other, many("a", 20_000)).contains("steps of patterns"))
    }

    @Test("so is one of which a matcher would have to keep too much")
    func states() throws {
        var tokenizer = try words(["a", "##a"], splitting("(a|aa)+b"))
        tokenizer.allowance.patternStates = EncodingAllowance.Share(fixed: 1_000, each: 1)
        #expect(refusal(tokenizer, many("a", 20_000)).contains("21000 states of patterns"))
    }

    @Test("a pattern has 20,000 characters at most, and ignores the case of 100,000")
    func classes() throws {
        refuse("more than 20000 characters") { try words(["a"], splitting("[" + many("!-Ϡ", 30_000) + "]")) }
        refuse("the case of over 100000 characters") {
            try words(["a"], splitting("(?i)[" + many("!-Ϡ", 6_000) + "]"))
        }
        // Many ranges, in any order and some within others, are looked up at once.
        let ranges = stride(from: UInt32(0x4E00), to: 0x9FF0, by: 43).map { ($0 * 7_919) % 0x5000 + 0x4E00 }
        var members: [ScalarSet.Member] = ranges.map { .range($0, $0 + $0 % 3) } + [.range(0x4E10, 0x4E90), .space]
        var standing = Set(UInt32(0x4E10)...0x4E90)
        for first in ranges { standing.formUnion(first...first + first % 3) }
        for isNegated in [false, true] {
            let set = ScalarSet(members, negated: isNegated)
            let wrong = (UInt32(0x4DF0)..<0x9FFF).filter { value in
                Unicode.Scalar(value).map { set.contains($0, .tokenizers) } != (standing.contains(value) != isNegated)
            }
            #expect(wrong.isEmpty)
            #expect(set.contains("\u{3000}", .tokenizers) != isNegated && set.weight == 0)
        }
        members = Array(repeating: .categories(1), count: 1_000)
        #expect(ScalarSet(members).weight == 62)
        #expect(ScalarSet([.set(ScalarSet(members))], and: [ScalarSet(members)]).weight == 125)
        // Few members on each level are many in all.
        let few = ScalarSet(Array(repeating: .categories(1), count: 15))
        let more = ScalarSet(Array(repeating: .set(few), count: 15))
        #expect(ScalarSet(Array(repeating: .set(more), count: 15)).weight == 225)
    }

    // MARK: Looking for one text

    @Test("a text is looked for in one walk, wherever a file asks for that")
    func search() throws {
        let (long, text) = (many("a", 100_000) + "b", many("a", 300_000))
        let bare = ["a", "##a", text]
        let rows = [
            #""normalizer":{"type":"Replace","pattern":{"String":"\#(long)"},"content":"c"}"#,
            splitting(long, "String"),
            #""decoder":{"type":"Replace","pattern":{"String":"\#(long)"},"content":"c"}"#,
        ]
        for row in rows { #expect(try words(bare, row).encode(Array(text.utf8)).refusal == nil) }
        #expect(try words([long, "a"], splitting(long, "String")).encode(Array((long + "a").utf8)).ids == [1, 2])
    }

    @Test("what is found is what stands there, overlapping or not")
    func found() {
        var random = SplitMix64(state: 7)
        for _ in 0..<3_000 {
            func text(_ length: Int) -> [UInt8] { (0..<length).map { _ in UInt8.random(in: 97...98, using: &random) } }
            let (old, bytes) = (
                text(Int.random(in: 1...5, using: &random)), text(Int.random(in: 0...30, using: &random))
            )
            let standing = bytes.indices.filter { bytes[$0...].starts(with: old) }
            var apart: [Int] = []
            for place in standing where place >= (apart.last.map { $0 + old.count } ?? 0) { apart.append(place) }
            let search = TextSearch(old)
            for overlapping in [false, true] {
                var places: [Int] = []
                bytes.withUnsafeBufferPointer { buffer in
                    search.forEachPlace(in: buffer, 0, buffer.count, overlapping: overlapping) { places.append($0) }
                }
                #expect(places == (overlapping ? standing : apart))
            }
            var (replaced, place) = ([UInt8](), 0)
            for next in apart + [bytes.count] {
                replaced += bytes[place..<next] + (next < bytes.count ? [0] : [])
                place = next + old.count
            }
            #expect(search.replaced(in: bytes, by: [0]) == replaced)
        }
        #expect(TextSearch([]).replaced(in: [1], by: [2]) == [1])
    }

    // MARK: Looking tokens up

    private func unigram(_ tokens: [String], _ parts: String...) throws -> Tokenizer {
        let rows = tokens.map { #"["\#($0)",-\#($0.utf8.count)]"# }
        return try read(
            #"{"type":"Unigram","unk_id":0,"vocab":[["<unk>",0],\#(rows.joined(separator: ","))]}"#, parts)
    }

    @Test("a token that nearly stands at every place of a text ends its encoding, a short text's does not")
    func walks() throws {
        let long = many("a", 40_000)
        for var tokenizer in [try words(["a", "##a", long + "b", "##\(long)b"]), try unigram(["a", long + "b"])] {
            #expect(tokenizer.encode(Array(many("a", 1_000).utf8)).ids.count == 1_000)
            tokenizer.allowance.walkSteps = EncodingAllowance.Share(fixed: 100_000, each: 32)
            #expect(refusal(tokenizer, long).contains("1380000 steps of looking up of a text of 40000 bytes"))
        }
    }

    @Test("a table that leads in a circle does not lead through a text from each of its places")
    func circle() throws {
        // From unit 0 the byte "a" leads to unit 0x61, whose offset leads back to unit 0.
        var units = [UInt32](repeating: 0, count: 98)
        units[0x61] = 0x61 | UInt32(0x61) << 10
        var table: [UInt8] = []
        for number in [UInt32(4 * units.count)] + units {
            for shift in stride(from: UInt32(0), to: 32, by: 8) {
                table.append(UInt8(truncatingIfNeeded: number >> shift))
            }
        }
        let map = try Charsmap(table + [0], byCharacter: false, place: "table")
        let text = Array(many("a", 40_000).utf8)
        var allowance = EncodingAllowance()
        allowance.walkSteps = EncodingAllowance.Share(fixed: 100_000, each: 32)
        var budget = EncodingBudget(of: text.count, allowance)
        #expect(text.withUnsafeBufferPointer { map.apply($0, &budget) } == nil)
        #expect(budget.refusal?.description.contains("steps of looking up") == true)
    }

    @Test("a text's lattices keep so many edges, and the best path beyond")
    func lattices() throws {
        let tokens = (1...60).map { many("a", $0) }
        var tokenizer = try unigram(tokens, #""pre_tokenizer":{"type":"WhitespaceSplit"}"#)
        let text = Array(many(many("a", 100) + " ", 20).utf8)
        func edges(_ encoding: Encoding) -> [Int] {
            encoding.pieces.map { piece in
                guard case .lattice(let edges) = piece.explanation else { return -1 }
                return edges.count
            }
        }
        let whole = tokenizer.encode(text)
        let all = (1...60).reduce(0) { $0 + 101 - $1 }
        #expect(edges(whole) == [Int](repeating: all, count: 20))
        tokenizer.allowance.edges = EncodingAllowance.Share(fixed: Int64(3 * all + 50), each: 0)
        let short = tokenizer.encode(text)
        #expect(
            edges(short).prefix(3) == [all, all, all] && edges(short).dropFirst(3).allSatisfy { $0 < 100 && $0 > 0 })
        #expect(short.ids == whole.ids && short.tokens == whole.tokens && short.refusal == nil)
    }

    // MARK: What is copied for each

    @Test("1024 tokens around a text at most, a mark of 64 bytes")
    func frames() throws {
        func template(_ entries: Int, _ ids: Int) -> String {
            let single =
                Array(repeating: #"{"SpecialToken":{"id":"x"}}"#, count: entries) + [#"{"Sequence":{"id":"A"}}"#]
            let list = Array(repeating: "0", count: ids).joined(separator: ",")
            return #"{"type":"TemplateProcessing","single":[\#(single.joined(separator: ","))],"#
                + #""special_tokens":{"x":{"ids":[\#(list)]}}}"#
        }
        func processor(_ text: String) -> String { #""post_processor":"# + text }
        refuse("1024 tokens around a text") { try words(["a"], processor(template(5_000, 60_000))) }
        refuse("1024 tokens around a text") {
            try words(["a"], sequence("post_processor", "processors", Array(repeating: template(32, 32), count: 2)))
        }
        #expect(try words(["a"], processor(template(32, 32))).encode([]).ids.count == 1_024)
        func marked(_ mark: String) throws -> Tokenizer {
            let vocabulary = #"{"[UNK]":0,"a":1,"\#(mark)a":2}"#
            return try read(#"{"type":"WordPiece","continuing_subword_prefix":"\#(mark)","vocab":\#(vocabulary)}"#, [])
        }
        #expect(try marked(many("p", 64)).encode(Array("aa".utf8)).ids == [1, 2])
        refuse("64 bytes at most") { try marked(many("p", 500_000)) }
    }
}
