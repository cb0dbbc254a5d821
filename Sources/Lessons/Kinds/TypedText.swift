// How what a person types is read, whatever the kind of exercise: full-width signs, minus signs, quotes and the separators of
// both languages count as what they are meant for. Every function takes any text, and ends.
internal import Phrases

/// Signs of an input method, and those of print, as the plain ones they stand for; blanks at the ends away.
func plainSigns(_ text: String) -> String {
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars { result.append(plainSign(scalar)) }
    return trimmed(String(result))
}

func plainSign(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
    switch scalar.value {
    case 0x3000, 0xA0, 0x2002...0x200A, 0x202F, 0x205F: " "
    case 0xFF01...0xFF5E: Unicode.Scalar(scalar.value - 0xFEE0) ?? scalar
    case 0x2212, 0x2010, 0x2011: "-"
    case 0x301C, 0x223C: "~"
    case 0x201C...0x201E, 0x300C...0x300F: "\""
    case 0x2018, 0x2019: "'"
    case 0xFF64: "、"
    default: scalar
    }
}

/// The text with each ␣, as figures show a blank, as the blank it stands for.
func withBlanks(_ text: String) -> String {
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars { result.append(scalar.value == 0x2423 ? " " : scalar) }
    return String(result)
}

/// What closes a quote that the sign opens; nil for one that opens none.
func closingQuote(_ scalar: Unicode.Scalar) -> Unicode.Scalar? {
    switch scalar {
    case "\"", "'", "＂": scalar
    case "“": "”"
    case "‘": "’"
    case "「": "」"
    case "『": "』"
    default: nil
    }
}

/// What stands in the quotes around a text, blanks included; a text without quotes as it is, trimmed.
func unquoted(_ text: String) -> String {
    let bare = trimmed(text)
    let scalars = Array(bare.unicodeScalars)
    guard scalars.count >= 2, let close = closingQuote(scalars[0]), scalars[scalars.count - 1] == close,
        !scalars[1..<(scalars.count - 1)].contains(close)
    else { return bare }
    return string(scalars[1..<(scalars.count - 1)])
}

func string(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
    var view = String.UnicodeScalarView()
    for scalar in scalars { view.append(scalar) }
    return String(view)
}

/// Whether it parts the items of a list, in either language.
func isSeparator(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case ",", ";", "，", "；", "、", "､", "\n": true
    default: false
    }
}

func isBlank(_ scalar: Unicode.Scalar) -> Bool { plainSign(scalar) == " " || scalar == "\t" || scalar == "\r" }

/// One item of a list.
struct TypedItem {
    /// Without its quotes, as it was typed.
    var text: String
    var isQuoted: Bool
}

/// The items of a list, between separators that stand in no quotes; empty ones do not count.
func typedItems(_ text: String) -> [TypedItem] {
    let scalars = Array(text.unicodeScalars)
    var items: [TypedItem] = []
    var start = 0
    var close: Unicode.Scalar?
    let add = { (range: Range<Int>) in
        let typed = trimmed(string(scalars[range]))
        if typed.isEmpty { return }
        let bare = unquoted(typed)
        items.append(TypedItem(text: bare, isQuoted: bare.utf8.count != typed.utf8.count))
    }
    for (place, scalar) in scalars.enumerated() {
        if let end = close {
            if scalar == end { close = nil }
        } else if isSeparator(scalar) {
            add(start..<place)
            start = place + 1
        } else if let end = closingQuote(scalar), scalars[start..<place].allSatisfy(isBlank),
            scalars[(place + 1)...].contains(end)
        {
            close = end
        }
    }
    add(start..<scalars.count)
    return items
}

/// At most 40 characters of what was typed, for a message.
func quoted(_ text: String) -> String { readable(String(text.prefix(40))) }
