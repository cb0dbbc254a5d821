// Beam search on SmolLM2 against transformers' generate(): float32, the same dequantised weights (make_beam_reference.py).
import Foundation
import JSONText
import TestTools
import Testing
import Traces

@Suite(.serialized, .needs(.command, .smolLM2)) struct BeamReferenceTests {
    /// Scores of the two may differ by this much; where a negative length penalty multiplies the sum by the length, the
    /// sums may. (transformers adds log-probabilities in 32-bit floats.)
    static let tolerance = 1e-3

    @Test(arguments: 0..<18) func searchIsTransformers(_ index: Int) throws {
        let cases = try #require(try fixture("smollm2-beams").array)
        #expect(cases.count == 18)
        let golden = cases[index]
        let prompt = try #require(golden["prompt"]?.string)
        let beams = try #require(golden["beams"]?.int)
        let penalty = try #require(golden["lengthPenalty"]?.double)
        let early = try #require(golden["earlyStopping"]?.string)
        let length = try #require(golden["maxTokens"]?.int)
        let name = "\(prompt) beams \(beams) penalty \(penalty) early \(early)"
        let command = try BuiltCommand()
        let trace = try command.trace(
            "a", prompt,
            [
                "--model", "smollm2", "--beams", "\(beams)", "--length-penalty", "\(penalty)", "--early-stopping",
                early,
                "--max-tokens", "\(length)", "--record", "none", "--special",
            ])
        #expect(trace.prompt.tokens.map(\.id) == golden["ids"]?.array?.compactMap(\.int), "\(name)")
        let tree = try #require(trace.beam)
        let expected = try #require(golden["hypotheses"]?.array)
        #expect(tree.hypotheses.count == expected.count, "\(name)")
        for (place, pair) in zip(tree.hypotheses, expected).enumerated() {
            let score = try #require(pair.1["score"]?.double)
            #expect(pair.0.tokens == pair.1["tokens"]?.array?.compactMap(\.int), "\(name), hypothesis \(place)")
            let room = Self.tolerance * (penalty < 0 ? pow(Double(pair.0.tokens.count), -penalty) : 1)
            #expect(abs(pair.0.score - score) < room, "\(name), hypothesis \(place): \(pair.0.score), \(score)")
        }
        try checkRecord(tree, trace)
    }

    /// Every node says what became of it, sums add up along the tree, and the steps follow the best hypothesis.
    private func checkRecord(_ tree: BeamTree, _ trace: Trace) throws {
        for node in tree.nodes {
            let before = node.parent.map { tree.nodes[$0].sumLogProbability } ?? 0
            #expect(abs(before + node.logProbability - node.sumLogProbability) < 1e-9)
            #expect((node.state == .pruned) <= (node.why != nil))
        }
        let best = try #require(tree.hypotheses.first)
        #expect(trace.steps.map(\.token.id) == best.tokens)
        #expect(tree.nodes.filter { $0.state == .chosen }.map(\.token.id) == best.tokens)
        #expect(trace.steps.last?.finish == best.finish)
    }

    /// Sixteen beams over 64 steps: every node is on record, and ranking them anew agrees with a search of its own.
    @Test func wideSearchIsRecordedWhole() throws {
        let command = try BuiltCommand()
        let options = ["--model", "smollm2", "--beams", "16", "--max-tokens", "64", "--record", "none"]
        let prompt = "The three primary colours are"
        let trace = try command.trace("a", prompt, options)
        let tree = try #require(trace.beam)
        let depths = (tree.nodes.map(\.depth).max() ?? 0) + 1
        for depth in 0..<depths { #expect(tree.nodes.count { $0.depth == depth } >= 32, "step \(depth)") }
        let shown = try command.run(["show", "a", "--beams", "--length-penalty", "0.2"])
        #expect(shown.status == 0, "\(shown.error)")
        let direct = try #require(
            try command.trace("b", prompt, options + ["--length-penalty", "0.2"]).beam?.hypotheses.first)
        #expect(shown.out.contains(fixedScore(direct.score)), "\(direct.score) in \(shown.out)")
    }

    private func fixedScore(_ score: Double) -> String { String(format: "%.4f", score) }
}

/// Implication for Booleans: false ≤ true.
private func <= (a: Bool, b: Bool) -> Bool { !a || b }
