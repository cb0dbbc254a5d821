// Takes the fields of a JSON object that somebody else may have written: each has to be there, of its type, in range.
// Called by: TraceReader.
import JSONText

/// A JSON object under examination. Errors name the field; whoever descended into it adds the way there.
struct ObjectReader {
    let object: JSONObject

    init(_ value: JSONValue) throws(TraceError) {
        guard case .object(let object) = value else { throw .field(path: "", problem: "is no object") }
        self.object = object
    }

    func value(_ key: String) throws(TraceError) -> JSONValue {
        guard let value = object[key] else { throw .field(path: key, problem: "is missing") }
        return value
    }

    func has(_ key: String) -> Bool { object[key] != nil }

    func int(_ key: String, _ range: ClosedRange<Int> = 0...Int.max) throws(TraceError) -> Int {
        let value = try value(key)
        return try within(key) { () throws(TraceError) in try wholeNumber(value, range) }
    }

    /// A field that is null when there is nothing to say.
    func optionalInt(_ key: String, _ range: ClosedRange<Int> = 0...Int.max) throws(TraceError) -> Int? {
        try value(key).isNull ? nil : try int(key, range)
    }

    func double(
        _ key: String, _ range: ClosedRange<Double> = -Double.greatestFiniteMagnitude...Double.greatestFiniteMagnitude
    ) throws(TraceError) -> Double {
        guard let number = try value(key).double else { throw .field(path: key, problem: "is no finite number") }
        guard range.contains(number) else {
            throw .field(path: key, problem: "is \(number); it must be in \(range.lowerBound)…\(range.upperBound)")
        }
        return number
    }

    func optionalDouble(_ key: String) throws(TraceError) -> Double? {
        try value(key).isNull ? nil : try double(key)
    }

    func bool(_ key: String) throws(TraceError) -> Bool {
        guard let flag = try value(key).bool else { throw .field(path: key, problem: "is neither true nor false") }
        return flag
    }

    func string(_ key: String) throws(TraceError) -> String {
        guard let text = try value(key).string else { throw .field(path: key, problem: "is no string") }
        return text
    }

    func optionalString(_ key: String) throws(TraceError) -> String? {
        try value(key).isNull ? nil : try string(key)
    }

    /// One of the words of an enumeration.
    func word<Word: RawRepresentable & CaseIterable>(_ key: String) throws(TraceError) -> Word
    where Word.RawValue == String {
        let text = try string(key)
        guard let word = Word(rawValue: text) else {
            let words = Word.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", ")
            throw .field(path: key, problem: "is \"\(shortened(text))\"; it must be one of \(words)")
        }
        return word
    }

    /// Bytes from hexadecimal digits.
    func bytes(_ key: String) throws(TraceError) -> [UInt8] {
        let value = try value(key)
        return try within(key) { () throws(TraceError) in try hexBytes(value) }
    }

    func array(_ key: String) throws(TraceError) -> [JSONValue] {
        guard let values = try value(key).array else { throw .field(path: key, problem: "is no array") }
        return values
    }

    /// The elements of an array, each read by `body` with its place.
    func list<T>(_ key: String, _ body: (JSONValue, Int) throws(TraceError) -> T) throws(TraceError) -> [T] {
        let values = try array(key)
        var list: [T] = []
        list.reserveCapacity(values.count)
        for (index, value) in values.enumerated() {
            do { list.append(try body(value, index)) } catch { throw error.inside("\(key)[\(index)]") }
        }
        return list
    }

    func strings(_ key: String) throws(TraceError) -> [String] {
        try list(key) { (value, _) throws(TraceError) in
            guard let text = value.string else { throw .field(path: "", problem: "is no string") }
            return text
        }
    }

    func ints(_ key: String, _ range: ClosedRange<Int>) throws(TraceError) -> [Int] {
        try list(key) { (value, _) throws(TraceError) in try wholeNumber(value, range) }
    }

    /// Descends into a field.
    func inside<T>(_ key: String, _ body: (ObjectReader) throws(TraceError) -> T) throws(TraceError) -> T {
        let value = try value(key)
        return try within(key) { () throws(TraceError) in try body(try ObjectReader(value)) }
    }

    /// Descends into a field that may be null.
    func optional<T>(_ key: String, _ body: (ObjectReader) throws(TraceError) -> T) throws(TraceError) -> T? {
        try value(key).isNull ? nil : try inside(key, body)
    }
}

/// Adds a field's name to the errors of what is read inside it.
func within<T>(_ name: String, _ body: () throws(TraceError) -> T) throws(TraceError) -> T {
    do { return try body() } catch { throw error.inside(name) }
}

extension TraceError {
    /// The error as seen from one level further out.
    func inside(_ name: String) -> TraceError {
        guard case .field(let path, let problem) = self else { return self }
        let dot = path.isEmpty || path.first == "[" ? "" : "."
        return .field(path: name + dot + path, problem: problem)
    }
}

func wholeNumber(_ value: JSONValue, _ range: ClosedRange<Int>) throws(TraceError) -> Int {
    guard let number = value.int else { throw .field(path: "", problem: "is no whole number") }
    guard range.contains(number) else {
        let end = range.upperBound == Int.max ? "or more" : "…\(range.upperBound)"
        throw .field(
            path: "", problem: "is \(number); it must be \(range.lowerBound)\(end == "or more" ? " " : "")\(end)")
    }
    return number
}

func hexBytes(_ value: JSONValue) throws(TraceError) -> [UInt8] {
    guard let text = value.string else { throw .field(path: "", problem: "is no string") }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.utf8.count / 2)
    var high: UInt8?
    for digit in text.utf8 {
        let nibble: UInt8
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): nibble = digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): nibble = digit - UInt8(ascii: "a") + 10
        default: throw .field(path: "", problem: "is not in hexadecimal digits (0-9, a-f)")
        }
        if let first = high {
            bytes.append(first << 4 | nibble)
            high = nil
        } else {
            high = nibble
        }
    }
    if high != nil { throw .field(path: "", problem: "has an odd number of hexadecimal digits") }
    return bytes
}

/// The start of a text that somebody else wrote, fit for a message on one line.
func shortened(_ text: String) -> String {
    let limit = 40
    let plain = text.unicodeScalars.prefix(limit).map { $0.value < 0x20 || $0.value == 0x7F ? " " : String($0) }
    return plain.joined() + (text.unicodeScalars.count > limit ? "…" : "")
}
