// The values of a run that a verification compares, as data; their words stand beside it.
internal import Traces

/// One value of a trace. Steps, nodes, places and layers count from 0.
public enum VerifiedValue: Equatable, Sendable {
    /// A token by its text where it stands and its id.
    public struct Subject: Equatable, Sendable {
        /// The token's text where it stands.
        public var text: String
        /// The token's id.
        public var id: Int

        init(_ token: Token) { (text, id) = (token.text, token.id) }
        init(_ candidate: Candidate) { (text, id) = (candidate.text, candidate.id) }
    }

    /// A number or fact of a candidate.
    public enum CandidateValue: Equatable, Sendable {
        /// The logit and the probability before the stages, and the probability after them.
        case rawLogit, rawProbability, probability
        /// Bytes, text or rank.
        case identity
        /// Which stage removed it.
        case removal
        /// The logit after a stage.
        case logit(after: String)
    }

    /// A number or fact of a node of the beam tree.
    public enum NodeValue: Equatable, Sendable {
        /// Its token and its parent.
        case place(step: Int)
        /// ln p of its token, the sum along its path, its score, what became of it, and why.
        case logProbability, sum, score, state, reason
    }

    /// A number or fact of a hypothesis.
    public enum HypothesisValue: Equatable, Sendable {
        /// Its tokens, its text, the sum of their ln p, its score, and how it ended.
        case tokens, text, sum, score, end
    }

    /// A fact of the whole run, of the model, or of a step as a whole.
    public enum Fact: Equatable, Sendable, CaseIterable {
        /// The SHA-256 of the model's weights, and its sizes.
        case weightsHash, vocabularySize, layers, heads
        /// The prompt as the model read it, and how many tokens and scores it has.
        case renderedPrompt, promptTokenCount, promptScoreCount
        /// How many masks were filled.
        case maskCount
        /// Whether there is a beam tree, and how many nodes and hypotheses it has.
        case beamTree, nodeCount, hypothesisCount
        /// The output, the recorded attention and how many positions it has, the run's notes, and where the run ends.
        case text, attention, attentionPositions, notes, endOfRun
        /// Before the stages: how many candidates a step lists, log Σ e^logit, entropy in bits, and what is not listed.
        case candidateCount, logSumExp, rawEntropy, tailCount, rawTail, tailLogits
        /// Which stages ran, entropy in bits and what is not listed behind them, and the ends of the drawn interval.
        case stages, finalEntropy, finalTail, intervalStart, intervalEnd
        /// The number that the step drew, and the one that a stage drew before it.
        case drawn, drawnByStage
        /// The generator's state, the chosen token, and why the run ended at the step.
        case generator, token, ending
        /// What the parts of the pass added.
        case residual
    }

    /// A fact of the run, the model or a step.
    case fact(Fact)
    /// The prompt's token at this place.
    case promptToken(Int)
    /// The piece at this place that the prompt was cut into before it became tokens.
    case promptPiece(Int)
    /// The probability of the prompt's token at this place.
    case promptProbability(Int)
    /// Probability, rank and entropy at the prompt's token at this place.
    case promptScore(Int)
    /// By layer.
    case attentionPattern(Int)
    /// One attention weight, in 0…1.
    case attentionWeight(layer: Int, head: Int, query: Int, key: Int)
    /// A value of the beam tree's node of this number.
    case node(Int, NodeValue)
    /// `rank` counts from 1.
    case hypothesis(rank: Int, HypothesisValue)
    /// Which token stands at this place of the list.
    case candidate(place: Int)
    /// A value of a listed candidate.
    case token(Subject, CandidateValue)
    /// A number of a stage's record by name.
    case parameter(String, stage: String)
    /// Which numbers a stage's record has.
    case parameters(stage: String)
    /// How many tokens a stage left.
    case kept(stage: String)
    /// What the logit lens reads off this layer.
    case lens(layer: Int)
    /// A byte of the trace without its times.
    case byte(Int)
    /// A tensor of a file beside the trace; nil for its header.
    case tensor(String?, file: String)
    /// A path in the trace file, as in "steps[3].token.id".
    case path(String)
}
