// Reads one character of UTF-8 and says what kind it is: what the pre-tokenizers' patterns ask of a text.
// The categories and ages are the standard library's: ids must not move when a table's version does, and only it says
// since when a character is assigned.

/// The classes that the patterns name: `\p{L}`, `\p{N}`, `\s`, and all the rest.
enum ScalarClass: UInt8 {
    case letter
    case number
    case space
    /// Punctuation, symbols, marks, controls, unassigned characters, and bytes that are no UTF-8.
    case other
    /// There is no character: the end of the text.
    case end
}

/// The newest Unicode version whose characters are known, as 100 · major + minor.
///
/// Later characters count as unassigned, so that the same text has the same ids whatever version this program's
/// standard library knows. Checked on every character: the programs differ from each other in nothing else.
struct UnicodeLimit: Sendable, Equatable {
    var version: Int

    /// The tables of llama.cpp.
    static let llamaCpp = UnicodeLimit(version: 1501)
    /// The regular expressions of the `tokenizers` library.
    static let tokenizers = UnicodeLimit(version: 1600)
    /// The normalizers of the `tokenizers` library.
    static let tokenizersNormalizer = UnicodeLimit(version: 900)
    /// The punctuation of the `tokenizers` library.
    static let tokenizersPunctuation = UnicodeLimit(version: 800)
    /// The digits of the `tokenizers` library.
    static let tokenizersDigits = UnicodeLimit(version: 1700)
}

/// A character as the patterns see it. `length` is in bytes, 0 at the end of the text.
struct ClassifiedScalar {
    var kind: ScalarClass
    var length: Int
}

/// The class of the character at `place`, where the text ends at `end`.
///
/// A byte that begins no well-formed character counts as a character of its own, of class `other`, as the replacement
/// character U+FFFD that other programs put in its place is.
@inline(__always)
func classify(
    _ text: UnsafeBufferPointer<UInt8>, _ place: Int, _ end: Int, _ limit: UnicodeLimit
) -> ClassifiedScalar {
    if place >= end { return ClassifiedScalar(kind: .end, length: 0) }
    let byte = text[place]
    if byte < 0x80 { return ClassifiedScalar(kind: classifyASCII(byte), length: 1) }
    return classifyWide(text, place, end, limit)
}

@inline(__always)
func classifyASCII(_ byte: UInt8) -> ScalarClass {
    if (byte | 0x20) &- UInt8(ascii: "a") < 26 { return .letter }
    if byte &- UInt8(ascii: "0") < 10 { return .number }
    if byte == 0x20 || byte &- 0x09 < 5 { return .space }
    return .other
}

/// The same, where `marks` says that marks count as letters.
@inline(__always)
func classify(
    _ text: UnsafeBufferPointer<UInt8>, _ place: Int, _ end: Int, _ limit: UnicodeLimit, marks: Bool
) -> ClassifiedScalar {
    var next = classify(text, place, end, limit)
    if marks, next.kind == .other, next.length > 1, let (scalar, _) = decodeScalar(text, place, end),
        isMark(scalar, limit)
    {
        next.kind = .letter
    }
    return next
}

/// Whether a character is a mark, `\p{M}`.
func isMark(_ scalar: Unicode.Scalar, _ limit: UnicodeLimit) -> Bool {
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .spacingMark, .enclosingMark: isKnown(scalar, limit)
    default: false
    }
}

private func classifyWide(
    _ text: UnsafeBufferPointer<UInt8>, _ place: Int, _ end: Int, _ limit: UnicodeLimit
) -> ClassifiedScalar {
    guard let (scalar, length) = decodeScalar(text, place, end) else {
        return ClassifiedScalar(kind: .other, length: 1)
    }
    return ClassifiedScalar(kind: classify(scalar, limit), length: length)
}

/// The well-formed character at `place` (Unicode 3.9, table 3-7) and its length in bytes, or nil.
func decodeScalar(
    _ text: UnsafeBufferPointer<UInt8>, _ place: Int, _ end: Int
) -> (scalar: Unicode.Scalar, length: Int)? {
    let lead = text[place]
    let length = lead < 0x80 ? 1 : lead < 0xC2 ? 0 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : lead < 0xF5 ? 4 : 0
    if length == 0 || end - place < length { return nil }
    if length == 1 { return (Unicode.Scalar(lead), 1) }
    var value = UInt32(lead) & (0x7F >> UInt32(length))
    for next in place + 1..<place + length {
        if text[next] >> 6 != 0b10 { return nil }
        value = value << 6 | UInt32(text[next] & 0x3F)
    }
    if length == 3 && value < 0x800 || length == 4 && value < 0x10000 { return nil }
    return Unicode.Scalar(value).map { ($0, length) }
}

/// The class of a character by its general category; white space is Unicode's property White_Space.
func classify(_ scalar: Unicode.Scalar, _ limit: UnicodeLimit) -> ScalarClass {
    switch scalar.value {
    // The large blocks of letters, so that Chinese, Japanese and Korean texts need no look-up.
    case 0x4E00...0x9FFF, 0xAC00...0xD7A3, 0x3400...0x4DBF: return .letter
    default: break
    }
    switch scalar.properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter:
        return isKnown(scalar, limit) ? .letter : .other
    case .decimalNumber, .letterNumber, .otherNumber: return isKnown(scalar, limit) ? .number : .other
    default: return scalar.properties.isWhitespace ? .space : .other
    }
}

/// Whether Unicode had assigned the character by the version of `limit`.
func isKnown(_ scalar: Unicode.Scalar, _ limit: UnicodeLimit) -> Bool {
    // Nothing below these has been added since Unicode 15, and since Unicode 9.
    if scalar.value < (limit.version >= 1500 ? 0x0870 : 0x0530) { return true }
    guard let age = scalar.properties.age else { return false }
    return 100 * age.major + age.minor <= limit.version
}

/// Whether a character is punctuation, `\p{P}`.
func isPunctuation(_ scalar: Unicode.Scalar, _ limit: UnicodeLimit) -> Bool {
    if !isKnown(scalar, limit) { return false }
    return switch scalar.properties.generalCategory {
    case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation, .initialPunctuation,
        .finalPunctuation, .otherPunctuation:
        true
    default: false
    }
}
