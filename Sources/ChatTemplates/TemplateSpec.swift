// Python's format specifications for chat templates: `'{:>8.2f}'.format(x)`, and what `'%8.2f' % x` shares with them.

internal import JSONText

/// `[[fill]align][sign][#][0][width][grouping][.precision][type]`
struct TemplateSpec {
    var fill: Unicode.Scalar = " "
    /// `<`, `>`, `^` or `=` (between sign and digits).
    var align: Unicode.Scalar?
    /// What stands before a number that is not negative: `+`, a blank, or nothing.
    var sign: Unicode.Scalar?
    var isAlternate = false
    var width = 0
    /// `,` or `_` between thousands.
    var grouping: Unicode.Scalar?
    var precision: Int?
    var type: Unicode.Scalar?

    init() {}

    /// Reads a specification as `format` takes it.
    init(_ text: String, _ run: TemplateRun) throws(ChatTemplateError) {
        var rest = Array(text.unicodeScalars)[...]
        let aligns: [Unicode.Scalar] = ["<", ">", "^", "="]
        if rest.count > 1, aligns.contains(rest[rest.startIndex + 1]) {
            fill = rest.removeFirst()
            align = rest.removeFirst()
        } else if let first = rest.first, aligns.contains(first) {
            align = rest.removeFirst()
        }
        if let first = rest.first, [" ", "+", "-"].contains(first) { sign = rest.removeFirst() }
        if rest.first == "#" {
            isAlternate = true
            rest.removeFirst()
        }
        if rest.first == "0" {
            if align == nil {
                fill = "0"
                align = "="
            }
            rest.removeFirst()
        }
        width = try Self.number(&rest, run) ?? 0
        if let first = rest.first, [",", "_"].contains(first) { grouping = rest.removeFirst() }
        if rest.first == "." {
            rest.removeFirst()
            guard let number = try Self.number(&rest, run) else { throw run.failure("a format lacks its precision") }
            precision = number
        }
        type = rest.popFirst()
        if !rest.isEmpty { throw run.failure("\(quoted(text)) is no format") }
    }

    /// Digits at the front; nil when there are none.
    static func number(
        _ rest: inout ArraySlice<Unicode.Scalar>, _ run: TemplateRun
    ) throws(ChatTemplateError) -> Int? {
        var number: Int?
        while let digit = rest.first, ("0"..."9").contains(digit) {
            number = (number ?? 0) * 10 + Int(digit.value - 0x30)
            if let number { try run.reserve(number) }  // also keeps it from overflowing
            rest.removeFirst()
        }
        return number
    }

    /// The text at the width, `body` being its digits and `prefix` what stands before them.
    func padded(_ prefix: String, _ body: String, _ standard: Unicode.Scalar) -> String {
        let missing = width - prefix.unicodeScalars.count - body.unicodeScalars.count
        if missing <= 0 { return prefix + body }
        func filled(_ count: Int) -> String { String(repeating: String(fill), count: count) }
        switch align ?? standard {
        case "<": return prefix + body + filled(missing)
        case "^": return filled(missing / 2) + prefix + body + filled(missing - missing / 2)
        case "=": return prefix + filled(missing) + body
        default: return filled(missing) + prefix + body
        }
    }

    private func sign(isNegative: Bool) -> String {
        isNegative ? "-" : sign == "+" ? "+" : sign == " " ? " " : ""
    }

    /// A number's digits with thousands set apart, filled with zeros up to the width where that is asked.
    private func grouped(_ digits: String, every size: Int, _ prefix: Int) -> String {
        guard let grouping else { return digits }
        let scalars = Array(digits.unicodeScalars)
        let whole = scalars.prefix { $0 != "." && $0 != "e" && $0 != "E" && $0 != "%" }
        let rest = scalars[whole.count...]
        // A digit more until all of them with their marks are as wide as asked.
        var count = whole.count
        if fill == "0", align == "=" {
            while count + max(count - 1, 0) / size + rest.count + prefix < width { count += 1 }
        }
        var result: [Unicode.Scalar] = []
        for place in 0..<count {
            if place > 0, (count - place) % size == 0 { result.append(grouping) }
            let digit = place - (count - whole.count)
            result.append(digit < 0 ? "0" : whole[digit])
        }
        return String(scalars: result + rest)
    }

