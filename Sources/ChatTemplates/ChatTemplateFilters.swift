// The filters (`value|name`) and tests (`value is name`) of chat templates.

/// Filters that a template can use.
public enum TemplateFilters {
    /// Their names, in alphabetical order.
    public static let names = [
        "abs", "capitalize", "count", "d", "default", "first", "float", "indent", "int", "items", "join", "last",
        "length", "list", "lower", "map", "reject", "rejectattr", "replace", "reverse", "safe", "select", "selectattr",
        "string", "sum", "title", "tojson", "trim", "unique", "upper",
    ]
}

/// Tests that a template can use.
public enum TemplateTests {
    /// Their names, in alphabetical order.
    public static let names = [
        "boolean", "defined", "divisibleby", "eq", "equalto", "even", "false", "float", "ge", "gt", "in", "integer",
        "iterable", "le", "lower", "lt", "mapping", "ne", "none", "number", "odd", "sequence", "string", "true",
        "undefined", "upper",
    ]
}

extension TemplateEvaluator {
    mutating func filter(
        _ name: String, _ value: TemplateValue, _ call: TemplateCall, line: Int
    ) throws(ChatTemplateError) -> TemplateValue {
        switch name {
        case "default", "d":
            let values = try call.arguments(["default_value", "boolean"], of: name, line: line)
            let isMissing = value.isUndefined || values[1]?.isTrue == true && !value.isTrue
            return isMissing ? values[0] ?? .string("") : value
        case "capitalize", "lower", "title", "upper", "trim", "string", "safe", "replace", "indent":
            return try textFilter(name, value, call, line: line)
        case "abs", "int", "float": return try numberFilter(name, value, call, line: line)
        case "tojson":
            let values = try call.arguments(
                ["indent", "ensure_ascii", "separators", "sort_keys"], of: name, line: line)
            if values[1]?.isTrue == true || values[2] != nil || values[3]?.isTrue == true {
                throw .unsupported(line: line, what: "a setting of tojson", supported: "indent")
            }
            let indent = values[0]?.integer
            if let indent, !(0...16).contains(indent) {
                throw .unsupported(line: line, what: "the indent \(indent)", supported: "0…16")
            }
            try reserve(value.shape.size * Int64(2 + (indent ?? 0) * value.shape.depth), line: line)
            guard let json = TemplateText.json(value, indent: indent) else {
                throw .wrongValue(line: line, what: "\(value.kind) or something in it cannot be written as JSON")
            }
            return try made(json, line: line)
        case "map", "select", "reject", "selectattr", "rejectattr":
            return try itemFilter(name, value, call, line: line)
        default: return try listFilter(name, value, call, line: line)
        }
    }

    private mutating func textFilter(
        _ name: String, _ value: TemplateValue, _ call: TemplateCall, line: Int
    ) throws(ChatTemplateError) -> TemplateValue {
        try reserve(value.shape.size, line: line)
        let text = value.text
        switch name {
        case "trim":
            let set = try call.arguments(["chars"], of: name, line: line)[0]
            return .string(TemplateText.stripped(text, of: set?.text, left: true, right: true))
        case "string", "safe": return .string(text)
        case "replace": return try replace(text, call, line: line)
        case "indent":
            let values = try call.arguments(["width", "first", "blank"], of: name, line: line)
            let width = values[0]?.integer ?? 4
            if !(0...64).contains(width) {
                throw .unsupported(line: line, what: "the indent \(width)", supported: "0…64")
            }
            let space = String(repeating: " ", count: width)
            let lines = TemplateText.split(text, at: "\n", most: .max)
            try reserve(text.utf8.count + lines.count * width, line: line)
            let keepsBlank = values[2]?.isTrue == true
            let indented = lines.enumerated().map { place, line in
                let isKept = place == 0 ? values[1]?.isTrue == true : keepsBlank || !line.isEmpty
                return isKept ? space + line : line
            }
            return .string(indented.joined(separator: "\n"))
        default: return .string(TemplateText.cased(text, name))
        }
    }

    private func numberFilter(
        _ name: String, _ value: TemplateValue, _ call: TemplateCall, line: Int
    ) throws(ChatTemplateError) -> TemplateValue {
        let fallback = try call.arguments(["default"], of: name, line: line)[0]
        switch name {
        case "abs":
            if let integer = value.integer, integer != .min { return .integer(abs(integer)) }
            if let number = value.number { return .float(abs(number)) }
            throw .wrongValue(line: line, what: "\(value.kind) has no absolute value")
        case "int":
            if let integer = value.integer { return .integer(integer) }
            let trimmed = TemplateText.stripped(value.text, of: nil, left: true, right: true)
            if let integer = Int(trimmed) { return .integer(integer) }
            let number = value.number ?? Double(trimmed)
            return number.flatMap { Int(exactly: $0.rounded(.towardZero)) }.map(TemplateValue.integer)
                ?? fallback ?? .integer(0)
        default:
            if let number = value.number { return .float(number) }
            let trimmed = TemplateText.stripped(value.text, of: nil, left: true, right: true)
            return Double(trimmed).map(TemplateValue.float) ?? fallback ?? .float(0)
        }
    }

