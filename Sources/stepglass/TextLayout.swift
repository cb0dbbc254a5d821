// Text for a terminal: what a token looks like, how wide it is, columns that line up in any script.
internal import Traces

/// A token's text with nothing hidden: spaces as ␣, line ends as ↵, control characters and loose bytes in hexadecimal.
func visible(_ token: Token) -> String {
    token.text.isEmpty || token.special ? visible(token.bytes) : visibleText(token.text)
}

func visible(_ bytes: [UInt8]) -> String {
    if let text = String(validating: bytes, as: UTF8.self) { return visibleText(text) }
    return "⟨" + bytes.map(hexByte).joined(separator: " ") + "⟩"
}

func visibleText(_ text: String) -> String {
    var shown = ""
    for scalar in text.unicodeScalars {
        switch scalar {
        case " ": shown += "␣"
        case "\n": shown += "↵"
        case "\t": shown += "⇥"
        default:
            switch scalar.properties.generalCategory {
            // Format characters reverse text or hide in it: they must not act in the reader's terminal.
            case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned, .surrogate:
                shown += "⟨U+" + String(scalar.value, radix: 16, uppercase: true) + "⟩"
            default: shown.unicodeScalars.append(scalar)
            }
        }
    }
    return shown
}

func hexByte(_ byte: UInt8) -> String {
    let digits = String(byte, radix: 16, uppercase: true)
    return digits.count == 1 ? "0" + digits : digits
}

/// Columns a text takes in a terminal: 2 for East Asian wide characters and emoji, 0 for combining marks.
func displayWidth(_ text: String) -> Int { text.reduce(0) { $0 + displayWidth($1) } }

private func displayWidth(_ character: Character) -> Int {
    guard let first = character.unicodeScalars.first else { return 0 }
    switch first.properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format: return 0
    default: break
    }
    switch first.value {
    case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xA000...0xA4CF,
        0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE4F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F,
        0x1F680...0x1F6FF, 0x1F900...0x1F9FF, 0x1FA70...0x1FAFF, 0x20000...0x3FFFD:
        return 2
    default:
        return character.unicodeScalars.contains { $0.value == 0xFE0F } ? 2 : 1
    }
}

/// The text cut to `width` columns, with … where something was cut off.
func clipped(_ text: String, _ width: Int) -> String {
    if displayWidth(text) <= width { return text }
    var (shown, used) = ("", 0)
    for character in text {
        let wide = displayWidth(String(character))
        if used + wide > width - 1 { break }
        shown.append(character)
        used += wide
    }
    return shown + "…"
}

/// The text filled up with spaces to `width` columns: on the left for numbers, on the right for words.
func padded(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(0, width - displayWidth(text))) + text
}
func filled(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - displayWidth(text)))
}

/// A number with a fixed count of decimals.
func fixed(_ value: Double, _ decimals: Int) -> String {
    if value.isNaN { return "nan" }
    if value.isInfinite { return value < 0 ? "-inf" : "inf" }
    var scale = 1.0
    for _ in 0..<decimals { scale *= 10 }
    guard abs(value) < 1e15 / scale else { return "\(value)" }
    let whole = Int((abs(value) * scale).rounded())
    let sign = value < 0 && whole > 0 ? "-" : ""
    if decimals == 0 { return sign + String(whole) }
    let fraction = String(whole % Int(scale))
    return sign + String(whole / Int(scale)) + "." + String(repeating: "0", count: decimals - fraction.count) + fraction
}

/// A probability as per cent with as many digits as say something.
func percent(_ p: Double) -> String {
    if p == 0 { return "0" }
    if p < 0.0001 { return "<0.01%" }
    return fixed(100 * p, p < 0.1 ? 2 : 1) + "%"
}
