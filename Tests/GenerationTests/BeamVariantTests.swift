// Beam sampling and diverse beam search: their definitions, as transformers no longer holds the latter.
import Phrases
import Testing
import Traces

@testable import Generation
@testable import Stages

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
        #expect(mild.nodes.contains { $0.why?.text.contains("after a diversity penalty of 0.5") == true })
    }

    /// Other rules may end a group earlier than in the record, and then the later steps of the others would be different:
    /// re-ranking says so, and where it says nothing, a new search finds the same.
    @Test func groupsAreRerankedAsANewSearchWouldOrSaySo() throws {
        var (exact, told) = (0, 0)
        for seed in 30..<50 {
            let model = ScriptedModel(seed: seed, spread: 2, boost: 2)
            var base = settings {
                $0.beams = 6; $0.beamGroups = 3; $0.beamDiversity = 0.7; $0.maxTokens = 9; $0.earlyStopping = .never
            }
            base.lengthPenalty = 2
            let tree = try model.tree(base)
            for mode in EarlyStopping.allCases {
                for penalty in [0.0, 2] {
                    let (reranked, note) = try tree.reranked(
                        lengthPenalty: penalty, earlyStopping: mode, settings: base, text: plainText)
                    var other = base
                    (other.lengthPenalty, other.earlyStopping) = (penalty, mode)
                    if note != nil {
                        told += 1
                    } else {
                        exact += 1
                        #expect(
                            try reranked.hypotheses == model.tree(other).hypotheses, "seed \(seed) \(mode) \(penalty)")
                    }
                }
            }
        }
        #expect(exact > 20 && told > 5, "\(exact) exact, \(told) told")
    }
}
