// How much a run would record, in which form, and why: decided and told before the run.
public import Phrases

/// How many bytes of memory the recorded attention may take.
public struct RecordBudget: Equatable, Sendable {
    /// Up to here every weight is kept as a 32-bit float (SmolLM2-135M: some 85 positions). Touching fresh memory costs
    /// more than computing what goes there, so longer runs take half of it.
    public var float32Bytes = 4 << 20
    /// Up to here every weight is kept as a 16-bit fraction (SmolLM2-135M: some 1700 positions); beyond, as many of each
    /// row's strongest keys as fit.
    public var attentionBytes = 768 << 20

    /// The limits above.
    public init() {}
}

/// What a run of some length will record, decided beforehand.
public struct RecordPlan: Equatable, Sendable {
    /// Positions the run may reach: prompt and generated tokens.
    public let positions: Int
    /// How attention is kept; nil when it is not recorded.
    public let attention: AttentionRecord.Storage?
    /// Bytes in memory of each part, 0 for what is not recorded.
    public let attentionBytes: Int64
    /// Raw and final logits: 2 · steps · vocabulary · 4.
    public let logitsBytes: Int64
    /// Hidden states: (layers + 1) · positions · hidden size · 4.
    public let hiddenBytes: Int64
    /// About how large trace.json becomes.
    public let traceFileBytes: Int64
    /// What is recorded in less than full detail, or not at all, and why; nil when all that was asked for is kept
    /// exactly. Belongs into the trace's notes.
    public let note: Phrase?

    /// Bytes in memory of all that is recorded.
    public var recordBytes: Int64 { attentionBytes + logitsBytes + hiddenBytes }

    /// Worth telling before the run starts: more than 100 MB, less than was asked for, or a model of more than 1 GB, beside
    /// which memory is short.
    public let isWorthTelling: Bool

    /// - Parameters:
    ///   - patterns: which keys the queries of each layer see.
    ///   - positions: prompt tokens and the most tokens that may be generated.
    ///   - steps: the most tokens that may be generated.
    public init(
        model: ModelInfo, patterns: AttentionPatterns, positions: Int, steps: Int, settings: Settings,
        budget: RecordBudget = RecordBudget()
    ) {
        self.positions = positions
        let heads = model.heads
        if settings.record.contains(.attention) {
            (attention, note) = Self.attention(patterns, heads, positions, budget)
        } else {
            (attention, note) = (nil, nil)
        }
        attentionBytes =
            attention.map {
                AttentionRecord.byteCount(patterns: patterns, heads: heads, positions: positions, storage: $0)
            } ?? 0
        let float = Int64(MemoryLayout<Float>.stride)
        let rows = Int64(steps == 0 ? positions : 2 * steps)
        logitsBytes = settings.record.contains(.logits) ? rows * Int64(model.vocabularySize) * float : 0
        let width = Int64(model.layers + 1) * Int64(model.hiddenSize)
        hiddenBytes = settings.record.contains(.hidden) ? width * Int64(positions) * float : 0
        let stages = Int64(settings.order.count + 1)
        let candidate = 150 + 10 * stages  // measured: about so many characters each
        let listed = Int64(min(settings.candidates, model.vocabularySize)) * candidate
        let hasAll = settings.record.contains(.logits) || settings.candidates >= model.vocabularySize
        let others: Int64 = hasAll ? 0 : 2000
        traceFileBytes =
            Int64(steps) * (500 + 60 * stages + listed + others + Self.residualCharacters(model, settings))
            + Int64(positions) * 200
            + (attention.map { Self.fileBytes(patterns, heads, positions, $0) } ?? 0)
        let bytes = attentionBytes + logitsBytes + hiddenBytes + traceFileBytes
        isWorthTelling = bytes > 100_000_000 || note != nil || model.weightBytes > 1_000_000_000
    }

    /// About how many characters the residual stream of a step takes: the embedding, the heads and parts of each layer.
    private static func residualCharacters(_ model: ModelInfo, _ settings: Settings) -> Int64 {
        if !settings.record.contains(.residual) { return 0 }
        let layer = 160 + 22 * Int64(model.heads)
        return 1000 + 12 * Int64(model.hiddenSize) + layer * Int64(model.layers)
    }

    /// The first form that fits the budget.
    private static func attention(
        _ patterns: AttentionPatterns, _ heads: Int, _ positions: Int, _ budget: RecordBudget
    ) -> (AttentionRecord.Storage?, Phrase?) {
        let limit = AttentionRecord.positionLimit
        if positions > limit {
            return (nil, tooManyPositions.filled("\(positions)", "\(limit)"))
        }
        let bytes = { (storage: AttentionRecord.Storage) in
            AttentionRecord.byteCount(patterns: patterns, heads: heads, positions: positions, storage: storage)
        }
        if bytes(.float32) <= budget.float32Bytes { return (.float32, nil) }
        if bytes(.fixed16) <= budget.attentionBytes { return (.fixed16, nil) }
        for keys in [256, 128, 64, 32, 16, 8] where bytes(.strongest(keysPerRow: keys)) <= budget.attentionBytes {
            return (
                .strongest(keysPerRow: keys), strongestKeys.filled([.number(keys), byteText(bytes(.float32))])
            )
        }
        return (
            nil, tooManyBytes.filled([byteText(bytes(.strongest(keysPerRow: 8))), byteText(budget.attentionBytes)])
        )
    }

    /// About how many base64 characters the attention takes, by the rates measured on SmolLM2.
    private static func fileBytes(
        _ patterns: AttentionPatterns, _ heads: Int, _ positions: Int, _ storage: AttentionRecord.Storage
    ) -> Int64 {
        let encoding = AttentionEncoding(patterns: patterns, heads: heads, positions: positions, storage: storage)
        let weights = Int64(heads) * patterns.weightCount(positions: positions, keysPerRow: encoding.keysPerRow)
        if encoding.keysPerRow != nil { return 2 * weights }
        return encoding.precision == .bits16 ? weights * 19 / 10 : weights * 6 / 10
    }
}
