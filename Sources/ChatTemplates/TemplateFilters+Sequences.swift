// The filters of chat templates that work on lists, dictionaries and what else has items.

internal import JSONText

extension TemplateFilters {
    static let sequences: [String: TemplateFilter] = [
        "length": length, "count": length, "list": list, "first": first, "last": last, "join": join,
        "reverse": reverse, "sort": sort, "dictsort": dictSort, "unique": unique, "batch": batch, "slice": slice,
        "items": items, "default": otherwise, "d": otherwise, "attr": attribute, "groupby": group,
        "random": { (run, _, _) throws(ChatTemplateError) in
            throw run.unsupported("the filter \"random\": the same run must read the same text, so chance")
        },
    ]

    private static let length: TemplateFilter = { (run, value, call) throws(ChatTemplateError) in
        _ = try call.arguments([], of: "length", run)
        return .integer(try run.length(of: value))
    }

    private static let list: TemplateFilter = { (run, value, call) throws(ChatTemplateError) in
        _ = try call.arguments([], of: "list", run)
        return try run.made(try run.items(of: value))
    }

    private static let first: TemplateFilter = { (run, value, call) throws(ChatTemplateError) in
        _ = try call.arguments([], of: "first", run)
        if case .iterator(let iterator) = value { return iterator.next() ?? .undefined("the first item of nothing") }
        return try run.items(of: value).first ?? .undefined("the first item of nothing")
    }

    private static let last: TemplateFilter = { (run, value, call) throws(ChatTemplateError) in
        _ = try call.arguments([], of: "last", run)
        switch value {
        case .iterator, .loop: throw run.failure("\(value.kind) has no last item to tell")
        default: return try run.items(of: value).last ?? .undefined("the last item of nothing")
        }
    }

    private static let join: TemplateFilter = { (run, value, call) throws(ChatTemplateError) in
        let given = try call.arguments(["d", "attribute"], of: "join", run)
        let separator = try run.text(of: given[0] ?? .string(""))
        var joined = ""
        var size: Int64 = 0
        for (place, item) in try run.items(of: value).enumerated() {
            if place > 0 { joined += separator }
            let text = try run.text(of: try run.path(item, given[1]))
            try run.reserve(Int64(text.utf8.count + separator.utf8.count), moreThan: &size)
            joined += text
        }
        return .string(joined)
    }

    private static let reverse: TemplateFilter = { (run, value, call) throws(ChatTemplateError) in
        _ = try call.arguments([], of: "reverse", run)
        switch value {
        case .string(let text), .markup(let text):
            let reversed = try run.made(TemplateBytes.reversed(text))
            return value.isMarkup ? try run.marked(reversed) : reversed
        case .iterator, .undefined, .loop: return try run.made(try run.items(of: value).reversed())
        default: return try run.iterator(try run.items(of: value).reversed(), "reverse")
        }
    }

    private static let sort: TemplateFilter = { (run, value, call) throws(ChatTemplateError) in
        let given = try call.arguments(["reverse", "case_sensitive", "attribute"], of: "sort", run)
        let items = try run.items(of: value)
        var paths: [TemplateValue?] = [given[2]]
        if let text = given[2]?.string {
            paths = TemplateBytes.split(text, at: ",", most: .max).map { .string($0) }
        }
        var keys: [TemplateValue] = []
        for item in items {
            var parts: [TemplateValue] = []
            for path in paths {
                parts.append(try run.folded(try run.path(item, path), given[1]?.isTrue ?? false))
            }
            keys.append(.list(parts))
        }
        let order = try run.sortedPlaces(keys, reverse: given[0]?.isTrue ?? false)
        return try run.made(order.map { items[$0] })
    }

