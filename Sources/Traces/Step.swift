// One generated token and everything that led to it: the ledger of the stages, the draw, the times.

/// A stage of the way from logits to a token, as it ran in this step. The first stage of a step is "raw".
public struct StageRecord: Equatable, Sendable {
    /// The stage's name in the field's spelling: "raw", "repetition-penalty", "temperature", "top-k", "top-p", …
    public var name: String
    /// The stage's numbers, in the order of its options; a mirostat stage also lists its state here.
    public var parameters: [Parameter]
    /// How many tokens are still in play after the stage, and how many it removed.
    public var kept: Int
    public var removed: Int

    public init(name: String, parameters: [Parameter], kept: Int, removed: Int) {
        self.name = name
        self.parameters = parameters
        self.kept = kept
        self.removed = removed
    }

    public struct Parameter: Equatable, Sendable {
        public var name: String
        public var value: Double

        public init(_ name: String, _ value: Double) {
            self.name = name
            self.value = value
        }
    }
}

/// A token that could have been chosen, and its way through the stages.
public struct Candidate: Equatable, Sendable {
    public var id: Int
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

/// All tokens that are not listed as candidates, taken together; masses are exact sums.
public struct Tail: Equatable, Sendable {
    public var count: Int
    public var rawProbability: Double
    public var probability: Double

    public init(count: Int, rawProbability: Double, probability: Double) {
        self.count = count
        self.rawProbability = rawProbability
        self.probability = probability
    }
}

/// The draw: the chosen token owns `low ..< high` of the cumulative distribution, and `uniform` fell into it.
public struct Draw: Equatable, Sendable {
    public var uniform: Double
    public var low: Double
    public var high: Double
    /// The generator just before `uniform` was drawn; nil when the number was given by hand.
    public var generator: GeneratorState?

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
    public var state: UInt128
    public var increment: UInt128

    public init(state: UInt128, increment: UInt128) {
        self.state = state
        self.increment = increment
    }
}

/// Why generation ended with this step.
public enum FinishReason: String, Equatable, Sendable, CaseIterable {
    case eos, stop, length, context
}

/// Seconds of a step: the forward pass, the stages and draw, the recording.
public struct StepSeconds: Equatable, Sendable {
    public var forward: Double
    public var choose: Double
    public var record: Double

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

    public init(layer: Int, top: [LensToken]) {
        self.layer = layer
        self.top = top
    }
}

public struct LensToken: Equatable, Sendable {
    public var id: Int
    public var text: String
    public var probability: Double

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
    public var token: Token
    public var stages: [StageRecord]
    /// Best first by raw logit; the chosen token is always among them.
    public var candidates: [Candidate]
    public var tail: Tail
    public var entropyBitsRaw: Double
    public var entropyBitsFinal: Double
    /// log Σ exp(raw logit) over the vocabulary: probability = exp(logit − logSumExp).
    public var logSumExp: Double
    /// nil when nothing was drawn (greedy, beams).
    public var draw: Draw?
    public var finish: FinishReason?
    public var seconds: StepSeconds
    /// Empty unless hidden states were recorded.
    public var lens: [LensRow]

    public init(
        index: Int, position: Int, token: Token, stages: [StageRecord], candidates: [Candidate], tail: Tail,
        entropyBitsRaw: Double, entropyBitsFinal: Double, logSumExp: Double, draw: Draw?, finish: FinishReason?,
        seconds: StepSeconds, lens: [LensRow] = []
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
    }

    /// The candidate that was chosen.
    public var chosen: Candidate? { candidates.first { $0.id == token.id } }
}
