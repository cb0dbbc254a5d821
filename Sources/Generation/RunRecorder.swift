// Keeps what a run was asked to record. Reads only; see `Recorder`.
internal import Kernels
internal import Traces

/// Attention into its record, hidden states of all positions, and the last token's hidden states for the lens.
final class RunRecorder: Recorder {
    let attention: AttentionRecord?
    let keepsHidden: Bool
    /// (layer 0…layers) rows of (position, hiddenSize).
    private(set) var hidden: [[Float]]
    /// (layer 0…layers, hiddenSize): the newest token's.
    private(set) var newest: [[Float]]
    /// Where the time goes, if that is asked for.
    var profile: Profile?

    init(attention: AttentionRecord?, keepsHidden: Bool, layers: Int) {
        self.attention = attention
        self.keepsHidden = keepsHidden
        hidden = Array(repeating: [], count: keepsHidden ? layers + 1 : 0)
        newest = Array(repeating: [], count: keepsHidden ? layers + 1 : 0)
    }

    /// A recorder that has what another has of the first `positions` positions.
    init(attention: AttentionRecord?, copying other: RunRecorder, positions: Int, hiddenSize: Int) {
        self.attention = attention
        keepsHidden = other.keepsHidden
        hidden = other.hidden.map { Array($0.prefix(positions * hiddenSize)) }
        newest = hidden.map { Array($0.suffix(hiddenSize)) }
    }

    /// Nothing to record: the pass can run without a recorder.
    var isIdle: Bool { attention == nil && !keepsHidden }

    func record(_ site: Site, _ activation: Activation) {
        guard keepsHidden, site.kind == .embedding || site.kind == .hidden else { return }
        let before = profile?.enter(.recording)
        defer { if let before { profile?.enter(before) } }
        let row = site.layer.map { $0 + 1 } ?? 0
        hidden[row].append(contentsOf: activation.values)
        newest[row] = Array(activation.values.suffix(activation.width))
    }

    var wantsAttention: Bool { attention != nil }

    func recordAttention(_ row: AttentionRow) {
        attention!.write(layer: row.layer, head: row.head, query: row.query, weights: row.weights)
    }

    /// Makes room for the attention rows of the positions below `positions`.
    func reserve(positions: Int) { attention?.grow(toPositions: positions) }

    /// Forgets the positions from `positions` on.
    func rewind(toPositions positions: Int, hiddenSize: Int) {
        attention?.shrink(toPositions: positions)
        for layer in hidden.indices {
            hidden[layer].removeLast(max(0, hidden[layer].count - positions * hiddenSize))
            newest[layer] = Array(hidden[layer].suffix(hiddenSize))
        }
    }
}
