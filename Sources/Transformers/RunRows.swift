// Rows of several runs in one pass: the weights are read once for all of them. Each row has its own run's cache, recorder
// and experiments, so that its numbers are, bit for bit, those of a pass of its own.
public import Traces

/// What a run's own pass has beside its tokens.
public struct RowOwner {
    let cache: KeyValueCache
    let recorder: (any Recorder)?
    let ablated: Set<LayerHead>
    let dropped: [Int]

    /// - Parameters:
    ///   - cache: where the run's keys and values are.
    ///   - recorder: hears of this row alone.
    ///   - ablated: the heads that are off in this row.
    ///   - dropped: the positions that this row no longer finds.
    public init(
        cache: KeyValueCache, recorder: (any Recorder)? = nil, ablated: Set<LayerHead> = [], dropped: [Int] = []
    ) {
        self.cache = cache
        self.recorder = recorder
        self.ablated = ablated
        self.dropped = dropped
    }
}

/// The newest token of a run.
public struct RunRow {
    let token: Int
    /// The cache slots of the run's text by position, the token's own last.
    let path: [Int32]
    let owner: RowOwner

    /// A row by its members.
    public init(token: Int, path: [Int32], owner: RowOwner) {
        self.token = token
        self.path = path
        self.owner = owner
    }
}

extension Transformer {
    /// Runs one token of each of several runs; their caches must differ. Logits (row, vocabulary), valid until the next
    /// call.
    public func forward(_ rows: [RunRow]) -> UnsafeBufferPointer<Float> {
        precondition(!rows.isEmpty, "a pass has a token")
        let batch = Batch(rows)
        // What is off is said by the rows.
        (ablated, dropped) = ([], [])
        var isRecorded = false
        for row in rows where row.owner.recorder != nil { isRecorded = true }
        return forward(
            batch, cache: rows[0].owner.cache, logits: .all, recorder: isRecorded ? RowRecorder(batch) : nil)
    }
}

extension Batch {
    /// The cache of a token, where `shared` is that of a batch of one run.
    func cache(of token: Int, _ shared: KeyValueCache) -> KeyValueCache {
        owners.isEmpty ? shared : owners[token].cache
    }

    /// Makes room for the tokens in their caches.
    func reserve(_ shared: KeyValueCache) {
        if owners.isEmpty { return shared.reserve(slots: (slots.max() ?? -1) + 1) }
        for (token, owner) in owners.enumerated() { owner.cache.reserve(slots: slots[token] + 1) }
    }
}

/// Hands each run's recorder its row. Attention rows go to them from where they are computed.
private final class RowRecorder: Recorder {
    private let batch: Batch

    init(_ batch: Batch) { self.batch = batch }

    func record(_ site: Site, _ activation: Activation) {
        for (row, owner) in batch.owners.enumerated() {
            guard let recorder = owner.recorder else { continue }
            recorder.record(
                site,
                Activation(
                    pointer: activation.pointer + row * activation.width, tokens: 1, width: activation.width,
                    firstPosition: batch.positions[row]))
        }
    }

    var wantsAttention: Bool { false }
    func recordAttention(_ row: AttentionRow) {}
}
