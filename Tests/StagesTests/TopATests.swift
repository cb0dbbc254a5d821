// Top-a by hand, and against the plainest computation of its definition.
import Foundation
import Testing
import Traces

@testable import Stages

@Suite struct TopATests {
    private func kept(_ logits: [Float], _ a: Double) throws -> (ids: [Int], record: StageRecord) {
        let choice = try choose(logits, settings { $0.extra["top-a.a"] = a })
        let final = try #require(choice.finalLogits)
        return (final.indices.filter { final[$0] > -.infinity }, choice.stages[choice.stages.count - 1])
    }

    @Test func byHand() throws {
        // Probabilities 0.6, 0.3, 0.1; 0.6² = 0.36, so the bar for a = 0.5 is 0.18 and for a = 0.25 it is 0.09.
        let logits = [0.6, 0.3, 0.1].map { Float(log($0)) }
        let (ids, record) = try kept(logits, 0.5)
        #expect(ids == [0, 1] && record.name == "top-a" && record.removed == 1)
        #expect(record.parameters.map(\.name) == ["a", "threshold"] && record.parameters[0].value == 0.5)
        #expect(abs(record.parameters[1].value - 0.18) < 1e-7)
        #expect(try kept(logits, 0.25).ids == [0, 1, 2])
        // An undecided model keeps everything, a sure one nearly nothing.
        #expect(try kept([1, 1, 1, 1], 1).ids == [0, 1, 2, 3])
        #expect(try kept([9, 1, 1, 1], 1).ids == [0])
    }

    @Test func equalsItsDefinition() throws {
        for seed in 0..<200 {
            let input = DrawnInput(
                seed: 820_000 + seed, size: [7, 60, 900][seed % 3], spread: [1, 3, 6][seed / 3 % 3])
            let a = [0.05, 0.2, 0.7, 1][seed % 4]
            let powers = input.logits.map { exp(Double($0)) }
            let sum = powers.reduce(0, +)
            let top = powers.max()! / sum
            let wanted = powers.indices.filter { powers[$0] / sum >= a * top * top }
            #expect(try kept(input.logits, a).ids == wanted, "seed \(seed)")
        }
    }
}
