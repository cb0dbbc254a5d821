// Reads the expressions of a chat template, by Jinja's precedence.

extension TemplateParser {
    /// How deep expressions may nest; evaluating them recurses as deep.
    static let depthLimit = 160

    /// How tightly the arithmetic operators bind. `and`, `or`, `not`, comparisons and `if` bind looser than these.
    private static let levels = ["+": 0, "-": 0, "~": 1, "*": 2, "/": 2, "//": 2, "%": 2, "**": 3]

    func make(
        _ kind: TemplateExpression.Kind, _ line: Int, _ depths: Int...
    ) throws(ChatTemplateError) -> TemplateExpression {
        try make(kind, line, depths)
    }

    func make(
        _ kind: TemplateExpression.Kind, _ line: Int, _ depths: [Int]
    ) throws(ChatTemplateError) -> TemplateExpression {
        let depth = 1 + (depths.max() ?? 0)
        if depth > Self.depthLimit { throw tooDeep(line) }
        return TemplateExpression(kind: kind, line: line, depth: depth)
    }

    private func tooDeep(_ line: Int) -> ChatTemplateError {
        .tooMuch(line: line, what: "an expression nests deeper than \(Self.depthLimit) levels")
    }

    func checkNesting() throws(ChatTemplateError) {
        if nesting > Self.depthLimit { throw tooDeep(next.line) }
    }

    /// An expression. `withChoice`: whether `a if b else c` may stand here (not so in `for x in …`, where `if` filters).
    mutating func expression(withChoice: Bool = true) throws(ChatTemplateError) -> TemplateExpression {
        nesting += 1
        defer { nesting -= 1 }
        try checkNesting()
        let unknownBefore = unknown.count
        var value = try disjunction()
        while withChoice, isNext("if") {
            let line = take().line
            // In a choice, what does not exist is an error only when it is reached.
            unknown.removeSubrange(unknownBefore...)
            let lenient = isLenient
            isLenient = true
            defer { isLenient = lenient }
            let condition = try disjunction()
            let otherwise = takes("else") ? try expression() : nil
            value = try make(
                .choice(condition: condition, then: value, otherwise: otherwise), line, value.depth, condition.depth,
                otherwise?.depth ?? 0)
        }
        return value
    }

    /// An expression, or several with commas between them, which make a tuple.
    mutating func tuple(
        withChoice: Bool = true, until end: String? = nil, inBrackets: Bool = false
    ) throws(ChatTemplateError) -> TemplateExpression {
        let line = next.line
        var items: [TemplateExpression] = []
        var isTuple = false
        while !isTupleEnd(end) {
            items.append(try expression(withChoice: withChoice))
            if !takes(",") { break }
            isTuple = true
        }
        if !isTuple {
            if let first = items.first { return first }
            if !inBrackets { throw unexpected("a value") }
        }
        return try make(.tuple(items), line, items.map { $0.depth })
    }

    private func isTupleEnd(_ end: String?) -> Bool {
        next.kind == .outputEnd || next.kind == .blockEnd || isNext(")") || end.map { isNext($0) } ?? false
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
        try checkNesting()
        let operand = try negation()
        return try make(.not(operand), line, operand.depth)
    }

    private mutating func comparison() throws(ChatTemplateError) -> TemplateExpression {
        let first = try binary(level: 0)
        var links: [(operation: String, operand: TemplateExpression)] = []
        while true {
            var operation: String?
            for symbol in ["==", "!=", "<", "<=", ">", ">=", "in"] where isNext(symbol) { operation = symbol }
            if isNext("not"), isAfterNext("in") {
                take()
                operation = "not in"
            }
            guard let operation else { break }
            take()
            links.append((operation, try binary(level: 0)))
        }
        if links.isEmpty { return first }
        return try make(.comparison(first, links), first.line, [first.depth] + links.map { $0.operand.depth })
    }

    /// Operators of at least this level, by precedence climbing; all of them group from the left.
    private mutating func binary(level: Int) throws(ChatTemplateError) -> TemplateExpression {
        var left = try signed(withFilters: true)
        while case .symbol(let symbol) = next.kind, let own = Self.levels[symbol], own >= level {
            let line = take().line
            let right = try binary(level: own + 1)
            if symbol == "~" {
                var parts = [left, right]
                while takes("~") { parts.append(try binary(level: own + 1)) }
                left = try make(.joined(parts), line, parts.map { $0.depth })
            } else {
                left = try make(.arithmetic(symbol, left, right), line, left.depth, right.depth)
            }
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
            try checkNesting()
            value = try signed(withFilters: false)
            value = try make(.signed(value, isNegative: isNegative), line, value.depth)
        } else {
            value = try primary()
        }
        value = try postfix(value)
        return withFilters ? try filtered(value) : value
    }

    mutating func primary() throws(ChatTemplateError) -> TemplateExpression {
        let token = next
        switch token.kind {
        case .integer(let value):
            take()
            return try make(.integer(value), token.line)
        case .float(let value):
            take()
            return try make(.float(value), token.line)
        case .string(var text):
            take()
            while case .string(let more) = next.kind {  // 'a' 'b' is one string
                text += more
                take()
            }
            return try make(.string(text), token.line)
        case .name(let name):
            take()
            switch name {
            case "true", "True": return try make(.bool(true), token.line)
            case "false", "False": return try make(.bool(false), token.line)
            case "none", "None": return try make(.none, token.line)
            default:
                reads(name)
                return try make(.name(name), token.line)
            }
        case .symbol("("):
            take()
            let inner = try tuple(inBrackets: true)
            try expect(")")
            return inner
        case .symbol("["):
            take()
            let items = try self.items(until: "]")
            return try make(.list(items), token.line, items.map { $0.depth })
        case .symbol("{"): return try dictionary()
        default: throw unexpected("a value")
        }
    }

    private mutating func items(until close: String) throws(ChatTemplateError) -> [TemplateExpression] {
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
        return try make(.dictionary(entries), line, entries.flatMap { [$0.key.depth, $0.value.depth] })
    }
}
