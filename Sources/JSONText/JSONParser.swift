// A strict JSON reader for hostile files: duplicate keys, deep nesting and broken UTF-8 are errors with an offset.
// Foundation's decoders keep the last of two equal keys and merge keys that are canonically equivalent.

/// Why a text is not the JSON we accept. `offset` counts bytes from the start of the text.
public enum JSONError: Error, Equatable, CustomStringConvertible {
    /// Something else than the grammar allows. `found`: the character in quotation marks, a byte's value, or nothing at the
    /// text's end.
    case unexpected(found: String, expected: String, offset: Int)
    /// An object with the same key twice, byte for byte; `offset` is where the second begins.
    case duplicateKey(String, offset: Int)
    /// More than `limit` arrays and objects inside each other; `offset` is where the one too many opens.
    case tooDeep(limit: Int, offset: Int)
    /// More than `limit` values in all, a list or an object counting as three; `offset` is where the one too many
    /// begins.
    case tooMany(limit: Int, offset: Int)
    /// A string whose bytes are no UTF-8; `offset` is where the string's content begins, not the bad byte.
    case invalidUTF8(offset: Int)
    /// Thousands of accents on one character; `offset` is where the string's content begins.
    case tooManyAccents(offset: Int)

    public var description: String {
        switch self {
        case .unexpected(let found, let expected, let offset):
            if offset == 0 {
                found.isEmpty ? "JSON: it is empty" : "JSON: it begins with \(found), which no JSON does"
            } else {
                "JSON: \(found.isEmpty ? "cut off" : found) at byte \(offset), where \(expected) should be"
            }
        case .duplicateKey(let key, let offset): "JSON: the key \(quoted(key)) stands twice (again at byte \(offset))"
        case .tooDeep(let limit, let offset): "JSON: nested deeper than \(limit) levels at byte \(offset)"
        case .tooMany(let limit, let offset):
            "JSON: more than \(limit) values at byte \(offset), a list or an object counting as three"
        case .invalidUTF8(let offset): "JSON: a string that is not UTF-8 at byte \(offset)"
        case .tooManyAccents(let offset): "JSON: a character with thousands of accents in the string at byte \(offset)"
        }
    }
}

extension JSONValue {
    /// Parses a whole text; anything but white space after the value is an error.
    public init(parsing bytes: [UInt8], budget: ReadingBudget = .json) throws(JSONError) {
        self = try bytes.withUnsafeBufferPointer { buffer throws(JSONError) in
            try JSONValue(parsing: buffer, budget: budget)
        }
    }

    /// The same for bytes that lie elsewhere; the value holds copies, so the buffer need not outlive the call.
    ///
    /// - Parameters:
    ///   - lastKeyCounts: of two members with the same key the last one counts, as in most libraries; without it the second
    ///     one is an error.
    ///   - budget: how many values there may be, and how deep in each other.
    public init(
        parsing buffer: UnsafeBufferPointer<UInt8>, lastKeyCounts: Bool = false, budget: ReadingBudget = .json
    ) throws(JSONError) {
        var parser = JSONParser(bytes: buffer, lastKeyCounts: lastKeyCounts, budget: budget)
        parser.skipSpace()
        self = try parser.value()
        parser.skipSpace()
        if parser.place < buffer.count { throw parser.unexpected("the end of the text") }
    }
}

/// What a list or an object counts for: memory of its own, as much as three values take.
private let containerItems = 3

private struct JSONParser {
    let bytes: UnsafeBufferPointer<UInt8>
    let lastKeyCounts: Bool
    var budget: ReadingBudget
    var place = 0

    init(bytes: UnsafeBufferPointer<UInt8>, lastKeyCounts: Bool, budget: ReadingBudget) {
        self.bytes = bytes
        self.lastKeyCounts = lastKeyCounts
        self.budget = budget
    }

    /// The byte at the place, 0 at the end (0 is no JSON character).
    var next: UInt8 { place < bytes.count ? bytes[place] : 0 }

    mutating func skipSpace() {
        while place < bytes.count {
            let byte = bytes[place]
            if byte > 0x20 || (byte != 0x20 && byte != 0x0A && byte != 0x0D && byte != 0x09) { return }
            place += 1
        }
    }

    func unexpected(_ expected: String) -> JSONError {
        let found =
            place < bytes.count
            ? (0x21...0x7E).contains(next) ? "'\(Character(Unicode.Scalar(next)))'" : "byte \(next)" : ""
        return .unexpected(found: found, expected: expected, offset: place)
    }

    mutating func expect(_ byte: UInt8, _ expected: String) throws(JSONError) {
        if next != byte { throw unexpected(expected) }
        place += 1
    }

    mutating func word(_ text: StaticString, _ value: JSONValue) throws(JSONError) -> JSONValue {
        for i in 0..<text.utf8CodeUnitCount { try expect(text.utf8Start[i], "\(text)") }
        return value
    }

    mutating func value() throws(JSONError) -> JSONValue {
        let opens = next == UInt8(ascii: "{") || next == UInt8(ascii: "[")
        if !budget.take(items: opens ? containerItems : 1) {
            throw .tooMany(limit: budget.items, offset: place)
        }
        switch next {
        case UInt8(ascii: "{"), UInt8(ascii: "["):
            // The limit counts containers, and stands before the recursion: the stack is the reader's, not the file's.
            if !budget.enter() { throw .tooDeep(limit: budget.levels, offset: place) }
            let value = next == UInt8(ascii: "{") ? try object() : try array()
            budget.leave()
            return value
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default: return try number()
        }
    }

