// What a run looked like inside: the probabilities of its prompt, and every site of the pass behind a step.
internal import Kernels
public import Traces
internal import Transformers

/// A site's value at one position, in a few numbers.
public struct SiteMeasure: Equatable, Sendable {
    /// The site that was measured.
    public var site: Site
    /// How many components its value has at one position.
    public var width: Int
    /// √Σx².
    public var length: Double
    /// The component that is the largest in size, with its sign.
    public var largest: Double
    /// Which component is the largest in size.
    public var place: Int
}

extension PromptScore {
    /// The score of a token from the logits before it; nil where those are no numbers.
    init?(of token: Int, _ logits: UnsafeBufferPointer<Float>, _ compute: Compute, keepsLogit: Bool) {
        let sums = compute.exponentials(logits)
        let own = logits[token]
        let (probability, entropy) = (sums.probability(of: own), sums.entropyBits)
        if !probability.isFinite || !entropy.isFinite { return nil }
        self.init(
            probability: probability, rank: 1 + logits.lazy.filter { $0 > own }.count, entropyBits: entropy,
            logit: keepsLogit ? own : nil)
    }
}

extension Session {
    /// The probability the model gave to each prompt token from the tokens before it: one row of logits for each position
    /// from `first` to `end`.
    func scores(_ logits: UnsafeBufferPointer<Float>, _ ids: [Int], first: Int, end: Int) -> [PromptScore?] {
        let size = model.configuration.vocabularySize
        return (first..<min(end, ids.count - 1)).map { position in
            let row = UnsafeBufferPointer(rebasing: logits[(position - first) * size..<(position - first + 1) * size])
            let own = ids[position + 1]
            return PromptScore(of: own, row, model.compute, keepsLogit: trace.run == .score)
        }
    }

    /// Token positions that went through the model, in this session and all its forks. A fork does not raise it.
    public var tokenPasses: Int { path.store.taken }

    /// Every site of the pass that chose a step, for the position it chose from.
    ///
    /// The position's token is run again behind the cached ones, into a slot that the next step overwrites; the run and
    /// its record are unchanged. Costs one token's pass, which is not counted in `tokenPasses`.
    public func inspect(step: Int) -> [SiteMeasure] {
        let position = trace.prompt.tokens.count + step - 1
        guard position < path.count else { return [] }
        let recorder = MeasuringRecorder()
        let slots = Array(path.slots[..<position]) + [path.store.next]
        let token = trace.tokens[position].id
        _ = forward(Batch(tokens: [token], paths: [slots]), logits: .last, recorder: recorder)
        return recorder.measures
    }
}

private final class MeasuringRecorder: Recorder {
    private(set) var measures: [SiteMeasure] = []
    var wantsAttention: Bool { false }

    func record(_ site: Site, _ activation: Activation) {
        var sum = 0.0
        var largest = 0.0
        var place = 0
        for (index, value) in activation.values.suffix(activation.width).enumerated() {
            sum += Double(value) * Double(value)
            if Double(abs(value)) > abs(largest) { (largest, place) = (Double(value), index) }
        }
        measures.append(
            SiteMeasure(
                site: site, width: activation.width, length: sum.squareRoot(), largest: largest, place: place))
    }

    func recordAttention(_ row: AttentionRow) {}
}
