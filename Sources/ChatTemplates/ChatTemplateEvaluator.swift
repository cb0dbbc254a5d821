// Renders a parsed chat template: statements, names, and the bounds on what a template may do.
// Expressions are evaluated in ChatTemplateEvaluator+Expressions.swift.

/// The state of one rendering.
struct TemplateEvaluator {
    /// What a template may do in all: one unit for each statement, expression and item walked, and for each 32 bytes of
    /// text made. A conversation of a thousand turns needs about a hundredth of it.
    static let workLimit: Int64 = 5_000_000
    /// The longest text or list a template may make.
    static let sizeLimit = 1 << 24

    let date: ChatDate?
    private var work: Int64 = 0
    /// Names, innermost scope last. A loop's turn has a scope of its own; `if` has none.
    private var scopes: [[String: TemplateValue]] = [[:]]
    /// Texts being written, the one that `set` blocks capture last.
    private var outputs = [""]

    private enum Flow {
        case next
        case leaveLoop
        case nextTurn
    }

    init(date: ChatDate?) { self.date = date }

    mutating func define(_ name: String, _ value: TemplateValue) { scopes[scopes.count - 1][name] = value }

    mutating func render(_ body: [TemplateStatement]) throws(ChatTemplateError) -> String {
        _ = try run(body)
        return outputs[0]
    }

    /// Counts work done, and stops a template that does too much.
    mutating func spend(_ units: Int64, line: Int) throws(ChatTemplateError) {
        work += units
        if work > Self.workLimit { throw .tooMuch(line: line, what: "the template runs for too long; it was stopped") }
    }

    mutating func spend(_ units: Int, line: Int) throws(ChatTemplateError) { try spend(Int64(units), line: line) }

    /// A text that a template has made, counted.
    mutating func made(_ text: String, line: Int) throws(ChatTemplateError) -> TemplateValue {
        try reserve(text.utf8.count, line: line)
        return .string(text)
    }

    /// Counts a text of `bytes` bytes before it is made.
    mutating func reserve(_ bytes: Int, line: Int) throws(ChatTemplateError) { try reserve(Int64(bytes), line: line) }

    /// The same, for a size that 32 bits may not hold.
    mutating func reserve(_ bytes: Int64, line: Int) throws(ChatTemplateError) {
        if bytes > Self.sizeLimit { throw .tooMuch(line: line, what: "the template makes a text of \(bytes) bytes") }
        try spend(1 + bytes / 32, line: line)
    }

    /// A list that a template has made, counted.
    mutating func made(_ items: [TemplateValue], line: Int) throws(ChatTemplateError) -> TemplateValue {
        try spend(items.count, line: line)
        return try checked(.list(items), line: line)
    }

    /// The value, unless it nests too deep.
    func checked(_ value: TemplateValue, line: Int) throws(ChatTemplateError) -> TemplateValue {
        if value.shape.depth > TemplateValue.depthLimit {
            throw .tooMuch(
                line: line,
                what: "a value nests deeper than \(TemplateValue.depthLimit) levels, or holds a namespace")
        }
        return value
    }

    func lookUp(_ name: String) -> TemplateValue {
        for scope in scopes.reversed() {
            if let value = scope[name] { return value }
        }
        if name == "strftime_now", date == nil { return .undefined(name) }
        return TemplateFunctions.names.contains(name) ? .function(name) : .undefined(name)
    }

    private mutating func write(_ text: String, line: Int) throws(ChatTemplateError) {
        try reserve(text.utf8.count, line: line)
        outputs[outputs.count - 1] += text
        if outputs[outputs.count - 1].utf8.count > Self.sizeLimit {
            throw .tooMuch(line: line, what: "the template writes more than \(Self.sizeLimit) bytes")
        }
    }

    private mutating func run(_ body: [TemplateStatement]) throws(ChatTemplateError) -> Flow {
        for statement in body {
            let flow = try run(statement)
            if flow != .next { return flow }
        }
        return .next
    }

