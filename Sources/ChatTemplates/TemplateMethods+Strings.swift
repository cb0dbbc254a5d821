// The methods of strings in chat templates, as Python has them. Places count scalars.

internal import JSONText

extension TemplateMethods {
    static let ofStrings: Set<String> = [
        "capitalize", "casefold", "center", "count", "encode", "endswith", "expandtabs", "find", "format", "format_map",
        "index", "isalnum", "isalpha", "isascii", "isdecimal", "isdigit", "isidentifier", "islower", "isnumeric",
        "isprintable", "isspace", "istitle", "isupper", "join", "ljust", "lower", "lstrip", "maketrans", "partition",
        "removeprefix", "removesuffix", "replace", "rfind", "rindex", "rjust", "rpartition", "rsplit", "rstrip",
        "split",
        "splitlines", "startswith", "strip", "swapcase", "title", "translate", "upper", "zfill",
    ]
}

extension TemplateRun {
    func call(_ text: String, _ name: String, _ call: TemplateCall) throws(ChatTemplateError) -> TemplateValue {
        try reserve(text.utf8.count)
        switch name {
        case "capitalize": return try changed(.string(text), call, name, TemplateBytes.capitalized)
        case "lower", "casefold":
            return try changed(.string(text), call, name, name == "lower" ? TemplateBytes.lower : folded)
        case "upper": return try changed(.string(text), call, name, TemplateBytes.upper)
        case "title": return try changed(.string(text), call, name, TemplateBytes.titled)
        case "swapcase": return try changed(.string(text), call, name, TemplateBytes.swapped)
        case "strip", "lstrip", "rstrip":
            let set = try call.arguments(["chars"], of: name, self)[0] ?? .none
            if !set.isNone, !set.isString { throw failure("\(name) takes a string of characters, not \(set.kind)") }
            return .string(
                TemplateBytes.stripped(text, of: set.string, left: name != "rstrip", right: name != "lstrip"))
        case "startswith", "endswith": return try affix(text, name, call)
        case "find", "rfind", "index", "rindex", "count": return try search(text, name, call)
        case "replace": return try replace(text, call)
        case "split", "rsplit": return try split(text, name, call)
        case "partition", "rpartition": return try partition(text, name, call)
        case "splitlines":
            let keeps = try call.arguments(["keepends"], of: name, self)[0]?.isTrue ?? false
            return try made(TemplateBytes.lines(text, keepsEnds: keeps, self).map { .string($0) })
        case "join": return try join(text, call)
        case "removeprefix", "removesuffix":
            let part = try string(try call.only("part", of: name, self), name)
            let isThere = name == "removeprefix" ? text.utf8.starts(with: part.utf8) : endsWith(text, part)
            if !isThere { return .string(text) }
            let rest = text.utf8.count - part.utf8.count
            let bytes = name == "removeprefix" ? Array(text.utf8.suffix(rest)) : Array(text.utf8.prefix(rest))
            return .string(String(decoding: bytes, as: UTF8.self))
        case "format":
            var count = 0
            return .string(try braces(text, call, count: &count))
        case "format_map":
            guard case .mapping(let mapping) = try call.only("mapping", of: name, self) else {
                throw failure("format_map takes a dictionary")
            }
            var given = TemplateCall()
            for entry in mapping.entries { if let name = entry.key.name { given.named.append((name, entry.value)) } }
            var count = 0
            return .string(try braces(text, given, count: &count))
        case "center", "ljust", "rjust", "zfill": return try padded(text, name, call)
        case "expandtabs":
            return try expandTabs(text, try count(try call.arguments(["tabsize"], of: name, self)[0], name) ?? 8)
        case "encode", "maketrans", "translate": throw unsupported("the method \(quoted(name)) of a string")
        default:
            _ = try call.arguments([], of: name, self)
            return .bool(question(text, name))
        }
    }

    private func string(_ value: TemplateValue, _ what: String) throws(ChatTemplateError) -> String {
        guard let text = value.string else { throw failure("\(what) takes a string, not \(value.kind)") }
        return text
    }

