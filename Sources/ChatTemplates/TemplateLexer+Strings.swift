// String literals of a chat template: quotation marks and escapes, as Python reads them.

extension TemplateLexer {
    /// A string from its opening mark to after its closing one.
    mutating func quotedString(_ mark: Unicode.Scalar) throws(ChatTemplateError) {
        let start = currentLine
        var text = String.UnicodeScalarView()
        take()
        while let scalar = take() {
            if scalar == mark { return emit(.string(String(text)), line: start) }
            if scalar != "\\" { text.append(scalar); continue }
            guard let escaped = take() else { break }
            switch escaped {
            case "n": text.append("\n")
            case "t": text.append("\t")
            case "r": text.append("\r")
            case "a": text.append("\u{07}")
            case "b": text.append("\u{08}")
            case "f": text.append("\u{0C}")
            case "v": text.append("\u{0B}")
            case "\\", "'", "\"": text.append(escaped)
            case "\n": break  // a line continued
            case "x": text.append(try hexadecimal(2))
            case "u": text.append(try hexadecimal(4))
            case "U": text.append(try hexadecimal(8))
            case "0"..."7": text.append(octal(escaped))
            default:
                // Python keeps what it does not know.
                text.append("\\")
                text.append(escaped)
            }
        }
        throw .syntax(line: start, found: "a string without an end", expected: String(mark))
    }

    private mutating func hexadecimal(_ count: Int) throws(ChatTemplateError) -> Unicode.Scalar {
        var value: UInt32 = 0
        for _ in 0..<count {
            guard let digit = take(), let nibble = Character(digit).hexDigitValue else {
                throw .syntax(line: currentLine, found: "an escape cut short", expected: "\(count) hexadecimal digits")
            }
            value = value << 4 | UInt32(nibble)
        }
        guard let scalar = Unicode.Scalar(value) else {
            throw .syntax(line: currentLine, found: "an escape that is no character", expected: "a character's number")
        }
        return scalar
    }

    /// Up to three octal digits, the first of them already taken.
    private mutating func octal(_ first: Unicode.Scalar) -> Unicode.Scalar {
        var value = first.value - 0x30
        for _ in 0..<2 {
            guard let next = peekScalar, ("0"..."7").contains(next) else { break }
            value = value * 8 + next.value - 0x30
            take()
        }
        return Unicode.Scalar(value)!  // at most 0o777, below the surrogates
    }
}
