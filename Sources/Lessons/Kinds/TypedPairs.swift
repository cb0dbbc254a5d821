// Names with values, as settings and shares are typed: `top-p=0.9`, `top-p = 0.9, seed: 3`, `sure 70%`.
internal import Phrases

/// What was read of a text that gives names their values.
struct TypedPairs {
    /// In the order they stand; the values without blanks at their ends, quotes kept.
    var pairs: [(name: String, value: String)] = []
    /// What stands before the first name, or the whole text where no name has a value.
    var before = ""
}

/// - Parameters:
///   - names: those that may be given; one of them needs no sign between itself and its value.
///   - texts: of these the value is a text: a word with `=` in it that is no name does not end it.
func typedPairs(_ text: String, among names: [String], texts: [String] = []) -> TypedPairs {
    let scalars = Array(text.unicodeScalars)
    var starts: [PairStart] = []
    var close: Unicode.Scalar?
    var (place, mayStart, mayQuote) = (0, true, true)
    while place < scalars.count {
        let scalar = scalars[place]
        if let end = close {
            if scalar == end { close = nil }
        } else if mayStart, let start = pairStart(scalars, at: place, names),
            start.isKnown || !(starts.last.map { isText($0.name, texts, names) } ?? false)
        {
            starts.append(start)
            (place, mayStart, mayQuote) = (start.value, false, true)
            continue
        } else if mayQuote, let end = closingQuote(scalar), scalars[(place + 1)...].contains(end) {
            close = end
        }
        mayStart = isBlank(scalar) || isSeparator(scalar)
        mayQuote = mayStart
        place += 1
    }
    var result = TypedPairs(before: trimmed(string(scalars[..<(starts.first?.place ?? scalars.count)])))
    for (number, start) in starts.enumerated() {
        let isLast = number + 1 == starts.count
        var end = isLast ? scalars.count : starts[number + 1].place
        // A list's separators belong to the list; at the end of a text they may be its own.
        while end > start.value, isBlank(scalars[end - 1]) || isSeparator(scalars[end - 1]),
            !isLast || isBlank(scalars[end - 1]) || !isText(start.name, texts, names)
        {
            end -= 1
        }
        result.pairs.append((start.name, trimmed(string(scalars[start.value..<max(start.value, end)]))))
    }
    return result
}

/// Where a name begins that has a value, and where the value does.
private struct PairStart {
    var name: String
    var place: Int
    var value: Int
    /// Whether it is one of the names that may be given.
    var isKnown: Bool
}

private func isText(_ name: String, _ texts: [String], _ names: [String]) -> Bool {
    guard let name = meant(name, among: names) else { return false }
    return texts.contains { isSpelled($0, as: name) }
}

private func pairStart(_ scalars: [Unicode.Scalar], at place: Int, _ names: [String]) -> PairStart? {
    var start = place
    while start < min(scalars.count, place + 2), plainName(scalars[start]) == "-" { start += 1 }
    var end = start
    var name = String.UnicodeScalarView()
    while end < scalars.count, let letter = plainName(scalars[end]) {
        name.append(letter)
        end += 1
    }
    if end == start { return nil }
    var value = end
    while value < scalars.count, isBlank(scalars[value]) { value += 1 }
    let isKnown = meant(String(name), among: names) != nil
    let sign = value < scalars.count ? scalars[value] : " "
    switch sign {
    case "=", ":", "＝", "：": return PairStart(name: String(name), place: place, value: value + 1, isKnown: isKnown)
    default:
        // `context 8`: a name, a blank and something that begins like a value.
        guard isKnown, value > end, value < scalars.count, beginsValue(sign) else { return nil }
        return PairStart(name: String(name), place: place, value: value, isKnown: true)
    }
}

private func beginsValue(_ scalar: Unicode.Scalar) -> Bool {
    if closingQuote(scalar) != nil { return true }
    switch scalar {
    case "0"..."9", "０"..."９", ".", "-", "+", "−": return true
    default: return false
    }
}

/// A letter, digit or hyphen of a name as a plain one; nil for anything else.
private func plainName(_ scalar: Unicode.Scalar) -> Unicode.Scalar? {
    var plain = scalar
    if (0xFF01...0xFF5E).contains(scalar.value) { plain = Unicode.Scalar(scalar.value - 0xFEE0) ?? scalar }
    switch plain {
    case "a"..."z", "A"..."Z", "0"..."9", "-", "_": return plain
    default: return nil
    }
}
