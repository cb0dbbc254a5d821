// Reads the statements of a chat template.
// Expressions are read in TemplateParser+Expressions.swift, definitions in TemplateParser+Definitions.swift.

internal import JSONText

/// A recursive-descent parser over the lexer's tokens. Nesting is bounded, for blocks and for expressions.
struct TemplateParser {
    static let blockLimit = 40
    private let tokens: [TemplateToken]
    private var place = 0
    private var blocks = 0
    /// How many loops of the same function stand around the place: what `break` and `continue` may leave.
    var loops = 0
    /// How many brackets and signs the expression at the place stands in.
    var nesting = 0
    /// Inside `if`, filters and tests that do not exist are no error until they are reached, as in Jinja.
    var isLenient = false
    /// Filters and tests that do not exist, outside of `if`: the first of them is the template's error. An error lists all
    /// that do, and is made of one of them only.
    var unknown: [(name: String, line: Int, isTest: Bool)] = []
    /// Of the macros around the place, the outermost first: which special names they ask for.
    var asks: [TemplateSpecialNames] = []
    /// The blocks by name, in the order they stand.
    var namedBlocks: [TemplateBlock] = []
    var blockNames: Set<String> = []

    init(_ tokens: [TemplateToken]) { self.tokens = tokens }

    var next: TemplateToken { tokens[place] }

    /// The token at the place, which it passes; the end stays.
    @discardableResult
    mutating func take() -> TemplateToken {
        defer { if place < tokens.count - 1 { place += 1 } }
        return tokens[place]
    }

    /// Whether the next token is this symbol or word, and if so passes it.
    mutating func takes(_ symbol: String) -> Bool {
        guard isNext(symbol) else { return false }
        place += 1
        return true
    }

    func isNext(_ symbol: String) -> Bool { next.kind == .symbol(symbol) || next.kind == .name(symbol) }

    /// Whether this symbol or word comes after the next token.
    func isAfterNext(_ symbol: String) -> Bool {
        guard place + 1 < tokens.count else { return false }
        return tokens[place + 1].kind == .symbol(symbol) || tokens[place + 1].kind == .name(symbol)
    }

    func unexpected(_ expected: String) -> ChatTemplateError {
        let found =
            switch next.kind {
            case .text: "text"
            case .outputBegin: "{{"
            case .outputEnd: "}}"
            case .blockBegin: "{%"
            case .blockEnd: "%}"
            case .name(let name), .symbol(let name): quoted(name)
            case .string(let text): "the string \(quoted(text))"
            case .integer(let value): "\(value)"
            case .float(let value): "\(value)"
            case .end: "the end of the template"
            }
        return .syntax(line: next.line, found: found, expected: expected)
    }

    mutating func expect(_ symbol: String) throws(ChatTemplateError) {
        if !takes(symbol) { throw unexpected(quoted(symbol)) }
    }

    mutating func expect(_ kind: TemplateToken.Kind, _ expected: String) throws(ChatTemplateError) {
        if next.kind != kind { throw unexpected(expected) }
        take()
    }

    mutating func name() throws(ChatTemplateError) -> String {
        guard case .name(let name) = next.kind else { throw unexpected("a name") }
        place += 1
        return name
    }

    /// The whole template.
    mutating func template() throws(ChatTemplateError) -> [TemplateStatement] {
        let body = try statements(until: [])
        if next.kind != .end { throw unexpected("the end of the template") }
        if let first = unknown.first {
            throw first.isTest
                ? TemplateTests.unknown(first.name, first.line) : TemplateFilters.unknown(first.name, first.line)
        }
        return body
    }

    /// The body of a statement, from the end of its opening tag to the name of one of `ends`, which is left to be taken.
    mutating func body(until ends: String...) throws(ChatTemplateError) -> [TemplateStatement] {
        _ = takes(":")  // as Python writes it
        try expect(.blockEnd, "%}")
        return try statements(until: ends)
    }

    /// The same to the end tag `end`, which is passed but for its `%}`.
    mutating func body(to end: String) throws(ChatTemplateError) -> [TemplateStatement] {
        let body = try body(until: end)
        take()
        return body
    }

    /// A body that Jinja compiles on its own: in it, what does not exist is an error again. `isFunction`: loops around
    /// it cannot be left from it.
    mutating func ownBody(to end: String, isFunction: Bool) throws(ChatTemplateError) -> [TemplateStatement] {
        let (lenient, around) = (isLenient, loops)
        isLenient = false
        if isFunction { loops = 0 }
        let body = try body(to: end)
        (isLenient, loops) = (lenient, around)
        return body
    }

