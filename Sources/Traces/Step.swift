// One generated token and everything that led to it: the ledger of the stages, the draw, the times.

/// A stage of the way from logits to a token, as it ran in this step. The first stage of a step is "raw".
public struct StageRecord: Equatable, Sendable {
    /// The stage's name in the field's spelling: "raw", "repetition-penalty", "temperature", "top-k", "top-p", …
    public var name: String
    /// The stage's numbers, in the order of its options; a mirostat stage also lists its state here.
    public var parameters: [Parameter]
    /// How many tokens are still in play after the stage, and how many it removed.
    public var kept: Int
    /// Tokens that this stage removed; for "raw" those whose logit is −∞ before any stage.
    public var removed: Int

    /// A stage with its numbers, and how many tokens it kept and removed.
    public init(name: String, parameters: [Parameter], kept: Int, removed: Int) {
        self.name = name
        self.parameters = parameters
        self.kept = kept
        self.removed = removed
    }

    /// A number of a stage.
    public struct Parameter: Equatable, Sendable {
        /// As in the options of the stage ("k", "p").
        public var name: String
        /// In the option's own unit.
        public var value: Double

        /// A number by its name.
        public init(_ name: String, _ value: Double) {
            self.name = name
            self.value = value
        }
    }
}

/// A token that could have been chosen, and its way through the stages.
public struct Candidate: Equatable, Sendable {
    /// The token's place in the vocabulary.
    public var id: Int
    /// The bytes the token stands for, exact.
    public var bytes: [UInt8]
    /// The characters it would have completed here; empty when its bytes end inside a character.
    public var text: String
    /// 1 is the largest raw logit (ties: lower id first).
    public var rank: Int
    /// Its logit after each stage (index as in ``Step/stages``); nil from the stage that removed it.
    public var logits: [Float?]
    /// Softmax of the raw logits over the whole vocabulary.
    public var rawProbability: Double
    /// Its probability in the distribution that was drawn from; 0 once removed.
    public var probability: Double
    /// The name of the stage that removed it; nil when it stayed to the end.
    public var removedBy: String?

    /// A token with one logit for each stage, nil from the one that removed it.
    public init(
        id: Int, bytes: [UInt8], text: String, rank: Int, logits: [Float?], rawProbability: Double,
        probability: Double, removedBy: String?
    ) {
        self.id = id
        self.bytes = bytes
        self.text = text
        self.rank = rank
        self.logits = logits
        self.rawProbability = rawProbability
        self.probability = probability
        self.removedBy = removedBy
    }
}

extension [Candidate] {
    /// The candidates by their tokens; of two with the same token the first.
    package func byID() -> [Int: Candidate] {
        var table: [Int: Candidate] = [:]
        table.reserveCapacity(count)
        for candidate in reversed() { table[candidate.id] = candidate }
        return table
    }
}

/// The draw: the chosen token owns `low ..< high` of the cumulative distribution, and `uniform` fell into it.
public struct Draw: Equatable, Sendable {
    /// The number drawn, in 0 ..< 1.
    public var uniform: Double
    /// Probability of all tokens ranked before the chosen one, in 0…1.
    public var low: Double
    /// `low` plus the probability of the chosen token, in 0…1.
    public var high: Double
    /// The generator just before `uniform` was drawn; nil when the number was given by hand.
    public var generator: GeneratorState?

    /// A draw in the chosen token's `low ..< high`; without a generator when the number was given by hand.
    public init(uniform: Double, low: Double, high: Double, generator: GeneratorState? = nil) {
        self.uniform = uniform
        self.low = low
        self.high = high
        self.generator = generator
    }
}

/// A PCG64 generator as NumPy's `bit_generator.state["state"]` tells it: `state` and `inc`. A notebook that sets it draws
/// the numbers from here on.
public struct GeneratorState: Equatable, Sendable {
    /// The generator's 128 bits; changes with every draw.
    public var state: UInt128
    /// The stream that the seed picked, odd; draws leave it as it is.
    public var increment: UInt128

