// Evaluates the expressions of a chat template.

extension TemplateEvaluator {
    mutating func evaluate(_ expression: TemplateExpression) throws(ChatTemplateError) -> TemplateValue {
        let line = expression.line
        try spend(1, line: line)
        switch expression.kind {
        case .none: return .none
        case .bool(let flag): return .bool(flag)
        case .integer(let value): return .integer(value)
        case .float(let value): return .float(value)
        case .string(let text): return .string(text)
        case .name(let name): return lookUp(name)
        case .list(let items): return try made(try evaluate(items), line: line)
        case .dictionary(let entries): return try dictionary(entries, line: line)
        case .negated(let operand): return try negate(try evaluate(operand), line: line)
        case .not(let operand): return .bool(!(try evaluate(operand).isTrue))
        case .and(let left, let right):
            let value = try evaluate(left)
            return value.isTrue ? try evaluate(right) : value
        case .or(let left, let right):
            let value = try evaluate(left)
            return value.isTrue ? value : try evaluate(right)
        case .arithmetic(let operation, let left, let right):
            return try arithmetic(operation, try evaluate(left), try evaluate(right), line: line)
        case .comparison(let first, let links): return try comparison(first, links)
        case .choice(let condition, let then, let otherwise):
            if try evaluate(condition).isTrue { return try evaluate(then) }
            guard let otherwise else { return .undefined("the missing else") }
            return try evaluate(otherwise)
        case .attribute(let base, let name): return try attribute(name, of: try evaluate(base), line: line)
        case .item(let base, let index):
            return try item(try evaluate(index), of: try evaluate(base), line: line)
        case .slice(let base, let parts): return try slice(try evaluate(base), parts, line: line)
        case .call(let callee, let arguments): return try call(callee, arguments, line: line)
        case .filter(let base, let name, let arguments):
            let value = try evaluate(base)
            return try filter(name, value, try evaluate(arguments), line: line)
        case .test(let base, let name, let arguments, let isNegated):
            let value = try evaluate(base)
            return .bool(try test(name, value, try evaluate(arguments), line: line) != isNegated)
        }
    }

    private mutating func evaluate(_ items: [TemplateExpression]) throws(ChatTemplateError) -> [TemplateValue] {
        var values: [TemplateValue] = []
        for item in items { values.append(try evaluate(item)) }
        return values
    }

    mutating func evaluate(_ arguments: TemplateArguments) throws(ChatTemplateError) -> TemplateCall {
        var call = TemplateCall(positional: try evaluate(arguments.positional))
        for (name, value) in arguments.named { call.named.append((name, try evaluate(value))) }
        return call
    }

    private mutating func dictionary(
        _ entries: [(key: TemplateExpression, value: TemplateExpression)], line: Int
    ) throws(ChatTemplateError) -> TemplateValue {
        var mapping = TemplateMapping()
        for entry in entries {
            let key = try evaluate(entry.key)
            if key.shape.depth > 0 { throw .wrongValue(line: line, what: "\(key.kind) cannot be a key") }
            try spend(mapping.entries.count, line: line)
            mapping.set(key, try evaluate(entry.value))
        }
        return try checked(.mapping(mapping), line: line)
    }

    private func negate(_ value: TemplateValue, line: Int) throws(ChatTemplateError) -> TemplateValue {
        if let integer = value.integer, integer != .min { return .integer(-integer) }
        if let number = value.number { return .float(-number) }
        throw .wrongValue(line: line, what: "\(value.kind) has no negative")
    }

    private mutating func comparison(
        _ first: TemplateExpression, _ links: [(operation: String, operand: TemplateExpression)]
    ) throws(ChatTemplateError) -> TemplateValue {
        var left = try evaluate(first)
        for link in links {
            let right = try evaluate(link.operand)
            if !(try compare(link.operation, left, right, line: link.operand.line)) { return .bool(false) }
            left = right
        }
        return .bool(true)
    }

    mutating func equal(_ a: TemplateValue, _ b: TemplateValue, line: Int) throws(ChatTemplateError) -> Bool {
        try spend(1 + min(a.shape.size, b.shape.size) / 32, line: line)
        return a.equals(b)
    }

    mutating func compare(
        _ operation: String, _ a: TemplateValue, _ b: TemplateValue, line: Int
    ) throws(ChatTemplateError) -> Bool {
        switch operation {
        case "==": return try equal(a, b, line: line)
        case "!=": return !(try equal(a, b, line: line))
        case "in": return try contains(b, a, line: line)
        case "not in": return !(try contains(b, a, line: line))
        default: break
        }
        let isLess: Bool
        let isEqual: Bool
        if let x = a.number, let y = b.number {
            (isLess, isEqual) = (x < y, x == y)
        } else if case .string(let x) = a, case .string(let y) = b {
            try spend(min(x.utf8.count, y.utf8.count) / 32, line: line)
            // The order of UTF-8 bytes is that of the scalars, which is Python's.
            (isLess, isEqual) = (x.utf8.lexicographicallyPrecedes(y.utf8), x.utf8.elementsEqual(y.utf8))
        } else {
            throw .wrongValue(line: line, what: "\(a.kind) and \(b.kind) have no order")
        }
        switch operation {
        case "<": return isLess
        case "<=": return isLess || isEqual
        case ">": return !isLess && !isEqual
        default: return !isLess
        }
    }

