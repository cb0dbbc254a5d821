// The JSON reader: what it takes, what it refuses and where it says so.

import JSONText
import Testing

@Suite struct JSONParserTests {
    private func parse(_ text: String) throws(JSONError) -> JSONValue { try JSONValue(parsing: Array(text.utf8)) }

    private func error(_ bytes: [UInt8]) -> JSONError? {
        do throws(JSONError) {
            _ = try JSONValue(parsing: bytes)
            return nil
        } catch {
            return error
        }
    }

    private func error(_ text: String) -> JSONError? { error(Array(text.utf8)) }

    @Test func values() throws {
        #expect(try parse("null") == .null)
        #expect(try parse(" \t\r\n true ") == .bool(true))
        #expect(try parse("false").bool == false)
        #expect(try parse("[]") == .array([]))
        #expect(try parse("{ }").object?.count == 0)
        #expect(try parse("[1, [2], {\"a\": 3}]").array?[2]["a"]?.int == 3)
        let object = try #require(parse(#"{"z":1,"a":{"b":null},"":"empty"}"#).object)
        #expect(object.members.map(\.key) == ["z", "a", ""])
        #expect(object["a"]?["b"]?.isNull == true)
        #expect(object[""]?.string == "empty")
        #expect(object["absent"] == nil)
        #expect(try parse("3")["a"] == nil)
    }

    @Test func numbersKeepEveryDigit() throws {
        #expect(try parse("-0").int == 0)
        #expect(try parse("9223372036854775807").int == Int.max)
        #expect(try parse("-9223372036854775808").int == Int.min)
        #expect(try parse("9223372036854775808").int == nil)
        #expect(try parse("1.0").int == nil)
        #expect(try parse("1e3").int == nil)
        #expect(try parse("1e3").double == 1000)
        #expect(try parse("0.1").double == 0.1)
        #expect(try parse("-1.5E-2").double == -0.015)
        #expect(try parse("1e400").double == nil)
        #expect(try parse("123456789012345678901234567890") == .number("123456789012345678901234567890"))
    }

    @Test func strings() throws {
        #expect(try parse(#""a\"\\\/\b\f\n\r\tz""#).string == "a\"\\/\u{8}\u{C}\n\r\tz")
        #expect(try parse(#""\u0041\u00e9\u6b65\u0000""#).string == "A\u{E9}步\0")
        #expect(try parse(#""\ud83d\ude00""#).string == "😀")
        #expect(try parse(#""\uD83D\uDE00 x""#).string == "😀 x")
        #expect(try parse("\"步鏡 😀 \u{7F}\"").string == "步鏡 😀 \u{7F}")
        // A lone half of a pair has no character.
        #expect(try parse(#""\ud83dx""#).string == "\u{FFFD}x")
        #expect(try parse(#""\ude00""#).string == "\u{FFFD}")
        #expect(try parse(#""\ud83d\u0041""#).string == "\u{FFFD}A")
        #expect(try parse(#""\ud83d\ud83d\ude00""#).string == "\u{FFFD}😀")
    }

    @Test(arguments: [
        "", " ", "nul", "nulL", "True", "undefined", "NaN", "Infinity", "-Infinity", "-", "+1", "01", "-01", "1.", ".5",
        "1e", "1e+", "1.e3", "0x10", "1 2", "[1,]", "[,1]", "[1 2]", "[", "]", "[1", "{", "}", "{\"a\"}", "{\"a\":}",
        "{\"a\":1,}", "{,}", "{a:1}", "{'a':1}", "{\"a\":1 \"b\":2}", "{1:2}", "\"", "\"a", "\"\\", "\"\\x\"",
        "\"\\u12\"", "\"\\u12G4\"", "\"\\u", "\"\\ud83d\\u\"", "\"a\nb\"", "\"\t\"", "\"\u{0}\"", "// x\n1", "/* */ 1",
        "1 // x", "\u{FEFF}1", "\u{A0}1", "null\u{0}", "[1]]", "truefalse", "\"a\"\"b\"",
    ])
    func refuses(text: String) {
        guard case .unexpected = error(text) else {
            Issue.record("took \(text)")
            return
        }
    }

