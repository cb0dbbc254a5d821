// Attributes and items of values in chat templates, and walking through them, as Jinja's sandbox allows it.

internal import JSONText

extension TemplateRun {
    /// `value.name`: an attribute that Python's type has, else an item of that name.
    func attribute(of value: TemplateValue, _ name: String) throws(ChatTemplateError) -> TemplateValue {
        if let found = try ownAttribute(of: value, name) { return found }
        if case .mapping(let mapping) = value, let found = mapping[name] { return found }
        return .undefined(missing(value, name))
    }

    /// `value[key]`: an item, else an attribute of that name.
    func item(of value: TemplateValue, _ key: TemplateValue) throws(ChatTemplateError) -> TemplateValue {
        switch value {
        case .undefined(let why): throw failure("\(why) has no item")
        case .mapping(let mapping):
            if let found = try self.value(of: key, in: mapping) { return found }
        case .list(let items), .tuple(let items):
            if let place = place(key, items.items.count) { return items.items[place] }
        case .range(let range):
            if let place = place(key, range.count) { return .integer(range[place]) }
        case .string(let text), .markup(let text):
            if let index = key.integer {
                try spend(1 + text.utf8.count / 32)
                if let scalar = scalar(of: text, at: index) {
                    return value.isMarkup ? .markup(String(scalar)) : .string(String(scalar))
                }
            }
        default: break
        }
        if let name = key.string, let found = try ownAttribute(of: value, name) { return found }
        if let name = key.string { return .undefined(missing(value, name)) }
        return .undefined("item \(key.integer.map { "\($0)" } ?? key.kind), which \(value.kind) does not have,")
    }

    private func scalar(of text: String, at index: Int) -> Unicode.Scalar? {
        let scalars = text.unicodeScalars
        if index >= 0 {
            guard index < text.utf8.count else { return nil }
            return scalars.index(scalars.startIndex, offsetBy: index, limitedBy: scalars.endIndex)
                .flatMap { $0 < scalars.endIndex ? scalars[$0] : nil }
        }
        guard index >= -text.utf8.count else { return nil }
        return scalars.index(scalars.endIndex, offsetBy: index, limitedBy: scalars.startIndex).map { scalars[$0] }
    }

    private func missing(_ value: TemplateValue, _ name: String) -> String {
        "\(quoted(name)), which \(value.kind) does not have,"
    }

    private func place(_ key: TemplateValue, _ count: Int) -> Int? {
        guard let index = key.integer else { return nil }
        let place = index < 0 ? index &+ count : index
        return (0..<count).contains(place) ? place : nil
    }

    /// An attribute of the value's type; nil when it has none of that name. What begins with an underscore, and what
    /// would change the value, is kept from templates.
    func ownAttribute(of value: TemplateValue, _ name: String) throws(ChatTemplateError) -> TemplateValue? {
        let isName = name.utf8.count <= TemplateValue.longestName
        switch value {
        case .undefined where isName && name.hasPrefix("__") && name.hasSuffix("__"): return nil
        case .undefined(let why): throw failure("\(why) has no attribute \(quoted(name))")
        case _ where !isName: return nil
        case .namespace(let namespace): return name.hasPrefix("_") ? nil : namespace.values[name]
        case .loop(let state): return try attribute(state, name)
        case .tuple(let items) where items.isGroup && (name == "grouper" || name == "list"):
            return items.items[name == "list" ? 1 : 0]
        case .range(let range):
            switch name {
            case "start": return .integer(range.start)
            case "step": return .integer(range.step)
            case "stop": return .integer(range.stop)
            default: break
            }
        case .integer(let number) where ["real", "numerator"].contains(name): return .integer(number)
        case .bool(let flag) where ["real", "numerator"].contains(name): return .integer(flag ? 1 : 0)
        case .integer, .bool:
            if name == "denominator" { return .integer(1) }
            if name == "imag" { return .integer(0) }
        case .float(let number):
            if name == "real" { return .float(number) }
            if name == "imag" { return .float(0) }
        case .macro(let macro): return attribute(macro, name)
        case .cycler(let cycler) where name == "current": return cycler.current
        case .template: return blocks[name] == nil ? nil : .block(name)
        default: break
        }
        if TemplateMethods.forbidden(value).contains(name) {
            return .undefined("the method \(quoted(name)), which would change \(value.kind),")
        }
        return TemplateMethods.names(value).contains(name) ? .method(value, name) : nil
    }

    private func attribute(_ macro: TemplateMacro, _ name: String) -> TemplateValue? {
        switch name {
        case "name": .string(macro.definition.name)
        case "arguments": .tuple(macro.definition.parameters.map { .string($0.name) })
        case "catch_kwargs": .bool(macro.definition.asks.contains("kwargs"))
        case "catch_varargs": .bool(macro.definition.asks.contains("varargs"))
        case "caller": .bool(macro.definition.asks.contains("caller"))
        default: nil
        }
    }

    /// The items of a value: of a list, the keys of a dictionary, the characters of a string. An iterator has none left
    /// after it.
    func items(of value: TemplateValue) throws(ChatTemplateError) -> [TemplateValue] {
        let items: [TemplateValue]
        switch value {
        case .undefined: return []
        case .list(let all), .tuple(let all): items = all.items
        case .mapping(let mapping): items = mapping.items(.keys)
        case .view(let mapping, let part): items = mapping.items(part)
        case .range(let range): items = (0..<range.count).map { .integer(range[$0]) }
        case .iterator(let iterator): items = iterator.rest()
        case .string(let text), .markup(let text):
            try reserve(items: text.utf8.count)
            return text.unicodeScalars.map { .string(String($0)) }
        case .loop(let state):
            var rest: [TemplateValue] = []
            while let item = try peek(state) {
                rest.append(.tuple([item, value]))
                state.advance()
            }
            items = rest
        default: throw failure("\(value.kind) has no items to go through")
        }
        try spend(items.count)
        return items
    }

    /// Python's `len`.
    func length(of value: TemplateValue) throws(ChatTemplateError) -> Int {
        switch value {
        case .undefined: return 0
        case .string(let text), .markup(let text):
            try spend(1 + text.utf8.count / 32)
            return text.unicodeScalars.count
        case .list(let items), .tuple(let items): return items.items.count
        case .mapping(let mapping), .view(let mapping, _): return mapping.count
        case .range(let range): return range.count
        default: throw failure("\(value.kind) has no length")
        }
    }
}
