// A real beam search over made-up log-probabilities, every node kept.
import Traces

private struct Beam {
    var node: Int?
    var ids: [Int]
    var sum: Double
}

func sampleBeams(_ shape: SampleShape, _ vocabulary: SampleVocabulary) -> BeamTree {
    var nodes: [BeamNode] = []
    var hypotheses: [(node: Int, hypothesis: BeamHypothesis)] = []
    var beams = [Beam(node: nil, ids: [], sum: 0)]
    for depth in 0..<shape.steps {
        // 2 · beams candidates by summed log-probability; the first `beams` go on.
        var candidates: [(beam: Beam, id: Int, logProbability: Double)] = []
        for beam in beams {
            for (id, logProbability) in successors(beam, depth, shape, vocabulary) {
                candidates.append((beam, id, logProbability))
            }
        }
        candidates.sort { $0.beam.sum + $0.logProbability > $1.beam.sum + $1.logProbability }
        beams = []
        for (rank, candidate) in candidates.prefix(2 * shape.beams).enumerated() {
            let ids = candidate.beam.ids + [candidate.id]
            let sum = candidate.beam.sum + candidate.logProbability
            let ends = candidate.id == SampleVocabulary.endToken || depth == shape.steps - 1
            let stays = beams.count < shape.beams
            let finished = ends && rank < shape.beams
            let node = BeamNode(
                id: nodes.count, parent: candidate.beam.node, depth: depth,
                token: sampleTokens(ids, vocabulary, start: 0)[depth], logProbability: candidate.logProbability,
                sumLogProbability: sum, score: sum / Double(depth + 1),
                state: finished ? .finished : stays && !ends ? .live : .pruned,
                why: finished
                    ? .finished(candidate.id == SampleVocabulary.endToken ? .eos : .length)
                    : stays && !ends ? nil : .other("rank \(rank + 1) of \(2 * shape.beams)"))
            if finished {
                let text = sampleTokens(ids, vocabulary, start: 0).filter { !$0.special }.map(\.text).joined()
                let end: FinishReason = candidate.id == SampleVocabulary.endToken ? .eos : .length
                hypotheses.append(
                    (
                        node.id,
                        BeamHypothesis(tokens: ids, text: text, sumLogProbability: sum, score: node.score, finish: end)
                    ))
            } else if node.state == .live {
                beams.append(Beam(node: node.id, ids: ids, sum: sum))
            }
            nodes.append(node)
        }
    }
    hypotheses.sort { $0.hypothesis.score > $1.hypothesis.score }
    var place = hypotheses.first?.node
    while let id = place {
        nodes[id].state = .chosen
        place = nodes[id].parent
    }
    return BeamTree(
        beams: shape.beams, lengthPenalty: 1, earlyStopping: "false", nodes: nodes,
        hypotheses: hypotheses.prefix(shape.beams).map(\.hypothesis))
}

/// The best few next tokens of a beam with their log-probabilities, drawn from the beam's own past.
private func successors(
    _ beam: Beam, _ depth: Int, _ shape: SampleShape, _ vocabulary: SampleVocabulary
) -> [(Int, Double)] {
    var random = SampleRandom(state: beam.ids.reduce(shape.seed) { $0 &* 31 &+ UInt64($1) })
    let wish = vocabulary.id(SampleText.output[depth % SampleText.output.count])
    var options: [(Int, Double)] = [(wish, -0.05 - 1.5 * random.uniform())]
    if depth > 3, random.uniform() < 0.2 { options.append((SampleVocabulary.endToken, -1 - random.uniform())) }
    while options.count < 2 * shape.beams {
        let id = 2 + Int(random.next() % UInt64(shape.vocabularySize - 2))
        if !options.contains(where: { $0.0 == id }) { options.append((id, -1 - 4 * random.uniform())) }
    }
    return options
}
