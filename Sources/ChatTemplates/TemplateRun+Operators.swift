// Arithmetic and comparison in chat templates, with Python's rules; whole numbers stay within 64 bits or are refused.

internal import ElementaryFunctions
internal import JSONText

extension TemplateRun {
    func signed(_ value: TemplateValue, isNegative: Bool) throws(ChatTemplateError) -> TemplateValue {
        switch value {
        case .float(let number): return .float(isNegative ? -number : number)
        case .integer, .bool:
            let number = value.integer ?? 0
            return isNegative ? .integer(try whole(0.subtractingReportingOverflow(number))) : .integer(number)
        default: throw failure("\(value.kind) takes no sign")
        }
    }

    func whole(_ result: (partialValue: Int, overflow: Bool)) throws(ChatTemplateError) -> Int {
        if result.overflow { throw .tooMuch(line: line, what: "a number grows beyond 64 bits") }
        return result.partialValue
    }

    func arithmetic(
        _ operation: String, _ a: TemplateValue, _ b: TemplateValue
    ) throws(ChatTemplateError) -> TemplateValue {
        if let x = a.integer, let y = b.integer {
            if operation == "/" {
                if y == 0 { throw failure("division by 0") }
                return .float(Double(x) / Double(y))
            }
            return try integer(operation, x, y)
        }
        if let x = a.number, let y = b.number { return .float(try float(operation, x, y)) }
        switch (operation, a, b) {
        case ("+", .string(let x), .string(let y)):
            try reserve(x.utf8.count + y.utf8.count)
            return .string(x + y)
        case ("+", .list(let x), .list(let y)):
            try reserve(items: x.items.count + y.items.count)
            return .list(x.items + y.items)
        case ("+", .tuple(let x), .tuple(let y)):
            try reserve(items: x.items.count + y.items.count)
            return .tuple(x.items + y.items)
        case ("+", .markup, _) where b.isString, ("+", _, .markup) where a.isString:
            let (x, y) = (try escaped(a), try escaped(b))
            try reserve(x.utf8.count + y.utf8.count)
            return .markup(x + y)
        case ("%", .string(let format), _): return .string(try percent(format, b))
        case ("%", .markup(let format), _): return .markup(try percent(format, try escapedInside(b)))
        case ("*", _, _):
            if let count = b.integer, let repeated = try repeated(a, count) { return repeated }
            if let count = a.integer, let repeated = try repeated(b, count) { return repeated }
        case ("-", .view, .view), ("|", .view, .view):
            throw unsupported("arithmetic of views")
        case ("+", .mapping, .mapping): break
        default: break
        }
        if case .undefined(let why) = a { throw failure("\(why) cannot be used with \(operation)") }
        throw failure("\(a.kind) and \(b.kind) do not go together with \(operation)")
    }

    private func repeated(_ value: TemplateValue, _ count: Int) throws(ChatTemplateError) -> TemplateValue? {
        let count = max(count, 0)
        switch value {
        case .string(let text), .markup(let text):
            try reserve(text.utf8.count, times: count)
            let repeated = text.isEmpty ? "" : String(repeating: text, count: count)
            return value.isMarkup ? .markup(repeated) : .string(repeated)
        case .list(let items), .tuple(let items):
            let (total, overflow) = items.items.count.multipliedReportingOverflow(by: count)
            try reserve(items: overflow ? Int.max : total)
            if items.items.isEmpty { return value }
            var all: [TemplateValue] = []
            for _ in 0..<count { all += items.items }
            if case .list = value { return .list(all) }
            return .tuple(all)
        default: return nil
        }
    }

