// The names of the question language that stand for a value of a step. The table of their meanings is beside it.

/// A name with or without arguments. The raw value is its spelling.
public enum QuestionFunction: String, Equatable, Sendable, CaseIterable {
    // The step and its token.
    case step, position, token, chosen, argmax, top
    // The distribution.
    case p, logit, rank, surprise, entropy, margin, logsumexp
    // The stages.
    case removed, by, kept, parameter
    case tail
    case tailCount = "tail.count"
    case drawU = "draw.u"
    case drawLow = "draw.low"
    case drawHigh = "draw.high"
    // The text so far.
    case text, prompt, tokens, candidates
    case tokensCount = "tokens.count"
    case promptCount = "prompt.count"
    case candidatesCount = "candidates.count"
    case finish
    // Attention and the layers.
    case attention, mass, head, layers, heads, lens
    case lensTop = "lens.top"
    // Beams.
    case beamCount = "beam.count"
    case beamScore = "beam.score"
    case beamSum = "beam.sum"
    case beamLogp = "beam.logp"
    case beamToken = "beam.token"
    case beamText = "beam.text"
    // Time.
    case seconds
    case secondsForward = "seconds.forward"
    case secondsChoose = "seconds.choose"
    case secondsRecord = "seconds.record"
    // Over values.
    case known, abs

    /// One argument: given in its place or by its label.
    public struct Parameter: Equatable, Sendable {
        public enum Kind: Equatable, Sendable {
            case value(QuestionType)
            /// A place in the context: a text (every token of its occurrences), a token, a position or a range.
            case place
            /// Anything at all.
            case any
        }
        public var label: String
        public var kind: Kind
        public var required: Bool
    }

    private static func need(_ label: String, _ type: QuestionType) -> Parameter {
        Parameter(label: label, kind: .value(type), required: true)
    }

    private static func may(_ label: String, _ type: QuestionType) -> Parameter {
        Parameter(label: label, kind: .value(type), required: false)
    }

    public var parameters: [Parameter] {
        let number = QuestionType.number(.none)
        let place = Parameter(label: "to", kind: .place, required: true)
        return switch self {
        case .top: [Self.need("rank", number)]
        case .p, .logit: [Self.need("token", .token), Self.may("stage", .stage)]
        case .surprise: [Self.need("token", .token), Self.may("stage", .end)]
        case .rank, .removed, .by: [Self.need("token", .token)]
        case .entropy, .margin, .tail: [Self.may("stage", .end)]
        case .kept: [Self.may("stage", .stage)]
        case .parameter: [Self.need("stage", .stage), Self.may("name", .text)]
        case .attention: [Self.need("layer", number), Self.need("head", number), place, Self.may("from", number)]
        case .mass: [Self.need("head", .head), place, Self.may("from", number)]
        case .head: [Self.need("layer", number), Self.need("head", number)]
        case .lens: [Self.need("token", .token), Self.need("layer", number)]
        case .lensTop: [Self.need("layer", number)]
        case .beamScore, .beamSum, .beamLogp, .beamToken, .beamText: [Self.need("index", number)]
        case .known: [Parameter(label: "value", kind: .any, required: true)]
        case .abs: [Self.need("value", number)]
        default: []
        }
    }

    public var result: QuestionType {
        switch self {
        case .step, .position: .number(.index)
        case .token, .chosen, .argmax, .top, .lensTop, .beamToken: .token
        case .p, .margin, .tail, .lens, .drawU, .drawLow, .drawHigh: .number(.probability)
        case .logit, .logsumexp: .number(.logit)
        case .rank: .number(.rank)
        case .surprise, .entropy: .number(.bits)
        case .removed, .known: .boolean
        case .by: .stage
        case .kept, .tailCount, .tokensCount, .promptCount, .candidatesCount: .number(.tokens)
        case .parameter, .layers, .heads, .beamCount, .abs: .number(.none)
        case .text, .prompt, .beamText: .text
        case .tokens, .candidates: .tokenSet
        case .finish: .finish
        case .attention, .mass: .number(.weight)
        case .head: .head
        case .beamScore, .beamSum, .beamLogp: .number(.nats)
        case .seconds, .secondsForward, .secondsChoose, .secondsRecord: .number(.seconds)
        }
    }

    /// Written as `beam(0).score`, not as `beam.score(0)`.
    public var isMemberOfBeam: Bool {
        switch self {
        case .beamScore, .beamSum, .beamLogp, .beamToken, .beamText: true
        default: false
        }
    }
}
