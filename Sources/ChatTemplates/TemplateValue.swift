// The values that a chat template computes with: Python's, as far as the sandbox lets templates see them.

internal import JSONText

/// A value. Lists, tuples and dictionaries never change once they are made (the sandbox allows no change to them);
/// what can change is an object of a class.
indirect enum TemplateValue {
    /// A name, attribute or item that is not there: prints as nothing, and fails with this reason when it is used.
    case undefined(String)
    case none
    case bool(Bool)
    case integer(Int)
    case float(Double)
    case string(String)
    /// A text marked as HTML (`safe`, `escape`): what is put together with it is escaped.
    case markup(String)
    case list(TemplateItems)
    case tuple(TemplateItems)
    case mapping(TemplateMapping)
    case range(TemplateRange)
    /// `dictionary.keys()`, `.values()`, `.items()`.
    case view(TemplateMapping, TemplateMapping.Part)
    case iterator(TemplateIterator)
    case namespace(TemplateNamespace)
    case macro(TemplateMacro)
    case loop(TemplateLoopState)
    case cycler(TemplateCycler)
    case joiner(TemplateJoiner)
    /// A function of the environment, by name.
    case function(String)
    /// A method, bound to the value it was asked of.
    case method(TemplateValue, String)
    /// `self`, and a block of it that can be called.
    case template
    case block(String)

    /// How deep lists and dictionaries may nest; printing, comparing and freeing a value recurse as deep.
    static let depthLimit = 128

    static func list(_ items: [TemplateValue]) -> TemplateValue { .list(TemplateItems(items)) }

    static func tuple(_ items: [TemplateValue]) -> TemplateValue { .tuple(TemplateItems(items)) }

    static func dictionary(_ entries: [(key: String, value: TemplateValue)]) -> TemplateValue {
        var mapping = TemplateMapping()
        for entry in entries { mapping.set(.text(TemplateText(entry.key)), .string(entry.key), entry.value) }
        return .mapping(mapping)
    }

    init(_ json: JSONValue) {
        switch json {
        case .null: self = .none
        case .bool(let flag): self = .bool(flag)
        case .number(let text): self = Int(text).map(Self.integer) ?? .float(Double(text) ?? 0)
        case .string(let text): self = .string(text)
        case .array(let items): self = .list(items.map(TemplateValue.init))
        case .object(let object): self = .dictionary(object.members.map { ($0.key, TemplateValue($0.value)) })
        }
    }

    /// How deep the value nests.
    var depth: Int {
        switch self {
        case .list(let items), .tuple(let items): items.depth
        case .mapping(let mapping), .view(let mapping, _): mapping.depth
        case .iterator(let iterator): iterator.depth
        case .cycler(let cycler): cycler.items.depth
        case .joiner(let joiner): joiner.depth
        case .loop(let loop): loop.depthOfItems
        case .method(let value, _): 1 + value.depth
        default: 0
        }
    }

    /// A text as the name of an attribute, filter, test or argument; nil where it is none, or longer than any: then it is
    /// a text that was made, and to compare it may cost more than any step counts.
    var name: String? { string.flatMap { $0.utf8.count <= Self.longestName ? $0 : nil } }

    /// In bytes.
    static let longestName = 256

    var isUndefined: Bool { if case .undefined = self { true } else { false } }
    var isNone: Bool { if case .none = self { true } else { false } }
    var isString: Bool { string != nil }
    var isMarkup: Bool { if case .markup = self { true } else { false } }

    /// The value without the mark that it is HTML, which few operations look at.
    var plain: TemplateValue { if case .markup(let text) = self { .string(text) } else { self } }

    /// The text of a string; nil for every other value.
    var string: String? {
        switch self {
        case .string(let text), .markup(let text): text
        default: nil
        }
    }

    /// The items of a list or tuple.
    var items: [TemplateValue]? {
        switch self {
        case .list(let items), .tuple(let items): items.items
        default: nil
        }
    }

    /// The value as a number, a flag counting as 0 or 1.
    var number: Double? {
        switch self {
        case .bool(let flag): flag ? 1 : 0
        case .integer(let value): Double(value)
        case .float(let value): value
        default: nil
        }
    }

    /// The value as a whole number, a flag counting as 0 or 1.
    var integer: Int? {
        switch self {
        case .bool(let flag): flag ? 1 : 0
        case .integer(let value): value
        default: nil
        }
    }

    /// Python's truth: nothing, zero and what is empty are false.
    var isTrue: Bool {
        switch self {
        case .undefined, .none: false
        case .bool(let flag): flag
        case .integer(let value): value != 0
        case .float(let value): value != 0
        case .string(let text), .markup(let text): !text.isEmpty
        case .list(let items), .tuple(let items): !items.items.isEmpty
        case .mapping(let mapping), .view(let mapping, _): mapping.count > 0
        case .range(let range): range.count > 0
        case .loop(let loop): !loop.isOver
        default: true
        }
    }

    /// What kind of value it is, for messages.
    var kind: String {
        switch self {
        case .undefined(let why): why.isEmpty ? "a value that is not defined" : why
        case .none: "none"
        case .bool: "a boolean"
        case .integer: "an integer"
        case .float: "a float"
        case .string, .markup: "a string"
        case .list: "a list"
        case .tuple: "a tuple"
        case .mapping: "a dictionary"
        case .range: "a range"
        case .view(_, let part): "a view of \(part.rawValue)"
        case .iterator: "an iterator"
        case .namespace: "a namespace"
        case .macro(let macro): "the macro \(quoted(macro.definition.name))"
        case .loop: "the loop"
        case .cycler: "a cycler"
        case .joiner: "a joiner"
        case .function(let name): "the function \(quoted(name))"
        case .method(let value, let name): "the method \(quoted(name)) of \(value.kind)"
        case .template: "the template"
        case .block(let name): "the block \(quoted(name))"
        }
    }
}

