// The record of a beam search: every expanded node and the finished hypotheses.

/// A node of the beam tree: one token appended to its parent's sequence.
public struct BeamNode: Equatable, Sendable {
    public enum State: String, Equatable, Sendable, CaseIterable {
        /// Was among the beams when the search ended, or was expanded further.
        case live
        /// Left out; `why` says by what.
        case pruned
        /// Ended its hypothesis (an end token, or the length limit).
        case finished
        /// On the path of the best hypothesis.
        case chosen
    }

    public var id: Int
    /// The parent's id; nil for the children of the prompt.
    public var parent: Int?
    /// 0 for the first generated token.
    public var depth: Int
    public var token: Token
    public var logProbability: Double
    public var sumLogProbability: Double
    /// sum ÷ (generated length ^ length penalty).
    public var score: Double
    public var state: State
    /// Why it was pruned or how it finished; nil for live nodes.
    public var why: BeamReason?

    public init(
        id: Int, parent: Int?, depth: Int, token: Token, logProbability: Double, sumLogProbability: Double,
        score: Double, state: State, why: BeamReason?
    ) {
        self.id = id
        self.parent = parent
        self.depth = depth
        self.token = token
        self.logProbability = logProbability
        self.sumLogProbability = sumLogProbability
        self.score = score
        self.state = state
        self.why = why
    }

    /// How the node finished; nil for a node that did not.
    public var finish: FinishReason? { state == .finished || state == .chosen ? why?.finish : nil }
}

/// A whole sequence the search ended with.
public struct BeamHypothesis: Equatable, Sendable {
    public var tokens: [Int]
    public var text: String
    public var sumLogProbability: Double
    public var score: Double
    public var finish: FinishReason

    public init(tokens: [Int], text: String, sumLogProbability: Double, score: Double, finish: FinishReason) {
        self.tokens = tokens
        self.text = text
        self.sumLogProbability = sumLogProbability
        self.score = score
        self.finish = finish
    }
}

public struct BeamTree: Equatable, Sendable {
    public var beams: Int
    public var lengthPenalty: Double
    /// "false", "true" or "never", as transformers names them.
    public var earlyStopping: String
    public var nodes: [BeamNode]
    /// Best first.
    public var hypotheses: [BeamHypothesis]

    public init(
        beams: Int, lengthPenalty: Double, earlyStopping: String, nodes: [BeamNode], hypotheses: [BeamHypothesis]
    ) {
        self.beams = beams
        self.lengthPenalty = lengthPenalty
        self.earlyStopping = earlyStopping
        self.nodes = nodes
        self.hypotheses = hypotheses
    }
}
