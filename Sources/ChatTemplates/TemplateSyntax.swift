// The parsed form of a chat template.

/// A statement, or a stretch of text.
indirect enum TemplateStatement: Sendable {
    case text(String)
    case output([TemplateExpression])
    /// The first branch whose condition holds, else the last body.
    case branch([(condition: TemplateExpression, body: [TemplateStatement])], otherwise: [TemplateStatement])
    case loop(TemplateLoop)
    case set(TemplateTarget, TemplateExpression)
    /// `{% set name | filter %}…{% endset %}`: what the body writes, through the filters.
    case capture(TemplateTarget, [TemplateFilterUse], [TemplateStatement], line: Int)
    case macro(TemplateMacroDefinition)
    /// `{% call(x) f() %}…{% endcall %}`: the body is the macro `caller` of the call.
    case callBlock(TemplateMacroDefinition, TemplateExpression)
    case filterBlock([TemplateFilterUse], [TemplateStatement], line: Int)
    case with([(target: TemplateTarget, value: TemplateExpression)], [TemplateStatement], line: Int)
    /// A body with names of its own.
    case scope([TemplateStatement])
    case block(TemplateBlock)
    /// A statement that is known but not done, refused when it is reached.
    case refused(line: Int, what: String)
    case leaveLoop
    case nextTurn
}

struct TemplateLoop: Sendable {
    var target: TemplateTarget
    var items: TemplateExpression
    var condition: TemplateExpression?
    var body: [TemplateStatement]
    /// Done when there was no item.
    var otherwise: [TemplateStatement]
    var isRecursive: Bool
    var line: Int
}

struct TemplateMacroDefinition: Sendable {
    var name: String
    var parameters: [(name: String, value: TemplateExpression?)]
    var body: [TemplateStatement]
    /// Which of the names `caller`, `varargs` and `kwargs` the body asks for: only these does a call fill.
    var asks: Set<String>
    var line: Int
}

struct TemplateBlock: Sendable {
    var name: String
    var isScoped: Bool
    var isRequired: Bool
    var body: [TemplateStatement]
    var line: Int
}

/// What a value is assigned to: names, attributes of namespaces, or several of these that take it apart.
indirect enum TemplateTarget: Sendable {
    case name(String)
    case attribute(of: String, String)
    case parts([TemplateTarget])
}

/// A filter with its arguments, without the value it is applied to.
struct TemplateFilterUse: Sendable {
    var name: String
    var arguments: TemplateArguments
    var line: Int
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
        case tuple([TemplateExpression])
        case dictionary([(key: TemplateExpression, value: TemplateExpression)])
        case signed(TemplateExpression, isNegative: Bool)
        case not(TemplateExpression)
        case and(TemplateExpression, TemplateExpression)
        case or(TemplateExpression, TemplateExpression)
        case arithmetic(String, TemplateExpression, TemplateExpression)
        /// `a ~ b ~ c`
        case joined([TemplateExpression])
        /// `a < b < c`: every link must hold.
        case comparison(TemplateExpression, [(operation: String, operand: TemplateExpression)])
        case choice(condition: TemplateExpression, then: TemplateExpression, otherwise: TemplateExpression?)
        case attribute(TemplateExpression, String)
        case item(TemplateExpression, TemplateExpression)
        case slice(TemplateExpression, [TemplateExpression?])  // start, stop, step
        case call(TemplateExpression, TemplateArguments)
        case filter(TemplateExpression, TemplateFilterUse)
        case test(TemplateExpression, String, TemplateArguments)
    }

    var kind: Kind
    var line: Int
    var depth: Int
}

/// The arguments of a call, those of `*list` and `**dictionary` last.
struct TemplateArguments: Sendable {
    var positional: [TemplateExpression] = []
    var named: [(name: String, value: TemplateExpression)] = []
    var list: TemplateExpression?
    var dictionary: TemplateExpression?

    var depth: Int {
        let depths = positional.map { $0.depth } + named.map { $0.value.depth }
        return max(depths.max() ?? 0, list?.depth ?? 0, dictionary?.depth ?? 0)
    }
}