    private func integer(_ operation: String, _ a: Int, _ b: Int) throws(ChatTemplateError) -> TemplateValue {
        switch operation {
        case "+": return .integer(try whole(a.addingReportingOverflow(b)))
        case "-": return .integer(try whole(a.subtractingReportingOverflow(b)))
        case "*": return .integer(try whole(a.multipliedReportingOverflow(by: b)))
        case "**":
            if b < 0 { return .float(try float("**", Double(a), Double(b))) }
            return .integer(try power(a, b))
        default:
            if b == 0 { throw failure("division by 0") }
            // Python rounds down: the remainder has the divisor's sign.
            let remainder = a.remainderReportingOverflow(dividingBy: b).partialValue
            let fix = remainder != 0 && (remainder < 0) != (b < 0)
            if operation == "%" { return .integer(remainder + (fix ? b : 0)) }
            return .integer(try whole(a.dividedReportingOverflow(by: b)) - (fix ? 1 : 0))
        }
    }

    private func power(_ base: Int, _ exponent: Int) throws(ChatTemplateError) -> Int {
        if base == 0 || base == 1 || exponent == 0 { return exponent == 0 ? 1 : base }
        if base == -1 { return exponent % 2 == 0 ? 1 : -1 }
        if exponent > 63 { throw .tooMuch(line: line, what: "a number grows beyond 64 bits") }
        var value = 1
        for _ in 0..<exponent { value = try whole(value.multipliedReportingOverflow(by: base)) }
        return value
    }

    private func float(_ operation: String, _ a: Double, _ b: Double) throws(ChatTemplateError) -> Double {
        switch operation {
        case "+": return a + b
        case "-": return a - b
        case "*": return a * b
        case "**": return try floatPower(a, b)
        default:
            if b == 0 { throw failure("division by 0") }
            if operation == "/" { return a / b }
            // As Python's float_divmod: the remainder first, exactly, with the divisor's sign.
            var remainder = a.truncatingRemainder(dividingBy: b)
            var quotient = (a - remainder) / b
            if remainder != 0 {
                if (remainder < 0) != (b < 0) {
                    remainder += b
                    quotient -= 1
                }
            } else {
                remainder = b < 0 ? -0.0 : 0
            }
            if operation == "%" { return remainder }
            if quotient == 0 { return a / b < 0 || (a / b).sign == .minus ? -0.0 : 0 }
            let floor = quotient.rounded(.down)
            return quotient - floor > 0.5 ? floor + 1 : floor
        }
    }

    private func floatPower(_ base: Double, _ exponent: Double) throws(ChatTemplateError) -> Double {
        if base == 0, exponent < 0 { throw failure("0 has no negative power") }
        if base < 0, base.isFinite, exponent.isFinite, exponent.rounded() != exponent {
            throw unsupported("a root of a negative number")
        }
        let value = Double.pow(base, exponent)
        if value.isInfinite, base.isFinite, exponent.isFinite { throw failure("a power too large for a float") }
        return value
    }

    // MARK: Comparison

    func compare(_ operation: String, _ a: TemplateValue, _ b: TemplateValue) throws(ChatTemplateError) -> Bool {
        switch operation {
        case "==": return try areEqual(a, b)
        case "!=": return !(try areEqual(a, b))
        case "in": return try contains(b, a)
        case "not in": return !(try contains(b, a))
        case "<": return try isLess(a, b, operation)
        case ">": return try isLess(b, a, operation)
        case "<=": return try isLess(a, b, operation, orEqual: true)
        default: return try isLess(b, a, operation, orEqual: true)
        }
    }

    func areEqual(_ a: [TemplateValue], _ b: [TemplateValue]) throws(ChatTemplateError) -> Bool {
        if a.count != b.count { return false }
        for (x, y) in zip(a, b) where !(try areEqual(x, y)) { return false }
        return true
    }