    private mutating func run(_ statement: TemplateStatement) throws(ChatTemplateError) -> Flow {
        switch statement {
        case .text(let text): try write(text, line: 1)
        case .output(let expression): try write(try printed(expression), line: expression.line)
        case .branch(let branches, let otherwise):
            for branch in branches where try evaluate(branch.condition).isTrue { return try run(branch.body) }
            return try run(otherwise)
        case .loop(let loop): try run(loop)
        case .set(let target, let expression):
            try assign(try evaluate(expression), to: target, line: expression.line)
        case .capture(let target, let body, let line):
            outputs.append("")
            let flow = try run(body)
            try assign(.string(outputs.removeLast()), to: target, line: line)
            return flow
        case .leaveLoop: return .leaveLoop
        case .nextTurn: return .nextTurn
        }
        return .next
    }

    private mutating func printed(_ expression: TemplateExpression) throws(ChatTemplateError) -> String {
        let value = try evaluate(expression)
        try reserve(value.shape.size, line: expression.line)
        return value.text
    }

    private mutating func assign(
        _ value: TemplateValue, to target: TemplateTarget, line: Int
    ) throws(ChatTemplateError) {
        switch target {
        case .attribute(let name, let attribute):
            guard case .namespace(let namespace) = lookUp(name) else {
                throw .wrongValue(line: line, what: "\(quoted(name)) is no namespace, so its attributes cannot be set")
            }
            namespace.values[attribute] = try checked(value, line: line)
        case .names(let names): try bind(value, names, line: line)
        }
    }

    /// Gives a value to a name, or its parts to several.
    private mutating func bind(_ value: TemplateValue, _ names: [String], line: Int) throws(ChatTemplateError) {
        if names.count == 1 { return define(names[0], value) }
        guard case .sequence(let parts, _) = value, parts.count == names.count else {
            throw .wrongValue(line: line, what: "\(value.kind) cannot be taken apart into \(names.count) names")
        }
        for (name, part) in zip(names, parts) { define(name, part) }
    }

    private mutating func run(_ loop: TemplateLoop) throws(ChatTemplateError) {
        var items = try iterate(try evaluate(loop.items), line: loop.line)
        if let condition = loop.condition {
            var kept: [TemplateValue] = []
            for item in items {
                scopes.append([:])
                try bind(item, loop.names, line: loop.line)
                if try evaluate(condition).isTrue { kept.append(item) }
                scopes.removeLast()
            }
            items = kept
        }
        if items.isEmpty { _ = try run(loop.otherwise) }
        for index in items.indices {
            try spend(1, line: loop.line)
            scopes.append([:])
            define("loop", loopState(items, index))
            try bind(items[index], loop.names, line: loop.line)
            let flow = try run(loop.body)
            scopes.removeLast()
            if flow == .leaveLoop { break }
        }
    }

    /// The value of `loop` in turn `index`.
    private func loopState(_ items: [TemplateValue], _ index: Int) -> TemplateValue {
        let last = items.count - 1
        return .dictionary([
            (.string("index"), .integer(index + 1)), (.string("index0"), .integer(index)),
            (.string("revindex"), .integer(items.count - index)), (.string("revindex0"), .integer(last - index)),
            (.string("first"), .bool(index == 0)), (.string("last"), .bool(index == last)),
            (.string("length"), .integer(items.count)), (.string("depth"), .integer(1)),
            (.string("previtem"), index == 0 ? .undefined("loop.previtem") : items[index - 1]),
            (.string("nextitem"), index == last ? .undefined("loop.nextitem") : items[index + 1]),
        ])
    }

    /// The items of a value: of a list, the keys of a dictionary, the characters of a string.
    mutating func iterate(_ value: TemplateValue, line: Int) throws(ChatTemplateError) -> [TemplateValue] {
        switch value {
        case .undefined: return []
        case .sequence(let items, _):
            try spend(items.count, line: line)
            return items
        case .mapping(let mapping):
            try spend(mapping.entries.count, line: line)
            return mapping.entries.map { $0.key }
        case .string(let text):
            try spend(text.utf8.count, line: line)
            return text.unicodeScalars.map { .string(String($0)) }
        default: throw .wrongValue(line: line, what: "\(value.kind) has no items to go through")
        }
    }
}
