// `tojson` of chat templates: Python's `json.dumps` as the transformers library calls it.

internal import JSONText

/// How JSON is written.
struct TemplateJSON {
    var asciiOnly = false
    /// What stands before an item, once a level, on a line of its own; nil: all on one line.
    var indent: String?
    var itemSeparator = ", "
    var keySeparator = ": "
    var sortsKeys = false

    /// `json.dumps(value)`.
    func text(of value: TemplateValue, _ run: TemplateRun, level: Int = 0) throws(ChatTemplateError) -> String {
        try run.enter(run.line)
        defer { run.leave() }
        switch value.plain {
        case .none: return "null"
        case .bool(let flag): return flag ? "true" : "false"
        case .integer(let number): return number.description
        case .float(let number): return Self.number(number)
        case .string(let text):
            try run.reserve(text.utf8.count)
            return quotedText(text)
        case .list(let items), .tuple(let items):
            var parts: [String] = []
            var size: Int64 = 0
            for item in items.items {
                parts.append(try text(of: item, run, level: level + 1))
                try reserve(parts[parts.count - 1], level, &size, run)
            }
            return joined(parts, "[", "]", level)
        case .mapping(let mapping):
            var parts: [String] = []
            var size: Int64 = 0
            for entry in try sorted(mapping, run) {
                let name = quotedText(try self.name(entry.key, run))
                try run.reserve(Int64(name.utf8.count + keySeparator.utf8.count), moreThan: &size)
                let text = try text(of: entry.value, run, level: level + 1)
                try reserve(text, level, &size, run)
                parts.append(name + keySeparator + text)
            }
            return joined(parts, "{", "}", level)
        default: throw run.failure("\(value.kind) cannot be written as JSON")
        }
    }

    private func sorted(_ mapping: TemplateMapping, _ run: TemplateRun) throws(ChatTemplateError) -> [TemplateMapping
        .Entry]
    {
        if !sortsKeys { return mapping.entries }
        let order = try run.sortedPlaces(mapping.items(.keys))
        return order.map { mapping.entries[$0] }
    }

    /// A key: what is no string is written as JSON writes it, in quotation marks.
    private func name(_ key: TemplateValue, _ run: TemplateRun) throws(ChatTemplateError) -> String {
        switch key.plain {
        case .string(let text):
            try run.reserve(text.utf8.count)
            return text
        case .none, .bool, .integer, .float: return try text(of: key, run)
        default: throw run.failure("\(key.kind) cannot be a key in JSON")
        }
    }

    /// Counts an item with what stands before it, as they will be joined.
    private func reserve(
        _ item: String, _ level: Int, _ size: inout Int64, _ run: TemplateRun
    ) throws(ChatTemplateError) {
        let blank = Int64(indent?.utf8.count ?? 0).multipliedReportingOverflow(by: Int64(level + 1))
        try run.reserve(blank.overflow ? .max : blank.partialValue, moreThan: &size)
        try run.reserve(Int64(item.utf8.count + itemSeparator.utf8.count + 2), moreThan: &size)
    }

    private func joined(_ items: [String], _ open: String, _ close: String, _ level: Int) -> String {
        guard let indent, !items.isEmpty else { return open + items.joined(separator: itemSeparator) + close }
        let inner = "\n" + String(repeating: indent, count: level + 1)
        let outer = "\n" + String(repeating: indent, count: level)
        return open + inner + items.joined(separator: itemSeparator + inner) + outer + close
    }

    static func number(_ number: Double) -> String {
        if number.isNaN { return "NaN" }
        if number.isInfinite { return number < 0 ? "-Infinity" : "Infinity" }
        return TemplateDecimal.shortest(number)
    }

    private func quotedText(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case "\n": quoted += "\\n"
            case "\r": quoted += "\\r"
            case "\t": quoted += "\\t"
            case "\u{08}": quoted += "\\b"
            case "\u{0C}": quoted += "\\f"
            case "\u{00}"..<" ": quoted += "\\u" + hexadecimal(scalar.value, 4)
            default:
                if asciiOnly, scalar.value >= 0x7F {
                    for unit in String(scalar).utf16 { quoted += "\\u" + hexadecimal(UInt32(unit), 4) }
                } else {
                    quoted.unicodeScalars.append(scalar)
                }
            }
        }
        return quoted + "\""
    }
}
