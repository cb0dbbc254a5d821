// Which added tokens stand in a text, held against the plain definition: every token tried at every place.
import TestTools
import Testing

@testable import Tokenizers

struct AddedTokenTests {
    /// Sixty sets of tokens over two letters and a blank, nested, overlapping and repeating, over thirty texts each.
    @Test(arguments: [AddedTokens.Rule.leftmostLongest, .longestFirst])
    func asByTryingEveryTokenAtEveryPlace(_ rule: AddedTokens.Rule) {
        var random = SplitMix64(state: 7)
        var found = 0
        for _ in 0..<60 {
            let tokens = someTokens(&random)
            let all = AddedTokens(tokens, rule: rule)
            for _ in 0..<30 {
                let text = letters(Int(random.next() % 40), &random)
                let typed = [Int(random.next() % 20)].map { $0..<$0 + 3 }
                for special in [false, true] {
                    let matches = text.withUnsafeBufferPointer { all.matches(in: $0, special: special, typed: typed) }
                    let wanted =
                        rule == .leftmostLongest
                        ? leftmost(tokens, text, special, typed) : longestFirst(tokens, text, special, typed)
                    #expect(matches.map { [$0.id, $0.start, $0.end] } == wanted, "\(tokens) in \(text)")
                    found += matches.count
                }
            }
        }
        #expect(found > 5000)
    }

    /// The place of a long token that nearly stands everywhere is not looked for anew at each of them.
    @Test func aTokenThatNearlyStandsEverywhere() {
        let long = [UInt8](repeating: 0x61, count: 200_000)
        let all = AddedTokens([AddedToken(id: 9, bytes: long + [0x62], special: true)], rule: .leftmostLongest)
        let text = long + long + [0x62, 0x61]
        text.withUnsafeBufferPointer { text in
            #expect(
                all.matches(in: text, special: true, typed: []) == [AddedMatch(id: 9, start: 200_000, end: 400_001)])
        }
    }

    private func letters(_ count: Int, _ random: inout SplitMix64) -> [UInt8] {
        (0..<count).map { _ in Array("aab ".utf8)[Int(random.next() % 4)] }
    }

    private func someTokens(_ random: inout SplitMix64) -> [AddedToken] {
        var seen: Set<[UInt8]> = []
        return (0..<8).compactMap { id in
            let bytes = letters(1 + Int(random.next() % 5), &random)
            guard seen.insert(bytes).inserted else { return nil }
            return AddedToken(id: id, bytes: bytes, special: random.next() % 3 == 0)
        }
    }

    private func stands(_ token: AddedToken, _ text: [UInt8], _ place: Int) -> Bool {
        text[place...].starts(with: token.bytes)
    }

    private func isBarred(_ token: AddedToken, _ place: Int, _ typed: [Range<Int>]) -> Bool {
        token.special && typed.contains { $0.overlaps(place..<place + token.bytes.count) }
    }

    private func leftmost(_ tokens: [AddedToken], _ text: [UInt8], _ special: Bool, _ typed: [Range<Int>]) -> [[Int]] {
        var (place, found) = (0, [[Int]]())
        while place < text.count {
            let token = tokens.filter { stands($0, text, place) && !isBarred($0, place, typed) }
                .max { $0.bytes.count < $1.bytes.count }
            if let token {
                let end = place + token.bytes.count
                if special || !token.special { found.append([token.id, place, end]) }
                place = end
            } else {
                place += 1
            }
        }
        return found
    }

    private func longestFirst(
        _ tokens: [AddedToken], _ text: [UInt8], _ special: Bool, _ typed: [Range<Int>]
    ) -> [[Int]] {
        var taken = [Bool](repeating: false, count: text.count)
        var found: [[Int]] = []
        for token in tokens.sorted(by: { ($1.bytes.count, $0.id) < ($0.bytes.count, $1.id) })
        where special || !token.special {
            for place in text.indices where stands(token, text, place) && !isBarred(token, place, typed) {
                let range = place..<place + token.bytes.count
                if taken[range].contains(true) { continue }
                for place in range { taken[place] = true }
                found.append([token.id, range.lowerBound, range.upperBound])
            }
        }
        return found.sorted { $0[1] < $1[1] }
    }
}