    /// Python's `==`. Strings compare by their scalars: canonically equivalent spellings differ.
    func areEqual(_ a: TemplateValue, _ b: TemplateValue) throws(ChatTemplateError) -> Bool {
        try spend(1)
        if let x = a.integer, let y = b.integer { return x == y }
        if let x = a.number, let y = b.number {
            // A whole number that no float holds is equal to none.
            if let whole = a.integer { return Int(exactly: y) == whole }
            if let whole = b.integer { return Int(exactly: x) == whole }
            return x == y
        }
        switch (a.plain, b.plain) {
        case (.undefined, .undefined), (.none, .none): return true
        case (.string(let x), .string(let y)):
            try spend(min(x.utf8.count, y.utf8.count) / 32)
            return x.utf8.count == y.utf8.count && x.utf8.elementsEqual(y.utf8)
        case (.list(let x), .list(let y)), (.tuple(let x), .tuple(let y)): return try areEqual(x.items, y.items)
        case (.mapping(let x), .mapping(let y)):
            if x.count != y.count { return false }
            for entry in x.entries {
                guard let other = try value(of: entry.key, in: y), try areEqual(entry.value, other) else {
                    return false
                }
            }
            return true
        case (.range(let x), .range(let y)):
            return x.count == y.count
                && (x.count == 0 || x.start == y.start && (x.count == 1 || x.step == y.step))
        case (.view(let x, .keys), .view(let y, .keys)):
            if x.count != y.count { return false }
            for entry in x.entries where try value(of: entry.key, in: y) == nil { return false }
            return true
        case (.namespace(let x), .namespace(let y)): return x === y
        case (.macro(let x), .macro(let y)): return x === y
        case (.iterator(let x), .iterator(let y)): return x === y
        case (.loop(let x), .loop(let y)): return x === y
        case (.cycler(let x), .cycler(let y)): return x === y
        case (.joiner(let x), .joiner(let y)): return x === y
        case (.function(let x), .function(let y)): return x == y
        default: return false
        }
    }

    /// Python's `<`, or `<=`. `operation` is the sign that stands in the template.
    func isLess(
        _ a: TemplateValue, _ b: TemplateValue, _ operation: String = "<", orEqual: Bool = false
    ) throws(ChatTemplateError) -> Bool {
        try spend(1)
        if let x = a.integer, let y = b.integer { return orEqual ? x <= y : x < y }
        if let x = a.number, let y = b.number { return orEqual ? x <= y : x < y }
        switch (a.plain, b.plain) {
        case (.string(let x), .string(let y)):
            try spend(min(x.utf8.count, y.utf8.count) / 32)
            // The order of UTF-8's bytes is that of the scalars.
            return orEqual ? !y.utf8.lexicographicallyPrecedes(x.utf8) : x.utf8.lexicographicallyPrecedes(y.utf8)
        case (.list(let x), .list(let y)), (.tuple(let x), .tuple(let y)):
            for (one, other) in zip(x.items, y.items) where !(try areEqual(one, other)) {
                return try isLess(one, other, operation, orEqual: orEqual)
            }
            return orEqual ? x.items.count <= y.items.count : x.items.count < y.items.count
        default:
            throw failure("\(a.kind) and \(b.kind) have no order for \(operation)")
        }
    }

    /// Python's `item in container`.
    func contains(_ container: TemplateValue, _ item: TemplateValue) throws(ChatTemplateError) -> Bool {
        switch container.plain {
        case .string(let text):
            guard let part = item.string else {
                throw failure("a string is asked whether it holds \(item.kind); it can hold a string only")
            }
            try spend((text.utf8.count + part.utf8.count) / 32)
            return part.isEmpty || TemplateBytes.find(part, in: text) != nil
        case .mapping(let mapping), .view(let mapping, .keys):
            switch item {
            case .list, .mapping: throw failure("\(item.kind) cannot be a key of a dictionary")
            default: return try value(of: item, in: mapping) != nil
            }
        case .range(let range):
            guard let number = item.number, let whole = Int(exactly: number), range.count > 0 else { return false }
            // In magnitudes: the smallest number has none of its sign among the others.
            let (distance, overflow) = whole.subtractingReportingOverflow(range.start)
            if overflow || distance != 0 && (distance < 0) != (range.step < 0) { return false }
            let (place, rest) = distance.magnitude.quotientAndRemainder(dividingBy: range.step.magnitude)
            return rest == 0 && place < range.count
        default:
            for candidate in try items(of: container) where try areEqual(candidate, item) { return true }
            return false
        }
    }
}