    @Test func saysWhere() {
        #expect(error("[1, x]") == .unexpected(found: "'x'", expected: "a value", offset: 4))
        #expect(error("{\"a\":1") == .unexpected(found: "", expected: "',' or '}'", offset: 6))
        #expect(error("[1]\u{1}") == .unexpected(found: "byte 1", expected: "the end of the text", offset: 3))
        #expect("\(error("[1, x]")!)" == "JSON: 'x' at byte 4, where a value should be")
        #expect("\(error("{\"a\":1")!)" == "JSON: cut off at byte 6, where ',' or '}' should be")
        #expect("\(error("{\"a")!)" == "JSON: cut off at byte 3, where '\"' should be")
        #expect("\(error("\u{89}PNG")!)" == "JSON: it begins with byte 194, which no JSON does")
        #expect("\(error("")!)" == "JSON: it is empty")
    }

    @Test func keysStandOnce() throws {
        #expect(error(#"{"a":1,"a":2}"#) == .duplicateKey("a", offset: 7))
        #expect(error(#"{"a":1,"\u0061":2}"#) == .duplicateKey("a", offset: 7))
        #expect(error(#"[{"b":{"":1,"":1}}]"#) == .duplicateKey("", offset: 12))
        // One letter in two spellings: two keys, though Swift holds the strings equal.
        let object = try #require(parse("{\"\u{E9}\":1,\"e\u{301}\":2}").object)
        #expect(object["\u{E9}"]?.int == 1)
        #expect(object["e\u{301}"]?.int == 2)
        // Beyond the size where the look-up changes to a table, at each place.
        let keys = (0..<40).map { "\"k\($0)\":\($0)" }
        for key in [0, 15, 16, 17, 39] {
            let text = "{" + (keys + ["\"k\(key)\":0"]).joined(separator: ",") + "}"
            guard case .duplicateKey("k\(key)", _) = error(text) else {
                Issue.record("took k\(key) twice")
                continue
            }
        }
        let large = try #require(parse("{" + keys.joined(separator: ",") + "}").object)
        for key in 0..<40 { #expect(large["k\(key)"]?.int == key) }
        #expect(large["k40"] == nil)
    }

    @Test func appendKeepsTheFirstValue() {
        var object = JSONObject()
        for round in 0..<2 {
            for key in 0..<40 {
                let appended = object.append("k\(key)", .number("\(round)"))
                #expect(appended == (round == 0))
            }
        }
        #expect(object.count == 40)
        #expect(object["k39"]?.int == 0)
    }

    @Test func depthHasALimit() throws {
        func nested(_ depth: Int) -> String {
            String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }
        _ = try parse(nested(128))
        #expect(error(nested(129)) == .tooDeep(limit: 128, offset: 128))
        #expect(error(String(repeating: "[", count: 1_000_000)) == .tooDeep(limit: 128, offset: 128))
        #expect(error(String(repeating: "{\"a\":", count: 1_000_000)) == .tooDeep(limit: 128, offset: 640))
    }

    @Test func valuesHaveALimit() throws {
        // A list or an object counts as three: it takes as much.
        let few = ReadingBudget(items: 11, levels: 2)
        func read(_ text: String) throws(JSONError) -> JSONValue {
            try JSONValue(parsing: Array(text.utf8), budget: few)
        }
        _ = try read("[1,2,3,4,5,6,7,8]")
        _ = try read(#"{"a":[1],"b":[2]}"#)
        #expect(throws: JSONError.tooMany(limit: 11, offset: 17)) { try read("[1,2,3,4,5,6,7,8,9]") }
        #expect(throws: JSONError.tooMany(limit: 11, offset: 21)) { try read(#"{"a":[1],"b":[2],"c":3}"#) }
        #expect(throws: JSONError.tooDeep(limit: 2, offset: 2)) { try read("[[[]]]") }
    }

    @Test func budgetsAreSpentOnce() {
        var budget = ReadingBudget(bytes: 10, items: 3, levels: 1, steps: 5)
        #expect(budget.holds(bytes: 10) && !budget.holds(bytes: 11) && !budget.holds(bytes: .max))
        let items = [2, 1, 1, .max, 0].map { budget.take(items: $0) }
        #expect(items == [true, true, false, false, true])
        let steps = [5, 0, .max, 1, 0].map { budget.take(steps: $0) }
        #expect(steps == [true, true, false, false, true])
        var levels = [budget.enter(), budget.enter()]
        budget.leave()
        levels.append(budget.enter())
        #expect(levels == [true, false, true])
    }

    @Test(
        arguments: [
            [0x80], [0xFF], [0xC3], [0xC0, 0xAF], [0xE0, 0x80, 0xAF], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80],
            [0xF0, 0x9F, 0x98],
        ] as [[UInt8]])
    func brokenUTF8(bytes: [UInt8]) {
        #expect(error([0x22] + bytes + [0x22]) == .invalidUTF8(offset: 1))
        #expect(error([0x22, 0x5C, 0x6E] + bytes + [0x22]) == .invalidUTF8(offset: 1))
        #expect(error([0x7B, 0x22] + bytes + [0x22, 0x3A, 0x31, 0x7D]) == .invalidUTF8(offset: 2))
        guard case .unexpected = error(bytes) else {
            Issue.record("took bytes outside a string")
            return
        }
    }

    @Test func keysDoNotReachTheTerminalRaw() {
        let message = "\(error("{\"\\u001b[2J\u{202E}\\n\":1,\"\\u001b[2J\u{202E}\\n\":1}")!)"
        #expect(message.contains(#""\u{1B}[2J\u{202E}\n""#))
        let long = String(repeating: "k", count: 10_000)
        #expect("\(error("{\"\(long)\":1,\"\(long)\":1}")!)".utf8.count < 200)
    }

