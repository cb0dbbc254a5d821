// The filters of chat templates: the table of all, and those of texts.

internal import JSONText

typealias TemplateFilter =
    @Sendable (TemplateRun, TemplateValue, TemplateCall) throws(ChatTemplateError) -> TemplateValue

/// The filters, by name.
enum TemplateFilters {
    static let table: [String: TemplateFilter] = {
        var table = texts
        for (name, filter) in sequences { table[name] = filter }
        for (name, filter) in selections { table[name] = filter }
        for (name, filter) in numbers { table[name] = filter }
        return table
    }()

    static func unknown(_ name: String, _ line: Int) -> ChatTemplateError {
        .unsupported(
            line: line, what: "the filter \(quoted(name))", supported: table.keys.sorted().joined(separator: ", "))
    }

    /// Those that work on texts. A value that is no text is taken as it prints.
    static let texts: [String: TemplateFilter] = [
        "capitalize": { (run, value, call) throws(ChatTemplateError) in
            try run.changed(value, call, "capitalize", TemplateBytes.capitalized)
        },
        "lower": { (run, value, call) throws(ChatTemplateError) in
            try run.changed(value, call, "lower", TemplateBytes.lower)
        },
        "upper": { (run, value, call) throws(ChatTemplateError) in
            try run.changed(value, call, "upper", TemplateBytes.upper)
        },
        "string": { (run, value, call) throws(ChatTemplateError) in try run.changed(value, call, "string") { $0 } },
        "safe": { (run, value, call) throws(ChatTemplateError) in
            try run.marked(try run.changed(value, call, "safe") { $0 })
        },
        "escape": escape, "e": escape,
        "forceescape": { (run, value, call) throws(ChatTemplateError) in
            try run.marked(try run.changed(value.plain, call, "forceescape", escaped))
        },
        "striptags": { (run, value, call) throws(ChatTemplateError) in
            try run.changed(value.plain, call, "striptags", withoutTags)
        },
        "title": { (run, value, call) throws(ChatTemplateError) in try run.changed(value.plain, call, "title", titled)
        },
        "trim": trim, "replace": replace, "center": center, "indent": indent, "truncate": truncate,
        "wordcount": wordCount, "wordwrap": wordWrap, "format": format, "urlencode": urlEncode, "tojson": toJSON,
        "pprint": prettyPrint, "xmlattr": xmlAttributes,
        "urlize": { (run, _, _) throws(ChatTemplateError) in throw run.unsupported("the filter \"urlize\"") },
    ]

    private static let escape: TemplateFilter = { (run, value, call) throws(ChatTemplateError) in
        value.isMarkup ? value : try run.marked(try run.changed(value, call, "escape", escaped))
    }

