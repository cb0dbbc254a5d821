// The methods of values in chat templates: which there are, and those of lists, dictionaries, numbers and others.
// Those of strings are in TemplateMethods+Strings.swift.

internal import JSONText

/// The methods that Python's types have, as far as the sandbox lets templates call them.
enum TemplateMethods {
    /// Those that a value has.
    static func names(_ value: TemplateValue) -> Set<String> {
        switch value {
        case .string, .markup: ofStrings
        case .mapping: ["copy", "fromkeys", "get", "items", "keys", "values"]
        case .list: ["copy", "count", "index"]
        case .tuple, .range: ["count", "index"]
        case .view(_, let part): part == .values ? [] : ["isdisjoint"]
        case .integer, .bool: ["as_integer_ratio", "bit_count", "bit_length", "conjugate"]
        case .float: ["as_integer_ratio", "conjugate", "is_integer"]
        case .cycler: ["next", "reset"]
        case .function("dict"): ["fromkeys"]
        default: []
        }
    }

    /// Those that would change a value: templates see that they are there, and may not call them.
    static func forbidden(_ value: TemplateValue) -> Set<String> {
        switch value {
        case .mapping: ["clear", "pop", "popitem", "setdefault", "update"]
        case .list: ["append", "clear", "extend", "insert", "pop", "remove", "reverse", "sort"]
        default: []
        }
    }

    static func call(
        _ run: TemplateRun, _ value: TemplateValue, _ name: String, _ call: TemplateCall
    ) throws(ChatTemplateError) -> TemplateValue {
        switch value {
        case .string(let text): return try run.call(text, name, call)
        case .markup(let text): return try run.marked(try run.call(text, name, try run.escaped(call, for: name)))
        case .mapping(let mapping): return try run.call(mapping, name, call)
        case .loop(let state): return try run.call(state, name, call)
        case .cycler(let cycler):
            _ = try call.arguments([], of: name, run)
            if name == "reset" {
                cycler.place = 0
                return .none
            }
            defer { cycler.place = (cycler.place + 1) % cycler.items.items.count }
            return cycler.current
        case .function: return try run.fromKeys(call)
        case .view(let mapping, let part):
            let own = mapping.items(part)
            for other in try run.items(of: try call.only("other", of: name, run)) {
                for item in own where try run.areEqual(item, other) { return .bool(false) }
            }
            return .bool(true)
        case .integer, .bool, .float: return try run.call(number: value, name, call)
        default:
            if name == "copy" {
                _ = try call.arguments([], of: name, run)
                return value
            }
            return try run.search(try run.items(of: value), name, call)
        }
    }
}

extension TemplateRun {
    fileprivate func search(
        _ items: [TemplateValue], _ name: String, _ call: TemplateCall
    ) throws(ChatTemplateError) -> TemplateValue {
        let given = try call.arguments(
            name == "count" ? ["value"] : ["value", "start", "stop"], required: 1, of: name, self)
        let value = given[0] ?? .none
        if name == "count" {
            var count = 0
            for item in items where try areEqual(item, value) { count += 1 }
            return .integer(count)
        }
        let slice = TemplateSlice(start: try count(given[1], name), stop: try count(given[2], name), step: 1)
        for place in slice.indices(items.count) where try areEqual(items[place], value) { return .integer(place) }
        throw failure("the list does not hold the value it is asked for")
    }

    fileprivate func call(
        _ mapping: TemplateMapping, _ name: String, _ call: TemplateCall
    ) throws(ChatTemplateError) -> TemplateValue {
        switch name {
        case "get":
            if !call.named.isEmpty { throw failure("get takes no names") }
            let given = try call.arguments(["key", "default"], required: 1, of: name, self)
            return mapping[try key(given[0] ?? .none)] ?? given[1] ?? .none
        case "fromkeys": return try fromKeys(call)
        default:
            _ = try call.arguments([], of: name, self)
            return TemplateMapping.Part(rawValue: name).map { .view(mapping, $0) } ?? .mapping(mapping)
        }
    }

    /// `dict.fromkeys(keys, value)`
    fileprivate func fromKeys(_ call: TemplateCall) throws(ChatTemplateError) -> TemplateValue {
        let given = try call.arguments(["iterable", "value"], required: 1, of: "fromkeys", self)
        var mapping = TemplateMapping()
        for item in try items(of: given[0] ?? .none) { mapping.set(try key(item), item, given[1] ?? .none) }
        return try checked(.mapping(mapping))
    }

    fileprivate func call(
        number value: TemplateValue, _ name: String, _ call: TemplateCall
    ) throws(ChatTemplateError) -> TemplateValue {
        _ = try call.arguments([], of: name, self)
        if let whole = value.integer {
            switch name {
            case "bit_length": return .integer(UInt.bitWidth - whole.magnitude.leadingZeroBitCount)
            case "bit_count": return .integer(whole.magnitude.nonzeroBitCount)
            case "as_integer_ratio": return .tuple([.integer(whole), .integer(1)])
            default: return .integer(whole)
            }
        }
        let number = value.number ?? 0
        if name == "is_integer" { return .bool(number.isFinite && number.rounded() == number) }
        if name == "conjugate" { return value }
        var (numerator, denominator) = (number, 1)
        while numerator.rounded() != numerator, denominator < Int.max / 8 {
            numerator *= 2
            denominator *= 2
        }
        guard let whole = Int(exactly: numerator) else { throw failure("\(number) has no ratio of 64-bit numbers") }
        return .tuple([.integer(whole), .integer(denominator)])
    }
}
