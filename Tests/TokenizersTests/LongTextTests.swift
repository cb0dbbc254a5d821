// Long texts take time in proportion to their length, whatever is in them: four times the text must not take more than eight
// times as long in any part that counts, here the steps of matching and merging.
import JSONText
import TestTools
import Testing
import Traces

@testable import Tokenizers

struct LongTextTests {
    /// Texts that trouble patterns and merges: one character over and over, and what almost matches.
    private static let units = [
        "a", " ", "A", "1", "中", "é", "\n", " \n", "a ", "'", "aA", "\u{301}", "👩\u{200D}", "<", "a1 ",
    ]

    /// How many steps the matcher takes for a text, by a pattern.
    private func steps(_ split: PatternSplit, _ text: [UInt8]) -> Int64 {
        text.withUnsafeBufferPointer { buffer in
            var matcher = PatternMatcher(split.program, buffer, 0, buffer.count, split.limit)
            var budget = EncodingBudget(of: text.count)
            matcher.forEachMatch(&budget) { _, _ in }
            return matcher.allSteps
        }
    }

    @Test("the steps of every pattern that GGUF files name grow with the text", arguments: units)
    func patterns(_ unit: String) throws {
        for pre in GGUFPreTokenizer.patterned {
            for case .pattern(let split) in try pre.splits() {
                let short = steps(split, Array(String(repeating: unit, count: 500).utf8))
                let long = steps(split, Array(String(repeating: unit, count: 2_000).utf8))
                #expect(long < 6 * short + 5_000, "\(pre.names[0]): \(short), \(long)")
            }
        }
    }

    @Test(
        "a pattern that is made to trouble its reader is refused or harmless",
        arguments: [
            "(?<=a{1000}{1000}{1000}{1000}{1000}{1000}{1000})b", "a" + String(repeating: "+", count: 200_000),
            "(){1000}{1000}{1000}{1000}{1000}", "(.*)*?b", "(?<=" + String(repeating: "a{1000}", count: 40) + ")b",
        ])
    func trouble(_ pattern: String) {
        guard let program = try? PatternProgram(pattern) else { return }
        #expect(program.instructions.count < 30)
        #expect(steps(PatternSplit(program: program, limit: .tokenizers), Array("aab".utf8)) < 1_000)
    }

    @Test("a pattern that could take for ever does not")
    func denial() throws {
        let patterns = [
            "(a|a)+b", "(a|aa)+$", "(x+x+)+y", "a?a?a?a?a?a?a?a?a?a?aaaaaaaaaaX", "(?>(a|a)*)b",
            "(?>(a|a)*b|a)c", "(?=(a|aa)*b)a", "(?!(a|a)*b)c", "(?>(?>(a|a)*b|a)(a|a)*c|a)d", "((?>(a|aa)*b|a))*c",
        ]
        for pattern in patterns {
            let program = try PatternProgram(pattern)
            let text = Array(String(repeating: pattern.contains("x") ? "x" : "a", count: 400).utf8)
            let count = steps(PatternSplit(program: program, limit: .tokenizers), text)
            #expect(count < 40_000_000, "\(pattern): \(count)")
        }
    }

    @Test("twenty thousand bytes of one character, recorded or not", arguments: ["unigram", "pairs, bytes"])
    func whole(_ name: String) throws {
        let row = try #require(try golden("fuzz").first { $0["name"]?.string == name })
        let tokenizer = try Tokenizer(tokenizerJSON: try #require(row["tokenizer"]))
        for unit in Self.units {
            let text = Array(String(repeating: unit, count: 20_000 / unit.utf8.count).utf8)
            let ids = tokenizer.encode(text, record: false).ids
            #expect(tokenizer.encode(text).ids == ids && !ids.isEmpty, "\(unit)")
        }
    }

    @Test("thousands of added tokens are found in one walk")
    func added() {
        let tokens = (0..<6_000).map { AddedToken(id: $0, bytes: Array("<unused\($0)>".utf8), special: false) }
        for rule in [AddedTokens.Rule.longestFirst, .leftmostLongest] {
            let all = AddedTokens(tokens, rule: rule)
            let text = Array(String(repeating: "<unused1", count: 10_000).utf8) + Array("<unused5999>".utf8)
            let found = text.withUnsafeBufferPointer { all.matches(in: $0, special: false, typed: []) }
            #expect(found.map(\.id) == [5_999])
        }
    }
}
