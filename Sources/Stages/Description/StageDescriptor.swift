// All that is to be known of one kind of stage. Each stands beside its code; ``StageList`` names them all.
public import Phrases
public import Traces

/// When a stage runs.
public enum StagePhase: Equatable, Sendable {
    /// No stage of its own: the run puts it in where it is due.
    case implicit
    /// Before those of the order unless the order names it.
    case early
    /// Where the order names it, and nowhere else.
    case ordered
    /// After those of the order unless the order names it: what looks at the spread of all logits.
    case late
    /// After those unless the order names it: what looks at probabilities.
    case later
    /// Always last: it ends with the draw and moves on with the token that was drawn.
    case last
}

/// What a stage does to the logits.
public enum StageEffect: Equatable, Sendable {
    /// Leaves the logits as they are.
    case none
    /// Changes logits one by one; of two tokens that it treats alike the order stays.
    case shifts
    /// Divides every logit by its first number.
    case scales
    /// Takes one number off every logit, which all of them set.
    case normalizes
    /// Removes tokens for what they are, whatever their logits.
    case bars
    /// Leaves the largest logit alone; nothing is left to draw.
    case best
    /// Removes what lies below one height.
    case threshold(Height)
    /// Removes by the probabilities, not at one height.
    case mass

    /// What sets the height of a threshold.
    public enum Height: Equatable, Sendable {
        /// The best tokens by themselves.
        case ofBest
        /// The best tokens and Σ e^l over all: the more that is, the more tokens stay, or the fewer, but never both.
        case ofSum
        /// The height at which the tokens above it reach a share of Σ e^l.
        case ofShare
        /// More of all tokens than their sum.
        case ofAll
    }

    /// Tokens keep the logits that they had, or go.
    public var onlyRemoves: Bool {
        switch self {
        case .bars, .threshold, .mass: true
        case .none, .shifts, .scales, .normalizes, .best: false
        }
    }

    /// Changes or removes each token by itself: what becomes of one does not depend on the others.
    public var isPointwise: Bool { self == .shifts || self == .scales || self == .bars }
}

/// How a picture finds the height at which a stage cut.
public enum StageCut: String, Equatable, Sendable {
    /// The smallest logit that stayed.
    case lowestKept
    /// −ln of its first number below the largest logit.
    case ratio
}

/// What a stage may be made from.
public struct StageRequest: Sendable {
    /// The run's settings.
    public let settings: Settings
    /// The settings' breakers in the model's tokens.
    public let dryBreakers: DryBreakers
}

/// One kind of stage.
public struct StageDescriptor: Sendable {
    /// In the field's spelling; orders, records and questions call it so.
    public let name: String
    /// When it runs, where the order does not say so.
    public let phase: StagePhase
    /// What it does to the logits.
    public let effect: StageEffect
    /// Shapes what is drawn from: a beam search without sampling leaves it out, as transformers does.
    public let isSamplingOnly: Bool
    /// As the page writes it.
    public let label: Phrase
    /// As running text writes it: the field's name, in Chinese where Taiwan has a word for it.
    public let inText: Phrase
    /// As a narrow column writes it.
    public let shortName: String
    /// Whether its record's numbers are named by token ids.
    public let numbersAreOfTokens: Bool
    /// Its options; empty when nothing can be set.
    public let parameters: [StageParameter]
    /// nil when it does not cut at one height.
    public let cut: StageCut?
    /// Its formulas; the first whose condition holds is shown.
    public let formulas: [StageFormula]
    /// What one may set of it that is an option of the run and not its own; nil for most.
    public let runOption: StageParameter?
    /// The stage as the settings ask for it; nil when they leave it off.
    let make: @Sendable (StageRequest) -> Stage?

    init(
        _ name: String, _ phase: StagePhase, _ effect: StageEffect, isSamplingOnly: Bool, label: Phrase,
        inText: Phrase? = nil, shortName: String? = nil, numbersAreOfTokens: Bool = false,
        parameters: [StageParameter] = [], cut: StageCut? = nil, formulas: [StageFormula],
        runOption: StageParameter? = nil,
        make: @escaping @Sendable (StageRequest) -> Stage? = { _ in nil }
    ) {
        (self.name, self.phase, self.effect, self.isSamplingOnly) = (name, phase, effect, isSamplingOnly)
        (self.label, self.inText, self.shortName) = (label, inText ?? Phrase(same: name), shortName ?? name)
        self.numbersAreOfTokens = numbersAreOfTokens
        self.parameters = parameters
        self.cut = cut ?? Self.cut(of: effect)
        (self.formulas, self.runOption, self.make) = (formulas, runOption, make)
    }

    private static func cut(of effect: StageEffect) -> StageCut? {
        switch effect {
        case .best, .threshold: .lowestKept
        default: nil
        }
    }
}