    private mutating func listFilter(
        _ name: String, _ value: TemplateValue, _ call: TemplateCall, line: Int
    ) throws(ChatTemplateError) -> TemplateValue {
        if name == "items" {
            if value.isUndefined { return .list([]) }
            guard case .mapping(let mapping) = value else {
                throw .wrongValue(line: line, what: "\(value.kind) has no keys and values")
            }
            return try made(mapping.entries.map { .list([$0.key, $0.value]) }, line: line)
        }
        let items = try iterate(value, line: line)
        switch name {
        case "length", "count": return .integer(items.count)
        case "first": return items.first ?? .undefined("first")
        case "last": return items.last ?? .undefined("last")
        case "list": return try made(items, line: line)
        case "reverse":
            if value.isString { return try made(items.reversed().map { $0.text }.joined(), line: line) }
            return try made(items.reversed(), line: line)
        case "sum":
            var total = TemplateValue.integer(0)
            for item in items { total = try arithmetic("+", total, item, line: line) }
            return total
        case "unique":
            var unique: [TemplateValue] = []
            for item in items where !(try contains(.list(unique), item, line: line)) { unique.append(item) }
            return try made(unique, line: line)
        default:
            let values = try call.arguments(["d", "attribute"], of: name, line: line)
            var texts: [String] = []
            var bytes: Int64 = 0
            for item in items {
                let part =
                    try values[1].map { name throws(ChatTemplateError) in
                        try attribute(name.text, of: item, line: line)
                    } ?? item
                bytes += part.shape.size + (values[0]?.shape.size ?? 0)
                try reserve(part.shape.size, line: line)
                texts.append(part.text)
            }
            try reserve(bytes, line: line)
            return .string(texts.joined(separator: values[0]?.text ?? ""))
        }
    }

    /// `map`, and the filters that keep items by a test.
    private mutating func itemFilter(
        _ name: String, _ value: TemplateValue, _ call: TemplateCall, line: Int
    ) throws(ChatTemplateError) -> TemplateValue {
        var call = call
        // These filters, unlike `for`, take whatever is empty or nothing for an empty list.
        let items = value.isTrue ? try iterate(value, line: line) : []
        var result: [TemplateValue] = []
        if name == "map" {
            if let wanted = call.named.first(where: { $0.name == "attribute" })?.value {
                for item in items { result.append(try attribute(wanted.text, of: item, line: line)) }
                return try made(result, line: line)
            }
            guard let inner = call.positional.first?.text, TemplateFilters.names.contains(inner) else {
                throw .unsupported(line: line, what: "this map", supported: "map(attribute=…), map('filter')")
            }
            call.positional.removeFirst()
            for item in items { result.append(try filter(inner, item, call, line: line)) }
            return try made(result, line: line)
        }
        let byAttribute = name.hasSuffix("attr")
        var wanted = ""
        if byAttribute {
            guard let first = call.positional.first else {
                throw .wrongValue(line: line, what: "\(name) lacks the attribute's name")
            }
            wanted = first.text
            call.positional.removeFirst()
        }
        let testName = call.positional.first?.text
        if let testName, !TemplateTests.names.contains(testName) {
            throw .unsupported(
                line: line, what: "the test \(quoted(testName))",
                supported: TemplateTests.names.joined(separator: ", "))
        }
        if testName != nil { call.positional.removeFirst() }
        for item in items {
            let tested = byAttribute ? try attribute(wanted, of: item, line: line) : item
            let holds =
                try testName.map { name throws(ChatTemplateError) in
                    try test(name, tested, call, line: line)
                } ?? tested.isTrue
            if holds == name.hasPrefix("select") { result.append(item) }
        }
        return try made(result, line: line)
    }

    mutating func test(
        _ name: String, _ value: TemplateValue, _ call: TemplateCall, line: Int
    ) throws(ChatTemplateError) -> Bool {
        switch name {
        case "defined": return !value.isUndefined
        case "undefined": return value.isUndefined
        case "none": return value.isNone
        case "boolean": if case .bool = value { return true } else { return false }
        case "true": if case .bool(true) = value { return true } else { return false }
        case "false": if case .bool(false) = value { return true } else { return false }
        case "integer": if case .integer = value { return true } else { return false }
        case "float": if case .float = value { return true } else { return false }
        case "number": return value.number != nil
        case "string": return value.isString
        case "mapping": if case .mapping = value { return true } else { return false }
        case "iterable", "sequence":
            switch value {
            case .string, .sequence, .mapping, .undefined: return true
            default: return false
            }
        case "lower", "upper":
            let text = value.text
            return text.unicodeScalars.contains { $0.properties.isCased } && TemplateText.cased(text, name) == text
        case "even", "odd", "divisibleby":
            let divisor = name == "divisibleby" ? try call.arguments(["num"], of: name, line: line)[0]?.integer : 2
            guard let number = value.integer, let divisor, divisor != 0 else {
                throw .wrongValue(line: line, what: "\(value.kind) cannot be tested for \(quoted(name))")
            }
            let isDivisible = divisor == -1 || number % divisor == 0
            return isDivisible == (name != "odd")
        default:
            let operations = ["eq": "==", "equalto": "==", "ne": "!=", "lt": "<", "le": "<=", "gt": ">", "ge": ">="]
            guard let other = try call.arguments(["other"], required: 1, of: name, line: line)[0] else { return false }
            return try compare(operations[name] ?? "in", value, other, line: line)
        }
    }
}
