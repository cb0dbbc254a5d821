// The numbers of a template, as Python writes them.

extension TemplateLexer {
    func isDigit(_ place: Int) -> Bool {
        place < source.count && ("0"..."9").contains(source[place])
    }

    /// The end of digits from `place` on, of which single ones may be set apart by underscores.
    private func digits(_ place: Int, _ isDigit: (Unicode.Scalar) -> Bool) -> Int {
        var end = place
        while end < source.count {
            if isDigit(source[end]) {
                end += 1
            } else if source[end] == "_", end + 1 < source.count, isDigit(source[end + 1]) {
                end += 2
            } else {
                break
            }
        }
        return end
    }

    /// A number as Python writes it: `12`, `1_000`, `0x1f`, `0b11`, `0o17`, `1.5`, `1e3`. After a point (`a.0.1`) only
    /// whole ones.
    mutating func number() throws(ChatTemplateError) {
        let decimal = { (scalar: Unicode.Scalar) in ("0"..."9").contains(scalar) }
        let start = place
        let whole = digits(start, decimal)
        var end = whole
        if start == 0 || source[start - 1] != "." {
            if end < source.count, source[end] == ".", isDigit(end + 1) { end = digits(end + 1, decimal) }
            if end < source.count, source[end] == "e" || source[end] == "E" {
                let isSigned = end + 1 < source.count && (source[end + 1] == "+" || source[end + 1] == "-")
                let power = end + (isSigned ? 2 : 1)
                if isDigit(power) { end = digits(power, decimal) }
            }
        }
        let text = string(source[start..<end].filter { $0 != "_" })
        if end > whole {
            place = end
            return append(.float(Double(text) ?? .infinity), line: line)
        }
        if source[start] == "0" {
            for (letter, radix) in [("b", 2), ("o", 8), ("x", 16)] as [(Unicode.Scalar, Int)]
            where start + 1 < source.count && source[start + 1].properties.lowercaseMapping == String(letter) {
                let first = start + 2
                let last = digits(first) { scalar in Character(scalar).hexDigitValue.map { $0 < radix } ?? false }
                if last == first { break }
                place = last
                return try emitInteger(string(source[first..<last].filter { $0 != "_" }), radix)
            }
        }
        // 007 is three numbers, as zeros alone may stand in front of nothing.
        place = source[start] == "0" ? digits(start) { $0 == "0" } : end
        try emitInteger(string(source[start..<place].filter { $0 != "_" }), 10)
    }

    private mutating func emitInteger(_ digits: String, _ radix: Int) throws(ChatTemplateError) {
        guard let value = Int(digits, radix: radix) else {
            throw .tooMuch(line: line, what: "the number \(quoted(digits)) is too large")
        }
        append(.integer(value), line: line)
    }
}
