// Texts marked as HTML in chat templates, as the markupsafe library has them: what is put together with them is escaped,
// and what is made of them is marked too. Templates come to them by `safe` and `escape`.

extension TemplateRun {
    /// A text, or the texts of a list, marked as HTML; anything else as it is.
    func marked(_ value: TemplateValue) throws(ChatTemplateError) -> TemplateValue {
        try spend(1)
        return switch value {
        case .string(let text): .markup(text)
        case .list(let items): .list(try items.items.mapped(marked))
        case .tuple(let items): .tuple(try items.items.mapped(marked))
        default: value
        }
    }

    /// The text of a string, escaped unless it is marked.
    func escaped(_ value: TemplateValue) throws(ChatTemplateError) -> String {
        try spend((value.string?.utf8.count ?? 0) / 32)
        return value.isMarkup ? value.string ?? "" : TemplateFilters.escaped(value.string ?? "")
    }

    /// A value whose strings are escaped, as they are when they fill places in a marked text.
    func escapedInside(_ value: TemplateValue) throws(ChatTemplateError) -> TemplateValue {
        try spend(1)
        switch value {
        case .string(let text): return try made(TemplateFilters.escaped(text))
        case .tuple(let items): return .tuple(try items.items.mapped(escapedInside))
        case .mapping(let mapping):
            var escaped = TemplateMapping()
            for entry in mapping.entries {
                escaped.set(try key(entry.key), entry.key, try escapedInside(entry.value))
            }
            return .mapping(escaped)
        case .list: return .string(TemplateFilters.escaped(try text(of: value)))
        default: return value
        }
    }

    /// The arguments of a marked text's method: what becomes a part of the text is escaped.
    func escaped(_ call: TemplateCall, for method: String) throws(ChatTemplateError) -> TemplateCall {
        guard ["replace", "join", "format"].contains(method) else { return call }
        var escaped = call
        if method == "join" {
            for place in call.positional.indices {
                escaped.positional[place] = .list(try items(of: call.positional[place]).mapped(escapedInside))
            }
            return escaped
        }
        escaped.positional = try call.positional.mapped(escapedInside)
        for place in call.named.indices { escaped.named[place].value = try escapedInside(call.named[place].value) }
        return escaped
    }
}

extension [TemplateValue] {
    fileprivate func mapped(
        _ change: (TemplateValue) throws(ChatTemplateError) -> TemplateValue
    ) throws(ChatTemplateError) -> [TemplateValue] {
        var changed: [TemplateValue] = []
        for item in self { changed.append(try change(item)) }
        return changed
    }
}
