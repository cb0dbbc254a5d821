// The record of a beam search: every expanded node and the finished hypotheses.

/// A node of the beam tree: one token appended to its parent's sequence.
public struct BeamNode: Equatable, Sendable {
    /// What had become of a node when the search ended.
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

    /// The node's number in its tree, from 0; a parent has a lower one than its children.
    public var id: Int
    /// The parent's id; nil for the children of the prompt.
    public var parent: Int?
    /// 0 for the first generated token.
    public var depth: Int
    /// What the node appends to its parent's sequence.
    public var token: Token
    /// Natural log of the token's probability given the sequence before it; at most 0 but for rounding.
    public var logProbability: Double
    /// Sum of `logProbability` (natural log) over the generated tokens up to this one.
    public var sumLogProbability: Double
    /// sum ÷ (generated length ^ length penalty).
    public var score: Double
    /// What became of it.
    public var state: State
    /// Why it was pruned or how it finished; nil for live nodes.
    public var why: BeamReason?

    /// A node as the search ended with it; `why` is nil for a live one.
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
    /// The ids of the generated tokens in order, an end token included; the prompt's are not among them.
    public var tokens: [Int]
    /// The text of the generated tokens, without an end token and cut before a stop string.
    public var text: String
    /// Sum of the tokens' log-probabilities (natural log).
    public var sumLogProbability: Double
    /// sum ÷ (number of tokens ^ length penalty); hypotheses are ranked by it.
    public var score: Double
    /// What ended it.
    public var finish: FinishReason

    /// A finished sequence with its sum of log-probabilities (natural log) and its score.
    public init(tokens: [Int], text: String, sumLogProbability: Double, score: Double, finish: FinishReason) {
        self.tokens = tokens
        self.text = text
        self.sumLogProbability = sumLogProbability
        self.score = score
        self.finish = finish
    }
}

/// A whole beam search as transformers' `generate(num_beams:)` defines it: every node, every result.
public struct BeamTree: Equatable, Sendable {
    /// The most beams that settings may ask for.
    package static let mostBeams = 256
    /// More tokens on the paths of a record's beams are not read: the widest search over 32,768 tokens has as many.
    static let mostTokens = 1 << 23

    /// How many hypotheses are open at a time, all groups together.
    public var beams: Int
    /// Exponent of the length in a score; above 0 favours long sequences, since sums are negative.
    public var lengthPenalty: Double
    /// "false", "true" or "never", as transformers names them.
    public var earlyStopping: String
    /// Every expanded node, parents before their children.
    public var nodes: [BeamNode]
    /// Best first.
    public var hypotheses: [BeamHypothesis]

    /// A search with its nodes, parents first, and its hypotheses, best first.
    public init(
        beams: Int, lengthPenalty: Double, earlyStopping: String, nodes: [BeamNode], hypotheses: [BeamHypothesis]
    ) {
        self.beams = beams
        self.lengthPenalty = lengthPenalty
        self.earlyStopping = earlyStopping
        self.nodes = nodes
        self.hypotheses = hypotheses
    }

    /// Where in `nodes` the parent of each node stands; nil for the children of the prompt. Ids are names: a record may
    /// number its nodes as it likes.
    public func parentPlaces() -> [Int?] {
        var places: [Int: Int] = [:]
        places.reserveCapacity(nodes.count)
        var parents: [Int?] = []
        parents.reserveCapacity(nodes.count)
        for (place, node) in nodes.enumerated() {
            parents.append(node.parent.flatMap { places[$0] })
            places[node.id] = place
        }
        return parents
    }
}
