// How many columns text takes on a terminal: Chinese characters and most emoji take two, accents none.
//
// A table of our own and not utf8proc's: over all 1,112,064 scalars version 2.8 (Unicode 15.0) differs in 62,513. It takes
// 61,817 reserved places of the ideographic blocks for narrow, which Annex #11 makes wide, the 160 vowels and finals of
// Hangul parts for a column of their own, and 75 accents of later versions of Unicode for letters; and widths of clusters
// (❤️, 👩‍🚀, 🇹🇼) it leaves to its caller. In 441 spacing vowel signs it says 0 where we say 1: inside a cluster that is the
// same.

/// Columns of one character (a grapheme cluster): the widest of its scalars; 2 when a variation selector or a joiner
/// makes it an emoji.
public func columns(_ character: Character) -> Int {
    var width = 0
    var letters = 0
    for scalar in character.unicodeScalars {
        // The picture of what can be one; behind any other character the selector says nothing.
        if scalar.value == 0xFE0F, character.unicodeScalars.first!.properties.isEmoji { return 2 }
        // Two letters of a country are its flag.
        if scalar.value >= 0x1F1E6 && scalar.value <= 0x1F1FF { letters += 1 }
        width = max(width, columns(scalar))
    }
    // The voicing marks of half-width kana stand beside their letter, though they belong to it.
    let marks = character.unicodeScalars.dropFirst().count { $0.value == 0xFF9E || $0.value == 0xFF9F }
    return max(width, letters) + marks
}

/// Columns that a text takes in a terminal: the sum over its characters. A line end is not looked for.
public func columns(_ text: String) -> Int { text.reduce(0) { $0 + columns($1) } }

private func columns(_ scalar: Unicode.Scalar) -> Int {
    let value = scalar.value
    if value < 0x300 { return value < 0x20 || (value >= 0x7F && value < 0xA0) || value == 0xAD ? 0 : 1 }
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format, .control: return 0
    default: break
    }
    // The vowels and finals of Hangul syllables written in parts.
    if value >= 0x1160 && value <= 0x11FF { return 0 }
    return isWide(value) ? 2 : 1
}

/// Ranges of East Asian Width W and F (Unicode Standard Annex #11), and emoji that are shown as pictures by default.
private let wideRanges: [ClosedRange<UInt32>] = [
    0x1100...0x115F, 0x231A...0x231B, 0x2329...0x232A, 0x23E9...0x23EC, 0x23F0...0x23F0, 0x23F3...0x23F3,
    0x25FD...0x25FE, 0x2614...0x2615, 0x2648...0x2653, 0x267F...0x267F, 0x2693...0x2693, 0x26A1...0x26A1,
    0x26AA...0x26AB, 0x26BD...0x26BE, 0x26C4...0x26C5, 0x26CE...0x26CE, 0x26D4...0x26D4, 0x26EA...0x26EA,
    0x26F2...0x26F3, 0x26F5...0x26F5, 0x26FA...0x26FA, 0x26FD...0x26FD, 0x2705...0x2705, 0x270A...0x270B,
    0x2728...0x2728, 0x274C...0x274C, 0x274E...0x274E, 0x2753...0x2755, 0x2757...0x2757, 0x2795...0x2797,
    0x27B0...0x27B0, 0x27BF...0x27BF, 0x2B1B...0x2B1C, 0x2B50...0x2B50, 0x2B55...0x2B55, 0x2E80...0x303E,
    0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0xA4CF, 0xA960...0xA97F, 0xAC00...0xD7A3, 0xF900...0xFAFF,
    0xFE10...0xFE19, 0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x16FE0...0x18DFF, 0x1AFF0...0x1B2FF,
    0x1F004...0x1F004, 0x1F0CF...0x1F0CF, 0x1F18E...0x1F18E, 0x1F191...0x1F19A, 0x1F200...0x1F320,
    0x1F32D...0x1F335, 0x1F337...0x1F37C, 0x1F37E...0x1F393, 0x1F3A0...0x1F3CA, 0x1F3CF...0x1F3D3,
    0x1F3E0...0x1F3F0, 0x1F3F4...0x1F3F4, 0x1F3F8...0x1F43E, 0x1F440...0x1F440, 0x1F442...0x1F4FC,
    0x1F4FF...0x1F53D, 0x1F54B...0x1F54E, 0x1F550...0x1F567, 0x1F57A...0x1F57A, 0x1F595...0x1F596,
    0x1F5A4...0x1F5A4, 0x1F5FB...0x1F64F, 0x1F680...0x1F6C5, 0x1F6CC...0x1F6CC, 0x1F6D0...0x1F6D2,
    0x1F6D5...0x1F6D7, 0x1F6DC...0x1F6DF, 0x1F6EB...0x1F6EC, 0x1F6F4...0x1F6FC, 0x1F7E0...0x1F7EB,
    0x1F7F0...0x1F7F0, 0x1F90C...0x1F93A, 0x1F93C...0x1F945, 0x1F947...0x1F9FF, 0x1FA70...0x1FAFF,
    0x20000...0x2FFFD, 0x30000...0x3FFFD,
]

private func isWide(_ value: UInt32) -> Bool {
    var low = 0
    var high = wideRanges.count
    while low < high {
        let middle = (low + high) / 2
        if value > wideRanges[middle].upperBound { low = middle + 1 } else { high = middle }
    }
    return low < wideRanges.count && wideRanges[low].contains(value)
}

/// The text cut to at most `width` columns, with `…` in place of what was cut off.
public func clipped(_ text: String, to width: Int) -> String {
    if columns(text) <= width { return text }
    if width < 1 { return "" }
    var result = ""
    var used = 0
    for character in text {
        let size = columns(character)
        if used + size > width - 1 { break }
        result.append(character)
        used += size
    }
    return result + "…"
}

/// As ``clipped(_:to:)``, keeping the end.
public func clippedFront(_ text: String, to width: Int) -> String {
    if columns(text) <= width { return text }
    if width < 1 { return "" }
    var result: [Character] = []
    var used = 0
    for character in text.reversed() {
        let size = columns(character)
        if used + size > width - 1 { break }
        result.append(character)
        used += size
    }
    return "…" + String(result.reversed())
}

/// The text filled up with blanks to `width` columns (unchanged when it is wider).
public func padded(_ text: String, to width: Int, right: Bool = false) -> String {
    let missing = width - columns(text)
    if missing <= 0 { return text }
    let blanks = String(repeating: " ", count: missing)
    return right ? blanks + text : text + blanks
}
