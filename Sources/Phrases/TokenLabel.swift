// What stands for a token in a table or beside an axis: its text with everything invisible made visible.

/// What a space looks like in a label.
public let visibleSpace: Character = "␣"

/// Where a label stands. A picture draws what a font can; a terminal must not be acted on.
public enum LabelStyle: Sendable {
    /// Whatever is invisible shows by number, so that no control or direction mark reaches the terminal.
    case terminal
    /// What some font may draw stays for the fonts to draw.
    case picture
}

/// Text with nothing hidden: spaces as ␣ (or as `space`), line ends as ↵, tabs as ⇥, what is invisible by number: ⟨U+202E⟩.
///
/// In a picture characters without a shape are left to the fonts, which draw their number in a frame; joiners inside an
/// emoji stay, as the layout passes over them; blanks of other widths are told from spaces by their number; and an accent
/// that has nothing to stand on gets a ◌.
public func visible(_ text: String, as style: LabelStyle = .terminal, space: Character = visibleSpace) -> String {
    var label = ""
    for scalar in text.unicodeScalars {
        switch scalar {
        case " ": label.append(space)
        case "\n": label += "↵"
        case "\t": label += "⇥"
        default: append(scalar, to: &label, style)
        }
    }
    return label
}

private func append(_ scalar: Unicode.Scalar, to label: inout String, _ style: LabelStyle) {
    let category = scalar.properties.generalCategory
    switch style {
    case .terminal:
        if isInvisible(scalar) { return label += "⟨U+\(hexadecimal(scalar.value, digits: 1))⟩" }
    case .picture:
        if category == .control, scalar.value < 0x80 { return label += byteMark([UInt8(scalar.value)]) }
        let isDrawn = category == .privateUse || category == .unassigned
        let joins = scalar == "\u{200D}" && !label.isEmpty
        if category == .spaceSeparator || (isInvisible(scalar) && !isDrawn && !joins) {
            return label += "⟨U+\(hexadecimal(scalar.value, digits: 4))⟩"
        }
        let isMark = category == .nonspacingMark || category == .enclosingMark
        if label.isEmpty, isMark, scalar.value < 0xFE00 { label.append("◌") }
    }
    label.unicodeScalars.append(scalar)
}

/// Bytes that make no character, by their values: ⟨E7 B4⟩; nothing for no bytes.
public func byteMark(_ bytes: [UInt8]) -> String {
    bytes.isEmpty ? "" : "⟨" + bytes.map { hexadecimal($0) }.joined(separator: " ") + "⟩"
}

/// A token's bytes as a label for a terminal; bytes that are no text by their values.
public func visible(_ bytes: [UInt8]) -> String {
    if let text = String(validating: bytes, as: UTF8.self) { return visible(text) }
    return "⟨" + bytes.map { hexadecimal($0) }.joined(separator: " ") + "⟩"
}

/// Bytes that show as `text` where they stand. A token that ends a character which an earlier one began shows its own
/// bytes and what they complete: ⟨9D⟩→喝.
public func visible(_ bytes: [UInt8], as text: String) -> String {
    if text.isEmpty || bytes.elementsEqual(text.utf8) { return visible(bytes) }
    // A replacement character that is not in the bytes stands for some that no character has.
    return text.unicodeScalars.contains("\u{FFFD}") ? visible(bytes) : visible(bytes) + "→" + visible(text)
}
