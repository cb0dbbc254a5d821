// The values that a chat template computes with: Python's, as far as templates need them.

internal import JSONText

/// How deep a value nests, and about how many bytes it prints as. Kept with lists and dictionaries, as walking one to
/// find out could take for ever: a list of twice the same list, again and again, is small to make and huge to print.
struct TemplateShape {
    var depth = 1
    /// 64 bits on every machine: a list of twice the same list doubles it.
    var size: Int64 = 2

    mutating func add(_ value: TemplateValue) {
        depth = max(depth, 1 + value.shape.depth)
        size = min(size + 2 + value.shape.size, 1 << 40)
    }
}

/// A value.
enum TemplateValue {
    /// A name or attribute that is not there; prints as nothing.
    case undefined(String)
    case none
    case bool(Bool)
    case integer(Int)
    case float(Double)
    case string(String)
    case sequence([TemplateValue], TemplateShape)
    case mapping(TemplateMapping)
    case namespace(TemplateNamespace)
    /// A function of the environment, by name.
    case function(String)

    /// How deep lists and dictionaries may nest.
    static let depthLimit = 32

    static func list(_ items: [TemplateValue]) -> TemplateValue {
        var shape = TemplateShape()
        for item in items { shape.add(item) }
        return .sequence(items, shape)
    }

    static func dictionary(_ entries: [(key: TemplateValue, value: TemplateValue)]) -> TemplateValue {
        var mapping = TemplateMapping()
        for entry in entries { mapping.set(entry.key, entry.value) }
        return .mapping(mapping)
    }

    init(_ json: JSONValue) {
        switch json {
        case .null: self = .none
        case .bool(let flag): self = .bool(flag)
        case .number(let text): self = Int(text).map(Self.integer) ?? .float(Double(text) ?? 0)
        case .string(let text): self = .string(text)
        case .array(let items): self = .list(items.map(TemplateValue.init))
        case .object(let object): self = .dictionary(object.members.map { (.string($0.key), TemplateValue($0.value)) })
        }
    }

    var shape: TemplateShape {
        switch self {
        case .string(let text): TemplateShape(depth: 0, size: 2 + Int64(text.utf8.count))
        case .sequence(_, let shape): shape
        case .mapping(let mapping): mapping.shape
        // Never inside another value: it can change later, and could then hold itself.
        case .namespace: TemplateShape(depth: Self.depthLimit + 1, size: 16)
        default: TemplateShape(depth: 0, size: 16)
        }
    }

    /// Python's truth: nothing, zero and what is empty are false.
    var isTrue: Bool {
        switch self {
        case .undefined, .none: false
        case .bool(let flag): flag
        case .integer(let value): value != 0
        case .float(let value): value != 0
        case .string(let text): !text.isEmpty
        case .sequence(let items, _): !items.isEmpty
        case .mapping(let mapping): !mapping.entries.isEmpty
        case .namespace, .function: true
        }
    }

    var isUndefined: Bool { if case .undefined = self { true } else { false } }
    var isNone: Bool { if case .none = self { true } else { false } }
    var isString: Bool { if case .string = self { true } else { false } }

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

    /// What kind of value it is, for messages.
    var kind: String {
        switch self {
        case .undefined(let name): "\(quoted(name)), which is undefined,"
        case .none: "none"
        case .bool: "a boolean"
        case .integer: "an integer"
        case .float: "a float"
        case .string: "a string"
        case .sequence: "a list"
        case .mapping: "a dictionary"
        case .namespace: "a namespace"
        case .function(let name): "the function \(quoted(name))"
        }
    }

    /// Python's `==`. Strings compare by their scalars: canonically equivalent spellings differ.
    func equals(_ other: TemplateValue) -> Bool {
        if let a = integer, let b = other.integer { return a == b }
        if let a = number, let b = other.number { return a == b }
        switch (self, other) {
        case (.undefined, .undefined), (.none, .none): return true
        case (.string(let a), .string(let b)): return a.utf8.elementsEqual(b.utf8)
        case (.sequence(let a, _), .sequence(let b, _)):
            return a.count == b.count && zip(a, b).allSatisfy { $0.equals($1) }
        case (.mapping(let a), .mapping(let b)):
            return a.entries.count == b.entries.count
                && a.entries.allSatisfy { entry in b[entry.key].map { entry.value.equals($0) } ?? false }
        case (.namespace(let a), .namespace(let b)): return a === b
        default: return false
        }
    }

    /// The text that `{{ value }}` writes: Python's `str`.
    var text: String {
        switch self {
        case .undefined: ""
        case .string(let text): text
        default: representation
        }
    }

    /// The text inside a printed list: Python's `repr`.
    var representation: String {
        switch self {
        case .undefined: "Undefined"
        case .none: "None"
        case .bool(let flag): flag ? "True" : "False"
        case .integer(let value): value.description
        case .float(let value): value.description
        case .string(let text): pythonLiteral(text)
        case .sequence(let items, _): "[" + items.map { $0.representation }.joined(separator: ", ") + "]"
        case .mapping(let mapping):
            "{"
                + mapping.entries.map { $0.key.representation + ": " + $0.value.representation }
                .joined(separator: ", ") + "}"
        case .namespace: "<Namespace>"
        case .function(let name): "<function \(name)>"
        }
    }
}

private func pythonLiteral(_ text: String) -> String {
    let mark: Unicode.Scalar =
        text.unicodeScalars.contains("'") && !text.unicodeScalars.contains("\"") ? "\"" : "'"
    var literal = String.UnicodeScalarView([mark])
    for scalar in text.unicodeScalars {
        switch scalar {
        case "\n": literal.append(contentsOf: #"\n"#.unicodeScalars)
        case "\r": literal.append(contentsOf: #"\r"#.unicodeScalars)
        case "\t": literal.append(contentsOf: #"\t"#.unicodeScalars)
        case "\\", mark: literal.append(contentsOf: ["\\", scalar])
        default: literal.append(scalar)
        }
    }
    literal.append(mark)
    return String(literal)
}

/// A dictionary in the order its keys came.
struct TemplateMapping {
    struct Entry {
        var key: TemplateValue
        var value: TemplateValue
    }

    private(set) var entries: [Entry] = []
    private(set) var shape = TemplateShape()

    subscript(key: TemplateValue) -> TemplateValue? { entries.first { $0.key.equals(key) }?.value }

    subscript(key: String) -> TemplateValue? { self[.string(key)] }

    mutating func set(_ key: TemplateValue, _ value: TemplateValue) {
        shape.add(key)
        shape.add(value)
        if let place = entries.firstIndex(where: { $0.key.equals(key) }) {
            entries[place].value = value
        } else {
            entries.append(Entry(key: key, value: value))
        }
    }
}

/// What `namespace()` makes: the one value that a template can change from inside a loop. Lives within one rendering.
final class TemplateNamespace {
    var values: [String: TemplateValue] = [:]
}
