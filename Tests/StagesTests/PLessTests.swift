// P-less by hand, and against the plainest computation of its definition.
import Foundation
import Testing
import Traces

@testable import Stages

@Suite struct PLessTests {
    private func kept(_ logits: [Float], temperature: Double = 1) throws -> (ids: [Int], record: StageRecord) {
        let choice = try choose(
            logits,
            settings {
                $0.extra["p-less.on"] = 1; $0.temperature = temperature
            })
        let final = try #require(choice.finalLogits)
        return (final.indices.filter { final[$0] > -.infinity }, choice.stages[choice.stages.count - 1])
    }

    @Test func byHand() throws {
        // Probabilities 0.6, 0.3, 0.1: Σ p² = 0.36 + 0.09 + 0.01 = 0.46.
        let (ids, record) = try kept([0.6, 0.3, 0.1].map { Float(log($0)) })
        #expect(ids == [0] && record.name == "p-less" && record.removed == 2)
        #expect(record.parameters.map(\.name) == ["threshold"] && abs(record.parameters[0].value - 0.46) < 1e-7)
        // 0.4, 0.4, 0.2: Σ p² = 0.36.
        #expect(try kept([0.4, 0.4, 0.2].map { Float(log($0)) }).ids == [0, 1])
        // It takes the distribution as the temperature left it: 4 : 2 : 1 becomes √4 : √2 : 1.
        #expect(try kept([4.0, 2, 1].map { Float(log($0)) }, temperature: 2).ids == [0])
    }

    @Test func equalTokensAllStay() throws {
        for count in [2, 3, 7, 1000] {
            #expect(try kept([Float](repeating: 0.1, count: count)).ids.count == count)
        }
    }

    @Test func equalsItsDefinition() throws {
        for seed in 0..<200 {
            let input = DrawnInput(
                seed: 840_000 + seed, size: [7, 60, 900][seed % 3], spread: [1, 3, 6][seed / 3 % 3])
            let powers = input.logits.map { exp(Double($0)) }
            let sum = powers.reduce(0, +)
            let collision = powers.reduce(0) { $0 + $1 / sum * ($1 / sum) }
            let wanted = powers.indices.filter { powers[$0] / sum >= collision }
            #expect(try kept(input.logits).ids == wanted, "seed \(seed)")
        }
    }
}
