// The names of the question language that stand for a value of a step: each is one row of QuestionRows+….swift.
public import Phrases

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
    case textShown = "text.shown"
    case tokensCount = "tokens.count"
    case promptCount = "prompt.count"
    case merges
    case candidatesCount = "candidates.count"
    case finish
    case words, exchanged, characters, chinese
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
    case setting

    /// The name that was meant: as it is spelled here, or by the rule of spelling (`logSumExp`).
    static func meant(_ name: String) -> QuestionFunction? {
        QuestionFunction(rawValue: name)
            ?? allCases.first { name.utf8.count > 2 && isSpelled($0.rawValue, as: name) }
    }

    /// One argument: given in its place or by its label.
    struct Parameter: Equatable, Sendable {
        /// What may stand there.
        enum Kind: Equatable, Sendable {
            case value(QuestionType)
            /// A place in the context: a text (every token of its occurrences), a token, a position or a range.
            case place
            /// Anything at all.
            case any
            /// The name of a number of a stage, with or without quotes.
            case word
        }
        /// Its name, as in `layer: 3`.
        var label: String
        /// What may stand there.
        var kind: Kind
        /// Whether it cannot be left out.
        var required: Bool
    }

    /// The name's row. A new name is a case, a row, and its line here; the compiler asks for each.
    var definition: QuestionDefinition {
        switch self {
        case .step: .step
        case .position: .position
        case .token: .token
        case .chosen: .chosen
        case .argmax: .argmax
        case .top: .top
        case .p: .p
        case .logit: .logit
        case .rank: .rank
        case .surprise: .surprise
        case .entropy: .entropy
        case .margin: .margin
        case .logsumexp: .logsumexp
        case .removed: .removed
        case .by: .by
        case .kept: .kept
        case .parameter: .parameter
        case .tail: .tail
        case .tailCount: .tailCount
        case .drawU: .drawU
        case .drawLow: .drawLow
        case .drawHigh: .drawHigh
        case .text: .text
        case .prompt: .prompt
        case .tokens: .tokens
        case .candidates: .candidates
        case .tokensCount: .tokensCount
        case .promptCount: .promptCount
        case .merges: .merges
        case .textShown: .textShown
        case .candidatesCount: .candidatesCount
        case .finish: .finish
        case .words: .words
        case .exchanged: .exchanged
        case .characters: .characters
        case .chinese: .chinese
        case .attention: .attention
        case .mass: .mass
        case .head: .head
        case .layers: .layers
        case .heads: .heads
        case .lens: .lens
        case .lensTop: .lensTop
        case .beamCount: .beamCount
        case .beamScore: .beamScore
        case .beamSum: .beamSum
        case .beamLogp: .beamLogp
        case .beamToken: .beamToken
        case .beamText: .beamText
        case .seconds: .seconds
        case .secondsForward: .secondsForward
        case .secondsChoose: .secondsChoose
        case .secondsRecord: .secondsRecord
        case .known: .known
        case .abs: .abs
        case .setting: .setting
        }
    }

    /// Its arguments in order, required ones first; empty for a plain name.
    var parameters: [Parameter] { definition.parameters }

    /// The type of its value, with the unit of a number.
    var result: QuestionType { definition.result }

    /// A question that uses the name; every example is checked by a test.
    public var example: String { definition.example }

    /// What the name stands for.
    public var meaning: Phrase { definition.meaning }

    /// Written as `beam(0).score`, not as `beam.score(0)`.
    public var isMemberOfBeam: Bool { definition.isMemberOfBeam }
}

/// What the question language knows of one name.
struct QuestionDefinition: Sendable {
    var parameters: [QuestionFunction.Parameter] = []
    var result: QuestionType
    var example: String
    var meaning: Phrase
    /// Whether it is read from one beam of the step.
    var isMemberOfBeam = false
}

extension QuestionFunction.Parameter {
    static let place = Self(label: "to", kind: .place, required: true)

    static func need(_ label: String, _ type: QuestionType) -> Self {
        Self(label: label, kind: .value(type), required: true)
    }

    static func may(_ label: String, _ type: QuestionType) -> Self {
        Self(label: label, kind: .value(type), required: false)
    }
}
