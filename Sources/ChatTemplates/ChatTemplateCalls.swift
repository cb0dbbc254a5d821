// Calls in chat templates: functions of the environment, and methods of strings and dictionaries.

/// The values that a call, filter or test was given.
struct TemplateCall {
    var positional: [TemplateValue] = []
    var named: [(name: String, value: TemplateValue)] = []

    /// The arguments in the order of `names`, whether they came by place or by name; nil for those that did not come.
    func arguments(
        _ names: [String], required: Int = 0, of what: String, line: Int
    ) throws(ChatTemplateError) -> [TemplateValue?] {
        var values = [TemplateValue?](repeating: nil, count: names.count)
        if positional.count > names.count {
            throw .wrongValue(
                line: line, what: "\(what) takes at most \(names.count) arguments, not \(positional.count)")
        }
        for (place, value) in positional.enumerated() { values[place] = value }
        for (name, value) in named {
            guard let place = names.firstIndex(of: name) else {
                throw .unsupported(
                    line: line, what: "the argument \(quoted(name)) of \(what)",
                    supported: names.joined(separator: ", "))
            }
            values[place] = value
        }
        for place in 0..<required where values[place] == nil {
            throw .wrongValue(line: line, what: "\(what) lacks its argument \(quoted(names[place]))")
        }
        return values
    }
}

/// Names that a template can call.
public enum TemplateFunctions {
    /// Their names, in alphabetical order.
    public static let names = ["dict", "namespace", "raise_exception", "range", "strftime_now"]
}

/// Methods that a template can call on strings and dictionaries.
public enum TemplateMethods {
    static let ofStrings = [
        "capitalize", "endswith", "find", "lower", "lstrip", "replace", "rstrip", "split", "startswith", "strip",
        "title", "upper",
    ]
    static let ofMappings = ["get", "items", "keys", "values"]
    /// Their names, those of strings first.
    public static let names = ofStrings + ofMappings
}

extension TemplateEvaluator {
    mutating func call(
        _ callee: TemplateExpression, _ arguments: TemplateArguments, line: Int
    ) throws(ChatTemplateError) -> TemplateValue {
        if case .attribute(let base, let name) = callee.kind {
            let value = try evaluate(base)
            let call = try evaluate(arguments)
            switch value {
            case .string(let text) where TemplateMethods.ofStrings.contains(name):
                return try method(name, text, call, line: line)
            case .mapping(let mapping) where TemplateMethods.ofMappings.contains(name):
                return try method(name, mapping, call, line: line)
            case .undefined: throw .wrongValue(line: line, what: "\(value.kind) has no method \(quoted(name))")
            default:
                throw .unsupported(
                    line: line, what: "the method \(quoted(name)) of \(value.kind)",
                    supported: TemplateMethods.names.joined(separator: ", "))
            }
        }
        let value = try evaluate(callee)
        guard case .function(let name) = value else {
            throw .wrongValue(line: line, what: "\(value.kind) cannot be called")
        }
        return try function(name, try evaluate(arguments), line: line)
    }

    private mutating func function(
        _ name: String, _ call: TemplateCall, line: Int
    ) throws(ChatTemplateError) -> TemplateValue {
        switch name {
        case "namespace":
            let namespace = TemplateNamespace()
            for (name, value) in call.named { namespace.values[name] = try checked(value, line: line) }
            return .namespace(namespace)
        case "dict":
            return try checked(.dictionary(call.named.map { (.string($0.name), $0.value) }), line: line)
        case "raise_exception":
            let message = try call.arguments(["message"], required: 1, of: name, line: line)[0]
            throw .raised(line: line, message: message?.text ?? "")
        case "range": return try range(call, line: line)
        default:
            let format = try call.arguments(["format"], required: 1, of: name, line: line)[0]
            guard let date else { throw .wrongValue(line: line, what: "strftime_now has no date to tell") }
            return try made(try date.formatted(format?.text ?? "", line: line), line: line)
        }
    }

    private mutating func range(_ call: TemplateCall, line: Int) throws(ChatTemplateError) -> TemplateValue {
        let values = try call.arguments(["start", "stop", "step"], required: 1, of: "range", line: line)
        var bounds: [Int] = []
        for value in values.compactMap({ $0 }) {
            guard let bound = value.integer else { throw .wrongValue(line: line, what: "range takes integers") }
            bounds.append(bound)
        }
        let (start, stop) = bounds.count == 1 ? (0, bounds[0]) : (bounds[0], bounds[1])
        let step = bounds.count > 2 ? bounds[2] : 1
        if step == 0 { throw .wrongValue(line: line, what: "range with a step of 0") }
        var items: [TemplateValue] = []
        var next = start
        while step > 0 ? next < stop : next > stop {
            try spend(1, line: line)
            items.append(.integer(next))
            let (sum, overflow) = next.addingReportingOverflow(step)
            if overflow { break }
            next = sum
        }
        return try made(items, line: line)
    }

    private mutating func method(
        _ name: String, _ mapping: TemplateMapping, _ call: TemplateCall, line: Int
    ) throws(ChatTemplateError) -> TemplateValue {
        try spend(mapping.entries.count, line: line)
        switch name {
        case "get":
            let values = try call.arguments(["key", "default"], required: 1, of: name, line: line)
            return values[0].flatMap { mapping[$0] } ?? values[1] ?? .none
        case "items": return try made(mapping.entries.map { .list([$0.key, $0.value]) }, line: line)
        case "keys": return try made(mapping.entries.map { $0.key }, line: line)
        default: return try made(mapping.entries.map { $0.value }, line: line)
        }
    }

