// Text for a terminal: what a token looks like, how wide it is, columns that line up in any script.
internal import Phrases
internal import Debugging
internal import Traces

/// A token's text with nothing hidden: spaces as ␣, line ends as ↵, control characters and loose bytes in hexadecimal. A
/// token that ends a character which an earlier one began shows its own bytes and what they complete: ⟨9D⟩→喝.
func visible(_ token: Token) -> String { token.special ? visible(token.bytes) : visible(token.bytes, as: token.text) }

/// Bytes that show as `text` where they stand.
func visible(_ bytes: [UInt8], as text: String) -> String {
    if text.isEmpty || bytes.elementsEqual(text.utf8) { return visible(bytes) }
    // A replacement character that is not in the bytes stands for some that no character has.
    return text.unicodeScalars.contains("\u{FFFD}") ? visible(bytes) : visible(bytes) + "→" + visibleText(text)
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

/// Columns a text takes in a terminal; under a name of its own, since many a function here has `columns` of its own.
func displayWidth(_ text: String) -> Int { columns(text) }

/// The text cut to `width` columns, with … where something was cut off.
func clipped(_ text: String, _ width: Int) -> String { clipped(text, to: width) }

/// The text filled up with spaces to `width` columns: on the left for numbers, on the right for words.
func padded(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(0, width - columns(text))) + text
}
func filled(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - columns(text)))
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
    // What is not certain must not look so beside rivals that are not impossible.
    if p >= 0.9995 && p < 1 { return p < 0.99995 ? fixed(100 * p, 2) + "%" : ">99.99%" }
    return fixed(100 * p, p < 0.1 ? 2 : 1) + "%"
}
