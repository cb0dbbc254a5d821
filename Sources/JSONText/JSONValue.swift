// A parsed JSON value. Numbers keep their text, so that 64-bit integers and floats are read without loss.

/// A JSON value as it stands in a file. Objects keep the order of their members.
public enum JSONValue: Equatable, Sendable {
    /// The word `null`; not the same as a member that is absent.
    case null
    /// `true` or `false`.
    case bool(Bool)
    /// The number's own characters; see ``int`` and ``double``.
    case number(String)
    /// The characters, escapes resolved; a lone surrogate has become U+FFFD.
    case string(String)
    /// The items in file order.
    case array([JSONValue])
    /// The members; each key once.
    case object(JSONObject)
}

/// The members of a JSON object in file order, with a look-up by key.
public struct JSONObject: Equatable, Sendable {
    /// In file order; each key once.
    public private(set) var members: [(key: String, value: JSONValue)] = []
    // Keys are compared by their UTF-8 bytes: `String` equality would merge canonically equivalent ones ("é" in two
    // spellings). The places of members by the hashes of their keys, less than 0 where there is none; built once an object
    // has more members than a scan is good for (vocabularies; a trace's objects stay small). A dictionary would take ten
    // times the memory, which a file of small objects of 17 keys makes a gigabyte of.
    private var table: [Int32] = []
    private static let scanLimit = 16

    /// An object without members.
    public init() {}

    private func place(of key: String) -> Int? {
        if !table.isEmpty {
            let place = Int(table[slot(of: key)])
            return place < 0 ? nil : place
        }
        let count = key.utf8.count
        return members.firstIndex { $0.key.utf8.count == count && $0.key.utf8.elementsEqual(key.utf8) }
    }

    /// The value of `key`, or nil.
    public subscript(key: String) -> JSONValue? { place(of: key).map { members[$0].value } }

    /// Appends a member; returns false and changes nothing when the key is there already.
    public mutating func append(_ key: String, _ value: JSONValue) -> Bool {
        if table.isEmpty {
            if place(of: key) != nil { return false }
            members.append((key, value))
            if members.count > Self.scanLimit { fillTable() }
            return true
        }
        // One search of the table for both the question and the insertion: a vocabulary has 100,000 keys.
        let slot = slot(of: key)
        if table[slot] >= 0 { return false }
        table[slot] = Int32(truncatingIfNeeded: members.count)
        members.append((key, value))
        if members.count > table.count / 2 { fillTable() }
        return true
    }

    /// Where the table has that key's place, or would have it. Half of the table is free.
    private func slot(of key: String) -> Int {
        var key = key
        return key.withUTF8 { bytes in
            var hasher = Hasher()
            hasher.combine(bytes: UnsafeRawBufferPointer(bytes))
            var slot = hasher.finalize() & (table.count - 1)
            while table[slot] >= 0 {
                let other = members[Int(table[slot])].key.utf8
                if other.count == bytes.count, other.elementsEqual(bytes) { break }
                slot = (slot + 1) & (table.count - 1)
            }
            return slot
        }
    }

    /// A table four times as long as there are members, a power of two.
    private mutating func fillTable() {
        var size = 64
        while size < 4 * members.count { size *= 2 }
        table = Array(repeating: -1, count: size)
        for (place, member) in members.enumerated() { table[slot(of: member.key)] = Int32(truncatingIfNeeded: place) }
    }

    /// Puts another value in the place of a member that is there; where none is, nothing changes.
    public mutating func replace(_ key: String, _ value: JSONValue) {
        if let place = place(of: key) { members[place].value = value }
    }

    /// How many members there are.
    public var count: Int { members.count }

    public static func == (a: JSONObject, b: JSONObject) -> Bool {
        a.members.count == b.members.count
            && zip(a.members, b.members).allSatisfy { $0.key.utf8.elementsEqual($1.key.utf8) && $0.value == $1.value }
    }
}

extension JSONValue {
    /// The member `key` of an object, nil for anything else.
    public subscript(key: String) -> JSONValue? {
        if case .object(let object) = self { object[key] } else { nil }
    }

    /// Whether it is the word `null`.
    public var isNull: Bool { self == .null }
    /// The truth value; nil when it is another kind of value.
    public var bool: Bool? { if case .bool(let value) = self { value } else { nil } }
    /// The characters of a string; nil when it is another kind of value.
    public var string: String? { if case .string(let value) = self { value } else { nil } }
    /// The items of an array; nil when it is another kind of value.
    public var array: [JSONValue]? { if case .array(let value) = self { value } else { nil } }
    /// The members of an object; nil when it is another kind of value.
    public var object: JSONObject? { if case .object(let value) = self { value } else { nil } }

    /// An exact integer, nil when the number has a fraction or does not fit.
    public var int: Int? { if case .number(let text) = self { Int(text) } else { nil } }

    /// The same up to 64 bits, where ``int`` has fewer.
    public var int64: Int64? { if case .number(let text) = self { Int64(text) } else { nil } }

    /// The nearest double, nil when the value is no number or overflows to infinity.
    public var double: Double? {
        guard case .number(let text) = self, let value = Double(text), value.isFinite else { return nil }
        return value
    }
}