    /// A generator as NumPy's `state` and `inc`.
    public init(state: UInt128, increment: UInt128) {
        self.state = state
        self.increment = increment
    }
}

/// Why generation ended with this step.
public enum FinishReason: String, Equatable, Sendable, CaseIterable {
    /// An end token of the model; a stop string in the text; the most tokens asked for; the context is full.
    case eos, stop, length, context
}

/// Seconds of a step: the forward pass, the stages and draw, the recording.
public struct StepSeconds: Equatable, Sendable {
    /// The forward pass that gave the logits; for the first step that of the whole prompt.
    public var forward: Double
    /// The stages and the draw.
    public var choose: Double
    /// Keeping it.
    public var record: Double

    /// Three times in seconds.
    public init(forward: Double, choose: Double, record: Double) {
        self.forward = forward
        self.choose = choose
        self.record = record
    }
}

/// What one layer's hidden state would say if the model ended there (the logit lens).
public struct LensRow: Equatable, Sendable {
    /// 0 is the embedding, n the output of layer n.
    public var layer: Int
    /// The most probable tokens, best first.
    public var top: [LensToken]
    /// How the token that the step chose stands there; nil in records of builds that did not keep it.
    public var chosen: TokenStanding?

    /// A layer's most probable tokens, best first; layer 0 is the embedding.
    public init(layer: Int, top: [LensToken], chosen: TokenStanding? = nil) {
        self.layer = layer
        self.top = top
        self.chosen = chosen
    }
}

/// A token of a layer's distribution.
public struct LensToken: Equatable, Sendable {
    /// The token's place in the vocabulary.
    public var id: Int
    /// The characters it would have completed here; empty when its bytes end inside a character.
    public var text: String
    /// Softmax over the whole vocabulary.
    public var probability: Double

    /// A token with its text and its probability at this layer.
    public init(id: Int, text: String, probability: Double) {
        self.id = id
        self.text = text
        self.probability = probability
    }
}

/// One step of generation.
public struct Step: Equatable, Sendable {
    /// 0 for the first generated token.
    public var index: Int
    /// The position the chosen token takes in the context (prompt tokens come first).
    public var position: Int
    /// The token that was chosen, or put in its place by force.
    public var token: Token
    /// In the order they ran; the first is "raw".
    public var stages: [StageRecord]
    /// Best first by raw logit; the chosen token is always among them.
    public var candidates: [Candidate]
    /// All tokens that are not among the candidates.
    public var tail: Tail
    /// −Σ p · log₂ p of the distribution before every stage, in bits.
    public var entropyBitsRaw: Double
    /// The same of the distribution that was drawn from, in bits.
    public var entropyBitsFinal: Double
    /// log Σ exp(raw logit) over the vocabulary: probability = exp(logit − logSumExp).
    public var logSumExp: Double
    /// nil when nothing was drawn (greedy, beams).
    public var draw: Draw?
    /// Why generation ended with this step; nil when it did not.
    public var finish: FinishReason?
    /// Where the step's time went.
    public var seconds: StepSeconds
    /// Empty unless hidden states were recorded.
    public var lens: [LensRow]
    /// nil unless the residual stream was recorded.
    public var residual: ResidualReading?

    /// A step with its whole ledger; nothing is checked here.
    public init(
        index: Int, position: Int, token: Token, stages: [StageRecord], candidates: [Candidate], tail: Tail,
        entropyBitsRaw: Double, entropyBitsFinal: Double, logSumExp: Double, draw: Draw?, finish: FinishReason?,
        seconds: StepSeconds, lens: [LensRow] = [], residual: ResidualReading? = nil
    ) {
        self.index = index
        self.position = position
        self.token = token
        self.stages = stages
        self.candidates = candidates
        self.tail = tail
        self.entropyBitsRaw = entropyBitsRaw
        self.entropyBitsFinal = entropyBitsFinal
        self.logSumExp = logSumExp
        self.draw = draw
        self.finish = finish
        self.seconds = seconds
        self.lens = lens
        self.residual = residual
    }

    /// The candidate that was chosen.
    public var chosen: Candidate? { candidates.first { $0.id == token.id } }
}
