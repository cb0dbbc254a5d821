// One rendering of a chat template: its names, what it has written, and the bounds on what it may do.
// Statements are run in TemplateRun+Statements.swift, expressions in TemplateRun+Expressions.swift.

internal import JSONText

/// Names with their values, inside those of another scope. A loop's turn has a scope of its own; `if` has none.
final class TemplateScope {
    var values: [String: TemplateValue] = [:]
    let parent: TemplateScope?

    init(in parent: TemplateScope?) { self.parent = parent }

    func lookUp(_ name: String) -> TemplateValue? {
        var scope: TemplateScope? = self
        while let here = scope {
            if let value = here.values[name] { return value }
            scope = here.parent
        }
        return nil
    }
}

/// A macro, and the scope it was defined in: its body sees that scope's names.
final class TemplateMacro {
    let definition: TemplateMacroDefinition
    let scope: TemplateScope

    init(_ definition: TemplateMacroDefinition, scope: TemplateScope) {
        self.definition = definition
        self.scope = scope
    }
}

/// The state of one rendering.
final class TemplateRun {
    /// What the template may do in all; its levels are statements, expressions and macros that run in each other.
    private(set) var budget: ReadingBudget
    let date: ChatDate?
    /// Whether the template has asked for the date.
    var hasUsedDate = false
    /// The line that runs, for messages.
    var line = 1
    var scope: TemplateScope
    /// The template's own names: what blocks see.
    let root: TemplateScope
    let blocks: [String: TemplateBlock]
    /// Texts being written, the one that captures last.
    private var outputs = [""]
    /// What may hold itself, emptied at the end, as nothing else would free it.
    private var namespaces: [TemplateNamespace] = []
    private var closures: [TemplateScope] = []

    /// `size`: about how many bytes the conversation has.
    init(date: ChatDate?, blocks: [TemplateBlock], size: Int) {
        self.date = date
        budget = .template(conversation: size)
        self.blocks = Dictionary(uniqueKeysWithValues: blocks.map { ($0.name, $0) })
        root = TemplateScope(in: nil)
        scope = root
    }

    /// The text of a template, in which `names` are known.
    func render(
        _ body: [TemplateStatement], names: [(String, TemplateValue)]
    ) throws(ChatTemplateError) -> String {
        defer {
            for namespace in namespaces { namespace.values = TemplateMapping() }
            for scope in closures { scope.values = [:] }
        }
        for (name, value) in names { root.values[name] = try checked(value) }
        // The template's names stand in a scope of their own: a macro sees what was handed in even where a later `set`
        // has the same name.
        scope = TemplateScope(in: root)
        _ = try run(body)
        return outputs[0]
    }

    // MARK: Failing

    func failure(_ what: String) -> ChatTemplateError { .wrongValue(line: line, what: what) }

    func unsupported(_ what: String, _ supported: String = "") -> ChatTemplateError {
        .unsupported(line: line, what: what, supported: supported)
    }

    // MARK: Bounds

    /// Counts work done, and stops a template that does too much.
    func spend(_ units: Int64) throws(ChatTemplateError) {
        if !budget.take(steps: units) {
            throw .tooMuch(line: line, what: "the template runs for too long; it was stopped")
        }
    }

    func spend(_ units: Int) throws(ChatTemplateError) { try spend(Int64(units)) }

    /// Goes one level deeper; ``leave()`` goes back.
    func enter(_ line: Int) throws(ChatTemplateError) {
        self.line = line
        if !budget.enter() {
            throw .tooMuch(line: line, what: "the template's macros or loops call each other too deep")
        }
        try spend(1)
    }

    func leave() { budget.leave() }

    /// Counts a text of `bytes` bytes before it is made.
    func reserve(_ bytes: Int64) throws(ChatTemplateError) {
        if !budget.holds(bytes: bytes) {
            throw .tooMuch(line: line, what: "the template makes a text of \(bytes) bytes")
        }
        try spend(1 + bytes / 32)
    }

