// Text in double quotes, to be typed again as it is shown. What is hidden is written by number, by the rule of VisibleText.

/// The bytes in double quotes; control characters and bytes that are no UTF-8 as escapes of the question language, so
/// that what is printed can be typed again.
public func quoted(_ bytes: [UInt8]) -> String { "\"" + escaped(bytes) + "\"" }

/// A token by its bytes and, when they end inside a character, the characters that it would complete in its place.
public func named(_ bytes: [UInt8], _ text: String) -> String {
    if text.isEmpty || String(validating: bytes, as: UTF8.self) != nil { return quoted(bytes) }
    // A replacement character stands for bytes that no character has.
    if text.unicodeScalars.contains("\u{FFFD}") { return quoted(bytes) }
    return quoted(bytes) + " → " + readable(Array(text.utf8))
}

/// As ``quoted(_:)`` without the quotes.
public func escaped(_ bytes: [UInt8]) -> String {
    var result = ""
    var place = 0
    /// Whether an accent has a character to stand on.
    var hasBase = false
    while place < bytes.count {
        let length = scalarLength(bytes, at: place)
        if length == 0 {
            result += "\\x" + hexadecimal(bytes[place])
            place += 1
            hasBase = false
            continue
        }
        let piece = String(decoding: bytes[place..<(place + length)], as: UTF8.self)
        place += length
        let before = result.utf8.count
        switch piece {
        case "\n": result += "\\n"
        case "\t": result += "\\t"
        case "\r": result += "\\r"
        case "\"": result += "\\\""
        case "\\": result += "\\\\"
        default:
            let scalar = piece.unicodeScalars.first!
            let hides = isInvisible(scalar) || isMistakable(scalar) || (isCombining(scalar) && !hasBase)
            result += hides ? "\\u{" + hexadecimal(scalar.value, digits: 1) + "}" : piece
        }
        hasBase = result.utf8.count == before + length && piece != " "
    }
    return result
}

/// A name from a file in quotation marks, as ``quoted(_:)`` writes it, cut after `limit` characters.
public func quotedName(_ name: String, limit: Int) -> String {
    let head = String(String.UnicodeScalarView(name.unicodeScalars.prefix(limit)))
    return "\"" + escaped(Array(head.utf8)) + (name.unicodeScalars.count > limit ? "…\"" : "\"")
}

/// How many bytes the UTF-8 character at `place` has; 0 when the bytes there are no UTF-8.
public func scalarLength(_ bytes: [UInt8], at place: Int) -> Int {
    let first = bytes[place]
    let length =
        first < 0x80 ? 1 : first >= 0xC2 && first < 0xE0 ? 2 : first & 0xF0 == 0xE0 ? 3 : first & 0xF8 == 0xF0 ? 4 : 0
    guard length > 0, place + length <= bytes.count else { return 0 }
    let slice = bytes[place..<(place + length)]
    return String(validating: slice, as: UTF8.self) == nil ? 0 : length
}

/// In upper-case digits, at least `digits` of them: `0A`, `202E`.
public func hexadecimal(_ value: some BinaryInteger, digits: Int = 2) -> String {
    let text = String(value, radix: 16, uppercase: true)
    return String(repeating: "0", count: max(0, digits - text.utf8.count)) + text
}
