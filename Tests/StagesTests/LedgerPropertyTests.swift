// What must hold for every ledger, on random logits and settings; the draw against chi-square; the vector passes.
import Phrases
import CKernels
import Foundation
import Testing
import Traces

@testable import Stages

@Suite struct LedgerPropertyTests {
    private static func randomSettings(_ integers: (Int) -> Int) -> Settings {
        var settings = Settings()
        settings.temperature = [0, 0.5, 1, 1, 2][integers(5)]
        settings.topK = [0, 0, 1, 5, 30][integers(5)]
        settings.topP = [1, 1, 0.3, 0.9, 0.99][integers(5)]
        settings.minP = [0, 0, 0.02, 0.5, 1][integers(5)]
        settings.repetitionPenalty = [1, 1.3][integers(2)]
        settings.frequencyPenalty = [0, 0.4, -0.4][integers(3)]
        settings.presencePenalty = [0, 0.4][integers(2)]
        settings.penaltyScope = PenaltyScope.allCases[integers(3)]
        settings.candidates = [1, 3, 50][integers(3)]
        let extras = [
            ("typical-p.p", 0.7), ("epsilon.cutoff", 0.01), ("eta.cutoff", 0.01), ("top-n-sigma.n", 1.0),
            ("xtc.probability", 0.5), ("dry.multiplier", 0.8), ("mirostat.tau", 3.0), ("no-repeat-n-gram.size", 3),
        ]
        for (name, value) in extras where integers(4) == 0 { settings.extra[name] = value }
        settings.logitBias = integers(3) == 0 ? [2: 1.5, 4: -3] : [:]
        settings.bannedTokens = integers(3) == 0 ? [1] : []
        settings.seed = "\(integers(1000))"
        for _ in 0..<3 { settings.order.swapAt(integers(7), integers(7)) }
        return settings
    }

    /// The ledger against the plainest computation: softmax over arrays, a full sort, a running sum.
    @Test func everyLedgerAddsUp() throws {
        for seed in 0..<600 {
            var input = DrawnInput(
                seed: 900_000 + seed, size: [7, 40, 300, 1500][seed % 4], spread: [0.5, 3, 9][seed % 3])
            var draws = input.integers(100, below: 1 << 20)[...]
            let settings = Self.randomSettings { draws.removeFirst() % $0 }
            // Whole numbers make many ties.
            let logits = seed % 5 == 0 ? input.logits.map { $0.rounded() } : input.logits
            let history = History(prompt: [0, 3, 5, 3], output: [6, 3, 5, 3, 5])
            let choice = try choose(logits, settings, history: history)
            try check(choice, logits, "seed \(seed)")
        }
    }

