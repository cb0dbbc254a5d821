// The repetition stages by hand: DRY with its breakers, n-grams.
import Testing
import Traces

@testable import Stages

@Suite struct DRYTests {
    private func repeats(_ tokens: [Int], allowed: Int = 1, breakers: [[Int]] = []) -> [Int: Int] {
        DRY(multiplier: 1, base: 2, allowedLength: allowed, lastN: nil, breakers: DryBreakers(sequences: breakers))
            .repeats(in: tokens)
    }

    @Test func theLongestRunBeforeEachTokenCounts() {
        // 1 2 3 at the end stood before 4, and 3 alone before 5.
        #expect(repeats([1, 2, 3, 4, 3, 5, 1, 2, 3]) == [4: 3, 5: 1])
        #expect(repeats([1, 2, 3, 4, 3, 5, 1, 2, 3], allowed: 2) == [4: 3])
        #expect(repeats([1, 2, 3]) == [:])
        #expect(repeats([7, 7, 7, 7]) == [7: 3])
    }

    @Test func aBreakerCutsTheRun() {
        #expect(repeats([1, 2, 3, 4, 9, 1, 2, 3], breakers: [[2]]) == [4: 1])
        #expect(repeats([1, 2, 3, 4, 9, 1, 2, 3], breakers: [[3]]) == [:])
        #expect(repeats([1, 2, 3, 4, 9, 1, 2, 3], breakers: [[1, 2]]) == [4: 1])
    }

    @Test func breakersAreFoundInTheTokens() {
        let words = ["a", "ab", "xab", "b", "bc", "abc", "c", "a:"].map { Array($0.utf8) }
        let breakers = DryBreakers(
            texts: ["abc", "", ":"], vocabularySize: words.count, bytes: { words[$0] },
            encode: { rest in rest == Array("bc".utf8) ? [4] : rest == Array("c".utf8) ? [6] : [] })
        // Whole: "abc" and "a:". Across tokens: a|bc, ab|c, xab|c.
        #expect(breakers.single == [5, 7])
        #expect(breakers == DryBreakers(sequences: [[0, 4], [1, 6], [2, 6], [5], [7]]))
        #expect(breakers.distanceFromEnd(of: [3, 0, 4, 3, 3]) == 2)
        #expect(breakers.distanceFromEnd(of: [3, 0, 3]) == nil)
    }

    /// Many breakers at once, against each looked for by itself.
    @Test func manyBreakersAreFoundTogether() {
        var input = DrawnInput(seed: 9, size: 1, spread: 1)
        for _ in 0..<100 {
            let words = (0..<20).map { _ in
                input.integers(1 + input.integers(1, below: 5)[0], below: 2).map { UInt8(97 + $0) }
            }
            let texts = (0..<6).map { _ in
                String(
                    decoding: input.integers(input.integers(1, below: 6)[0], below: 2).map { UInt8(97 + $0) },
                    as: UTF8.self)
            }
            // A rest as the numbers of its bytes behind those of the words.
            let encode = { (rest: [UInt8]) in rest.map { Int($0) } }
            let together = DryBreakers(texts: texts, vocabularySize: words.count, bytes: { words[$0] }, encode: encode)
            let each = texts.map {
                DryBreakers(texts: [$0], vocabularySize: words.count, bytes: { words[$0] }, encode: encode)
            }
            #expect(together.single == each.reduce(into: Set()) { $0.formUnion($1.single) })
            for _ in 0..<20 {
                let tokens = input.integers(8, below: 20).map { $0 < 12 ? $0 : 97 + $0 % 2 }
                let nearest = each.compactMap { $0.distanceFromEnd(of: tokens) }.min()
                #expect(together.distanceFromEnd(of: tokens) == nearest, "\(texts) \(tokens)")
            }
            let labels = words.map { String(decoding: $0, as: UTF8.self) }
            let holding = labels.indices.filter { label in texts.contains { !$0.isEmpty && labels[label].contains($0) }
            }
            #expect(DryBreakers.holding(texts, among: labels) == holding.map { [$0] })
        }
    }

    @Test func theSuffixTableAgreesWithItsDefinition() {
        var input = DrawnInput(seed: 4, size: 1, spread: 1)
        for length in 1..<60 {
            let items = input.integers(length, below: 2)
            let expected = items.indices.map { place in
                place == 0 ? 0 : zip(items, items[place...]).prefix { $0 == $1 }.count
            }
            #expect(zArray(items) == expected)
        }
    }

    @Test func ngramsBanWhatWouldRepeatThem() throws {
        let three = settings { $0.extra["no-repeat-n-gram.size"] = 3 }
        let choice = try choose([1, 1, 1, 1], three, history: History(prompt: [0, 1, 2], output: [3, 0, 1]))
        #expect(choice.candidates.filter { $0.removedBy == "no-repeat-n-gram" }.map(\.id) == [2])
    }
}
