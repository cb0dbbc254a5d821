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
