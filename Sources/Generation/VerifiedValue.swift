// The values of a run that a verification compares, as data; their words stand beside it.
internal import Traces

/// One value of a trace. Steps, nodes, places and layers count from 0.
public enum VerifiedValue: Equatable, Sendable {
    /// A token by its text where it stands and its id.
    public struct Subject: Equatable, Sendable {
        public var text: String
        public var id: Int

        init(_ token: Token) { (text, id) = (token.text, token.id) }
        init(_ candidate: Candidate) { (text, id) = (candidate.text, candidate.id) }
    }

    /// A number or fact of a candidate.
    public enum CandidateValue: Equatable, Sendable {
        case rawLogit, rawProbability, probability
        /// Bytes, text or rank.
        case identity
        case removal
        /// The logit after a stage.
        case logit(after: String)
    }

    public enum NodeValue: Equatable, Sendable {
        /// Its token and its parent.
        case place(step: Int)
        case logProbability, sum, score, state, reason
    }

    public enum HypothesisValue: Equatable, Sendable {
        case tokens, text, sum, score, end
    }

    /// A fact of the whole run, of the model, or of a step as a whole.
    public enum Fact: Equatable, Sendable, CaseIterable {
        case weightsHash, vocabularySize, layers, heads
        case renderedPrompt, promptTokenCount, promptScoreCount
        case beamTree, nodeCount, hypothesisCount
        case text, attention, attentionPositions, notes, endOfRun
        case candidateCount, logSumExp, rawEntropy, tailCount, rawTail
        case stages, finalEntropy, finalTail, intervalStart, intervalEnd
        /// The number that the step drew, and the one that a stage drew before it.
        case drawn, drawnByStage
        case generator, token, ending
    }

    case fact(Fact)
    case promptToken(Int)
    case promptPiece(Int)
    case promptProbability(Int)
    case promptScore(Int)
    /// By layer.
    case attentionPattern(Int)
    case attentionWeight(layer: Int, head: Int, query: Int, key: Int)
    case node(Int, NodeValue)
    /// `rank` counts from 1.
    case hypothesis(rank: Int, HypothesisValue)
    /// Which token stands at this place of the list.
    case candidate(place: Int)
    case token(Subject, CandidateValue)
    case parameter(String, stage: String)
    case parameters(stage: String)
    case kept(stage: String)
    case lens(layer: Int)
    /// A byte of the trace without its times.
    case byte(Int)
    /// A tensor of a file beside the trace; nil for its header.
    case tensor(String?, file: String)
    /// A path in the trace file, as in "steps[3].token.id".
    case path(String)
}
