// The filters of chat templates that compute numbers.

internal import JSONText

extension TemplateFilters {
    static let numbers: [String: TemplateFilter] = [
        "abs": absolute, "int": int, "float": float, "round": round, "sum": sum,
        "min": { (run, value, call) throws(ChatTemplateError) in try extreme(run, value, call, "min", isLargest: false)
        },
        "max": { (run, value, call) throws(ChatTemplateError) in try extreme(run, value, call, "max", isLargest: true)
        },
        "filesizeformat": fileSize,
    ]

    private static let absolute: TemplateFilter = { (run, value, call) throws(ChatTemplateError) in
        _ = try call.arguments([], of: "abs", run)
        if case .float(let number) = value { return .float(number.magnitude) }
        guard let number = value.integer else { throw run.failure("abs takes a number, not \(value.kind)") }
        return number < 0 ? try run.signed(value, isNegative: true) : .integer(number)
    }

    private static let int: TemplateFilter = { (run, value, call) throws(ChatTemplateError) in
        let given = try call.arguments(["default", "base"], of: "int", run)
        let base = try run.count(given[1], "int") ?? 10
        if let number = value.integer { return .integer(number) }
        if case .undefined = value { throw run.failure("\(value.kind) is no number") }
        if let text = value.string {
            try run.reserve(text.utf8.count)
            if let number = try TemplateNumerals.integer(text, base: base, run) { return .integer(number) }
        }
        var float: Double?
        if case .float(let number) = value { float = number }
        if let text = value.string { float = TemplateNumerals.float(text) }
        guard let float, !float.isNaN, float.isFinite || !value.isString else { return given[0] ?? .integer(0) }
        guard let number = Int(exactly: float.rounded(.towardZero)) else {
            throw .tooMuch(line: run.line, what: "the number \(float) does not fit 64 bits")
        }
        return .integer(number)
    }

    private static let float: TemplateFilter = { (run, value, call) throws(ChatTemplateError) in
        let given = try call.arguments(["default"], of: "float", run)
        if let number = value.number { return .float(number) }
        if case .undefined = value { throw run.failure("\(value.kind) is no number") }
        try run.reserve(value.string?.utf8.count ?? 0)
        return value.string.flatMap(TemplateNumerals.float).map { .float($0) } ?? given[0] ?? .float(0)
    }

    private static let round: TemplateFilter = { (run, value, call) throws(ChatTemplateError) in
        let given = try call.arguments(["precision", "method"], of: "round", run)
        let precision = try run.count(given[0], "round") ?? 0
        let method = given[1]?.string ?? (given[1] == nil ? "common" : "")
        guard let number = value.number else { throw run.failure("round takes a number, not \(value.kind)") }
        try run.spend(20)
        switch method {
        case "common":
            guard let whole = value.integer else { return .float(TemplateDecimal.round(number, precision)) }
            if precision >= 0 { return .integer(whole) }
            return .integer(try rounded(run, whole, zeros: precision.magnitude))
        case "ceil", "floor":
            let unit = try run.arithmetic("**", .integer(10), .integer(precision)).number ?? 1
            if unit == 0 { throw run.failure("division by 0") }
            let scaled = (number * unit).rounded(method == "ceil" ? .up : .down)
            if !scaled.isFinite { throw run.failure("\(method) of a number that is not finite") }
            // A float of a whole number has no −0 in Python, whose ceil gives an integer.
            return .float((scaled == 0 ? 0 : scaled) / unit)
        default: throw run.failure("round takes the methods common, ceil and floor")
        }
    }

    /// To a multiple of 10^zeros, halves to the even one. By magnitudes, which hold 10^19 where the numbers do not.
    private static func rounded(_ run: TemplateRun, _ whole: Int, zeros: UInt) throws(ChatTemplateError) -> Int {
        var unit: UInt = 1
        for _ in 0..<min(zeros, 20) {
            let (next, overflow) = unit.multipliedReportingOverflow(by: 10)
            // More than twice as large as any number.
            if overflow { return 0 }
            unit = next
        }
        let (count, rest) = whole.magnitude.quotientAndRemainder(dividingBy: unit)
        let isUp = rest > unit - rest || rest == unit - rest && count % 2 != 0
        let (magnitude, overflow) = (whole.magnitude - rest).addingReportingOverflow(isUp ? unit : 0)
        guard !overflow, let rounded = Int(exactly: magnitude) else { return try run.whole((0, true)) }
        return whole < 0 ? -rounded : rounded
    }

    private static let sum: TemplateFilter = { (run, value, call) throws(ChatTemplateError) in
        let given = try call.arguments(["attribute", "start"], of: "sum", run)
        var sum = given[1] ?? .integer(0)
        if sum.isString { throw run.failure("sum adds no strings; join does") }
        for item in try run.items(of: value) { sum = try run.arithmetic("+", sum, try run.path(item, given[0])) }
        return try run.checked(sum)
    }

