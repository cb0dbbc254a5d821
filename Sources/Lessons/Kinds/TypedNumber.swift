// Numbers and intervals as people type them: with thousands separators, per cent, a unit, 萬 and 億; the ends of an interval
// with any of the signs that stand between two ends.
internal import Phrases

/// A finite number; refuses what is none.
func readNumber(_ text: String, unit: String = "") throws(LessonError) -> Double {
    if let value = typedNumber(text, unit: unit) { return value }
    let words = unitWords(unit) ?? Phrase(same: unit)
    let also = unit.isEmpty ? words : Phrase(" (in \(words.english))", "（單位：\(words.chinese)）")
    if trimmed(text).isEmpty {
        throw .answer(
            Phrase(
                "there is no answer yet\(also.english); write a number, as 3, 0.85 or 85%",
                "還沒有答案\(also.chinese)；請寫一個數字，例如 3、0.85 或 85%"))
    }
    throw .answer(
        Phrase(
            "\(quoted(text)) is no number\(also.english); write it as 3, 0.85 or 85%",
            "\(quoted(text)) 不是數字\(also.chinese)；請寫成 3、0.85 或 85%"))
}

/// The number, in the exercise's unit; nil for what is none. A percentage is a hundredth.
func typedNumber(_ text: String, unit: String = "") -> Double? {
    var plain = plainSigns(unquoted(plainSigns(text)))
    if plain.utf8.count > 60 { return nil }
    for before in ["=", "≈", "~", "大約", "約", "about ", "第", "step ", "place ", "position ", "位置"]
    where plain.hasPrefix(before) {
        plain = trimmed(String(plain.dropFirst(before.count)))
    }
    let bytes = Array(inDigits(plain).utf8)
    guard let (value, end) = leadingNumber(bytes) else { return nil }
    var rest = trimmed(String(decoding: bytes[end...], as: UTF8.self))
    var scale = 1.0
    for (word, times) in powers where rest.hasPrefix(word) {
        rest = trimmed(String(rest.dropFirst(word.count)))
        scale = times
        break
    }
    if rest == "%" {
        scale /= 100
    } else if !rest.isEmpty {
        guard let factor = typedUnit(rest, of: unit) else { return nil }
        scale *= factor
    }
    // A hundredth is divided by, so that 85% is what 0.85 is.
    let result = scale == 0.01 ? value / 100 : value * scale
    return result.isFinite ? result : nil
}

/// A number that begins with Chinese numerals, with digits for them: 十六 is 16, 三百零五 is 305. 萬 and 億 stay, as they may
/// stand behind digits.
private func inDigits(_ text: String) -> String {
    var (sum, digit, count) = (0, -1, 0)
    for scalar in text.unicodeScalars {
        if let place = Array("零一二三四五六七八九".unicodeScalars).firstIndex(of: scalar) ?? (scalar == "兩" ? 2 : nil) {
            digit = place
        } else if let power = Array("十百千".unicodeScalars).firstIndex(of: scalar) {
            sum += (digit < 0 ? 1 : digit) * [10, 100, 1000][power]
            digit = -1
        } else {
            break
        }
        count += 1
        if count > 9 { return text }
    }
    if count == 0 { return text }
    return "\(sum + max(0, digit))" + string(Array(text.unicodeScalars)[count...])
}

/// Words behind a number that multiply it; longer ones first.
private let powers: [(word: String, times: Double)] = [
    ("百萬", 1e6), ("千萬", 1e7), ("萬", 1e4), ("億", 1e8), ("千", 1e3), ("成", 0.1), ("thousand", 1e3), ("million", 1e6),
    ("billion", 1e9),
]

