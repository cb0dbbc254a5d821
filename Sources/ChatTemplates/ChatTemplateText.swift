// Python's string operations, over bytes and scalars, for chat templates.

enum TemplateText {
    /// The bytes at which `part` stands in `text`, not overlapping, at most `most` of them. Linear in both
    /// (Knuth, Morris, Pratt 1977). An empty part stands at the start.
    static func places(of part: String, in text: String, most: Int) -> [Int] {
        let part = Array(part.utf8)
        if part.isEmpty { return most > 0 ? [0] : [] }
        // fallback[i]: how much of the part is matched still when byte i of it fails to.
        var fallback = [0]
        var matched = 0
        for i in 1..<max(part.count, 1) {
            while matched > 0, part[i] != part[matched] { matched = fallback[matched - 1] }
            if part[i] == part[matched] { matched += 1 }
            fallback.append(matched)
        }
        var places: [Int] = []
        matched = 0
        for (i, byte) in text.utf8.enumerated() where places.count < most {
            while matched > 0, byte != part[matched] { matched = fallback[matched - 1] }
            if byte == part[matched] { matched += 1 }
            if matched == part.count {
                places.append(i + 1 - part.count)
                matched = 0
            }
        }
        return places
    }

    /// `text.split(separator, most)`.
    static func split(_ text: String, at separator: String, most: Int) -> [String] {
        let bytes = Array(text.utf8)
        var parts: [String] = []
        var start = 0
        for place in places(of: separator, in: text, most: most) {
            parts.append(String(decoding: bytes[start..<place], as: UTF8.self))
            start = place + separator.utf8.count
        }
        return parts + [String(decoding: bytes[start...], as: UTF8.self)]
    }

    /// `text.split()`: at runs of white space, none at the edges.
    static func splitAtSpace(_ text: String, most: Int) -> [String] {
        var parts: [String] = []
        var rest = text.unicodeScalars.drop { $0.properties.isWhitespace }
        while !rest.isEmpty {
            if parts.count == most {
                parts.append(stripped(String(Substring(rest)), of: nil, left: false, right: true))
                break
            }
            let part = rest.prefix { !$0.properties.isWhitespace }
            parts.append(String(Substring(part)))
            rest = rest[part.endIndex...].drop { $0.properties.isWhitespace }
        }
        return parts
    }

    /// Without the characters of `set` (white space when nil) at the edges.
    static func stripped(_ text: String, of set: String?, left: Bool, right: Bool) -> String {
        let members = set.map { Set($0.unicodeScalars) }
        func isMember(_ scalar: Unicode.Scalar) -> Bool {
            members?.contains(scalar) ?? (scalar.properties.isWhitespace || (0x1C...0x1F).contains(scalar.value))
        }
        var scalars = Substring(text).unicodeScalars
        if left { scalars = scalars.drop(while: isMember) }
        while right, let last = scalars.last, isMember(last) { scalars.removeLast() }
        return String(Substring(scalars))
    }

    /// `capitalize`, `lower`, `title` or `upper`.
    static func cased(_ text: String, _ how: String) -> String {
        switch how {
        case "lower": return text.lowercased()
        case "upper": return text.uppercased()
        default: break
        }
        var cased = ""
        var isStart = true
        for scalar in text.unicodeScalars {
            let properties = scalar.properties
            cased += isStart ? properties.titlecaseMapping : properties.lowercaseMapping
            isStart = how == "title" ? !properties.isCased : false
        }
        return cased
    }

    /// `json.dumps(value, ensure_ascii=False)`, with `indent` spaces a level when it is given; nil for what JSON has not.
    static func json(_ value: TemplateValue, indent: Int?, level: Int = 0) -> String? {
        func joined(_ items: [String], _ open: String, _ close: String) -> String {
            guard let indent, !items.isEmpty else { return open + items.joined(separator: ", ") + close }
            let inner = "\n" + String(repeating: " ", count: indent * (level + 1))
            let outer = "\n" + String(repeating: " ", count: indent * level)
            return open + inner + items.joined(separator: "," + inner) + outer + close
        }
        switch value {
        case .none: return "null"
        case .bool(let flag): return flag ? "true" : "false"
        case .integer(let number): return number.description
        case .float(let number): return number.description
        case .string(let text): return quotedJSON(text)
        case .sequence(let items, _):
            let parts = items.map { json($0, indent: indent, level: level + 1) }
            return parts.contains(nil) ? nil : joined(parts.compactMap { $0 }, "[", "]")
        case .mapping(let mapping):
            var parts: [String] = []
            for entry in mapping.entries {
                guard let value = json(entry.value, indent: indent, level: level + 1) else { return nil }
                // Keys that are no strings are written as JSON and put in quotation marks.
                let key = entry.key
                let name = key.isString ? key.text : json(key, indent: nil) ?? ""
                parts.append(quotedJSON(name) + ": " + value)
            }
            return joined(parts, "{", "}")
        case .undefined, .namespace, .function: return nil
        }
    }

    private static func quotedJSON(_ text: String) -> String {
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
            case "\u{00}"..<" ":
                let digits = String(scalar.value, radix: 16)
                quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}