    private static let dictSort: TemplateFilter = { (run, value, call) throws(ChatTemplateError) in
        guard case .mapping(let mapping) = value else {
            throw run.failure("dictsort takes a dictionary, not \(value.kind)")
        }
        let given = try call.arguments(["case_sensitive", "by", "reverse"], of: "dictsort", run)
        let by = given[1]?.string ?? (given[1] == nil ? "key" : "")
        if by != "key" && by != "value" { throw run.failure("dictsort sorts by \"key\" or \"value\"") }
        let isSensitive = given[0]?.isTrue ?? false
        var keys: [TemplateValue] = []
        for key in mapping.items(by == "key" ? .keys : .values) { keys.append(try run.folded(key, isSensitive)) }
        let order = try run.sortedPlaces(keys, reverse: given[2]?.isTrue ?? false)
        let items = mapping.items(.items)
        return try run.made(order.map { items[$0] })
    }

    private static let unique: TemplateFilter = { (run, value, call) throws(ChatTemplateError) in
        let given = try call.arguments(["case_sensitive", "attribute"], of: "unique", run)
        var seen: Set<TemplateKey> = []
        var items: [TemplateValue] = []
        for item in try run.items(of: value) {
            let own = try run.folded(try run.path(item, given[1]), given[0]?.isTrue ?? false)
            if seen.insert(try run.key(own)).inserted { items.append(item) }
        }
        return try run.iterator(items, "unique")
    }

    private static let batch: TemplateFilter = { (run, value, call) throws(ChatTemplateError) in
        let given = try call.arguments(["linecount", "fill_with"], required: 1, of: "batch", run)
        let size = try run.count(given[0], "batch") ?? 0
        let fill = given[1] ?? .none
        var rows: [TemplateValue] = []
        var row: [TemplateValue] = []
        for item in try run.items(of: value) {
            if row.count == size {
                rows.append(.list(row))
                row = []
            }
            row.append(item)
        }
        if !row.isEmpty {
            if !fill.isNone, row.count < size {
                try run.reserve(items: size)
                row += Array(repeating: fill, count: size - row.count)
            }
            rows.append(.list(row))
        }
        return try run.iterator(rows, "batch")
    }

    private static let slice: TemplateFilter = { (run, value, call) throws(ChatTemplateError) in
        let given = try call.arguments(["slices", "fill_with"], required: 1, of: "slice", run)
        let count = try run.count(given[0], "slice") ?? 0
        let fill = given[1] ?? .none
        let items = try run.items(of: value)
        if count == 0 { throw run.failure("slice into 0 parts") }
        try run.reserve(items: max(count, 0))
        var parts: [TemplateValue] = []
        var start = 0
        for part in 0..<max(count, 0) {
            let isLonger = part < items.count % count
            let end = start + items.count / count + (isLonger ? 1 : 0)
            parts.append(.list(Array(items[start..<end]) + (fill.isNone || isLonger ? [] : [fill])))
            start = end
        }
        return try run.iterator(parts, "slice")
    }

    private static let items: TemplateFilter = { (run, value, call) throws(ChatTemplateError) in
        _ = try call.arguments([], of: "items", run)
        if value.isUndefined { return try run.iterator([], "items") }
        guard case .mapping(let mapping) = value else {
            throw run.failure("items takes a dictionary, not \(value.kind)")
        }
        return try run.iterator(mapping.items(.items), "items")
    }

    private static let otherwise: TemplateFilter = { (run, value, call) throws(ChatTemplateError) in
        let given = try call.arguments(["default_value", "boolean"], of: "default", run)
        let isMissing = value.isUndefined || (given[1]?.isTrue ?? false) && !value.isTrue
        return isMissing ? given[0] ?? .string("") : value
    }

    private static let attribute: TemplateFilter = { (run, value, call) throws(ChatTemplateError) in
        let name = try call.only("name", of: "attr", run)
        guard let name = name.string else { throw run.failure("attr takes a name, not \(name.kind)") }
        return try run.ownAttribute(of: value, name)
            ?? .undefined("\(quoted(name)), which \(value.kind) does not have,")
    }