    static func escaped(_ text: String) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "'": escaped += "&#39;"
            case "\"": escaped += "&#34;"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }

    /// Without comments and tags, white space in one blank, entities as the characters they name.
    private static func withoutTags(_ text: String) -> String {
        var rest = text.unicodeScalars[...]
        var kept = String.UnicodeScalarView()
        /// Whether a comment, or a tag, may end from here on: what was looked for in vain is not looked for again.
        var (endsComment, endsTag) = (true, true)
        while let scalar = rest.first {
            let isComment = scalar == "<" && rest.starts(with: "<!--".unicodeScalars)
            if scalar == "<", isComment ? endsComment : endsTag {
                let end: [Unicode.Scalar] = isComment ? ["-", "-", ">"] : [">"]
                var place = rest.index(rest.startIndex, offsetBy: isComment ? 4 : 1)
                while place < rest.endIndex, !rest[place...].starts(with: end) { place = rest.index(after: place) }
                if place < rest.endIndex {
                    rest = rest[rest.index(place, offsetBy: end.count)...]
                    continue
                }
                if isComment { endsComment = false } else { endsTag = false }
            }
            kept.append(rest.removeFirst())
        }
        let joined = TemplateBytes.splitAtSpace(String(kept), most: .max).joined(separator: " ")
        return [("&lt;", "<"), ("&gt;", ">"), ("&#39;", "'"), ("&#34;", "\""), ("&quot;", "\""), ("&amp;", "&")].reduce(
            joined
        ) {
            TemplateBytes.split($0, at: $1.0, most: .max).joined(separator: $1.1)
        }
    }

    /// A capital at the start and after white space, hyphens and opening brackets.
    private static func titled(_ text: String) -> String {
        let marks: Set<Unicode.Scalar> = ["-", "(", "{", "[", "<"]
        var titled = ""
        var word: [Unicode.Scalar] = []
        func finish() {
            if let first = word.first { titled += first.properties.uppercaseMapping }
            titled += TemplateBytes.lower(String(scalars: word.dropFirst()))
            word = []
        }
        for scalar in text.unicodeScalars {
            if marks.contains(scalar) || isTemplateSpace(scalar) {
                finish()
                titled.unicodeScalars.append(scalar)
            } else {
                word.append(scalar)
            }
        }
        finish()
        return titled
    }

    private static let trim: TemplateFilter = { (run, value, call) throws(ChatTemplateError) in
        let text = try run.text(of: value)
        let set = try call.arguments(["chars"], of: "trim", run)[0] ?? .none
        if !set.isNone, !set.isString { throw run.failure("trim takes a string of characters, not \(set.kind)") }
        let stripped = try run.made(TemplateBytes.stripped(text, of: set.string, left: true, right: true))
        return value.isMarkup ? try run.marked(stripped) : stripped
    }

    private static let replace: TemplateFilter = { (run, value, call) throws(ChatTemplateError) in
        let given = try call.arguments(["old", "new", "count"], required: 2, of: "replace", run)
        let most = try run.count(given[2], "replace") ?? -1
        return .string(
            try TemplateBytes.replace(
                try run.text(of: value), try run.text(of: given[0] ?? .none), try run.text(of: given[1] ?? .none),
                most: most < 0 ? .max : most, run))
    }

    private static let center: TemplateFilter = { (run, value, call) throws(ChatTemplateError) in
        let width = try run.count(try call.arguments(["width"], of: "center", run)[0], "center") ?? 80
        let padded = try run.padded(try run.text(of: value), "center", width, " ")
        return value.isMarkup ? try run.marked(padded) : padded
    }

    private static let indent: TemplateFilter = { (run, value, call) throws(ChatTemplateError) in
        guard let text = value.string else { throw run.failure("indent takes a string, not \(value.kind)") }
        let given = try call.arguments(["width", "first", "blank"], of: "indent", run)
        let blank = given[2]?.isTrue ?? false
        var step = given[0]?.string ?? ""
        if given[0]?.string == nil {
            let count = max(try run.count(given[0], "indent") ?? 4, 0)
            try run.reserve(count)
            step = String(repeating: " ", count: count)
        }
        let lines = try TemplateBytes.lines(text + "\n", keepsEnds: false, run)
        try run.reserve(step.utf8.count + 1, times: lines.count)
        var indented = ""
        for (place, line) in lines.enumerated() {
            if place > 0 { indented += "\n" }
            if place == 0 ? given[1]?.isTrue ?? false : blank || !line.isEmpty { indented += step }
            indented += line
        }
        return value.isMarkup ? .markup(indented) : try run.made(indented)
    }

    private static let truncate: TemplateFilter = { (run, value, call) throws(ChatTemplateError) in
        let given = try call.arguments(["length", "killwords", "end", "leeway"], of: "truncate", run)
        let length = try run.count(given[0], "truncate") ?? 255
        let leeway = try run.count(given[3], "truncate") ?? 5
        guard let end = (given[2] ?? .string("...")).string, length >= end.unicodeScalars.count, leeway >= 0 else {
            throw run.failure("truncate takes a length of at least its ending's, and a leeway of 0 or more")
        }
        if try run.length(of: value) - leeway <= length { return value }
        guard let text = value.string else { throw run.failure("truncate takes a string, not \(value.kind)") }
        try run.reserve(text.utf8.count)
        var cut = String(scalars: text.unicodeScalars.prefix(length - end.unicodeScalars.count))
        if !(given[1]?.isTrue ?? false) { cut = TemplateBytes.splitFromRight(cut, at: " ", most: 1).first ?? "" }
        return value.isMarkup ? .markup(cut + TemplateFilters.escaped(end)) : .string(cut + end)
    }

    private static let wordCount: TemplateFilter = { (run, value, call) throws(ChatTemplateError) in
        _ = try call.arguments([], of: "wordcount", run)
        var count = 0
        var isInside = false
        for scalar in try run.text(of: value).unicodeScalars {
            let isWord = scalar == "_" || TemplateScalars.isAlphanumeric(scalar)
            if isWord, !isInside { count += 1 }
            isInside = isWord
        }
        return .integer(count)
    }

    private static let format: TemplateFilter = { (run, value, call) throws(ChatTemplateError) in
        if !call.named.isEmpty, !call.positional.isEmpty { throw run.failure("format takes values or names, not both") }
        let values: TemplateValue =
            call.named.isEmpty
            ? .tuple(call.positional) : .dictionary(call.named.map { ($0.name, $0.value) })
        return try run.arithmetic("%", value.isMarkup ? value : .string(try run.text(of: value)), values)
    }

    private static let toJSON: TemplateFilter = { (run, value, call) throws(ChatTemplateError) in
        let given = try call.arguments(["ensure_ascii", "indent", "separators", "sort_keys"], of: "tojson", run)
        var json = TemplateJSON()
        json.asciiOnly = given[0]?.isTrue ?? false
        json.sortsKeys = given[3]?.isTrue ?? false
        if let indent = given[1], !indent.isNone {
            if let text = indent.string {
                json.indent = text
            } else {
                let width = max(try run.count(indent, "tojson") ?? 0, 0)
                try run.reserve(width)
                json.indent = String(repeating: " ", count: width)
            }
            json.itemSeparator = ","
        }
        if let separators = given[2], !separators.isNone {
            let parts = try run.items(of: separators)
            guard parts.count == 2, let item = parts[0].string, let key = parts[1].string else {
                throw run.failure("the separators of tojson are two strings")
            }
            (json.itemSeparator, json.keySeparator) = (item, key)
        }
        return try run.made(try json.text(of: value, run))
    }
}
