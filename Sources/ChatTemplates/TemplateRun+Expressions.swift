// Evaluates the expressions of a chat template, with Python's meaning of each.

internal import JSONText

extension TemplateRun {
    func evaluate(_ expression: TemplateExpression) throws(ChatTemplateError) -> TemplateValue {
        try enter(expression.line)
        defer { leave() }
        switch expression.kind {
        case .none: return .none
        case .bool(let flag): return .bool(flag)
        case .integer(let value): return .integer(value)
        case .float(let value): return .float(value)
        case .string(let text): return .string(text)
        case .name(let name): return lookUp(name)
        case .list(let items): return try made(try evaluate(items))
        case .tuple(let items): return try checked(.tuple(try evaluate(items)))
        case .dictionary(let entries): return try dictionary(entries)
        case .not(let operand): return .bool(!(try isTrue(try evaluate(operand))))
        case .and(let a, let b):
            let left = try evaluate(a)
            return try isTrue(left) ? try evaluate(b) : left
        case .or(let a, let b):
            let left = try evaluate(a)
            return try isTrue(left) ? left : try evaluate(b)
        case .choice(let condition, let then, let otherwise):
            if try isTrue(try evaluate(condition)) { return try evaluate(then) }
            guard let otherwise else { return .undefined("a choice without an else, whose condition is false,") }
            return try evaluate(otherwise)
        default: return try operate(expression)
        }
    }

    private func evaluate(_ expressions: [TemplateExpression]) throws(ChatTemplateError) -> [TemplateValue] {
        var values: [TemplateValue] = []
        for expression in expressions { values.append(try evaluate(expression)) }
        return values
    }

    /// Expressions that compute with their operands' values.
    private func operate(_ expression: TemplateExpression) throws(ChatTemplateError) -> TemplateValue {
        switch expression.kind {
        case .signed(let operand, let isNegative):
            let value = try evaluate(operand)
            line = expression.line
            return try signed(value, isNegative: isNegative)
        case .arithmetic(let operation, let a, let b):
            let (left, right) = (try evaluate(a), try evaluate(b))
            line = expression.line
            return try arithmetic(operation, left, right)
        case .joined(let parts):
            var joined = ""
            var size: Int64 = 0
            for part in parts {
                let text = try text(of: try evaluate(part))
                try reserve(Int64(text.utf8.count), moreThan: &size)
                joined += text
            }
            line = expression.line
            return .string(joined)
        case .comparison(let first, let links): return try comparison(first, links)
        case .attribute(let base, let name):
            let value = try evaluate(base)
            line = expression.line
            return try attribute(of: value, name)
        case .item(let base, let index):
            let (value, key) = (try evaluate(base), try evaluate(index))
            line = expression.line
            return try item(of: value, key)
        case .slice(let base, let parts): return try sliced(base, parts, expression.line)
        case .call(let callee, let arguments):
            let function = try evaluate(callee)
            let given = try evaluate(arguments)
            line = expression.line
            return try call(function, given)
        case .filter(let operand, let use): return try apply(use, to: try evaluate(operand))
        case .test(let operand, let name, let arguments):
            let value = try evaluate(operand)
            let given = try evaluate(arguments)
            line = expression.line
            guard let test = TemplateTests.table[name] else { throw TemplateTests.unknown(name, line) }
            return .bool(try test(self, value, given))
        default: return .none
        }
    }

    /// Python's truth; that of a loop looks whether an item is left.
    func isTrue(_ value: TemplateValue) throws(ChatTemplateError) -> Bool { value.isTrue }

    func apply(_ use: TemplateFilterUse, to value: TemplateValue) throws(ChatTemplateError) -> TemplateValue {
        let given = try evaluate(use.arguments)
        line = use.line
        guard let filter = TemplateFilters.table[use.name] else { throw TemplateFilters.unknown(use.name, line) }
        return try filter(self, value, given)
    }

    private func dictionary(
        _ entries: [(key: TemplateExpression, value: TemplateExpression)]
    ) throws(ChatTemplateError) -> TemplateValue {
        var mapping = TemplateMapping()
        for entry in entries {
            let name = try evaluate(entry.key)
            mapping.set(try key(name), name, try evaluate(entry.value))
        }
        return try checked(.mapping(mapping))
    }

    /// The key that a value is to a dictionary.
    func key(_ value: TemplateValue) throws(ChatTemplateError) -> TemplateKey {
        guard let key = try keyIfAny(value) else { throw failure("\(value.kind) cannot be a key of a dictionary") }
        return key
    }

