// Numbers as text without Foundation. Used by messages and by the renderer.

/// The shortest digits that name the value: `2`, `0.25`, `1e-07`.
public func plain(_ value: Double) -> String {
    if value.isNaN { return "nan" }
    if value.isInfinite { return value < 0 ? "-inf" : "inf" }
    if value == value.rounded(), abs(value) < 1e15 { return String(Int64(value)) }
    return value.description
}

/// The value with `digits` decimals (0…15), rounded half away from zero: `fixed(0.4567, 3)` is `0.457`.
public func fixed(_ value: Double, _ digits: Int) -> String {
    guard value.isFinite else { return plain(value) }
    var scale = 1.0
    for _ in 0..<digits { scale *= 10 }
    let scaled = (abs(value) * scale).rounded()
    guard scaled < 9e15 else { return value.description }
    let whole = UInt64(scaled)
    let sign = value < 0 && whole > 0 ? "-" : ""
    if digits == 0 { return sign + String(whole) }
    var text = String(whole)
    while text.count <= digits { text = "0" + text }
    let point = text.index(text.endIndex, offsetBy: -digits)
    return sign + text[..<point] + "." + text[point...]
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
