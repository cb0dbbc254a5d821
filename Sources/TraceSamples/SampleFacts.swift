// The facts around a sample run: model, settings, prompt with its merges, metrics.
import Traces

func sampleModel(_ shape: SampleShape) -> ModelInfo {
    let headSize = 16
    return ModelInfo(
        name: "sample", architecture: "llama", file: "sample.gguf", sha256: String(repeating: "5a", count: 32),
        layers: shape.layers, heads: shape.heads, keyValueHeads: shape.keyValueHeads, headSize: headSize,
        hiddenSize: shape.heads * headSize, vocabularySize: shape.vocabularySize, contextLength: 2048,
        parameters: 1_000_000, weightBytes: 650_000, tensorTypes: [("F32", 9), ("Q4_1", 28)])
}

func sampleSettings(_ shape: SampleShape) -> Settings {
    var settings = Settings()
    settings.maxTokens = shape.steps
    settings.temperature = 0.9
    settings.topK = 40
    settings.topP = 0.95
    settings.minP = 0.02
    settings.repetitionPenalty = 1.1
    settings.frequencyPenalty = 0.1
    settings.presencePenalty = 0.2
    settings.seed = shape.seed.description
    settings.candidates = shape.candidates
    settings.beams = max(shape.beams, 1)
    settings.record = []
    if shape.attention { settings.record.append(.attention) }
    if shape.lens { settings.record.append(.hidden) }
    if shape.inside { settings.record.append(.residual) }
    if shape.promptScores { settings.record.append(.prompt) }
    return settings
}

/// The prompt with pieces whose merges lead from single bytes to the tokens, left to right.
func samplePrompt(_ tokens: [Token], scores: Bool) -> Prompt {
    let bytes = tokens.flatMap(\.bytes)
    let text = String(decoding: bytes, as: UTF8.self)
    var pieces: [Piece] = []
    for token in tokens {
        // A token that starts inside a character belongs to the piece before it.
        if token.bytes[0] & 0xC0 == 0x80, let last = pieces.popLast() {
            pieces.append(samplePiece(last.ids.map { id in tokens.first { $0.id == id }! } + [token]))
        } else {
            pieces.append(samplePiece([token]))
        }
    }
    var prompt = Prompt(text: text, rendered: text, tokens: tokens, pieces: pieces)
    if scores {
        prompt.scores = tokens.indices.map { index in
            index == 0
                ? nil
                : PromptScore(
                    probability: 1 / Double(2 + index * index), rank: 1 + index * 3 % 7,
                    entropyBits: 1 + Double(index % 5))
        }
    }
    return prompt
}

private func samplePiece(_ tokens: [Token]) -> Piece {
    let bytes = tokens.flatMap(\.bytes)
    var merges: [Merge] = []
    for (index, token) in tokens.enumerated() {
        var left = [token.bytes[0]]
        for byte in token.bytes.dropFirst() {
            merges.append(Merge(rank: 100 * merges.count + token.id, index: index, left: left, right: [byte]))
            left.append(byte)
        }
    }
    return Piece(
        start: tokens[0].start, end: tokens[tokens.count - 1].end, bytes: bytes, symbols: bytes.map { [$0] },
        explanation: .merges(merges), ids: tokens.map(\.id))
}

func sampleMetrics(_ steps: Int) -> Metrics {
    var metrics = Metrics()
    metrics.loadSeconds = 0.05
    metrics.tokenizeSeconds = 0.0002
    metrics.prefillSeconds = 0.06
    metrics.timeToFirstTokenSeconds = 0.07
    metrics.timePerOutputTokenSeconds = steps > 1 ? 0.0085 : nil
    metrics.promptTokensPerSecond = 250
    metrics.tokensPerSecond = 117
    metrics.weightBytes = 650_000
    metrics.keyValueCacheBytes = 1_048_576
    metrics.recordBytes = 200_000
    metrics.peakMemoryBytes = 40_000_000
    return metrics
}

/// Made-up costs that grow as those of a model do.
func sampleCosts(prompt: Int, steps: Int) -> ContextCosts {
    let contexts = [16, 64, 256, 1024]
    func work(_ tokens: Int64, pairs: (Int) -> Int64) -> WorkByPart {
        WorkByPart(
            projections: contexts.map { (tokens == 0 ? Int64($0) : tokens) * 40_000 },
            mlp: contexts.map { (tokens == 0 ? Int64($0) : tokens) * 110_000 }, attention: contexts.map(pairs),
            head: contexts.map { _ in 30_000 })
    }
    let own = (0..<steps).map { Int64(prompt + $0) }
    return ContextCosts(
        contexts: contexts, cacheBytes: contexts.map { Int64($0) * 6144 },
        prefill: work(0) { 256 * Int64($0) * Int64($0 + 1) }, decode: work(1) { 512 * Int64($0) },
        steps: StepWork(
            cached: own.enumerated().map { $0 == 0 ? $1 * 150_000 : 180_000 + 512 * $1 },
            uncached: own.map { $0 * 150_000 + 256 * $0 * ($0 + 1) }, cacheBytes: own.map { $0 * 6144 }),
        measured: [
            MeasuredContext(context: 64, firstTokenSeconds: 0.02, perTokenSeconds: 0.004),
            MeasuredContext(context: 256, firstTokenSeconds: 0.09, perTokenSeconds: 0.005),
        ])
}