    private mutating func method(
        _ name: String, _ text: String, _ call: TemplateCall, line: Int
    ) throws(ChatTemplateError) -> TemplateValue {
        try spend(text.utf8.count / 16, line: line)
        switch name {
        case "capitalize", "lower", "title", "upper": return try made(TemplateText.cased(text, name), line: line)
        case "strip", "lstrip", "rstrip":
            let set = try call.arguments(["chars"], of: name, line: line)[0]
            return try made(
                TemplateText.stripped(text, of: set?.text, left: name != "rstrip", right: name != "lstrip"), line: line)
        case "startswith", "endswith":
            guard let affix = try call.arguments(["affix"], required: 1, of: name, line: line)[0] else { return .none }
            let isStart = name == "startswith"
            var affixes = [affix]
            if case .sequence(let items, _) = affix { affixes = items }
            return .bool(
                affixes.contains {
                    isStart
                        ? text.utf8.starts(with: $0.text.utf8)
                        : text.utf8.reversed().starts(with: $0.text.utf8.reversed())
                })
        case "find":
            let part = try call.arguments(["part"], required: 1, of: name, line: line)[0]
            guard let place = find(part?.text ?? "", in: text) else { return .integer(-1) }
            return .integer(String(decoding: Array(text.utf8)[..<place], as: UTF8.self).unicodeScalars.count)
        case "replace": return try replace(text, call, line: line)
        default: return try split(text, call, line: line)
        }
    }

    private mutating func split(
        _ text: String, _ call: TemplateCall, line: Int
    ) throws(ChatTemplateError) -> TemplateValue {
        let values = try call.arguments(["sep", "maxsplit"], of: "split", line: line)
        let most = values[1]?.integer.flatMap { $0 < 0 ? nil : $0 } ?? .max
        var parts: [String] = []
        if case .string(let separator)? = values[0] {
            if separator.isEmpty { throw .wrongValue(line: line, what: "split at an empty string") }
            parts = TemplateText.split(text, at: separator, most: most)
        } else {
            parts = TemplateText.splitAtSpace(text, most: most)
        }
        try reserve(text.utf8.count, line: line)
        return try made(parts.map(TemplateValue.string), line: line)
    }

    /// `replace(old, new, count)`, the method and the filter.
    mutating func replace(_ text: String, _ call: TemplateCall, line: Int) throws(ChatTemplateError) -> TemplateValue {
        let values = try call.arguments(["old", "new", "count"], required: 2, of: "replace", line: line)
        guard case .string(let old)? = values[0], case .string(let new)? = values[1], !old.isEmpty else {
            throw .wrongValue(line: line, what: "replace takes two strings, the first of them not empty")
        }
        let most = values[2]?.integer.flatMap { $0 < 0 ? nil : $0 } ?? .max
        let parts = TemplateText.split(text, at: old, most: most)
        let (added, overflow) = new.utf8.count.multipliedReportingOverflow(by: parts.count)
        try reserve(overflow ? Int64.max : Int64(text.utf8.count) + Int64(added), line: line)
        return .string(parts.joined(separator: new))
    }

    /// The byte at which `part` first stands in `text`, or nil.
    func find(_ part: String, in text: String) -> Int? {
        TemplateText.places(of: part, in: text, most: 1).first
    }
}

extension ChatDate {
    private static let months = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
        "December",
    ]
    private static let days = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]

    /// 0 for Sunday, by Zeller's rule in Sakamoto's form (valid in the Gregorian calendar).
    var weekday: Int {
        let shifts = [0, 3, 2, 5, 0, 3, 5, 1, 4, 6, 2, 4]
        let year = month < 3 ? self.year - 1 : self.year
        let sum = year + year / 4 - year / 100 + year / 400 + shifts[(month - 1) % 12] + day
        return (sum % 7 + 7) % 7
    }

    /// The date in C's `strftime` format, English names.
    func formatted(_ format: String, line: Int) throws(ChatTemplateError) -> String {
        guard (1...12).contains(month), (1...31).contains(day), (1...9999).contains(year) else {
            throw .wrongValue(line: line, what: "there is no date \(year)-\(month)-\(day)")
        }
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        var text = ""
        var scalars = format.unicodeScalars.makeIterator()
        while let scalar = scalars.next() {
            if scalar != "%" { text.unicodeScalars.append(scalar); continue }
            switch scalars.next() {
            case "Y": text += "\(year)"
            case "y": text += two(year % 100)
            case "m": text += two(month)
            case "d": text += two(day)
            case "B": text += Self.months[month - 1]
            case "b": text += String(Self.months[month - 1].prefix(3))
            case "A": text += Self.days[weekday]
            case "a": text += String(Self.days[weekday].prefix(3))
            case "H": text += two(hour)
            case "M": text += two(minute)
            case "S": text += two(second)
            case "%": text += "%"
            case let other:
                throw .unsupported(
                    line: line, what: "the date format %\(other.map(String.init) ?? "")",
                    supported: "%Y %y %m %d %B %b %A %a %H %M %S %%")
            }
        }
        return text
    }
}