    private static func extreme(
        _ run: TemplateRun, _ value: TemplateValue, _ call: TemplateCall, _ what: String, isLargest: Bool
    ) throws(ChatTemplateError) -> TemplateValue {
        let given = try call.arguments(["case_sensitive", "attribute"], of: what, run)
        var best: (key: TemplateValue, item: TemplateValue)?
        for item in try run.items(of: value) {
            let key = try run.folded(try run.path(item, given[1]), given[0]?.isTrue ?? false)
            guard let before = best else { best = (key, item); continue }
            let isBetter = isLargest ? try run.isLess(before.key, key) : try run.isLess(key, before.key)
            if isBetter { best = (key, item) }
        }
        return best?.item ?? .undefined("the \(what) of nothing")
    }

    private static let fileSize: TemplateFilter = { (run, value, call) throws(ChatTemplateError) in
        let isBinary = try call.arguments(["binary"], of: "filesizeformat", run)[0]?.isTrue ?? false
        guard let bytes = value.number ?? value.string.flatMap(TemplateNumerals.float) else {
            throw run.failure("filesizeformat takes a number, not \(value.kind)")
        }
        let base: Double = isBinary ? 1024 : 1000
        if bytes == 1 { return .string("1 Byte") }
        guard bytes.isFinite else { throw run.failure("filesizeformat takes a finite number") }
        if bytes < base {
            guard let whole = Int(exactly: bytes.rounded(.towardZero)) else {
                throw .tooMuch(line: run.line, what: "the number \(bytes) does not fit 64 bits")
            }
            return .string("\(whole) Bytes")
        }
        var unit = base
        var text = ""
        for prefix in ["k", "M", "G", "T", "P", "E", "Z", "Y"] {
            unit *= base
            let size = base * bytes / unit
            let shown = size.isFinite ? TemplateDecimal(exactly: size).fixed(1) : "inf"
            text = shown + " " + (isBinary ? prefix.uppercased() + "iB" : prefix + "B")
            if bytes < unit { break }
        }
        return .string(text)
    }
}

/// Numbers in texts, as Python's `int` and `float` read them.
enum TemplateNumerals {
    /// The digits of a text with single underscores between them left out; nil when others stand there.
    private static func withoutUnderscores(_ text: String) -> String? {
        var plain = ""
        var last: Unicode.Scalar = "_"
        for scalar in text.unicodeScalars {
            if scalar == "_" {
                if !last.properties.isAlphabetic, !("0"..."9").contains(last) { return nil }
            } else {
                plain.unicodeScalars.append(scalar)
            }
            last = scalar
        }
        return last == "_" ? nil : plain
    }

    /// Decimal digits of any script as ASCII ones; nil where there is anything else that is not ASCII, as in no number.
    private static func ascii(_ text: String) -> String? {
        var plain = ""
        for scalar in text.unicodeScalars {
            if scalar.isASCII {
                plain.unicodeScalars.append(scalar)
            } else if scalar.properties.numericType == .decimal, let value = scalar.properties.numericValue {
                plain += "\(Int(value))"
            } else {
                return nil
            }
        }
        return plain
    }

    static func integer(_ text: String, base: Int, _ run: TemplateRun) throws(ChatTemplateError) -> Int? {
        guard var text = ascii(TemplateBytes.stripped(text, of: nil, left: true, right: true)) else { return nil }
        let sign = text.hasPrefix("-") ? "-" : ""
        if text.hasPrefix("-") || text.hasPrefix("+") { text.removeFirst() }
        var base = base
        for (prefix, own) in [("0x", 16), ("0o", 8), ("0b", 2)] where text.lowercased().hasPrefix(prefix) {
            if base == own || base == 0 {
                text = String(text.dropFirst(2))
                base = own
                if text.hasPrefix("_") { text.removeFirst() }
                break
            }
        }
        if base == 0 { base = 10 }
        guard (2...36).contains(base), let first = text.unicodeScalars.first, first != "+", first != "-",
            let digits = withoutUnderscores(text)
        else { return nil }
        if let number = Int(sign + digits, radix: base) { return number }
        let isWhole = digits.unicodeScalars.allSatisfy { Character($0).hexDigitValue.map { $0 < base } ?? false }
        if isWhole, !digits.isEmpty { throw .tooMuch(line: run.line, what: "the number \(quoted(text)) is too large") }
        return nil
    }

    static func float(_ text: String) -> Double? {
        guard let text = ascii(TemplateBytes.stripped(text, of: nil, left: true, right: true)),
            let plain = withoutUnderscores(text)
        else { return nil }
        switch plain.lowercased() {
        case "inf", "+inf", "infinity", "+infinity": return .infinity
        case "-inf", "-infinity": return -.infinity
        case "nan", "+nan", "-nan": return .nan
        default: break
        }
        // Swift also reads hexadecimal ones.
        guard plain.utf8.allSatisfy({ (0x30...0x39).contains($0) || "+-.eE".utf8.contains($0) }) else { return nil }
        if let value = Double(plain) { return value }
        // "1." and ".5" are numbers to Python.
        if plain.hasSuffix(".") { return Double(plain + "0") }
        let unsigned = plain.drop { $0 == "-" || $0 == "+" }
        if unsigned.hasPrefix(".") { return Double((plain.hasPrefix("-") ? "-0" : "0") + unsigned) }
        return nil
    }
}
