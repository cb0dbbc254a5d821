// What a recorded step looked like inside, and what a branch needs when the forward pass itself is changed.
// Called by: the debugger.
public import Traces
internal import Transformers

/// A site's value at one position, in a few numbers.
public struct SiteMeasure: Equatable, Sendable {
    public var site: Site
    public var width: Int
    /// √Σx².
    public var length: Double
    public var largest: Double
    /// Which component is the largest in size.
    public var place: Int
}

extension Session {
    /// Has the next step's logits computed anew, because something in the forward pass was changed (an ablated head).
    /// Keys and values of earlier positions stay as they are; before the first step the whole prompt is read again.
    func readAgain() {
        logits = nil
        let kept = trace.steps.isEmpty ? 0 : min(slots.count, trace.prompt.tokens.count + trace.steps.count - 1)
        dropSlots(behind: kept)
        recorder.rewind(toPositions: kept, hiddenSize: model.configuration.hiddenSize)
        if trace.steps.isEmpty { trace.prompt.scores = [] }
    }

    /// Token positions that went through the model, in this session and all its forks. A fork does not raise it.
    public var tokenPasses: Int { store.taken }

    /// Every site of the pass that chose a step, for the position it chose from.
    ///
    /// The position's token is run again behind the cached ones, into a slot that the next step overwrites; the run and
    /// its record are unchanged. Costs one token's pass, which is not counted in `tokenPasses`.
    public func inspect(step: Int) -> [SiteMeasure] {
        let position = trace.prompt.tokens.count + step - 1
        guard position < slots.count else { return [] }
        let recorder = MeasuringRecorder()
        let path = Array(slots[..<position]) + [store.next]
        let token = trace.tokens[position].id
        _ = forward(Batch(tokens: [token], paths: [path]), logits: .last, recorder: recorder)
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