    private func check(_ choice: StepChoice, _ logits: [Float], _ comment: Comment) throws {
        // kept + removed = kept before; at least one token stays.
        var kept = logits.count
        for stage in choice.stages {
            #expect(stage.kept + stage.removed == kept && stage.kept >= 1, comment)
            kept = stage.kept
        }
        let final = try #require(choice.finalLogits)
        #expect(final.count { $0 > -.infinity } == kept, comment)
        // Probabilities, raw and final, and what the tail says about the rest.
        let (raw, end) = (softmax(logits), softmax(final))
        #expect(choice.candidates.count + choice.tail.count == logits.count, comment)
        let listed = Set(choice.candidates.map(\.id))
        for candidate in choice.candidates {
            #expect(abs(candidate.rawProbability - raw[candidate.id]) < 1e-12, comment)
            #expect(abs(candidate.probability - end[candidate.id]) < 1e-12, comment)
            #expect(candidate.logits.count == choice.stages.count, comment)
            #expect(candidate.logits.last! == (final[candidate.id] == -.infinity ? nil : final[candidate.id]), comment)
            #expect((candidate.removedBy == nil) == (candidate.logits.last! != nil), comment)
        }
        let rest = logits.indices.filter { !listed.contains($0) }
        #expect(abs(choice.tail.rawProbability - rest.reduce(0) { $0 + raw[$1] }) < 1e-12, comment)
        #expect(abs(choice.tail.probability - rest.reduce(0) { $0 + end[$1] }) < 1e-12, comment)
        #expect(abs(choice.entropyBitsRaw + raw.reduce(0) { $0 + ($1 > 0 ? $1 * log2($1) : 0) }) < 1e-9, comment)
        #expect(abs(choice.entropyBitsFinal + end.reduce(0) { $0 + ($1 > 0 ? $1 * log2($1) : 0) }) < 1e-9, comment)
        // Candidates are the largest raw logits, ties by id; ranks are true.
        let order = logits.indices.sorted { (-logits[$0], $0) < (-logits[$1], $1) }
        for candidate in choice.candidates { #expect(order[candidate.rank - 1] == candidate.id, comment) }
        #expect(choice.candidates.map(\.rank) == choice.candidates.map(\.rank).sorted(), comment)
        #expect(listed.contains(choice.id) && final[choice.id] > -.infinity, comment)
        // The draw: the first whose cumulative probability exceeds u.
        if let draw = choice.draw {
            var sum = 0.0
            let byProbability = final.indices.sorted { (-final[$0], $0) < (-final[$1], $1) }
            let owner = byProbability.first {
                sum += end[$0]; return sum > draw.uniform
            }
            #expect(choice.id == owner, comment)
            #expect(abs(draw.high - sum) < 1e-12 && abs(draw.low - (sum - end[choice.id])) < 1e-12, comment)
            #expect(draw.low <= draw.uniform && draw.uniform < draw.high, comment)
        } else {
            #expect(choice.stages.contains { $0.name == "greedy" }, comment)
        }
    }

    private func softmax(_ logits: [Float]) -> [Double] {
        let top = Double(logits.max()!)
        let exponentials = logits.map { exp(Double($0) - top) }
        let sum = exponentials.reduce(0, +)
        return exponentials.map { $0 / sum }
    }

    /// A vocabulary as large as a real one: the fast selections against a full sort.
    @Test func largeVocabulary() throws {
        let input = DrawnInput(seed: 77, size: 49_152, spread: 3)
        for change in [{ $0.topP = 0.99 }, { $0.topK = 3000 }, { $0.candidates = 4000 }, { $0.temperature = 2 }]
            as [(inout Settings) -> Void]
        {
            try check(choose(input.logits, settings(change)), input.logits, "large")
        }
        let flat = [Float](repeating: 1, count: 49_152)
        let choice = try choose(flat, settings { $0.topP = 0.5 })
        #expect(choice.stages[1].kept == 24_576 && abs(choice.entropyBitsRaw - log2(49_152)) < 1e-12)
        #expect(Array(choice.candidates.map(\.id).prefix(50)) == Array(0..<50))
    }

    /// 100,000 draws from one distribution, seed fixed: χ² over the 20 tokens stays below the 99.9 % point for 19
    /// degrees of freedom.
    @Test func drawsFollowTheDistribution() throws {
        let input = DrawnInput(seed: 5, size: 20, spread: 2)
        let pipeline = try StagePipeline(
            settings: settings {
                $0.temperature = 1.3; $0.candidates = 1
            })
        var state = try ChoiceState(seed: "2024")
        var counts = [Int](repeating: 0, count: 20)
        let probabilities = softmax(input.logits.map { Float(Double($0) / 1.3) })
        for _ in 0..<100_000 {
            counts[try pipeline.run(logits: input.logits, history: History(), state: &state) { _ in ([], "") }.id] += 1
        }
        var chiSquare = 0.0
        for (count, probability) in zip(counts, probabilities) {
            let expected = 100_000 * probability
            chiSquare += (Double(count) - expected) * (Double(count) - expected) / expected
        }
        #expect(chiSquare < 43.82, "χ² \(chiSquare)")
        #expect(state.generator.draws == 100_000)
    }

    /// XTC acts as often as its probability says.
    @Test func xtcActsAsOftenAsAsked() throws {
        let pipeline = try StagePipeline(
            settings: settings { $0.extra = ["xtc.probability": 0.3, "xtc.threshold": 0.1] })
        var state = try ChoiceState(seed: "1")
        var acted = 0
        for _ in 0..<10_000 {
            let choice = try pipeline.run(logits: [2, 1.9, 1.8, -3], history: History(), state: &state) { _ in ([], "")
            }
            let xtc = choice.stages[1]
            #expect(xtc.removed == 0 || xtc.removed == 2)
            let uniform = try #require(xtc.parameters.last { $0.name == "uniform" }?.value)
            #expect((uniform <= 0.3) == (xtc.removed == 2))
            acted += xtc.removed == 2 ? 1 : 0
        }
        #expect((2850...3150).contains(acted))  // ± 3.3 standard deviations; the seed is fixed
    }
}