    func reserve(_ bytes: Int) throws(ChatTemplateError) { try reserve(Int64(bytes)) }

    /// Counts a text of `count` pieces of `bytes` bytes before it is made.
    func reserve(_ bytes: Int, times count: Int) throws(ChatTemplateError) {
        let (product, overflow) = bytes.multipliedReportingOverflow(by: max(count, 0))
        try reserve(overflow ? Int64.max : Int64(product))
    }

    /// Counts `bytes` bytes more of a text that is being put together, before they are.
    ///
    /// - Parameter size: how long it is; it grows with them.
    func reserve(_ bytes: Int64, moreThan size: inout Int64) throws(ChatTemplateError) {
        let (sum, overflow) = size.addingReportingOverflow(bytes)
        size = overflow ? .max : sum
        if !budget.holds(bytes: size) {
            throw .tooMuch(line: line, what: "the template makes a text of \(size) bytes")
        }
        try spend(1 + bytes / 32)
    }

    /// Counts a list of `count` items before it is made.
    func reserve(items count: Int) throws(ChatTemplateError) {
        if count > budget.items {
            throw .tooMuch(line: line, what: "the template makes a list of \(count) items")
        }
        try spend(count)
    }

    /// A text that a template has made, counted.
    func made(_ text: String) throws(ChatTemplateError) -> TemplateValue {
        try reserve(text.utf8.count)
        return .string(text)
    }

    /// A list that a template has made, counted.
    func made(_ items: [TemplateValue]) throws(ChatTemplateError) -> TemplateValue {
        try reserve(items: items.count)
        return try checked(.list(items))
    }

    /// What a generator gives, counted.
    func iterator(_ items: [TemplateValue], _ maker: String) throws(ChatTemplateError) -> TemplateValue {
        try reserve(items: items.count)
        return try checked(.iterator(TemplateIterator(items, maker: maker)))
    }

    /// The value, unless it nests too deep.
    func checked(_ value: TemplateValue) throws(ChatTemplateError) -> TemplateValue {
        if value.depth > TemplateValue.depthLimit {
            throw .tooMuch(line: line, what: "a value nests deeper than \(TemplateValue.depthLimit) levels")
        }
        return value
    }

    // MARK: Names and text

    func define(_ name: String, _ value: TemplateValue) { scope.values[name] = value }

    func lookUp(_ name: String) -> TemplateValue {
        if let value = scope.lookUp(name) { return value }
        if name == "self" { return .template }
        if name == "strftime_now", date == nil { return .undefined("\(quoted(name)), which is undefined,") }
        return TemplateFunctions.table[name] == nil
            ? .undefined("\(quoted(name)), which is undefined,") : .function(name)
    }

    func namespace() -> TemplateNamespace {
        let namespace = TemplateNamespace()
        namespaces.append(namespace)
        return namespace
    }

    func macro(_ definition: TemplateMacroDefinition) -> TemplateMacro {
        if closures.last !== scope { closures.append(scope) }
        return TemplateMacro(definition, scope: scope)
    }

    /// Does something in another scope.
    func within<Result>(
        _ inner: TemplateScope, _ body: () throws(ChatTemplateError) -> Result
    ) throws(ChatTemplateError) -> Result {
        let outer = scope
        scope = inner
        defer { scope = outer }
        return try body()
    }

    func write(_ text: String) throws(ChatTemplateError) {
        try reserve(text.utf8.count)
        let last = outputs.count - 1
        outputs[last] += text
        if outputs[last].utf8.count > budget.bytes {
            throw .tooMuch(line: line, what: "the template writes more than \(budget.bytes) bytes")
        }
    }

    /// What `body` writes, and what it returns.
    func capture<Result>(
        _ body: () throws(ChatTemplateError) -> Result
    ) throws(ChatTemplateError) -> (text: String, result: Result) {
        let level = outputs.count
        outputs.append("")
        let result = try body()
        let text = outputs[level]
        outputs.removeSubrange(level...)
        return (text, result)
    }
}
