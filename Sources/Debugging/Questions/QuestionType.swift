// The types of the question language and the units its numbers carry.
public import Phrases

/// What a number counts or measures. Shown behind a printed value; sums and comparisons check the dimension.
public enum Unit: String, Equatable, Sendable, CaseIterable {
    /// A literal, a ratio, or a number whose factors had different units.
    case none
    /// A logarithm to base 2: entropy, surprise.
    case bits
    /// A probability, 0…1.
    case probability
    /// A share of attention, 0…1.
    case weight
    /// A logit, on the scale of nats.
    case logit
    /// A logarithm of a probability to base e.
    case nats
    /// A place in an order; 1 is the best.
    case rank
    /// A count of tokens.
    case tokens
    /// A step or a position, counted from 0.
    case index
    /// A time.
    case seconds

    /// Two numbers of different dimensions are neither added nor compared; a plain number goes with every dimension.
    enum Dimension { case plain, bits, nats, seconds }

    var dimension: Dimension {
        switch self {
        case .bits: .bits
        case .logit, .nats: .nats
        case .seconds: .seconds
        case .none, .probability, .weight, .rank, .tokens, .index: .plain
        }
    }

    /// The unit's name as help and faults give it; empty where there is none.
    public var phrase: Phrase {
        switch self {
        case .none: Phrase("", "")
        case .bits: Phrase("bits", "位元")
        case .probability: Phrase("probability", "機率")
        case .weight: Phrase("attention", "注意力")
        case .logit: Phrase("logit", "logit")
        case .nats: Phrase("nats", "奈特")
        case .rank: Phrase("rank", "名次")
        case .tokens: Phrase("tokens", "個詞元")
        case .index: Phrase("", "")
        case .seconds: Phrase("s", "秒")
        }
    }

    /// What stands behind a printed value; nothing where the name of the value says it already.
    public var suffix: Phrase {
        switch self {
        case .probability, .weight, .rank: Phrase("", "")
        default: phrase
        }
    }

    /// The unit of a sum or difference, nil when the dimensions do not go together.
    func adding(_ other: Unit) -> Unit? {
        if self == other || other == .none { return self }
        if self == .none { return other }
        if dimension == other.dimension { return dimension == .nats ? .nats : Unit.none }
        if dimension == .plain { return other }
        return other.dimension == .plain ? self : nil
    }

    func multiplied(by other: Unit) -> Unit {
        if self == .none { return other }
        return other == .none ? self : .none
    }

    func divided(by other: Unit) -> Unit { other == .none ? self : .none }
}

/// The type of an expression.
public enum QuestionType: Equatable, Sendable {
    /// A number, with the unit if it has one.
    case number(Unit)
    /// A condition.
    case boolean
    /// Bytes; a literal stands in double quotes.
    case text
    /// One token of the vocabulary: `" Paris"`, `#7042`, `chosen`, `argmax`.
    case token
    /// The name of a stage, or `none`.
    case stage
    /// Where on the way from logits to a token: `raw` or `final`.
    case end
    /// Why the text ended, or `none`.
    case finish
    /// An attention head: `head(layer, head)`.
    case head
    /// `low..high`, both ends included.
    case range
    /// `tokens` or `candidates`.
    case tokenSet

    public var phrase: Phrase {
        switch self {
        case .number: Phrase("a number", "數字")
        case .boolean: Phrase("a condition (true or false)", "條件（真或假）")
        case .text: Phrase("a text in double quotes", "雙引號內的文字")
        case .token: Phrase("a token (\" Paris\", #7042, chosen, argmax)", "詞元（\" Paris\"、#7042、chosen、argmax）")
        case .stage: Phrase("the name of a stage (raw, temperature, top_p, …)", "階段名稱（raw、temperature、top_p…）")
        case .end: Phrase("raw or final", "raw 或 final")
        case .finish: Phrase("eos, stop, length, context or none", "eos、stop、length、context 或 none")
        case .head: Phrase("a head: head(layer, head)", "注意力頭：head(層, 頭)")
        case .range: Phrase("a range such as 0..2", "範圍，例如 0..2")
        case .tokenSet: Phrase("a set of tokens (tokens, candidates)", "詞元集合（tokens、candidates）")
        }
    }

    /// Whether its values are names: of a stage, an end, a reason.
    var isNamed: Bool { self == .stage || self == .end || self == .finish }

    /// Whether a value of type `other` may stand where this type is wanted.
    func accepts(_ other: QuestionType) -> Bool {
        switch (self, other) {
        case (.number, .number), (.text, .token), (.token, .text), (.stage, .end): true
        default: self == other
        }
    }
}