    mutating func object() throws(JSONError) -> JSONValue {
        var object = JSONObject()
        place += 1
        skipSpace()
        if next == UInt8(ascii: "}") { place += 1; return .object(object) }
        while true {
            let start = place
            if next != UInt8(ascii: "\"") { throw unexpected("a key in quotation marks") }
            let key = try string()
            skipSpace()
            try expect(UInt8(ascii: ":"), "':'")
            skipSpace()
            let member = try value()
            if !object.append(key, member) {
                if !lastKeyCounts { throw .duplicateKey(key, offset: start) }
                object.replace(key, member)
            }
            skipSpace()
            if next == UInt8(ascii: ",") { place += 1; skipSpace(); continue }
            try expect(UInt8(ascii: "}"), "',' or '}'")
            return .object(object)
        }
    }

    mutating func array() throws(JSONError) -> JSONValue {
        var values: [JSONValue] = []
        place += 1
        skipSpace()
        if next == UInt8(ascii: "]") { place += 1; return .array(values) }
        while true {
            values.append(try value())
            skipSpace()
            if next == UInt8(ascii: ",") { place += 1; skipSpace(); continue }
            try expect(UInt8(ascii: "]"), "',' or ']'")
            return .array(values)
        }
    }

    mutating func digits() throws(JSONError) {
        if !(0x30...0x39).contains(next) { throw unexpected("a digit") }
        while (0x30...0x39).contains(next) { place += 1 }
    }

    mutating func number() throws(JSONError) -> JSONValue {
        let start = place
        if next == UInt8(ascii: "-") { place += 1 }
        guard (0x30...0x39).contains(next) else { throw unexpected("a value") }
        if next == UInt8(ascii: "0") { place += 1 } else { try digits() }
        if next == UInt8(ascii: ".") { place += 1; try digits() }
        if next | 0x20 == UInt8(ascii: "e") {
            place += 1
            if next == UInt8(ascii: "+") || next == UInt8(ascii: "-") { place += 1 }
            try digits()
        }
        return .number(String(decoding: bytes[start..<place], as: UTF8.self))
    }

    /// A string from its opening quotation mark to after its closing one.
    mutating func string() throws(JSONError) -> String {
        place += 1
        let start = place
        // Most strings have no escape: find the end and decode in one go.
        while place < bytes.count, bytes[place] != UInt8(ascii: "\""), bytes[place] != UInt8(ascii: "\\"),
            bytes[place] >= 0x20
        { place += 1 }
        if next == UInt8(ascii: "\"") {
            defer { place += 1 }
            return try decode(UnsafeBufferPointer(rebasing: bytes[start..<place]), offset: start)
        }
        var decoded = Array(bytes[start..<place])
        while next != UInt8(ascii: "\"") {
            if next < 0x20 {
                throw unexpected(place < bytes.count ? "'\"' (control characters must be escaped)" : "'\"'")
            }
            if next == UInt8(ascii: "\\") { try escape(into: &decoded) } else { decoded.append(next); place += 1 }
        }
        place += 1
        return try decoded.withUnsafeBufferPointer { buffer throws(JSONError) in try decode(buffer, offset: start) }
    }

    mutating func decode(_ buffer: UnsafeBufferPointer<UInt8>, offset: Int) throws(JSONError) -> String {
        guard let text = String(validating: buffer, as: UTF8.self) else { throw .invalidUTF8(offset: offset) }
        if !budget.take(comparable: buffer) { throw .tooManyAccents(offset: offset) }
        return text
    }

    mutating func escape(into decoded: inout [UInt8]) throws(JSONError) {
        place += 1
        let kind = next
        place += 1
        switch kind {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): decoded.append(kind)
        case UInt8(ascii: "b"): decoded.append(0x08)
        case UInt8(ascii: "f"): decoded.append(0x0C)
        case UInt8(ascii: "n"): decoded.append(0x0A)
        case UInt8(ascii: "r"): decoded.append(0x0D)
        case UInt8(ascii: "t"): decoded.append(0x09)
        case UInt8(ascii: "u"):
            var code = try hexadecimal()
            if (0xD800...0xDBFF).contains(code), next == UInt8(ascii: "\\"), place + 1 < bytes.count,
                bytes[place + 1] == UInt8(ascii: "u")
            {
                let mark = place
                place += 2
                let low = try hexadecimal()
                if (0xDC00...0xDFFF).contains(low) {
                    code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
                } else {
                    place = mark
                }
            }
            // A lone surrogate has no UTF-8; the replacement character stands for it, as in web browsers.
            decoded.append(contentsOf: Array(String(Unicode.Scalar(code) ?? "\u{FFFD}").utf8))
        default:
            place -= 1
            throw unexpected("an escape (one of \" \\ / b f n r t u)")
        }
    }

    mutating func hexadecimal() throws(JSONError) -> UInt32 {
        var code: UInt32 = 0
        for _ in 0..<4 {
            guard let digit = Character(Unicode.Scalar(next)).hexDigitValue else {
                throw unexpected("a hexadecimal digit")
            }
            code = code << 4 | UInt32(digit)
            place += 1
        }
        return code
    }
}
