// A made-up but consistent run for the tests of everything that shows one: no model, the same bytes everywhere.
public import Traces

/// What a sample run should contain.
public struct SampleShape: Sendable {
    public var layers = 4
    public var heads = 6
    public var keyValueHeads = 2
    public var steps = 12
    public var candidates = 8
    public var vocabularySize = 400
    public var attention = true
    /// What each layer would have said, at every step.
    public var lens = false
    /// The residual stream of every step, and with the lens how the chosen token stands in each layer.
    public var inside = false
    /// How well each prompt token was foreseen.
    public var promptScores = false
    /// Where the logits of the tokens lie that are not listed, at every step.
    public var tailLogits = false
    /// 0: no beam tree. Otherwise the number of beams; the steps then follow the best hypothesis.
    public var beams = 0
    public var seed: UInt64 = 1

    public init() {}

    /// A shape with other values than the default: `SampleShape { $0.steps = 200 }`.
    public init(_ change: (inout SampleShape) -> Void) { change(&self) }
}

/// The sample run of a shape. Softmaxes, masses, entropies and intervals add up as in a real run.
public func sampleTrace(_ shape: SampleShape = SampleShape()) -> Trace {
    var run = SampleRun(shape)
    for index in 0..<shape.steps { run.step(index) }
    return run.finish()
}

private struct SampleRun {
    let shape: SampleShape
    let vocabulary: SampleVocabulary
    let settings: Settings
    let promptTokens: [Token]
    var random: SampleRandom
    var generated: [Int] = []
    var steps: [Step] = []

    init(_ shape: SampleShape) {
        self.shape = shape
        vocabulary = SampleVocabulary(size: shape.vocabularySize)
        random = SampleRandom(state: shape.seed)
        let words = vocabulary
        promptTokens = sampleTokens(SampleText.prompt.map { words.id($0) }, words, start: 0)
        settings = sampleSettings(shape)
    }

    /// Logits that mostly prefer the next word of ``SampleText/output``.
    mutating func logits(_ index: Int) -> [Float] {
        let vocabulary = vocabulary
        var logits = (0..<shape.vocabularySize).map { _ in Float(8 * random.uniform() - 6) }
        let wish = SampleText.output[index % SampleText.output.count]
        // The rest of a split character is certain; elsewhere the model hesitates now and then.
        let startsWhole = wish[0] & 0xC0 != 0x80
        logits[vocabulary.id(wish)] = startsWhole ? Float(4 + 9 * random.uniform()) : 24
        if wish[0] == 0xF0 { logits[vocabulary.id(wish)] = 22 }
        if index == shape.steps - 1 { logits[SampleVocabulary.endToken] = 26 }
        return logits
    }

    mutating func step(_ index: Int) {
        let history = promptTokens.map(\.id) + generated
        var ledger = SampleLedger(raw: logits(index))
        ledger.run(settings, history: history, generated: generated)
        let rawProbabilities = softmax(ledger.raw)
        let final = softmax(ledger.current)
        let uniform = random.uniform()
        var low = 0.0
        var chosen = -1
        var high = 0.0
        for id in bestFirst(final) where ledger.removedBy[id] == nil {
            high = low + final[id]
            chosen = id
            if high > uniform { break }
            low = high
        }
        generated.append(chosen)
        let ranks = bestFirst(rawProbabilities)
        var listed = Array(ranks.prefix(shape.candidates))
        if !listed.contains(chosen) { listed[listed.count - 1] = chosen }
        let top = Double(ledger.raw.max()!)
        let logSumExp = top + logarithm(ledger.raw.reduce(0) { $0 + exponential(Double($1) - top) })
        steps.append(
            Step(
                index: index, position: promptTokens.count + index, token: promptTokens[0], stages: ledger.stages,
                candidates: listed.map { candidate($0, ledger, ranks, rawProbabilities, final) },
                tail: Tail(
                    count: shape.vocabularySize - listed.count,
                    rawProbability: max(0, 1 - listed.reduce(0) { $0 + rawProbabilities[$1] }),
                    probability: max(0, 1 - listed.reduce(0) { $0 + final[$1] }),
                    logits: shape.tailLogits ? sampleTailLogits(ledger.raw, listed, history) : nil),
                entropyBitsRaw: entropyBits(rawProbabilities), entropyBitsFinal: entropyBits(final),
                logSumExp: logSumExp,
                draw: Draw(
                    uniform: uniform, low: low, high: high,
                    // As large as the file must hold.
                    generator: GeneratorState(state: .max - UInt128(index), increment: 2 * UInt128(index) + 1)),
                finish: nil,
                seconds: StepSeconds(forward: 0.008 + 1e-6 * Double(index), choose: 0.0004, record: 0.0001),
                lens: shape.lens ? lens(final) : []))
        if !shape.inside { return }
        steps[index].lens = shape.withStandings(steps[index].lens, token: chosen, probability: final[chosen])
        steps[index].residual = shape.residual(token: chosen, logit: ledger.raw[chosen], vocabulary: vocabulary)
    }

    func candidate(
        _ id: Int, _ ledger: SampleLedger, _ ranks: [Int], _ raw: [Double], _ final: [Double]
    ) -> Candidate {
        let bytes = vocabulary.bytes[id]
        return Candidate(
            id: id, bytes: bytes, text: String(validating: bytes, as: UTF8.self) ?? "",
            rank: ranks.firstIndex(of: id)! + 1, logits: ledger.logits[id], rawProbability: raw[id],
            probability: ledger.removedBy[id] == nil ? final[id] : 0, removedBy: ledger.removedBy[id])
    }

    /// Each layer leans a little further towards the final distribution.
    func lens(_ final: [Double]) -> [LensRow] {
        (0...shape.layers).map { layer in
            let share = Double(layer) / Double(shape.layers)
            let leaning = final.indices.map { id in
                share * final[id] + (1 - share) * Double((id * 31 + layer * 17) % 97 + 1) / Double(final.count * 49)
            }
            let top = bestFirst(leaning).prefix(5).map { id in
                LensToken(id: id, text: String(decoding: vocabulary.bytes[id], as: UTF8.self), probability: leaning[id])
            }
            return LensRow(layer: layer, top: top)
        }
    }

    mutating func finish() -> Trace {
        let tokens = sampleTokens(generated, vocabulary, start: 0)
        for index in steps.indices { steps[index].token = tokens[index] }
        if let last = generated.last {
            steps[steps.count - 1].finish = last == SampleVocabulary.endToken ? .eos : .length
        }
        let text = tokens.filter { !$0.special }.map(\.text).joined()
        let positions = promptTokens.count + max(shape.steps - 1, 0)
        var trace = Trace(
            engine: EngineInfo(version: "0.1.0", kernels: "plain", threads: 2), model: sampleModel(shape),
            settings: settings, prompt: samplePrompt(promptTokens, scores: shape.promptScores), steps: steps,
            text: text, metrics: sampleMetrics(steps.count), notes: ["A made-up run: no model computed it."])
        trace.costs = sampleCosts(prompt: promptTokens.count, steps: shape.beams > 0 ? 0 : steps.count)
        if shape.beams > 0 { trace.beam = sampleBeams(shape, vocabulary) }
        if shape.attention {
            trace.attention = sampleAttention(
                layers: shape.layers, heads: shape.heads, keyValueHeads: shape.keyValueHeads, positions: positions,
                seed: shape.seed)
        }
        return trace
    }
}
