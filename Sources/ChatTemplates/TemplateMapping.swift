// Dictionaries of chat templates: in the order their keys came, found by Python's equality.

/// A text that is equal to another only if all scalars are: `String` takes canonically equivalent spellings for one.
struct TemplateText: Hashable {
    var text: String

    init(_ text: String) { self.text = text }

    static func == (a: TemplateText, b: TemplateText) -> Bool { a.text.utf8.elementsEqual(b.text.utf8) }

    func hash(into hasher: inout Hasher) {
        for byte in text.utf8 { hasher.combine(byte) }
    }
}

/// What a dictionary finds its values by. 1, 1.0 and True are one key, as in Python.
enum TemplateKey: Hashable {
    case none
    case integer(Int)
    case float(Double)
    case text(TemplateText)
    case tuple([TemplateKey])
    case undefined
    case range(start: Int, step: Int, count: Int)

}

extension TemplateRun {
    /// The key that a value is; nil for lists, dictionaries and what else has no lasting value. Counted as it is walked: a
    /// tuple of twice the same tuple, again and again, is small to make and huge to walk.
    func keyIfAny(_ value: TemplateValue) throws(ChatTemplateError) -> TemplateKey? {
        try spend(1)
        switch value.plain {
        case .none: return TemplateKey.none
        case .undefined: return .undefined
        case .range(let range): return .range(start: range.start, step: range.step, count: range.count)
        case .bool(let flag): return .integer(flag ? 1 : 0)
        case .integer(let number): return .integer(number)
        case .float(let number): return Int(exactly: number).map(TemplateKey.integer) ?? .float(number)
        case .string(let text):
            try spend(text.utf8.count / 32)
            return .text(TemplateText(text))
        case .tuple(let items):
            var keys: [TemplateKey] = []
            for item in items.items {
                guard let key = try keyIfAny(item) else { return nil }
                keys.append(key)
            }
            return .tuple(keys)
        default: return nil
        }
    }

    /// The value that a dictionary has for a key; nil where it has none, or where that is no key.
    func value(of key: TemplateValue, in mapping: TemplateMapping) throws(ChatTemplateError) -> TemplateValue? {
        guard let found = try keyIfAny(key) else { return nil }
        return mapping[found]
    }
}

/// A dictionary. Small ones are searched from the front; larger ones keep an index.
struct TemplateMapping {
    struct Entry {
        var key: TemplateValue
        var value: TemplateValue
        fileprivate var found: TemplateKey
    }

    /// What a view shows of a dictionary.
    enum Part: String {
        case keys, values, items
    }

    private(set) var entries: [Entry] = []
    private(set) var depth = 1
    private var index: [TemplateKey: Int] = [:]
    private static let indexedFrom = 12

    var count: Int { entries.count }

    private func place(of key: TemplateKey) -> Int? {
        entries.count < Self.indexedFrom ? entries.firstIndex { $0.found == key } : index[key]
    }

    subscript(key: TemplateKey) -> TemplateValue? { place(of: key).map { entries[$0].value } }

    subscript(key: String) -> TemplateValue? { self[.text(TemplateText(key))] }

    /// Sets the value of a key, which keeps its place if it is there. `name` is the key as it prints.
    mutating func set(_ key: TemplateKey, _ name: TemplateValue, _ value: TemplateValue) {
        depth = max(depth, 1 + name.depth, 1 + value.depth)
        if let place = place(of: key) {
            entries[place].value = value
            return
        }
        entries.append(Entry(key: name, value: value, found: key))
        if entries.count == Self.indexedFrom {
            for (place, entry) in entries.enumerated() { index[entry.found] = place }
        } else if entries.count > Self.indexedFrom {
            index[key] = entries.count - 1
        }
    }

    mutating func set(_ name: String, _ value: TemplateValue) {
        set(.text(TemplateText(name)), .string(name), value)
    }

    /// The keys, the values, or both as tuples.
    func items(_ part: Part) -> [TemplateValue] {
        switch part {
        case .keys: entries.map { $0.key }
        case .values: entries.map { $0.value }
        case .items: entries.map { .tuple([$0.key, $0.value]) }
        }
    }
}