    /// Small letters for comparing: as `lower`, and ß as ss.
    private func folded(_ text: String) -> String {
        var folded = ""
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0xDF, 0x1E9E: folded += "ss"
            case 0x3C2: folded += "σ"
            default: folded += scalar.properties.lowercaseMapping
            }
        }
        return folded
    }

    private func endsWith(_ text: String, _ part: String) -> Bool {
        text.utf8.count >= part.utf8.count && text.utf8.suffix(part.utf8.count).elementsEqual(part.utf8)
    }

    /// The part of a text between two places, and how many scalars stand before it; nil when it begins after the end.
    private func window(
        _ text: String, _ start: TemplateValue?, _ stop: TemplateValue?, _ name: String
    ) throws(ChatTemplateError) -> (text: String, offset: Int)? {
        if start == nil, stop == nil { return (text, 0) }
        let scalars = Array(text.unicodeScalars)
        func bound(_ value: TemplateValue?, _ otherwise: Int) throws(ChatTemplateError) -> Int {
            guard let place = try count(value, name) else { return otherwise }
            return place < 0 ? max(place &+ scalars.count, 0) : place
        }
        let (from, to) = (try bound(start, 0), min(try bound(stop, scalars.count), scalars.count))
        if from > to { return nil }
        return (String(scalars: scalars[from..<to]), from)
    }

    private func affix(_ text: String, _ name: String, _ call: TemplateCall) throws(ChatTemplateError) -> TemplateValue
    {
        let given = try call.arguments(["affix", "start", "end"], required: 1, of: name, self)
        var affixes: [TemplateValue] = [given[0] ?? .none]
        if case .tuple(let items)? = given[0] { affixes = items.items }
        let part = try window(text, given[1], given[2], name)
        for affix in affixes {
            let own = try string(affix, name)
            try spend(1 + own.utf8.count / 32)
            guard let part else { continue }
            if name == "startswith" ? part.text.utf8.starts(with: own.utf8) : endsWith(part.text, own) {
                return .bool(true)
            }
        }
        return .bool(false)
    }

    private func search(_ text: String, _ name: String, _ call: TemplateCall) throws(ChatTemplateError) -> TemplateValue
    {
        let given = try call.arguments(["sub", "start", "end"], required: 1, of: name, self)
        let part = try string(given[0] ?? .none, name)
        let found = try window(text, given[1], given[2], name)
        if name == "count" {
            guard let found else { return .integer(0) }
            if part.isEmpty { return .integer(found.text.unicodeScalars.count + 1) }
            return .integer(TemplateBytes.count(part, in: found.text))
        }
        let isFromRight = name.hasPrefix("r")
        var place: Int?
        if let found {
            if isFromRight {
                let back = TemplateBytes.find(TemplateBytes.reversed(part), in: TemplateBytes.reversed(found.text))
                place = back.map { found.text.utf8.count - $0 - part.utf8.count }
            } else {
                place = TemplateBytes.find(part, in: found.text)
            }
            if let bytes = place {
                let before = String(decoding: Array(found.text.utf8.prefix(bytes)), as: UTF8.self)
                return .integer(found.offset + before.unicodeScalars.count)
            }
        }
        if name.hasSuffix("index") { throw failure("the string does not hold \(quoted(part))") }
        return .integer(-1)
    }

    private func replace(_ text: String, _ call: TemplateCall) throws(ChatTemplateError) -> TemplateValue {
        let given = try call.arguments(["old", "new", "count"], required: 2, of: "replace", self)
        let most = try count(given[2], "replace") ?? -1
        return .string(
            try TemplateBytes.replace(
                text, try string(given[0] ?? .none, "replace"), try string(given[1] ?? .none, "replace"),
                most: most < 0 ? .max : most, self))
    }

    private func split(_ text: String, _ name: String, _ call: TemplateCall) throws(ChatTemplateError) -> TemplateValue
    {
        let given = try call.arguments(["sep", "maxsplit"], of: name, self)
        let limit = try count(given[1], name) ?? -1
        // One more than a list may have is enough to refuse it.
        let most = min(limit < 0 ? Int.max : limit, budget.items)
        let separator = given[0] ?? .none
        var parts: [String]
        if separator.isNone {
            parts =
                name == "split"
                ? TemplateBytes.splitAtSpace(text, most: most)
                : TemplateBytes.splitAtSpace(TemplateBytes.reversed(text), most: most).reversed()
                    .map(TemplateBytes.reversed)
        } else {
            let mark = try string(separator, name)
            if mark.isEmpty { throw failure("a string cannot be split at an empty string") }
            parts =
                name == "split"
                ? TemplateBytes.split(text, at: mark, most: most)
                : TemplateBytes.splitFromRight(text, at: mark, most: most)
        }
        return try made(parts.map { .string($0) })
    }

    private func partition(
        _ text: String, _ name: String, _ call: TemplateCall
    ) throws(ChatTemplateError) -> TemplateValue {
        let mark = try string(try call.only("sep", of: name, self), name)
        if mark.isEmpty { throw failure("a string cannot be split at an empty string") }
        let parts =
            name == "partition"
            ? TemplateBytes.split(text, at: mark, most: 1)
            : TemplateBytes.splitFromRight(text, at: mark, most: 1)
        let all =
            parts.count == 2 ? [parts[0], mark, parts[1]] : name == "partition" ? [text, "", ""] : ["", "", text]
        return .tuple(all.map { .string($0) })
    }

    private func join(_ text: String, _ call: TemplateCall) throws(ChatTemplateError) -> TemplateValue {
        var joined = ""
        for (place, item) in try items(of: try call.only("iterable", of: "join", self)).enumerated() {
            if place > 0 { joined += text }
            joined += try string(item, "join")
            try spend(1 + text.utf8.count / 32)
            try checkSize(joined)
        }
        return try made(joined)
    }

    private func padded(_ text: String, _ name: String, _ call: TemplateCall) throws(ChatTemplateError) -> TemplateValue
    {
        let given = try call.arguments(
            name == "zfill" ? ["width"] : ["width", "fillchar"], required: 1, of: name, self)
        let width = try count(given[0], name) ?? 0
        let fill = name == "zfill" ? "0" : try string(given[1] ?? .string(" "), name)
        return try padded(text, name, width, fill)
    }

    /// A text at a width, by `center`, `ljust`, `rjust` or `zfill`.
    func padded(_ text: String, _ how: String, _ width: Int, _ fill: String) throws(ChatTemplateError) -> TemplateValue
    {
        let scalars = Array(text.unicodeScalars)
        if fill.unicodeScalars.count != 1 { throw failure("\(how) fills with one character, not \(quoted(fill))") }
        guard width > scalars.count else { return .string(text) }
        let missing = width - scalars.count
        try reserve(fill.utf8.count, times: missing)
        func filled(_ count: Int) -> String { String(repeating: fill, count: count) }
        switch how {
        case "ljust": return .string(text + filled(missing))
        case "rjust": return .string(filled(missing) + text)
        case "zfill":
            if let first = scalars.first, first == "-" || first == "+" {
                return .string(String(first) + filled(missing) + String(scalars: scalars.dropFirst()))
            }
            return .string(filled(missing) + text)
        default:
            // Where the rest is odd, Python's extra blank depends on the width.
            let left = missing / 2 + (missing & width & 1)
            return .string(filled(left) + text + filled(missing - left))
        }
    }

    private func expandTabs(_ text: String, _ size: Int) throws(ChatTemplateError) -> TemplateValue {
        var column = 0
        var expanded = ""
        for scalar in text.unicodeScalars {
            if scalar == "\t" {
                if size <= 0 { continue }
                let blanks = size - column % size
                try reserve(blanks)
                expanded += String(repeating: " ", count: blanks)
                try checkSize(expanded)
                column += blanks
            } else {
                expanded.unicodeScalars.append(scalar)
                column = scalar == "\n" || scalar == "\r" ? 0 : column + 1
            }
        }
        return try made(expanded)
    }

    /// The questions that a text answers with yes or no.
    private func question(_ text: String, _ name: String) -> Bool {
        let scalars = text.unicodeScalars
        func all(_ holds: (Unicode.Scalar) -> Bool) -> Bool { !scalars.isEmpty && scalars.allSatisfy(holds) }
        switch name {
        case "isalnum": return all(TemplateScalars.isAlphanumeric)
        case "isalpha": return all(TemplateScalars.isAlphabetic)
        case "isascii": return scalars.allSatisfy { $0.isASCII }
        case "isdecimal": return all(TemplateScalars.isDecimal)
        case "isdigit": return all(TemplateScalars.isDigit)
        case "isnumeric": return all(TemplateScalars.isNumeric)
        case "isspace": return all(isTemplateSpace)
        case "isprintable": return scalars.allSatisfy(isPrintable)
        case "isidentifier": return TemplateScalars.isIdentifier(text)
        case "islower": return TemplateScalars.isCased(text, upper: false)
        case "isupper": return TemplateScalars.isCased(text, upper: true)
        default: return TemplateScalars.isTitled(text)
        }
    }
}
