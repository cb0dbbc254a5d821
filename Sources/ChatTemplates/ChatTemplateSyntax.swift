// The parsed form of a chat template.

/// A statement, or a stretch of text.
indirect enum TemplateStatement: Sendable {
    case text(String)
    case output(TemplateExpression)
    /// The first branch whose condition holds, else the last body.
    case branch([(condition: TemplateExpression, body: [TemplateStatement])], otherwise: [TemplateStatement])
    case loop(TemplateLoop)
    case set(TemplateTarget, TemplateExpression)
    /// `{% set name %}…{% endset %}`: what the body writes.
    case capture(TemplateTarget, [TemplateStatement], line: Int)
    case leaveLoop
    case nextTurn
}

struct TemplateLoop: Sendable {
    /// More than one name takes each item apart.
    var names: [String]
    var items: TemplateExpression
    var condition: TemplateExpression?
    var body: [TemplateStatement]
    /// Done when there was no item.
    var otherwise: [TemplateStatement]
    var line: Int
}

/// What `set` assigns to: names, or an attribute of a namespace.
enum TemplateTarget: Sendable {
    case names([String])
    case attribute(of: String, String)
}

/// An expression, the line it stands on, and how deep it nests: evaluation recurses that deep, so the parser bounds it.
struct TemplateExpression: Sendable {
    indirect enum Kind: Sendable {
        case none
        case bool(Bool)
        case integer(Int)
        case float(Double)
        case string(String)
        case name(String)
        case list([TemplateExpression])
        case dictionary([(key: TemplateExpression, value: TemplateExpression)])
        case negated(TemplateExpression)  // −x
        case not(TemplateExpression)
        case and(TemplateExpression, TemplateExpression)
        case or(TemplateExpression, TemplateExpression)
        case arithmetic(String, TemplateExpression, TemplateExpression)
        /// `a < b < c`: every link must hold.
        case comparison(TemplateExpression, [(operation: String, operand: TemplateExpression)])
        case choice(condition: TemplateExpression, then: TemplateExpression, otherwise: TemplateExpression?)
        case attribute(TemplateExpression, String)
        case item(TemplateExpression, TemplateExpression)
        case slice(TemplateExpression, [TemplateExpression?])  // start, stop, step
        case call(TemplateExpression, TemplateArguments)
        case filter(TemplateExpression, String, TemplateArguments)
        case test(TemplateExpression, String, TemplateArguments, isNegated: Bool)
    }

    var kind: Kind
    var line: Int
    var depth: Int
}

/// The arguments of a call.
struct TemplateArguments: Sendable {
    var positional: [TemplateExpression] = []
    var named: [(name: String, value: TemplateExpression)] = []

    var depth: Int { max(positional.map { $0.depth }.max() ?? 0, named.map { $0.value.depth }.max() ?? 0) }
}
