// A made-up run that fills masks: attention both ways, and the candidates of each mask.
public import Traces

/// The sample run of a shape as an encoder would make it; two of the prompt's tokens are masks, and no step is made.
public func sampleFilling(_ shape: SampleShape = SampleShape()) -> Trace {
    let vocabulary = SampleVocabulary(size: shape.vocabularySize)
    var random = SampleRandom(state: shape.seed)
    var tokens = sampleTokens(SampleText.prompt.map { vocabulary.id($0) }, vocabulary, start: 0)
    let masks = [2, 8]
    for position in masks {
        tokens[position].id = SampleVocabulary.endToken
        (tokens[position].text, tokens[position].special) = ("[MASK]", true)
    }
    var settings = Settings()
    (settings.special, settings.maxTokens, settings.order, settings.candidates) = (true, 0, [], shape.candidates)
    let prompt = samplePrompt(tokens, scores: false)
    var model = sampleModel(shape)
    model.architecture = "bert"
    var steps: [Step] = []
    for position in masks {
        let logits = (0..<shape.vocabularySize).map { _ in Float(12 * random.uniform() - 6) }
        let probabilities = softmax(logits)
        let ranks = bestFirst(probabilities)
        let listed = ranks.prefix(shape.candidates)
        let candidates = listed.enumerated().map { place, id in
            Candidate(
                id: id, bytes: vocabulary.bytes[id],
                text: String(validating: vocabulary.bytes[id], as: UTF8.self) ?? "", rank: place + 1,
                logits: [logits[id]], rawProbability: probabilities[id], probability: probabilities[id],
                removedBy: nil)
        }
        let rest = max(0, 1 - listed.reduce(0) { $0 + probabilities[$1] })
        let top = Double(logits.max()!)
        steps.append(
            Step(
                mask: steps.count, at: position, of: prompt, candidates: candidates,
                tail: Tail(count: shape.vocabularySize - listed.count, rawProbability: rest, probability: rest),
                entropyBits: entropyBits(probabilities),
                logSumExp: top + logarithm(logits.reduce(0) { $0 + exponential(Double($1) - top) })))
    }
    var trace = Trace(
        engine: EngineInfo(version: "0.1.0", kernels: "plain", threads: 2), model: model, settings: settings,
        prompt: prompt, steps: steps, text: prompt.text, metrics: sampleMetrics(0),
        notes: ["A made-up run: no model computed it."])
    trace.run = .fill
    if shape.attention { trace.attention = squareAttention(shape, positions: tokens.count) }
    return trace
}

/// Every query weighs all keys, its neighbours most.
private func squareAttention(_ shape: SampleShape, positions: Int) -> AttentionRecord {
    let record = AttentionRecord(
        patterns: AttentionPatterns(.full, layers: shape.layers), heads: shape.heads,
        keyValueHeads: shape.keyValueHeads, capacityPositions: positions)
    record.grow(toPositions: positions)
    for layer in 0..<shape.layers {
        for head in 0..<shape.heads {
            var random = SampleRandom(state: shape.seed &+ UInt64(layer * shape.heads + head) &* 977)
            let ahead = head % 2 == 0 ? 1 : -1
            for query in 0..<positions {
                let scores = (0..<positions).map { key in
                    Float(2 * random.uniform()) + (key == query + ahead ? 4 : 0)
                }
                let weights = softmax(scores)
                let row = record.rowPointer(layer: layer, head: head, query: query)
                for key in 0..<positions { row[key] = Float(weights[key]) }
            }
        }
    }
    return record
}