/// The number that the bytes begin with, and where it ends: digits, in groups of three with a comma or a blank between, a
/// point, an exponent.
private func leadingNumber(_ bytes: [UInt8]) -> (value: Double, end: Int)? {
    func isDigit(_ place: Int) -> Bool { place < bytes.count && (48...57).contains(bytes[place]) }
    var place = 0
    var digits: [UInt8] = []
    if let first = bytes.first, first == UInt8(ascii: "-") || first == UInt8(ascii: "+") {
        digits.append(first)
        place = 1
        while place < bytes.count, bytes[place] == 32 { place += 1 }
    }
    let start = place
    while isDigit(place) { place += 1 }
    digits += bytes[start..<place]
    if (1...3).contains(place - start) {
        while place < bytes.count, bytes[place] == UInt8(ascii: ",") || bytes[place] == 32, isDigit(place + 1),
            isDigit(place + 2), isDigit(place + 3), !isDigit(place + 4)
        {
            digits += bytes[(place + 1)..<(place + 4)]
            place += 4
        }
    }
    var hasDigits = place > start
    if place < bytes.count, bytes[place] == UInt8(ascii: "."), hasDigits || isDigit(place + 1) {
        if !hasDigits { digits.append(48) }
        let point = place
        place += 1
        while isDigit(place) { place += 1 }
        if place > point + 1 { digits += bytes[point..<place] }
        hasDigits = true
    }
    guard hasDigits else { return nil }
    if place < bytes.count, bytes[place] | 32 == UInt8(ascii: "e") {
        let sign = place + 1 < bytes.count && (bytes[place + 1] == 43 || bytes[place + 1] == 45) ? 1 : 0
        if isDigit(place + 1 + sign) {
            let from = place
            place += 1 + sign
            while isDigit(place) { place += 1 }
            digits += bytes[from..<place]
        }
    }
    guard let value = Double(String(decoding: digits, as: UTF8.self)), value.isFinite else { return nil }
    return (value, place)
}

/// The two ends of an interval; nil where there are not two.
///
/// - Parameter listed: whether a comma or a blank may stand between them.
func typedRange(_ text: String, unit: String = "", listed: Bool = true) -> (low: Double, high: Double)? {
    var plain = plainSigns(unquoted(plainSigns(text)))
    if plain.utf8.count > 120 { return nil }
    if let first = plain.utf8.first, first == UInt8(ascii: "[") || first == UInt8(ascii: "("),
        plain.hasSuffix("]") || plain.hasSuffix(")")
    {
        plain = trimmed(String(plain.dropFirst().dropLast()))
    }
    for sign in ["...", "..", "…", "⋯", "~", "到", "至", "–", "—", " to "] {
        let parts = pieces(of: plain, between: sign).filter { !$0.isEmpty }
        if parts.count != 2 { continue }
        if let ends = typedEnds(parts[0], parts[1], unit: unit) { return ends }
    }
    // A hyphen can also be a sign or stand in an exponent, a comma in a number: each is tried.
    let bytes = Array(plain.utf8)
    for sign in listed ? [UInt8(ascii: "-"), UInt8(ascii: ","), 32] : [UInt8(ascii: "-")] {
        for place in bytes.indices where bytes[place] == sign {
            let (left, right) = (bytes[..<place], bytes[(place + 1)...])
            let texts = (String(decoding: left, as: UTF8.self), String(decoding: right, as: UTF8.self))
            if let ends = typedEnds(texts.0, texts.1, unit: unit) { return ends }
        }
    }
    return nil
}

/// Two ends. What stands behind the second alone is the first one's too (62-71%, 1-3 萬), but for a per cent where the first is
/// a share by itself and the smaller one (0.5 to 80%).
private func typedEnds(_ left: String, _ right: String, unit: String) -> (low: Double, high: Double)? {
    guard let low = typedNumber(left, unit: unit), let high = typedNumber(right, unit: unit) else { return nil }
    let ends = [left, right].map { Array(plainSigns(unquoted(plainSigns($0))).utf8) }
    guard let first = leadingNumber(ends[0]), first.end == ends[0].count, let second = leadingNumber(ends[1]) else {
        return (low, high)
    }
    let tail = trimmed(String(decoding: ends[1][second.end...], as: UTF8.self))
    if tail.isEmpty || (tail == "%" && low <= high) { return (low, high) }
    return (typedNumber(trimmed(left) + tail, unit: unit) ?? low, high)
}

/// The whole numbers from one end to the other, for `3-5` and its like; nil for what is no such range.
func typedPlaces(_ text: String) -> ClosedRange<Int>? {
    if let one = typedNumber(text), let whole = Int(exactly: one) { return whole...whole }
    guard let (low, high) = typedRange(text, listed: false), let first = Int(exactly: low),
        let last = Int(exactly: high), first <= last
    else { return nil }
    return first...last
}
