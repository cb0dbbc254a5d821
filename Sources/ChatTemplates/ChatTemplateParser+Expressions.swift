// Reads the expressions of a chat template, by Jinja's precedence.

extension TemplateParser {
    /// How deep expressions may nest; evaluating them recurses as deep.
    static let depthLimit = 64

    /// How tightly the arithmetic operators bind. `and`, `or`, `not`, comparisons and `if` bind looser than these.
    private static let levels = ["+": 0, "-": 0, "~": 1, "*": 2, "/": 2, "//": 2, "%": 2, "**": 3]

    func make(
        _ kind: TemplateExpression.Kind, _ line: Int, _ depths: Int...
    ) throws(ChatTemplateError) -> TemplateExpression {
        let depth = 1 + (depths.max() ?? 0)
        if depth > Self.depthLimit {
            throw .tooMuch(line: line, what: "an expression nests deeper than \(Self.depthLimit) levels")
        }
        return TemplateExpression(kind: kind, line: line, depth: depth)
    }

    /// An expression. `withChoice`: whether `a if b else c` may stand here (not so in `for x in …`, where `if` filters).
    mutating func expression(withChoice: Bool = true) throws(ChatTemplateError) -> TemplateExpression {
        nesting += 1
        defer { nesting -= 1 }
        if nesting > Self.depthLimit {
            throw .tooMuch(line: next.line, what: "an expression nests deeper than \(Self.depthLimit) levels")
        }
        var value = try disjunction()
        while withChoice, isNext("if") {
            let line = take().line
            let condition = try disjunction()
            let otherwise = takes("else") ? try expression() : nil
            value = try make(
                .choice(condition: condition, then: value, otherwise: otherwise), line, value.depth, condition.depth,
                otherwise?.depth ?? 0)
        }
        return value
    }

    /// An expression, or several with commas between them, which make a list.
    mutating func tupleOrExpression() throws(ChatTemplateError) -> TemplateExpression {
        let first = try expression()
        if !isNext(",") { return first }
        var items = [first]
        while takes(",") { items.append(try expression()) }
        return try make(.list(items), first.line, items.map { $0.depth }.max() ?? 0)
    }

    private mutating func disjunction() throws(ChatTemplateError) -> TemplateExpression {
        var left = try conjunction()
        while isNext("or") {
            let line = take().line
            let right = try conjunction()
            left = try make(.or(left, right), line, left.depth, right.depth)
        }
        return left
    }

    private mutating func conjunction() throws(ChatTemplateError) -> TemplateExpression {
        var left = try negation()
        while isNext("and") {
            let line = take().line
            let right = try negation()
            left = try make(.and(left, right), line, left.depth, right.depth)
        }
        return left
    }

    private mutating func negation() throws(ChatTemplateError) -> TemplateExpression {
        guard isNext("not") else { return try comparison() }
        let line = take().line
        nesting += 1
        defer { nesting -= 1 }
        if nesting > Self.depthLimit { throw .tooMuch(line: line, what: "too many signs in a row") }
        let operand = try negation()
        return try make(.not(operand), line, operand.depth)
    }

    private mutating func comparison() throws(ChatTemplateError) -> TemplateExpression {
        let first = try binary(level: 0)
        var links: [(operation: String, operand: TemplateExpression)] = []
        while true {
            var operation: String?
            for symbol in ["==", "!=", "<", "<=", ">", ">=", "in"] where isNext(symbol) { operation = symbol }
            if isNext("not") {
                _ = take()
                operation = "not in"
                if !isNext("in") { throw unexpected(quoted("in")) }
            }
            guard let operation else { break }
            _ = take()
            links.append((operation, try binary(level: 0)))
        }
        if links.isEmpty { return first }
        return try make(
            .comparison(first, links), first.line, first.depth, links.map { $0.operand.depth }.max() ?? 0)
    }

    /// Operators of at least this level, by precedence climbing; all of them group from the left.
    private mutating func binary(level: Int) throws(ChatTemplateError) -> TemplateExpression {
        var left = try signed(withFilters: true)
        while case .symbol(let symbol) = next.kind, let own = Self.levels[symbol], own >= level {
            let line = take().line
            let right = try binary(level: own + 1)
            left = try make(.arithmetic(symbol, left, right), line, left.depth, right.depth)
        }
        return left
    }

    /// A signed or plain operand; filters and tests bind tighter than any operator.
    private mutating func signed(withFilters: Bool) throws(ChatTemplateError) -> TemplateExpression {
        let line = next.line
        var value: TemplateExpression
        if isNext("-") || isNext("+") {
            let isNegative = take().kind == .symbol("-")
            nesting += 1
            defer { nesting -= 1 }
            if nesting > Self.depthLimit { throw .tooMuch(line: line, what: "too many signs in a row") }
            value = try signed(withFilters: false)
            if isNegative { value = try make(.negated(value), line, value.depth) }
        } else {
            value = try postfix(try primary())
        }
        return withFilters ? try filtered(value) : value
    }

    mutating func primary() throws(ChatTemplateError) -> TemplateExpression {
        let token = next
        switch token.kind {
        case .integer(let value):
            _ = take()
            return try make(.integer(value), token.line)
        case .float(let value):
            _ = take()
            return try make(.float(value), token.line)
        case .string(var text):
            _ = take()
            while case .string(let more) = next.kind {  // 'a' 'b' is one string
                text += more
                _ = take()
            }
            return try make(.string(text), token.line)
        case .name(let name):
            _ = take()
            switch name {
            case "true", "True": return try make(.bool(true), token.line)
            case "false", "False": return try make(.bool(false), token.line)
            case "none", "None": return try make(.none, token.line)
            case "if", "else", "elif", "in", "is", "and", "or", "not":
                throw .syntax(line: token.line, found: quoted(name), expected: "a value")
            default: return try make(.name(name), token.line)
            }
        case .symbol("("): return try bracketed()
        case .symbol("["):
            _ = take()
            let items = try self.items(until: "]")
            return try make(.list(items), token.line, items.map { $0.depth }.max() ?? 0)
        case .symbol("{"): return try dictionary()
        default: throw unexpected("a value")
        }
    }

    /// `(a)` is a; `()` and `(a, b)` are lists.
    private mutating func bracketed() throws(ChatTemplateError) -> TemplateExpression {
        let line = take().line
        if takes(")") { return try make(.list([]), line) }
        let first = try expression()
        if takes(")") { return first }
        try expect(",")
        let items = [first] + (try self.items(until: ")"))
        return try make(.list(items), line, items.map { $0.depth }.max() ?? 0)
    }

    mutating func items(until close: String) throws(ChatTemplateError) -> [TemplateExpression] {
        var items: [TemplateExpression] = []
        while !takes(close) {
            items.append(try expression())
            if !isNext(close) { try expect(",") }
        }
        return items
    }

    private mutating func dictionary() throws(ChatTemplateError) -> TemplateExpression {
        let line = take().line
        var entries: [(key: TemplateExpression, value: TemplateExpression)] = []
        while !takes("}") {
            let key = try expression()
            try expect(":")
            entries.append((key, try expression()))
            if !isNext("}") { try expect(",") }
        }
        let depths = entries.map { max($0.key.depth, $0.value.depth) }
        return try make(.dictionary(entries), line, depths.max() ?? 0)
    }
}
