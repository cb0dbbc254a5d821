// How values of chat templates print: Python's `str` and `repr`.

internal import JSONText

extension TemplateRun {
    /// The text that `{{ value }}` writes: Python's `str`.
    func text(of value: TemplateValue) throws(ChatTemplateError) -> String {
        switch value {
        case .undefined: return ""
        case .string(let text), .markup(let text):
            // Whoever asks for it looks through it; a list may hold one large text many times.
            try spend(text.utf8.count / 32)
            return text
        default: return try representation(of: value)
        }
    }

    /// The text inside a printed list: Python's `repr`.
    func representation(of value: TemplateValue) throws(ChatTemplateError) -> String {
        try enter(line)
        defer { leave() }
        switch value {
        case .undefined: return "Undefined"
        case .none: return "None"
        case .bool(let flag): return flag ? "True" : "False"
        case .integer(let number): return number.description
        case .float(let number): return TemplateDecimal.shortest(number)
        case .string(let text):
            try reserve(text.utf8.count)
            return pythonLiteral(text)
        case .markup(let text):
            try reserve(text.utf8.count)
            return "Markup(" + pythonLiteral(text) + ")"
        case .list(let items): return "[" + (try joined(items.items)) + "]"
        case .tuple(let items):
            return "(" + (try joined(items.items)) + (items.items.count == 1 ? ",)" : ")")
        case .mapping(let mapping): return try representation(of: mapping)
        case .view(let mapping, let part):
            return "dict_\(part.rawValue)([" + (try joined(mapping.items(part))) + "])"
        case .range(let range):
            return "range(\(range.start), \(range.stop)" + (range.step == 1 ? ")" : ", \(range.step))")
        case .namespace(let namespace): return "<Namespace " + (try representation(of: namespace.values)) + ">"
        case .macro(let macro): return "<Macro \(pythonLiteral(macro.definition.name))>"
        case .loop(let state):
            return "<LoopContext \(state.index)/\(try text(of: try attribute(state, "length") ?? .none))>"
        default:
            // Python would print where it lies in memory, which is another place each time.
            throw failure("\(value.kind) has no text of its own")
        }
    }

    private func representation(of mapping: TemplateMapping) throws(ChatTemplateError) -> String {
        var text = "{"
        for (place, entry) in mapping.entries.enumerated() {
            if place > 0 { text += ", " }
            text += try representation(of: entry.key)
            text += ": "
            text += try representation(of: entry.value)
            try checkSize(text)
        }
        return text + "}"
    }

    private func joined(_ items: [TemplateValue]) throws(ChatTemplateError) -> String {
        var text = ""
        for (place, item) in items.enumerated() {
            if place > 0 { text += ", " }
            text += try representation(of: item)
            try checkSize(text)
        }
        return text
    }

    func checkSize(_ text: String) throws(ChatTemplateError) {
        if text.utf8.count > budget.bytes {
            throw .tooMuch(line: line, what: "the template makes a text of more than \(budget.bytes) bytes")
        }
    }
}

/// A string as Python writes it in a program.
func pythonLiteral(_ text: String, asciiOnly: Bool = false) -> String {
    let scalars = text.unicodeScalars
    let mark: Unicode.Scalar = scalars.contains("'") && !scalars.contains("\"") ? "\"" : "'"
    var literal = String.UnicodeScalarView([mark])
    for scalar in scalars {
        switch scalar {
        case "\n": literal.append(contentsOf: #"\n"#.unicodeScalars)
        case "\r": literal.append(contentsOf: #"\r"#.unicodeScalars)
        case "\t": literal.append(contentsOf: #"\t"#.unicodeScalars)
        case "\\", mark: literal.append(contentsOf: ["\\", scalar])
        default:
            if scalar.isASCII ? scalar.value >= 0x20 && scalar.value != 0x7F : !asciiOnly && isPrintable(scalar) {
                literal.append(scalar)
            } else {
                let (letter, width) = scalar.value < 0x100 ? ("x", 2) : scalar.value < 0x10000 ? ("u", 4) : ("U", 8)
                literal.append(contentsOf: ("\\" + letter + hexadecimal(scalar.value, width)).unicodeScalars)
            }
        }
    }
    literal.append(mark)
    return String(literal)
}

/// Python's `str.isprintable` of one character.
func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: false
    case .spaceSeparator: scalar == " "
    default: true
    }
}

/// Lower-case hexadecimal digits, at least `width` of them.
func hexadecimal(_ value: UInt32, _ width: Int) -> String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
}