    private static let group: TemplateFilter = { (run, value, call) throws(ChatTemplateError) in
        let given = try call.arguments(["attribute", "default", "case_sensitive"], required: 1, of: "groupby", run)
        let items = try run.items(of: value)
        let isSensitive = given[2]?.isTrue ?? false
        var names: [TemplateValue] = []
        for item in items { names.append(try run.path(item, given[0], otherwise: given[1])) }
        var keys: [TemplateValue] = []
        for name in names { keys.append(try run.folded(name, isSensitive)) }
        var groups: [(key: TemplateValue, name: TemplateValue, items: [TemplateValue])] = []
        for place in try run.sortedPlaces(keys) {
            if let last = groups.last, try run.areEqual(last.key, keys[place]) {
                groups[groups.count - 1].items.append(items[place])
            } else {
                groups.append((keys[place], names[place], [items[place]]))
            }
        }
        return try run.made(groups.map { .tuple(TemplateItems([$0.name, .list($0.items)], isGroup: true)) })
    }
}

extension TemplateRun {
    /// A whole number that may be missing or none.
    func count(_ value: TemplateValue?, _ what: String) throws(ChatTemplateError) -> Int? {
        guard let value, !value.isNone else { return nil }
        guard let number = value.integer else { throw failure("\(what) takes an integer, not \(value.kind)") }
        return number
    }

    /// A text as `change` makes it; what is no text as it prints.
    func changed(
        _ value: TemplateValue, _ call: TemplateCall, _ name: String, _ change: (String) -> String
    ) throws(ChatTemplateError) -> TemplateValue {
        _ = try call.arguments([], of: name, self)
        let text = try text(of: value)
        try reserve(text.utf8.count)
        let changed = try made(change(text))
        return value.isMarkup ? try marked(changed) : changed
    }

    /// The value at `a.b.0` in a value; the value itself where there is no path.
    func path(
        _ start: TemplateValue, _ path: TemplateValue?, otherwise: TemplateValue? = nil
    ) throws(ChatTemplateError) -> TemplateValue {
        guard let path, !path.isNone else { return start }
        var value = start
        for part in path.string.map({ TemplateBytes.split($0, at: ".", most: .max) }) ?? [] {
            let isNumber = !part.isEmpty && part.utf8.allSatisfy { (0x30...0x39).contains($0) }
            value = try item(of: value, isNumber ? .integer(Int(part) ?? Int.max) : .string(part))
            if value.isUndefined, let otherwise, !otherwise.isNone { value = otherwise }
        }
        if path.isString { return value }
        value = try item(of: value, path)
        if value.isUndefined, let otherwise, !otherwise.isNone { return otherwise }
        return value
    }

    /// What a value sorts by: a text in small letters, unless capitals count.
    func folded(_ value: TemplateValue, _ isSensitive: Bool) throws(ChatTemplateError) -> TemplateValue {
        guard !isSensitive, let text = value.string else { return value }
        try reserve(text.utf8.count)
        return .string(TemplateBytes.lower(text))
    }

    /// The places of values in their order; equal ones stay in theirs, also when it is reversed.
    func sortedPlaces(_ keys: [TemplateValue], reverse: Bool = false) throws(ChatTemplateError) -> [Int] {
        try spend(keys.count)
        var order = Array(keys.indices)
        var width = 1
        while width < order.count {
            var merged: [Int] = []
            var start = 0
            while start < order.count {
                let (middle, end) = (min(start + width, order.count), min(start + 2 * width, order.count))
                var (left, right) = (start, middle)
                while left < middle, right < end {
                    let isSwapped =
                        reverse
                        ? try isLess(keys[order[left]], keys[order[right]])
                        : try isLess(keys[order[right]], keys[order[left]])
                    merged.append(isSwapped ? order[right] : order[left])
                    if isSwapped { right += 1 } else { left += 1 }
                }
                merged += order[left..<middle]
                merged += order[right..<end]
                start = end
            }
            order = merged
            width *= 2
        }
        return order
    }
}
