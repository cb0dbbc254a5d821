// Beam sampling and diverse beam search: their definitions, as transformers no longer holds the latter.
import Testing
import Traces

@testable import Generation

@Suite struct BeamVariantTests {
    @Test func samplingIsReproducedByItsSeed() throws {
        let model = ScriptedModel(seed: 21, spread: 2, boost: 1)
        let first = settings {
            $0.beams = 4; $0.maxTokens = 8; $0.beamSample = true; $0.seed = "5"; $0.temperature = 1.5; $0.topK = 12
        }
        var second = first
        second.seed = "6"
        #expect(try model.tree(first) == model.tree(first))
        #expect(try model.tree(first) != model.tree(second))
    }

    /// Two draws without replacement: the pair (i, j) has probability pᵢ · pⱼ / (1 − pᵢ).
    @Test func drawsWithoutReplacementFollowTheirFormula() {
        let logits: [Float] = [2, 1, 0.5, 0]
        var sums = Distribution(logits)
        let p = logits.map { sums.sums().probability($0) }
        var generator = PCG64(seed: 9)
        var counts: [[Int]: Int] = [:]
        for _ in 0..<20_000 {
            var pool = Distribution(logits)
            counts[pool.drawWithoutReplacement(2, &generator), default: 0] += 1
        }
        var chiSquare = 0.0
        for i in 0..<4 {
            for j in 0..<4 where i != j {
                let expected = 20_000 * p[i] * p[j] / (1 - p[i])
                let difference = Double(counts[[i, j]] ?? 0) - expected
                chiSquare += difference * difference / expected
            }
        }
        #expect(chiSquare < 31.26, "χ² \(chiSquare)")  // 99.9 % point for 11 degrees of freedom
        #expect(counts.keys.allSatisfy { $0[0] != $0[1] })
    }

    /// A peaked distribution: all others are still found, and each once.
    @Test func drawsWithoutReplacementExhaustAPeakedDistribution() {
        var generator = PCG64(seed: 1)
        var pool = Distribution([0, 600, 1, -50, 2])
        let drawn = pool.drawWithoutReplacement(5, &generator)
        #expect(drawn.first == 1 && drawn.sorted() == [0, 1, 2, 3, 4])
        var large = Distribution((0..<5000).map { _ in 0 })
        #expect(Set(large.drawWithoutReplacement(60, &generator)).count == 60)
    }

    /// Without a penalty every group finds what a search with its number of beams finds.
    @Test func groupsWithoutDiversityAreSeparateSearches() throws {
        let model = ScriptedModel(seed: 30, spread: 2, boost: 1)
        let alone = try model.tree(
            settings {
                $0.beams = 2; $0.maxTokens = 8
            })
        let grouped = try model.tree(
            settings {
                $0.beams = 6; $0.beamGroups = 3; $0.maxTokens = 8
            })
        #expect(grouped.hypotheses.count == 6)
        for (place, hypothesis) in grouped.hypotheses.enumerated() {
            #expect(hypothesis.tokens == alone.hypotheses[place / 3].tokens)
        }
    }

    /// The first step by hand: each group takes the best tokens after what earlier groups took has lost the penalty.
    @Test func laterGroupsAvoidWhatEarlierOnesTook() throws {
        let model = ScriptedModel(seed: 31, spread: 2, boost: -20)
        var search = try BeamSearch(
            settings: settings {
                $0.beams = 4; $0.beamGroups = 2; $0.beamDiversity = 50
            }, endTokens: [2], prompt: model.prompt)
        let moves = try search.advance(logits: [model.logits(after: [])])
        var row = Distribution(model.logits(after: []))
        #expect(moves.map(\.token) == row.largest(4))
        let tree = try model.tree(
            settings {
                $0.beams = 4; $0.beamGroups = 4; $0.beamDiversity = 50; $0.maxTokens = 5
            })
        for depth in 0..<5 {
            let tokens = tree.nodes.filter { $0.depth == depth && ($0.state != .pruned) }.map(\.token.id)
            #expect(Set(tokens).count == tokens.count)
        }
        // Sums stay plain log-probabilities: the penalty only ranks.
        #expect(tree.nodes.allSatisfy { $0.sumLogProbability > -60 })
        let mild = try model.tree(
            settings {
                $0.beams = 4; $0.beamGroups = 2; $0.beamDiversity = 0.5; $0.maxTokens = 5
            })
        #expect(mild.nodes.contains { $0.why?.contains("after a diversity penalty of 0.5") == true })
    }

    @Test func groupsAreRerankedGroupByGroup() throws {
        let model = ScriptedModel(seed: 33, spread: 2, boost: 2)
        let base = settings {
            $0.beams = 6; $0.beamGroups = 3; $0.beamDiversity = 0.7; $0.maxTokens = 9; $0.earlyStopping = .never
        }
        let tree = try model.tree(base)
        var other = base
        other.lengthPenalty = 0
        other.earlyStopping = .yes
        let (reranked, note) = try tree.reranked(
            lengthPenalty: 0, earlyStopping: .yes, settings: base, text: plainText)
        // What a group takes depends on earlier groups while those run, so only the ranking is compared here.
        #expect(note == nil && reranked.hypotheses.count == 6)
        #expect(reranked.hypotheses.map(\.score) == reranked.hypotheses.map(\.sumLogProbability))
    }
}
