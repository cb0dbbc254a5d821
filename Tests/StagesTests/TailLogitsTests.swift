// What a record keeps of the logits that it does not list, held against the logits themselves.
import Foundation
import Stages
import TestTools
import Testing
import Traces

@Suite struct TailLogitsTests {
    /// Logits of many shapes: narrow, wide, with ties, with tokens that cannot be chosen.
    private func logits(_ size: Int, _ round: Int, _ random: inout SplitMix64) -> [Float] {
        let spread = [0.01, 1, 4, 30][round % 4]
        return (0..<size).map { _ in
            let draw = (0..<4).reduce(0.0) { sum, _ in sum + Double.random(in: -1...1, using: &random) }
            if round % 5 == 0, draw < -2 { return -.infinity }
            let logit = Float(5 + spread * draw)
            return round % 3 == 0 ? (logit * 8).rounded() / 8 : logit
        }
    }

    @Test(arguments: 0..<40) func holdsEachTokenOnce(_ round: Int) throws {
        var random = SplitMix64(state: UInt64(round))
        let size = [60, 300, 3000, 20000][round / 4 % 4]
        let all = logits(size, round, &random)
        let listed = Array(all.indices.sorted { (all[$0], -$0) > (all[$1], -$1) }.prefix(10))
        let prompt = (0..<80).map { _ in Int.random(in: 0..<size, using: &random) }
        let output = (0..<30).map { _ in Int.random(in: 0..<size, using: &random) }
        let tail = try #require(TailLogits(of: all, listed: listed, history: History(prompt: prompt, output: output)))
        // The context's, the latest first.
        var seen: [Int] = []
        for id in (prompt + output).reversed() where !seen.contains(id) && !listed.contains(id) { seen.append(id) }
        seen = Array(seen.prefix(TailLogits.seenLimit))
        #expect(tail.seen == seen.map { all[$0] })
        let others = all.indices.filter { !listed.contains($0) && !seen.contains($0) && all[$0] > -.infinity }
            .map { all[$0] }.sorted(by: >)
        #expect(tail.next == Array(others.prefix(TailLogits.nextLimit)))
        #expect(tail.bins.count <= TailLogits.binLimit)
        var rest = others.dropFirst(TailLogits.nextLimit)
        if let last = rest.last { #expect(tail.lowest == last) }
        for bin in tail.bins {
            let part = rest.prefix(bin.count).map(Double.init)
            rest = rest.dropFirst(bin.count)
            let mean = part.reduce(0, +) / Double(part.count)
            let deviation = (part.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(part.count)).squareRoot()
            #expect(Double(bin.highest) == part[0])
            #expect(abs(Double(bin.mean) - mean) < 1e-5 && abs(Double(bin.deviation) - deviation) < 1e-5)
        }
        #expect(rest.isEmpty)
    }

    @Test func nothingWhereAllAreListed() {
        #expect(TailLogits(of: [3, 2, 1], listed: [0, 1, 2], history: History()) == nil)
        #expect(TailLogits(of: [3, 2, -.infinity], listed: [0, 1], history: History()) == nil)
        #expect(TailLogits(of: [3, 2, 1], listed: [0, 1], history: History(prompt: [2]))?.seen == [1])
    }
}