    /// Statements up to a block that begins with one of `ends`, whose name is left to be taken.
    private mutating func statements(until ends: [String]) throws(ChatTemplateError) -> [TemplateStatement] {
        var body: [TemplateStatement] = []
        while true {
            switch next.kind {
            case .end:
                if ends.isEmpty { return body }
                throw unexpected("{% \(ends.joined(separator: " %} or {% ")) %}")
            case .text(let text):
                body.append(.text(text))
                place += 1
            case .outputBegin:
                place += 1
                body.append(.output([try tuple()]))
                try expect(.outputEnd, "}}")
            default:
                try expect(.blockBegin, "{%")
                guard case .name(let word) = next.kind else { throw unexpected("the name of a statement") }
                if ends.contains(word) { return body }
                body.append(try statement(word))
                try expect(.blockEnd, "%}")
            }
        }
    }

    private mutating func statement(_ word: String) throws(ChatTemplateError) -> TemplateStatement {
        let line = next.line
        blocks += 1
        defer { blocks -= 1 }
        if blocks > Self.blockLimit {
            throw .tooMuch(line: line, what: "blocks stand more than \(Self.blockLimit) deep in each other")
        }
        switch word {
        case "if": return try branch()
        case "for": return try loop()
        case "set": return try set()
        case "macro": return try macro()
        case "call": return try callBlock()
        case "filter": return try filterBlock()
        case "with": return try with()
        case "block": return try block()
        case "print": return try printed()
        case "autoescape": return try autoescape()
        case "include", "import", "from", "extends": return try refused(word)
        case "generation":
            // Marks the assistant's words for training; to rendering its body is all there is.
            take()
            return .scope(try ownBody(to: "endgeneration", isFunction: true))
        case "break", "continue":
            if loops == 0 { throw unexpected("a loop around it") }
            take()
            return word == "break" ? .leaveLoop : .nextTurn
        default:
            throw unexpected("the name of a statement")
        }
    }

    private mutating func branch() throws(ChatTemplateError) -> TemplateStatement {
        let lenient = isLenient
        isLenient = true
        defer { isLenient = lenient }
        var branches: [(condition: TemplateExpression, body: [TemplateStatement])] = []
        var otherwise: [TemplateStatement] = []
        repeat {
            take()  // if, elif
            let condition = try tuple(withChoice: false)
            branches.append((condition, try body(until: "elif", "else", "endif")))
        } while isNext("elif")
        if takes("else") { otherwise = try body(until: "endif") }
        take()
        return .branch(branches, otherwise: otherwise)
    }

    private mutating func loop() throws(ChatTemplateError) -> TemplateStatement {
        let line = take().line
        let target = try target(until: "in")
        try checkLoopName(target, line)
        try expect("in")
        let items = try tuple(withChoice: false, until: "recursive")
        let lenient = isLenient
        isLenient = false
        let condition = takes("if") ? try expression() : nil
        let isRecursive = takes("recursive")
        loops += 1
        let body = try body(until: "else", "endfor")
        loops -= 1
        var otherwise: [TemplateStatement] = []
        if takes("else") { otherwise = try self.body(until: "endfor") }
        take()
        isLenient = lenient
        return .loop(
            TemplateLoop(
                target: target, items: items, condition: condition, body: body, otherwise: otherwise,
                isRecursive: isRecursive, line: line))
    }

    private func checkLoopName(_ target: TemplateTarget, _ line: Int) throws(ChatTemplateError) {
        switch target {
        case .name("loop"): throw .syntax(line: line, found: "\"loop\" as the loop's name", expected: "another name")
        case .parts(let parts): for part in parts { try checkLoopName(part, line) }
        default: break
        }
    }

    private mutating func set() throws(ChatTemplateError) -> TemplateStatement {
        let line = take().line
        let target = try target(until: nil, withAttributes: true)
        if takes("=") { return .set(target, try tuple()) }
        let lenient = isLenient
        isLenient = false
        let filters = try filterUses()
        let body = try body(to: "endset")
        isLenient = lenient
        return .capture(target, filters, body, line: line)
    }

    private mutating func printed() throws(ChatTemplateError) -> TemplateStatement {
        take()
        var values: [TemplateExpression] = []
        while next.kind != .blockEnd {
            if !values.isEmpty { try expect(",") }
            values.append(try expression())
        }
        return .output(values)
    }
}