    /// A whole number as `type` says; `type` is one of b, c, d, n, o, x, X or nil.
    func text(of number: Int, _ run: TemplateRun) throws(ChatTemplateError) -> String {
        if precision != nil { throw run.failure("a precision has no meaning for a whole number") }
        if type == "c" {
            guard let value = UInt32(exactly: number), let scalar = Unicode.Scalar(value) else {
                throw run.failure("\(number) is no character's number")
            }
            return padded("", String(scalar), "<")
        }
        var prefix = sign(isNegative: number < 0)
        let radix = type == "b" ? 2 : type == "o" ? 8 : type == "x" || type == "X" ? 16 : 10
        if isAlternate, radix != 10, let type { prefix += "0" + String(type) }
        let digits = String(number.magnitude, radix: radix, uppercase: type == "X")
        let length = prefix.utf8.count
        return padded(prefix, grouped(digits, every: radix == 10 ? 3 : 4, length), ">")
    }

    /// A float as `type` says; `type` is one of e, f, g, n, %, their capitals, or nil.
    func text(of number: Double, _ run: TemplateRun) throws(ChatTemplateError) -> String {
        let precision = precision ?? 6
        try run.spend(20)
        if precision > 10_000 { throw .tooMuch(line: run.line, what: "a number of \(precision) digits") }
        try run.reserve(precision)
        let prefix = sign(isNegative: number.sign == .minus && !number.isNaN)
        var digits: String
        let number = type == "%" ? number * 100 : number
        if !number.isFinite {
            digits = number.isNaN ? "nan" : "inf"
            if type == "%" { digits += "%" }
        } else {
            let decimal = TemplateDecimal(exactly: number)
            switch type {
            case "e", "E": digits = decimal.exponential(precision, keepsPoint: isAlternate)
            case "f", "F": digits = decimal.fixed(precision, keepsPoint: isAlternate)
            case "%": digits = decimal.fixed(precision, keepsPoint: isAlternate) + "%"
            case "g", "G", "n": digits = decimal.general(precision, keepsZeros: isAlternate)
            default:
                // As `repr`, or as g with at least one digit after the point.
                digits =
                    self.precision == nil
                    ? TemplateDecimal.shortest(number.magnitude)
                    : withPoint(decimal, precision)
            }
        }
        if type == "E" || type == "G" || type == "F" { digits = digits.uppercased() }
        if !number.isFinite { return padded(prefix, digits, ">") }
        return padded(prefix, grouped(digits, every: 3, prefix.utf8.count), ">")
    }

    private func withPoint(_ decimal: TemplateDecimal, _ precision: Int) -> String {
        let count = max(precision, 1)
        let rounded = decimal.digits.isEmpty ? decimal : decimal.rounded(fractionDigits: count - decimal.point)
        let exponent = rounded.digits.isEmpty ? 0 : rounded.point - 1
        if exponent < -4 || exponent >= count - 1 + (count == 1 ? 1 : 0) && exponent >= count - 1 {
            return decimal.general(count, keepsZeros: false).contains("e")
                ? decimal.general(count, keepsZeros: false)
                : decimal.exponential(max(trimmedCount(rounded) - 1, 0))
        }
        let text = decimal.general(count, keepsZeros: false)
        return text.contains(".") ? text : text + ".0"
    }

    private func trimmedCount(_ decimal: TemplateDecimal) -> Int {
        decimal.digits.count - decimal.digits.reversed().prefix { $0 == 0 }.count
    }
}

extension TemplateRun {
    /// `format(value, spec)`.
    func formatted(_ value: TemplateValue, _ text: String) throws(ChatTemplateError) -> String {
        if text.isEmpty { return try self.text(of: value) }
        let spec = try TemplateSpec(text, self)
        switch value.plain {
        case .string(let own):
            if let type = spec.type, type != "s" { throw failure("a string has no format \(quoted(String(type)))") }
            if spec.sign != nil || spec.isAlternate || spec.grouping != nil || spec.align == "=" && spec.fill != "0" {
                throw failure("a string has no sign, grouping or digits to format")
            }
            let cut = spec.precision.map { String(scalars: own.unicodeScalars.prefix($0)) } ?? own
            var padding = spec
            if spec.align == "=" { padding.align = "<" }
            return padding.padded("", cut, "<")
        case .integer, .bool, .float:
            if spec.type == nil, case .float = value { return try spec.text(of: value.number ?? 0, self) }
            let type = spec.type ?? "d"
            if "eEfFgG%".unicodeScalars.contains(type) { return try spec.text(of: value.number ?? 0, self) }
            if case .float = value, type == "n" { return try spec.text(of: value.number ?? 0, self) }
            if let number = value.integer, "bcdnoxX".unicodeScalars.contains(type) {
                return try spec.text(of: number, self)
            }
            throw failure("\(value.kind) has no format \(quoted(String(type)))")
        default: throw failure("\(value.kind) has no format \(quoted(text))")
        }
    }
}
