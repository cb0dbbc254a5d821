// Reads the statements of a chat template.
// Expressions are read in ChatTemplateParser+Expressions.swift.

/// A recursive-descent parser over the lexer's tokens. Nesting is bounded, for blocks and for expressions.
struct TemplateParser {
    static let blockLimit = 32
    private let tokens: [TemplateToken]
    private var place = 0
    private var blocks = 0
    private var loops = 0
    /// How many brackets and signs the expression at the place stands in.
    var nesting = 0

    init(_ tokens: [TemplateToken]) { self.tokens = tokens }

    var next: TemplateToken { tokens[place] }

    /// The token at the place, which it passes; the end stays.
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
        place + 1 < tokens.count && tokens[place + 1].kind == .symbol(symbol)
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
        _ = take()
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
                body.append(.output(try expression()))
                try expect(.outputEnd, "}}")
            default:
                try expect(.blockBegin, "{%")
                guard case .name(let word) = next.kind else { throw unexpected("the name of a statement") }
                if ends.contains(word) { return body }
                body += try statement(word)
            }
        }
    }

    private mutating func statement(_ word: String) throws(ChatTemplateError) -> [TemplateStatement] {
        let line = next.line
        blocks += 1
        defer { blocks -= 1 }
        if blocks > Self.blockLimit {
            throw .tooMuch(line: line, what: "blocks stand more than \(Self.blockLimit) deep in each other")
        }
        switch word {
        case "if": return [try branch()]
        case "for": return [try loop()]
        case "set": return [try set()]
        case "generation":
            // Marks the assistant's words for training; to rendering its body is all there is.
            place += 1
            try expect(.blockEnd, "%}")
            let body = try statements(until: ["endgeneration"])
            try end("endgeneration")
            return body
        case "break", "continue":
            if loops == 0 { throw unexpected("a loop around it") }
            place += 1
            try expect(.blockEnd, "%}")
            return [word == "break" ? .leaveLoop : .nextTurn]
        case "macro", "call", "include", "import", "from", "extends", "block", "filter", "with", "autoescape", "do":
            throw .unsupported(
                line: line, what: "the statement \(quoted(word))", supported: "if, for, set, break, continue, raw")
        default: throw unexpected("the name of a statement")
        }
    }

    /// Passes an end tag whose name is next.
    private mutating func end(_ word: String) throws(ChatTemplateError) {
        try expect(word)
        try expect(.blockEnd, "%}")
    }

    private mutating func branch() throws(ChatTemplateError) -> TemplateStatement {
        var branches: [(condition: TemplateExpression, body: [TemplateStatement])] = []
        var otherwise: [TemplateStatement] = []
        repeat {
            place += 1  // if, elif
            let condition = try expression()
            try expect(.blockEnd, "%}")
            branches.append((condition, try statements(until: ["elif", "else", "endif"])))
        } while isNext("elif")
        if takes("else") {
            try expect(.blockEnd, "%}")
            otherwise = try statements(until: ["endif"])
        }
        try end("endif")
        return .branch(branches, otherwise: otherwise)
    }

    private mutating func loop() throws(ChatTemplateError) -> TemplateStatement {
        let line = next.line
        place += 1
        let names = try nameList()
        try expect("in")
        let items = try expression(withChoice: false)
        let condition = takes("if") ? try expression() : nil
        if isNext("recursive") { throw .unsupported(line: line, what: "a recursive loop", supported: "") }
        try expect(.blockEnd, "%}")
        loops += 1
        let body = try statements(until: ["else", "endfor"])
        loops -= 1
        var otherwise: [TemplateStatement] = []
        if takes("else") {
            try expect(.blockEnd, "%}")
            otherwise = try statements(until: ["endfor"])
        }
        try end("endfor")
        return .loop(
            TemplateLoop(
                names: names, items: items, condition: condition, body: body, otherwise: otherwise, line: line))
    }

    private mutating func nameList() throws(ChatTemplateError) -> [String] {
        let bracketed = takes("(")
        var names = [try name()]
        while takes(",") { names.append(try name()) }
        if bracketed { try expect(")") }
        return names
    }

    private mutating func set() throws(ChatTemplateError) -> TemplateStatement {
        let line = next.line
        place += 1
        let names = try nameList()
        var target = TemplateTarget.names(names)
        if names.count == 1, takes(".") { target = .attribute(of: names[0], try name()) }
        if takes("=") {
            let value = try tupleOrExpression()
            try expect(.blockEnd, "%}")
            return .set(target, value)
        }
        if isNext("|") { throw .unsupported(line: line, what: "a filter on a set block", supported: "") }
        try expect(.blockEnd, "%}")
        let body = try statements(until: ["endset"])
        try end("endset")
        return .capture(target, body, line: line)
    }
}