    /// Python's `in`: an item of a list, a key of a dictionary, a part of a string.
    mutating func contains(
        _ container: TemplateValue, _ value: TemplateValue, line: Int
    ) throws(ChatTemplateError) -> Bool {
        switch container {
        case .sequence(let items, _):
            for item in items where try equal(item, value, line: line) { return true }
            return false
        case .mapping(let mapping):
            try spend(Int64(mapping.entries.count) + value.shape.size / 32, line: line)
            return mapping[value] != nil
        case .string(let text):
            guard case .string(let part) = value else {
                throw .wrongValue(line: line, what: "\(value.kind) cannot be looked for in a string")
            }
            try spend(text.utf8.count / 8, line: line)
            return find(part, in: text) != nil
        case .undefined: return false
        default: throw .wrongValue(line: line, what: "nothing can be looked for in \(container.kind)")
        }
    }

    func attribute(_ name: String, of base: TemplateValue, line: Int) throws(ChatTemplateError) -> TemplateValue {
        switch base {
        case .mapping(let mapping): return mapping[name] ?? .undefined(name)
        case .namespace(let namespace): return namespace.values[name] ?? .undefined(name)
        case .undefined: throw .wrongValue(line: line, what: "\(base.kind) has no attribute \(quoted(name))")
        default: return .undefined(name)
        }
    }

    private mutating func item(
        _ index: TemplateValue, of base: TemplateValue, line: Int
    ) throws(ChatTemplateError) -> TemplateValue {
        switch base {
        case .sequence(let items, _):
            guard let place = index.integer else { return .undefined(index.text) }
            let wrapped = place < 0 ? place + items.count : place
            return items.indices.contains(wrapped) ? items[wrapped] : .undefined("item \(place)")
        case .string(let text):
            guard let place = index.integer else { return .undefined(index.text) }
            try spend(text.utf8.count / 32, line: line)
            let scalars = Array(text.unicodeScalars)
            let wrapped = place < 0 ? place + scalars.count : place
            return scalars.indices.contains(wrapped) ? .string(String(scalars[wrapped])) : .undefined("item \(place)")
        case .mapping(let mapping):
            try spend(Int64(mapping.entries.count / 8) + index.shape.size / 32, line: line)
            return mapping[index] ?? .undefined(index.text)
        case .namespace(let namespace):
            return namespace.values[index.text] ?? .undefined(index.text)
        case .undefined: throw .wrongValue(line: line, what: "\(base.kind) has no items")
        default: return .undefined(index.text)
        }
    }

    private mutating func slice(
        _ base: TemplateValue, _ parts: [TemplateExpression?], line: Int
    ) throws(ChatTemplateError) -> TemplateValue {
        switch base {
        case .sequence, .string: break
        case .undefined, .mapping: throw .wrongValue(line: line, what: "\(base.kind) cannot be sliced")
        default: return .undefined("a slice of \(base.kind)")
        }
        var bounds: [Int?] = []
        for part in parts {
            guard let part, case let value = try evaluate(part), !value.isNone else { bounds.append(nil); continue }
            guard let bound = value.integer else {
                throw .wrongValue(line: line, what: "\(value.kind) is no bound of a slice")
            }
            bounds.append(bound)
        }
        let items = try iterate(base, line: line)
        let step = bounds.count > 2 ? bounds[2] ?? 1 : 1
        if step == 0 { throw .wrongValue(line: line, what: "a slice's step is 0") }
        let taken = sliceIndices(items.count, bounds[0], bounds[1], step).map { items[$0] }
        if base.isString { return try made(taken.map { $0.text }.joined(), line: line) }
        return try made(taken, line: line)
    }
}

/// The indices that Python's `[start:stop:step]` takes from `count` items.
private func sliceIndices(_ count: Int, _ start: Int?, _ stop: Int?, _ step: Int) -> [Int] {
    // Python's clamping: negative bounds count from the end, then everything is held inside the list.
    func clamp(_ bound: Int, _ low: Int, _ high: Int) -> Int { max(low, min(high, bound < 0 ? bound + count : bound)) }
    var indices: [Int] = []
    if step > 0 {
        let end = stop.map { clamp($0, 0, count) } ?? count
        var place = start.map { clamp($0, 0, count) } ?? 0
        while place < end {
            indices.append(place)
            if step >= count { break }
            place += step
        }
    } else {
        let end = stop.map { clamp($0, -1, count - 1) } ?? -1
        var place = start.map { clamp($0, -1, count - 1) } ?? count - 1
        while place > end {
            indices.append(place)
            if step <= -count { break }
            place += step
        }
    }
    return indices
}
