// Floats in decimal digits, exactly: what Python's `repr`, `round` and formats write.

/// A positive number as 0.d₁d₂d₃… · 10^point. Every float has finitely many digits.
struct TemplateDecimal {
    /// 0…9 each, the first one not 0; empty for zero.
    private(set) var digits: [UInt8]
    private(set) var point: Int

    /// The exact digits of the magnitude of a finite float: its mantissa times 2^e, or times 5^−e and 10^e.
    init(exactly value: Double) {
        let value = value.magnitude
        digits = []
        point = 0
        if value == 0 { return }
        // Limbs of nine digits, the lowest first.
        let mantissa = value.significandBitPattern | (value.isNormal ? 1 << 52 : 0)
        let exponent = (value.isNormal ? Int(value.exponentBitPattern) : 1) - 1075
        var limbs = [
            UInt32(mantissa % 1_000_000_000), UInt32(mantissa / 1_000_000_000 % 1_000_000_000),
            UInt32(mantissa / 1_000_000_000 / 1_000_000_000),
        ]
        func multiply(by factor: UInt64) {
            var carry: UInt64 = 0
            for i in limbs.indices {
                let product = UInt64(limbs[i]) * factor + carry
                limbs[i] = UInt32(product % 1_000_000_000)
                carry = product / 1_000_000_000
            }
            // What is carried out of the last limb may be more than one: a factor has up to 31 bits.
            while carry > 0 {
                limbs.append(UInt32(carry % 1_000_000_000))
                carry /= 1_000_000_000
            }
        }
        var left = Int(exponent.magnitude)
        while left > 0 {  // many fives or twos at once, as far as a product fits 64 bits
            let step = min(left, 13)
            var factor: UInt64 = 1
            for _ in 0..<step { factor *= exponent < 0 ? 5 : 2 }
            multiply(by: factor)
            left -= step
        }
        for limb in limbs.reversed() {
            var divisor: UInt32 = 100_000_000
            while divisor > 0 {
                digits.append(UInt8(limb / divisor % 10))
                divisor /= 10
            }
        }
        let zeros = digits.prefix { $0 == 0 }.count
        point = digits.count - zeros + min(exponent, 0)
        digits.removeFirst(zeros)
    }

    /// The fewest digits that read back as the same float, as `description` finds them.
    init(shortest value: Double) {
        digits = []
        point = 0
        var exponent = 0
        var fraction: Int?
        let parts = value.magnitude.description.utf8.split(separator: UInt8(ascii: "e"))
        if parts.count > 1 { exponent = Int(String(decoding: parts[1], as: UTF8.self)) ?? 0 }
        guard let mantissa = parts.first else { return }
        for byte in mantissa {
            if byte == UInt8(ascii: ".") { fraction = digits.count } else { digits.append(byte - 0x30) }
        }
        point = (fraction ?? digits.count) + exponent
        let zeros = digits.prefix { $0 == 0 }.count
        digits.removeFirst(zeros)
        point -= zeros
        while digits.last == 0 { digits.removeLast() }
        if digits.isEmpty { point = 0 }
    }

    /// Rounded to `count` digits after the decimal point (before it when negative), halves to the even digit.
    func rounded(fractionDigits count: Int) -> TemplateDecimal {
        let kept = point + count
        var result = self
        if kept >= digits.count { return result }
        if kept < 0 {
            result.digits = []
            result.point = 0
            return result
        }
        let rest = digits[kept...]
        let isUp: Bool
        if rest[kept] != 5 {
            isUp = rest[kept] > 5
        } else if rest.dropFirst().contains(where: { $0 != 0 }) {
            isUp = true
        } else {
            isUp = kept > 0 && digits[kept - 1] % 2 == 1
        }
        result.digits = Array(digits[..<kept])
        if isUp { result.increment() }
        return result
    }

    private mutating func increment() {
        var place = digits.count - 1
        while place >= 0 {
            if digits[place] < 9 {
                digits[place] += 1
                return
            }
            digits[place] = 0
            place -= 1
        }
        digits.insert(1, at: 0)
        point += 1
    }

    private func text(_ range: Range<Int>) -> String {
        var text = ""
        for place in range {
            text.unicodeScalars.append(Unicode.Scalar(0x30 + (digits.indices.contains(place) ? digits[place] : 0)))
        }
        return text
    }

    /// `12.50`: with `count` digits after the point.
    func fixed(_ count: Int, keepsPoint: Bool = false) -> String {
        let rounded = rounded(fractionDigits: count)
        let point = rounded.digits.isEmpty ? 0 : rounded.point
        let whole = point > 0 ? rounded.text(0..<point) : "0"
        let fraction = count > 0 ? rounded.text(point..<point + count) : ""
        return whole + (count > 0 || keepsPoint ? "." : "") + fraction
    }

    /// `1.25e+01`: with `count` digits after the point.
    func exponential(_ count: Int, keepsPoint: Bool = false) -> String {
        let rounded = digits.isEmpty ? self : rounded(fractionDigits: count + 1 - point)
        return rounded.text(0..<1) + (count > 0 || keepsPoint ? "." : "") + rounded.text(1..<1 + count)
            + Self.exponent(rounded.digits.isEmpty ? 0 : rounded.point - 1)
    }

    /// C's `%g`: `count` significant digits, in whichever form is shorter; trailing zeros only if `keepsZeros`.
    func general(_ count: Int, keepsZeros: Bool) -> String {
        let count = max(count, 1)
        let rounded = digits.isEmpty ? self : rounded(fractionDigits: count - point)
        let exponent = rounded.digits.isEmpty ? 0 : rounded.point - 1
        var trimmed = rounded
        while trimmed.digits.last == 0 { trimmed.digits.removeLast() }
        if exponent < -4 || exponent >= count {
            return rounded.exponential(
                keepsZeros ? count - 1 : max(trimmed.digits.count - 1, 0), keepsPoint: keepsZeros)
        }
        return rounded.fixed(
            keepsZeros ? count - 1 - exponent : max(trimmed.digits.count - trimmed.point, 0), keepsPoint: keepsZeros)
    }

    private static func exponent(_ exponent: Int) -> String {
        (exponent < 0 ? "e-" : "e+") + (exponent.magnitude < 10 ? "0" : "") + exponent.magnitude.description
    }

    /// Python's `repr` of a float.
    static func shortest(_ value: Double) -> String {
        if value.isNaN { return "nan" }
        let sign = value.sign == .minus ? "-" : ""
        if value.isInfinite { return sign + "inf" }
        let decimal = TemplateDecimal(shortest: value)
        let exponent = decimal.digits.isEmpty ? 0 : decimal.point - 1
        if (-4..<16).contains(exponent) {
            return sign + decimal.fixed(max(decimal.digits.count - decimal.point, 1))
        }
        return sign + decimal.exponential(decimal.digits.count - 1)
    }

    /// Python's `round(value, digits)`.
    static func round(_ value: Double, _ digits: Int) -> Double {
        if !value.isFinite || digits > 400 { return value }
        if digits < -400 { return value * 0 }
        let rounded = TemplateDecimal(exactly: value).rounded(fractionDigits: digits)
        let text = rounded.digits.isEmpty ? "0" : "0." + rounded.text(0..<rounded.digits.count) + "e\(rounded.point)"
        let magnitude = Double(text) ?? 0
        return value.sign == .minus ? -magnitude : magnitude
    }
}