    private func comparison(
        _ first: TemplateExpression, _ links: [(operation: String, operand: TemplateExpression)]
    ) throws(ChatTemplateError) -> TemplateValue {
        var left = try evaluate(first)
        for (operation, operand) in links {
            let right = try evaluate(operand)
            if !(try compare(operation, left, right)) { return .bool(false) }
            left = right
        }
        return .bool(true)
    }

    /// The values of arguments, those of `*list` and `**dictionary` among them.
    func evaluate(_ arguments: TemplateArguments) throws(ChatTemplateError) -> TemplateCall {
        var call = TemplateCall()
        call.positional = try evaluate(arguments.positional)
        for (name, expression) in arguments.named { call.named.append((name, try evaluate(expression))) }
        if let list = arguments.list { call.positional += try items(of: try evaluate(list)) }
        if let dictionary = arguments.dictionary {
            guard case .mapping(let mapping) = try evaluate(dictionary) else {
                throw failure("** takes a dictionary apart, nothing else")
            }
            var names = Set(call.named.map { $0.name })
            for entry in mapping.entries {
                try spend(1)
                guard let name = entry.key.name else { throw failure("\(entry.key.kind) is no name of an argument") }
                if !names.insert(name).inserted {
                    throw failure("the argument \(quoted(name)) is given twice")
                }
                call.named.append((name, entry.value))
            }
        }
        return call
    }

    /// `value[start:stop:step]`
    private func sliced(
        _ base: TemplateExpression, _ parts: [TemplateExpression?], _ line: Int
    ) throws(ChatTemplateError) -> TemplateValue {
        let value = try evaluate(base)
        var bounds: [Int?] = []
        for part in parts {
            guard let part else { bounds.append(nil); continue }
            let bound = try evaluate(part)
            if !bound.isNone, bound.integer == nil { throw failure("\(bound.kind) is no bound of a slice") }
            bounds.append(bound.integer)
        }
        self.line = line
        let step = bounds.count > 2 ? bounds[2] ?? 1 : 1
        if step == 0 { throw failure("the step of a slice is 0") }
        let slice = TemplateSlice(start: bounds[0], stop: bounds.count > 1 ? bounds[1] : nil, step: step)
        switch value {
        case .string(let text), .markup(let text):
            try reserve(text.utf8.count)
            let scalars = Array(text.unicodeScalars)
            let part = String(scalars: slice.indices(scalars.count).map { scalars[$0] })
            return value.isMarkup ? .markup(part) : .string(part)
        case .list(let items): return try made(slice.indices(items.items.count).map { items.items[$0] })
        case .tuple(let items):
            try spend(items.items.count)
            return .tuple(slice.indices(items.items.count).map { items.items[$0] })
        case .range(let range):
            let bounds = slice.bounds(range.count)
            func place(_ index: Int) throws(ChatTemplateError) -> Int {
                let distance = try whole(index.multipliedReportingOverflow(by: range.step))
                return try whole(range.start.addingReportingOverflow(distance))
            }
            return .range(
                TemplateRange(
                    start: try place(bounds.from), stop: try place(bounds.to),
                    step: try whole(range.step.multipliedReportingOverflow(by: step)),
                    count: slice.indices(range.count).reduce(0) { count, _ in count + 1 }))
        default: throw failure("\(value.kind) cannot be sliced")
        }
    }
}

/// `start:stop:step`, by Python's rules.
struct TemplateSlice {
    var start: Int?
    var stop: Int?
    var step: Int

    /// The first place of `count` items that it takes, the one before which it ends, and its step.
    func bounds(_ count: Int) -> (from: Int, to: Int, step: Int) {
        func bound(_ value: Int, _ low: Int, _ high: Int) -> Int {
            min(max(value < 0 ? value &+ count : value, low), high)
        }
        // A step may be as large as numbers are; beyond the count all of them take one item.
        let step = min(max(self.step, -count - 1), count + 1)
        if step > 0 {
            return (start.map { bound($0, 0, count) } ?? 0, stop.map { bound($0, 0, count) } ?? count, step)
        }
        return (
            start.map { bound($0, -1, count - 1) } ?? count - 1, stop.map { bound($0, -1, count - 1) } ?? -1, step
        )
    }

    /// The places it takes of `count` items.
    func indices(_ count: Int) -> StrideTo<Int> {
        let bounds = bounds(count)
        return stride(from: bounds.from, to: bounds.to, by: bounds.step)
    }
}

extension String {
    init(scalars: some Sequence<Unicode.Scalar>) {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars)
        self = String(view)
    }
}