    /// Cut and damaged texts give an error or a value, never a crash.
    @Test(.timeLimit(.minutes(60)))
    func seededDamage() throws {
        let right = Array(
            #"{"a":[1,-2.5e3,true,false,null],"b":{"c":"\u6b65\ud83d\ude00 x\n","é":""},"d":[[[]]]}"#.utf8)
        _ = try JSONValue(parsing: right)
        for count in 0..<right.count { #expect(error(Array(right.prefix(count))) != nil) }
        var state: UInt64 = 5
        func random(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        let pieces = Array(#"{}[]",:\u0123-+.eE tfn"#.utf8) + [0, 0x1F, 0x7F, 0x80, 0xC3, 0xFF]
        for _ in 0..<20_000 {
            var bytes = right
            for _ in 0...random(4) { bytes[random(bytes.count)] = pieces[random(pieces.count)] }
            // A text that is taken is written and read to the same value.
            if let value = try? JSONValue(parsing: bytes) {
                var writer = JSONWriter()
                writer.value(value)
                #expect(try JSONValue(parsing: writer.bytes) == value)
            }
        }
    }

    /// A thousand accents on a letter are read, and any number of letters with as many as people write; not so many that to
    /// compare two texts takes minutes, whether they stand in one text or in many.
    @Test func accentsHaveAnEnd() throws {
        func accents(_ count: Int) -> String { String(repeating: "\u{301}", count: count) }
        let longest = accents(8_192)
        for text in ["\"a\(longest)\"", "\"" + String(repeating: "a\(accents(64))", count: 20_000) + "\""] {
            #expect(throws: Never.self) { try JSONValue(parsing: Array(text.utf8)) }
        }
        let many = String(repeating: "\"a\(accents(1_000))\",", count: 80)
        for text in [
            "\"a\(longest)\u{301}\"", "{\"a\(longest)\u{301}\":1}", "[\(many)1]",
            "\"" + String(repeating: "\\u0301", count: 9_000) + "\"",
            "\"" + String(repeating: "\u{1D165}", count: 9_000) + "\"",
        ] {
            #expect(throws: JSONError.self, "\(text.utf8.count)") { try JSONValue(parsing: Array(text.utf8)) }
        }
    }
}
