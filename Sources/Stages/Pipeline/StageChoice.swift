// What comes out of the stages for one step, and what goes from one step to the next.

public import Traces

/// What the choices of a run carry along. A value: keeping a copy is enough to rewind.
public struct ChoiceState: Equatable, Sendable {
    public var generator: PCG64
    /// Mirostat's bound on the surprise, in bits; nil before its first step.
    public var surpriseBound: Double?

    public init(generator: PCG64, surpriseBound: Double? = nil) {
        self.generator = generator
        self.surpriseBound = surpriseBound
    }

    /// The state a run with this seed begins with.
    public init(seed: String) throws(SettingsError) { self.init(generator: try PCG64(seed: seed)) }
}

/// A chosen token with the whole ledger of its step.
public struct StepChoice: Equatable, Sendable {
    public var id: Int
    /// "raw" first; only stages that were active.
    public var stages: [StageRecord]
    /// Best first by raw logit; the chosen token is always among them (as the last, when its rank is beyond the list).
    public var candidates: [Candidate]
    public var tail: Tail
    public var entropyBitsRaw: Double
    public var entropyBitsFinal: Double
    /// log Σ exp(raw logit) over the vocabulary.
    public var logSumExp: Double
    /// nil when nothing was drawn: greedy, or a forced token.
    public var draw: Draw?
    /// (token): the logits after the last stage, −∞ for removed tokens; only when asked for.
    public var finalLogits: [Float]?

    public var chosen: Candidate? { candidates.first { $0.id == id } }
}