/// Items in order, and how deep they nest: walking them to find out could take for ever, as a list of twice the same
/// list, again and again, is small to make and huge to walk.
struct TemplateItems {
    let items: [TemplateValue]
    let depth: Int
    /// What `groupby` makes: a pair whose items have the names `grouper` and `list`.
    let isGroup: Bool

    init(_ items: [TemplateValue], isGroup: Bool = false) {
        self.items = items
        self.isGroup = isGroup
        depth = 1 + items.reduce(0) { max($0, $1.depth) }
    }
}

/// `range(start, stop, step)`.
struct TemplateRange {
    var start: Int
    /// As it was asked for: it may lie between two numbers of the range.
    var stop: Int
    var step: Int
    var count: Int

    /// One step beyond the last number may be beyond 64 bits; nothing is read there.
    subscript(index: Int) -> Int { start &+ index &* step }
}

/// What a generator is to Python: its items come once.
final class TemplateIterator {
    private var items: [TemplateValue]
    private var place = 0
    let depth: Int
    /// What made it, for messages.
    let maker: String

    init(_ items: [TemplateValue], maker: String) {
        self.items = items
        self.maker = maker
        depth = 1 + items.reduce(0) { max($0, $1.depth) }
    }

    /// The items that have not come yet; none are left after it.
    func rest() -> [TemplateValue] {
        defer { items = [] }
        let rest = Array(items[place...])
        place = 0
        return rest
    }

    func next() -> TemplateValue? {
        if place >= items.count { return nil }
        place += 1
        return items[place - 1]
    }
}

/// What `namespace()` makes: the one value that a template can change from inside a loop. Lives within one rendering,
/// which empties it at its end, so that namespaces that hold each other are freed.
final class TemplateNamespace {
    var values = TemplateMapping()
}

/// `cycler(…)`: its items in turn.
final class TemplateCycler {
    let items: TemplateItems
    var place = 0

    init(_ items: [TemplateValue]) { self.items = TemplateItems(items) }

    var current: TemplateValue { items.items[place] }
}

/// `joiner(separator)`: nothing the first time, its separator from then on.
final class TemplateJoiner {
    let separator: TemplateValue
    let depth: Int
    var isUsed = false

    init(_ separator: TemplateValue) { (self.separator, depth) = (separator, 1 + separator.depth) }
}
