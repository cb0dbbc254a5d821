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
        if scalar.value == 0xFE0F, narrowEmoji.contains(character.unicodeScalars.first!.value) { return 2 }
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
    return wideCharacters.contains(value) ? 2 : 1
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
