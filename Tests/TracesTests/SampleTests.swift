// The sample run that other tests rely on: consistent, and as it was asked for.
import Testing
import TraceSamples

@testable import Traces

@Suite struct SampleTests {
    let trace = sampleTrace(
        SampleShape {
            $0.steps = 60; $0.lens = true; $0.promptScores = true; $0.beams = 3
        })

    @Test func textsJoin() {
        #expect(trace.prompt.tokens.map(\.text).joined() == trace.prompt.text)
        #expect(trace.prompt.text.contains("👋") && trace.prompt.text.contains("臺灣"))
        #expect(trace.prompt.tokens.contains { $0.text.isEmpty })
        #expect(trace.steps.filter { !$0.token.special }.map(\.token.text).joined() == trace.text)
        #expect(trace.text.contains("臺北"))
        #expect(trace.steps.last?.finish == .eos)
    }

    @Test func massesAddUp() {
        for step in trace.steps {
            let raw = step.candidates.reduce(step.tail.rawProbability) { $0 + $1.rawProbability }
            let final = step.candidates.reduce(step.tail.probability) { $0 + $1.probability }
            #expect(abs(raw - 1) < 1e-9 && abs(final - 1) < 1e-9)
            #expect(step.chosen != nil)
            #expect(step.stages.first?.name == "raw")
            for candidate in step.candidates { #expect(candidate.logits.count == step.stages.count) }
            let draw = step.draw!
            #expect(draw.low <= draw.uniform && draw.uniform < draw.high)
        }
    }

    @Test func attentionRowsSumToOne() {
        let record = trace.attention!
        #expect(record.positions == trace.tokens.count - 1)
        for layer in 0..<record.layers {
            for query in 0..<record.positions {
                #expect(abs(record.row(layer: layer, head: 5, query: query).reduce(0, +) - 1) < 1e-5)
            }
        }
    }

    @Test func beamsFormATree() {
        let beam = trace.beam!
        for (place, node) in beam.nodes.enumerated() {
            #expect(node.id == place)
            if let parent = node.parent { #expect(beam.nodes[parent].depth == node.depth - 1) }
        }
        #expect(beam.hypotheses.count == 3)
        #expect(Set(beam.nodes.map(\.state)) == Set(BeamNode.State.allCases))
    }
}
