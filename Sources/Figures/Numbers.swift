// Numbers as the figures print them, without Foundation. Called by: axes, bars, captions.
#if canImport(Darwin)
    internal import Darwin
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Glibc
#endif

/// `value` with exactly `digits` decimals, rounded half away from zero; "NaN", "∞" and "−∞" as they are.
func fixed(_ value: Double, _ digits: Int) -> String {
    if value.isNaN { return "NaN" }
    if value.isInfinite { return value < 0 ? "−∞" : "∞" }
    let power = pow(10, Double(digits))
    let scaled = (abs(value) * power).rounded()
    // Beyond 2^53 a Double has no decimals left to print.
    guard scaled < 9e15 else { return "\(value)" }
    let whole = Int(scaled) / Int(power), part = Int(scaled) % Int(power)
    let sign = value < 0 && scaled > 0 ? "−" : ""
    guard digits > 0 else { return "\(sign)\(whole)" }
    let decimals = String(part)
    return "\(sign)\(whole).\(String(repeating: "0", count: digits - decimals.count))\(decimals)"
}

/// A number for a caption: up to `digits` decimals, trailing zeros dropped.
func short(_ value: Double, _ digits: Int = 4) -> String {
    var text = fixed(value, digits)
    guard text.contains(".") else { return text }
    while text.hasSuffix("0") { text.removeLast() }
    if text.hasSuffix(".") { text.removeLast() }
    return text
}

/// 49123 → "49,123".
func grouped(_ value: Int) -> String {
    let digits = Array(String(value.magnitude))
    var text = value < 0 ? "−" : ""
    for (place, digit) in digits.enumerated() {
        if place > 0, (digits.count - place) % 3 == 0 { text.append(",") }
        text.append(digit)
    }
    return text
}

/// The blank before a percent sign, at which no line breaks.
let percentSign = "\u{A0}%"

/// A probability in percent with as many digits as the page gives it: never "0" for what is not zero, never "100" for
/// what is less than 1.
func percent(_ probability: Double) -> String {
    let value = probability * 100
    if value.isNaN { return "NaN" }
    if value == 0 { return "0" + percentSign }
    if value < 0.0001 { return "<\u{A0}0.0001" + percentSign }
    if value >= 100 { return "100" + percentSign }
    if value >= 99.995 { return ">\u{A0}99.99" + percentSign }
    let digits =
        switch value {
        case 99.95...: 2
        case 10...: 1
        case 0.1...: 2
        case 0.01...: 3
        case 0.001...: 4
        default: 5
        }
    return fixed(value, digits) + percentSign
}

/// A step of 1, 2 or 5 times a power of ten that cuts `span` into at most `count` parts.
func niceStep(span: Double, count: Int) -> Double {
    guard span > 0, span.isFinite, count > 0 else { return 1 }
    let rough = span / Double(count)
    let power = pow(10, log10(rough).rounded(.down))
    for factor in [1.0, 2, 5, 10] where factor * power >= rough * 0.999_999 { return factor * power }
    return 10 * power
}

/// The next whole step of 1, 2, 5, 10, 20, 50 … that is at least `least`: for labels that skip positions.
func niceStride(_ least: Int) -> Int {
    var power = 1
    while true {
        for factor in [1, 2, 5] where factor * power >= least { return factor * power }
        power *= 10
    }
}
