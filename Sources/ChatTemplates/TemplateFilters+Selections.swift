// The filters of chat templates that apply another filter or a test to each item.

internal import JSONText

extension TemplateFilters {
    static let selections: [String: TemplateFilter] = [
        "map": map,
        "select": { (run, value, call) throws(ChatTemplateError) in
            try select(run, value, call, "select", keeps: true, hasAttribute: false)
        },
        "reject": { (run, value, call) throws(ChatTemplateError) in
            try select(run, value, call, "reject", keeps: false, hasAttribute: false)
        },
        "selectattr": { (run, value, call) throws(ChatTemplateError) in
            try select(run, value, call, "selectattr", keeps: true, hasAttribute: true)
        },
        "rejectattr": { (run, value, call) throws(ChatTemplateError) in
            try select(run, value, call, "rejectattr", keeps: false, hasAttribute: true)
        },
    ]

    /// Each item through a filter, or an attribute of each.
    private static let map: TemplateFilter = { (run, value, call) throws(ChatTemplateError) in
        // Nothing is asked of an empty value, so nothing can be wrong.
        if !value.isTrue { return try run.iterator([], "map") }
        var mapped: [TemplateValue] = []
        if call.positional.isEmpty, let path = call.named.first(where: { $0.name == "attribute" })?.value {
            let otherwise = call.named.first { $0.name == "default" }?.value
            if let other = call.named.first(where: { $0.name != "attribute" && $0.name != "default" }) {
                throw run.failure("map takes no argument \(quoted(other.name))")
            }
            for item in try run.items(of: value) { mapped.append(try run.path(item, path, otherwise: otherwise)) }
            return try run.iterator(mapped, "map")
        }
        guard let name = call.positional.first?.name else {
            throw run.failure("map takes the name of a filter, or attribute=…")
        }
        var given = call
        given.positional.removeFirst()
        let items = try run.items(of: value)
        guard let filter = table[name] else { throw unknown(name, run.line) }
        for item in items { mapped.append(try filter(run, item, given)) }
        return try run.iterator(mapped, "map")
    }

    /// The items for which a test holds, or does not; of an attribute of each with `hasAttribute`.
    private static func select(
        _ run: TemplateRun, _ value: TemplateValue, _ call: TemplateCall, _ what: String, keeps: Bool,
        hasAttribute: Bool
    ) throws(ChatTemplateError) -> TemplateValue {
        if !value.isTrue { return try run.iterator([], what) }
        var given = call
        var path: TemplateValue?
        if hasAttribute {
            if given.positional.isEmpty { throw run.failure("\(what) lacks the name of its attribute") }
            path = given.positional.removeFirst()
        }
        var test: TemplateTest = { (_, value, _) throws(ChatTemplateError) in value.isTrue }
        if let name = given.positional.first {
            given.positional.removeFirst()
            guard let own = TemplateTests.table[name.name ?? ""] else {
                throw TemplateTests.unknown(try run.text(of: name), run.line)
            }
            test = own
        }
        var kept: [TemplateValue] = []
        for item in try run.items(of: value) where try test(run, try run.path(item, path), given) == keeps {
            kept.append(item)
        }
        return try run.iterator(kept, what)
    }
}
