// What comes out of the stages for one step, and what goes from one step to the next.

public import Traces

/// What the choices of a run carry along. A value: keeping a copy is enough to rewind.
public struct ChoiceState: Equatable, Sendable {
    /// The random numbers to come.
    public var generator: PCG64
    /// Mirostat's bound on the surprise, in bits; nil before its first step.
    public var surpriseBound: Double?

    /// A state with the given generator and, for mirostat, the bound in bits.
    public init(generator: PCG64, surpriseBound: Double? = nil) {
        self.generator = generator
        self.surpriseBound = surpriseBound
    }

    /// The state a run with this seed begins with.
    public init(seed: String) throws(SettingsError) { self.init(generator: try PCG64(seed: seed)) }
}

/// A chosen token with the whole ledger of its step.
public struct StepChoice: Equatable, Sendable {
    /// The chosen token's id.
    public var id: Int
    /// "raw" first; only stages that were active.
    public var stages: [StageRecord]
    /// Best first by raw logit; the chosen token is always among them (as the last, when its rank is beyond the list).
    public var candidates: [Candidate]
    /// What the tokens that are not listed amount to.
    public var tail: Tail
    /// Entropy of the distribution before the stages, in bits.
    public var entropyBitsRaw: Double
    /// Entropy of the distribution after the last stage, in bits.
    public var entropyBitsFinal: Double
    /// log Σ exp(raw logit) over the vocabulary.
    public var logSumExp: Double
    /// nil when nothing was drawn: greedy, or a forced token.
    public var draw: Draw?
    /// (token): the logits after the last stage, −∞ for removed tokens; only when asked for.
    public var finalLogits: [Float]?

    /// The chosen token's row of ``candidates``.
    public var chosen: Candidate? { candidates.first { $0.id == id } }
}
