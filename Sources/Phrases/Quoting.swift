// Text that a person reads safely, in the three forms there are: to be typed again (`quoted`), to be read
// (`readable`), and as the label of a token (`visible`). What is invisible is one rule for all of them.

/// The bytes in double quotes; control characters and bytes that are no UTF-8 as escapes of the question language, so
/// that what is printed can be typed again.
public func quoted(_ bytes: [UInt8]) -> String { "\"" + escaped(bytes) + "\"" }

/// A token by its bytes and, when they end inside a character, the characters that it would complete in its place.
public func named(_ bytes: [UInt8], _ text: String) -> String {
    if text.isEmpty || String(validating: bytes, as: UTF8.self) != nil { return quoted(bytes) }
    return quoted(bytes) + " → " + readable(Array(text.utf8))
}

/// As ``quoted(_:)`` without the quotes.
public func escaped(_ bytes: [UInt8]) -> String { shown(bytes, isTyped: true) }

/// Text to be read, not typed again: line ends as ↵, tabs as ⇥, quotes as they are; what cannot be shown as escapes.
public func readable(_ bytes: [UInt8]) -> String { shown(bytes, isTyped: false) }

private func shown(_ bytes: [UInt8], isTyped: Bool) -> String {
    var result = ""
    var place = 0
    while place < bytes.count {
        let length = scalarLength(bytes, at: place)
        if length == 0 {
            result += "\\x" + hexadecimal(bytes[place])
            place += 1
            continue
        }
        let piece = String(decoding: bytes[place..<(place + length)], as: UTF8.self)
        place += length
        switch piece {
        case "\n": result += isTyped ? "\\n" : "↵"
        case "\t": result += isTyped ? "\\t" : "⇥"
        case "\r": result += "\\r"
        case "\"" where isTyped: result += "\\\""
        case "\\" where isTyped: result += "\\\\"
        default:
            let scalar = piece.unicodeScalars.first!
            result += isInvisible(scalar) ? "\\u{" + hexadecimal(scalar.value, digits: 1) + "}" : piece
        }
    }
    return result
}

/// A name from a file in quotation marks: what is invisible as escapes, cut after `limit` characters.
public func quotedName(_ name: String, limit: Int) -> String {
    var text = ""
    for scalar in name.unicodeScalars.prefix(limit) {
        if isInvisible(scalar) {
            text += "\\u{" + String(scalar.value, radix: 16) + "}"
        } else {
            text.unicodeScalars.append(scalar)
        }
    }
    return "\"" + text + (name.unicodeScalars.count > limit ? "…\"" : "\"")
}

/// Characters that cannot be seen where they stand: control and format characters, which would change the line they are
/// printed on, turn it around or hide in it, and what no standard gives a shape. They are shown by number.
public func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned, .surrogate: true
    default: false
    }
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
