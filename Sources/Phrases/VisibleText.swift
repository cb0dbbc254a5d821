// What of a text cannot be seen or would be taken for something else, and the one form it is shown in: by number.
// Labels, lines and quoted tokens all ask here; none has a rule of its own.

/// What a space looks like in a label.
public let visibleSpace: Character = "␣"

/// What a line end looks like.
public let visibleLineEnd: Character = "↵"

/// What a tab looks like.
public let visibleTab: Character = "⇥"

/// Characters that cannot be seen where they stand: control and format characters, which would change the line they are
/// printed on, turn it around or hide in it, and what no standard gives a shape. They are shown by number.
public func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned, .surrogate: true
    default: false
    }
}

/// Characters that look like others or like nothing: blanks that are no space (U+A0, U+3000), selectors, fillers and
/// joiners without a shape of their own (U+FE0F, U+34F, U+3164), the empty Braille cell.
public func isMistakable(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.value < 0x80 { return false }
    return scalar.properties.generalCategory == .spaceSeparator || ignorableCharacters.contains(scalar.value)
        || scalar == "\u{2800}"
}

/// The signs that this house puts in place of others: where a text has them itself, they are shown by number.
func isOwnMark(_ scalar: Unicode.Scalar) -> Bool {
    scalar == "␣" || scalar == "↵" || scalar == "⇥" || scalar == "⟨"
}

/// Accents and signs that sit on the character before them.
public func isCombining(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .spacingMark: true
    default: false
    }
}

/// A character by its number: ⟨U+202E⟩.
public func numberMark(_ scalar: Unicode.Scalar) -> String { "⟨U+\(hexadecimal(scalar.value, digits: 4))⟩" }

/// Where a label stands. A picture draws what a font can; a terminal must not be acted on.
public enum LabelStyle: Sendable {
    /// Whatever is invisible or mistakable shows by number, so that no control or direction mark reaches the terminal.
    case terminal
    /// What some font may draw stays for the fonts to draw.
    case picture
}

/// Text with nothing hidden: spaces as ␣ (or as `space`), line ends as ↵, tabs as ⇥, what is invisible or looks like
/// something else by number: ⟨U+202E⟩, ⟨U+00A0⟩; so are these signs themselves, and an accent that has no letter to
/// stand on. Two texts that differ look different.
///
/// In a picture characters without a shape are left to the fonts, which draw their number in a frame; joiners inside an
/// emoji stay, as the layout passes over them; blanks of other widths are told from spaces by their number; and an accent
/// that has nothing to stand on gets a ◌.
public func visible(_ text: String, as style: LabelStyle = .terminal, space: Character = visibleSpace) -> String {
    visible(text, style, space, keepsMarks: false)
}

private func visible(_ text: String, _ style: LabelStyle, _ space: Character, keepsMarks: Bool) -> String {
    var label = ""
    /// Whether the last character is one that an accent can stand on.
    var hasBase = false
    for scalar in text.unicodeScalars {
        let stands = hasBase
        hasBase = false
        switch (scalar, style) {
        case (" ", _): label.append(space)
        case ("\n", _): label.append(visibleLineEnd)
        case ("\t", _): label.append(visibleTab)
        case (_, .terminal) where keepsMarks && isOwnMark(scalar): label.unicodeScalars.append(scalar)
        case (_, .terminal): hasBase = append(scalar, to: &label, hasBase: stands)
        case (_, .picture): appendDrawn(scalar, to: &label)
        }
    }
    return label
}

/// Appends the character or its number; whether an accent can stand on what is there now.
private func append(_ scalar: Unicode.Scalar, to label: inout String, hasBase: Bool) -> Bool {
    if isInvisible(scalar) || isMistakable(scalar) || isOwnMark(scalar) || (isCombining(scalar) && !hasBase) {
        label += numberMark(scalar)
        return false
    }
    label.unicodeScalars.append(scalar)
    return true
}

private func appendDrawn(_ scalar: Unicode.Scalar, to label: inout String) {
    let category = scalar.properties.generalCategory
    if category == .control, scalar.value < 0x80 { return label += byteMark([UInt8(scalar.value)]) }
    let isDrawn = category == .privateUse || category == .unassigned
    let joins = scalar == "\u{200D}" && !label.isEmpty
    if category == .spaceSeparator || (isInvisible(scalar) && !isDrawn && !joins) { return label += numberMark(scalar) }
    let isMark = category == .nonspacingMark || category == .enclosingMark
    if label.isEmpty, isMark, scalar.value < 0xFE00 { label.append("◌") }
    label.unicodeScalars.append(scalar)
}

/// Bytes that make no character, by their values: ⟨E7 B4⟩; nothing for no bytes.
public func byteMark(_ bytes: [UInt8]) -> String {
    bytes.isEmpty ? "" : "⟨" + bytes.map { hexadecimal($0) }.joined(separator: " ") + "⟩"
}

/// A token's bytes as a label for a terminal; bytes that are no text by their values.
public func visible(_ bytes: [UInt8]) -> String {
    String(validating: bytes, as: UTF8.self).map { visible($0) } ?? byteMark(bytes)
}

/// Bytes that show as `text` where they stand. A token that ends a character which an earlier one began shows its own
/// bytes and what they complete: ⟨9D⟩→喝.
public func visible(_ bytes: [UInt8], as text: String) -> String {
    if text.isEmpty || bytes.elementsEqual(text.utf8) { return visible(bytes) }
    // A replacement character that is not in the bytes stands for some that no character has.
    return text.unicodeScalars.contains("\u{FFFD}") ? visible(bytes) : visible(bytes) + "→" + visible(text)
}

/// As ``visible(_:as:space:)`` for a whole text: blanks as they are, bytes that are no text by their values among the
/// characters.
public func readable(_ bytes: [UInt8]) -> String {
    var result = ""
    var text: [UInt8] = []
    var loose: [UInt8] = []
    var place = 0
    func flush() {
        result += visible(String(decoding: text, as: UTF8.self), space: " ") + byteMark(loose)
        (text, loose) = ([], [])
    }
    while place < bytes.count {
        let length = scalarLength(bytes, at: place)
        if length == 0 {
            loose.append(bytes[place])
            place += 1
            continue
        }
        if !loose.isEmpty { flush() }
        text += bytes[place..<(place + length)]
        place += length
    }
    flush()
    return result
}

/// As ``readable(_:)``.
public func readable(_ text: String) -> String { visible(text, space: " ") }

/// As ``readable(_:)`` for a message with texts in it that are readable already: the signs they are shown by stay.
public func readableMessage(_ text: String) -> String { visible(text, .terminal, " ", keepsMarks: true) }

/// As ``readable(_:)`` on as many lines as the text has: each ends in ↵.
public func readableLines(_ text: String) -> String {
    let lines = text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false)
    return lines.map { readable(String($0)) }.joined(separator: String(visibleLineEnd) + "\n")
}

/// A text that is printed as it flows, on lines of its own: line ends, tabs, blanks of all widths and what joins emoji or
/// letters stay; what acts on a terminal, turns a line around or has no shape shows by number.
public func flowing(_ text: String) -> String {
    if text.utf8.allSatisfy({ ($0 >= 0x20 && $0 < 0x7F) || $0 == 0x0A || $0 == 0x09 }) { return text }
    var shown = ""
    for scalar in text.unicodeScalars {
        switch scalar {
        case "\n", "\t", "\u{200C}", "\u{200D}": shown.unicodeScalars.append(scalar)
        default: if isInvisible(scalar) { shown += numberMark(scalar) } else { shown.unicodeScalars.append(scalar) }
        }
    }
    return shown
}
