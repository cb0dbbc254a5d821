// Takes JSON that somebody else may have written: each value has to be there, of its type, in range.
package import JSONText

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

    func double(_ key: String, _ range: ClosedRange<Double> = allNumbers) throws(TraceError) -> Double {
        let value = try value(key)
        return try within(key) { () throws(TraceError) in try finiteNumber(value, range) }
    }

    func string(_ key: String) throws(TraceError) -> String {
        let value = try value(key)
        return try within(key) { () throws(TraceError) in try plainText(value) }
    }

    /// The elements of an array, each read by `body` with its place.
    func list<T>(_ key: String, _ body: (JSONValue, Int) throws(TraceError) -> T) throws(TraceError) -> [T] {
        let value = try value(key)
        return try within(key) { () throws(TraceError) in try elements(value, body) }
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

/// Every finite number.
let allNumbers = -Double.greatestFiniteMagnitude...Double.greatestFiniteMagnitude

func wholeNumber(_ value: JSONValue, _ range: ClosedRange<Int> = 0...Int.max) throws(TraceError) -> Int {
    guard let number = value.int64 else { throw .field(path: "", problem: "is no whole number") }
    guard let whole = Int(exactly: number), range.contains(whole) else { throw .outside(range, number) }
    return whole
}

func require(_ number: Int, in range: ClosedRange<Int>) throws(TraceError) {
    if !range.contains(number) { throw .outside(range, Int64(number)) }
}

extension TraceError {
    /// A number that is not in a range; an end that only says how far anyone counts is not told to who is below.
    fileprivate static func outside(_ range: ClosedRange<Int>, _ number: Int64) -> TraceError {
        let isBelow = number < Int64(range.lowerBound) && range.upperBound >= Int(Int32.max)
        let end = isBelow ? " or more" : "…\(range.upperBound)"
        return .field(path: "", problem: "is \(number); it must be \(range.lowerBound)\(end)")
    }
}

func finiteNumber(_ value: JSONValue, _ range: ClosedRange<Double> = allNumbers) throws(TraceError) -> Double {
    guard let number = value.double else { throw .field(path: "", problem: "is no finite number") }
    guard range.contains(number) else {
        throw .field(path: "", problem: "is \(number); it must be in \(range.lowerBound)…\(range.upperBound)")
    }
    return number
}

func plainText(_ value: JSONValue) throws(TraceError) -> String {
    guard let text = value.string else { throw .field(path: "", problem: "is no string") }
    return text
}

/// What is wrong with a text that should be one of `words`.
func notAWord(_ text: String, _ words: [String]) -> TraceError {
    let list = words.map { "\"\($0)\"" }.joined(separator: ", ")
    return .field(path: "", problem: "is \"\(shortened(text))\"; it must be one of \(list)")
}

/// The elements of an array, each read by `body` with its place.
func elements<T>(
    _ value: JSONValue, _ body: (JSONValue, Int) throws(TraceError) -> T
) throws(TraceError) -> [T] {
    guard let values = value.array else { throw .field(path: "", problem: "is no array") }
    var list: [T] = []
    list.reserveCapacity(values.count)
    for (index, value) in values.enumerated() {
        do { list.append(try body(value, index)) } catch { throw error.inside("[\(index)]") }
    }
    return list
}

/// Bytes from hexadecimal digits, two lower-case ones each.
package func hexBytes(_ value: JSONValue) throws(TraceError) -> [UInt8] {
    let text = try plainText(value)
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
