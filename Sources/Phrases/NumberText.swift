// Numbers as text without Foundation: one implementation for messages, tables, questions and figures.

/// The characters that numbers are set in.
public struct NumberStyle: Sendable {
    let minus: String
    let infinity: String
    let notANumber: String
    /// Percent: of 0, of 1, below and above what the digits can tell from these, and the sign behind all others.
    let percent: (none: String, whole: String, least: Double, below: String, above: String, sign: String)
    /// What stands behind a number of percent.
    public var percentSign: String { percent.sign }
    /// Decimals of a percentage at most.
    let percentDigits: Int

    /// What a keyboard has: terminals, messages, files.
    public static let plain = NumberStyle(
        minus: "-", infinity: "inf", notANumber: "nan",
        percent: ("0", "100.0%", 0.01, "<0.01%", ">99.99%", "%"), percentDigits: 2)
    /// What a typesetter has: pictures. The blank before the percent sign breaks no line.
    public static let typeset = NumberStyle(
        minus: "−", infinity: "∞", notANumber: "NaN",
        percent: ("0\u{A0}%", "100\u{A0}%", 0.0001, "<\u{A0}0.0001\u{A0}%", ">\u{A0}99.99\u{A0}%", "\u{A0}%"),
        percentDigits: 5)
}

/// The shortest digits that name the value: `2`, `0.25`, `1e-07`.
public func plain(_ value: Double) -> String {
    if value.isNaN { return "nan" }
    if value.isInfinite { return value < 0 ? "-inf" : "inf" }
    if value == value.rounded(), abs(value) < 1e15 { return String(Int64(value)) }
    return value.description
}

/// The value with `digits` decimals (0…15), rounded half away from zero: `fixed(0.4567, 3)` is `0.457`.
public func fixed(_ value: Double, _ digits: Int, style: NumberStyle = .plain) -> String {
    if value.isNaN { return style.notANumber }
    if value.isInfinite { return (value < 0 ? style.minus : "") + style.infinity }
    let digits = min(max(digits, 0), 15)
    var scale = 1.0
    for _ in 0..<digits { scale *= 10 }
    let scaled = (abs(value) * scale).rounded()
    // Beyond 2^53 a Double has no decimals left to print.
    guard scaled < 9e15 else { return value.description }
    let whole = Int64(scaled)
    let sign = value < 0 && whole > 0 ? style.minus : ""
    if digits == 0 { return sign + String(whole) }
    let decimals = String(whole % Int64(scale))
    return sign + String(whole / Int64(scale)) + "." + String(repeating: "0", count: digits - decimals.utf8.count)
        + decimals
}

/// At most `digits` decimals, zeros at the end left out: `trimmed(0.5, 4)` is `0.5`.
public func trimmed(_ value: Double, _ digits: Int, style: NumberStyle = .plain) -> String {
    var text = fixed(value, digits, style: style)
    guard text.utf8.contains(UInt8(ascii: ".")) else { return text }
    while text.utf8.last == UInt8(ascii: "0") { text.removeLast() }
    if text.utf8.last == UInt8(ascii: ".") { text.removeLast() }
    return text
}

/// Thousands set apart: `49,123`.
public func grouped(_ value: Int, style: NumberStyle = .plain) -> String {
    let digits = Array(String(value.magnitude))
    var text = value < 0 ? style.minus : ""
    for (place, digit) in digits.enumerated() {
        if place > 0, (digits.count - place) % 3 == 0 { text.append(",") }
        text.append(digit)
    }
    return text
}

/// A probability in percent with as many digits as say something: never 0 for what is not zero, never 100 for what is
/// less than 1.
public func percent(_ probability: Double, style: NumberStyle = .plain) -> String {
    let value = probability * 100
    if value.isNaN { return style.notANumber }
    if value == 0 { return style.percent.none }
    if value < style.percent.least { return style.percent.below }
    if value >= 100 { return style.percent.whole }
    if value >= 99.995 { return style.percent.above }
    let digits =
        switch value {
        case 99.95...: 2
        case 10...: 1
        case 0.1...: 2
        case 0.01...: 3
        case 0.001...: 4
        default: 5
        }
    return fixed(value, min(digits, style.percentDigits), style: style) + style.percent.sign
}

/// Decimal units, three digits: `33.9 MB`.
public func byteText(_ bytes: some BinaryInteger) -> Phrase {
    let units = ["kB", "MB", "GB", "TB"]
    var value = Double(bytes)
    var unit = -1
    while value >= 999.5, unit < units.count - 1 {
        value /= 1000
        unit += 1
    }
    if unit < 0 { return Phrase("\(bytes) bytes", "\(bytes) 位元組") }
    return Phrase(same: (value >= 99.95 ? fixed(value, 0) : fixed(value, 1)) + " " + units[unit])
}

/// Four significant digits: `0.4568`, `12.35`, `49152`, `3.1e-07` below 0.0001.
public func short(_ value: Double) -> String {
    let size = abs(value)
    if value == value.rounded(), size < 1e15 { return plain(value) }
    if size >= 1000 { return fixed(value, 1) }
    if size >= 100 { return fixed(value, 2) }
    if size >= 10 { return fixed(value, 3) }
    if size >= 0.0001 { return fixed(value, 4) }
    return scientific(value)
}

/// Two significant digits and a power of ten.
private func scientific(_ value: Double) -> String {
    guard value.isFinite, value != 0 else { return plain(value) }
    var exponent = 0
    var mantissa = abs(value)
    while mantissa < 1 {
        mantissa *= 10
        exponent -= 1
    }
    while mantissa >= 10 {
        mantissa /= 10
        exponent += 1
    }
    if fixed(mantissa, 1) == "10.0" {
        mantissa = 1
        exponent += 1
    }
    let power = abs(exponent) < 10 ? "0\(abs(exponent))" : "\(abs(exponent))"
    return (value < 0 ? "-" : "") + fixed(mantissa, 1) + "e" + (exponent < 0 ? "-" : "+") + power
}

/// A small number with three digits that say something: `0.0123`, `1.50`, `3.10e-7`.
public func threeDigits(_ value: Double) -> String {
    if value == 0 { return "0" }
    var scaled = abs(value)
    var exponent = 0
    while scaled < 1 && exponent > -300 {
        scaled *= 10
        exponent -= 1
    }
    if exponent >= -3 { return fixed(value, 3 - exponent - 1) }
    return (value < 0 ? "-" : "") + fixed(scaled, 2) + "e\(exponent)"
}
