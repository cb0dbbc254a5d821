// Reads what follows a value in a chat template: attributes, items, calls, filters and tests.

extension TemplateParser {
    /// Attributes, items, slices and calls after a value.
    mutating func postfix(_ start: TemplateExpression) throws(ChatTemplateError) -> TemplateExpression {
        var value = start
        while true {
            let line = next.line
            if takes(".") {
                if case .integer(let index) = next.kind {
                    _ = take()
                    value = try make(.item(value, try make(.integer(index), line)), line, value.depth)
                } else {
                    value = try make(.attribute(value, try name()), line, value.depth)
                }
            } else if takes("[") {
                value = try subscripted(value, line)
            } else if isNext("(") {
                let arguments = try self.arguments()
                value = try make(.call(value, arguments), line, value.depth, arguments.depth)
            } else {
                return value
            }
        }
    }

    private mutating func subscripted(
        _ value: TemplateExpression, _ line: Int
    ) throws(ChatTemplateError) -> TemplateExpression {
        var parts: [TemplateExpression?] = [nil]
        while !takes("]") {
            if takes(":") {
                parts.append(nil)
            } else if parts[parts.count - 1] == nil {
                parts[parts.count - 1] = try expression()
            } else {
                throw unexpected(quoted("]"))
            }
        }
        if parts.count > 3 {
            throw .syntax(line: line, found: "a slice of \(parts.count) parts", expected: "at most 3")
        }
        if parts.count == 1 {
            guard let index = parts[0] else { throw .syntax(line: line, found: "[]", expected: "an index") }
            return try make(.item(value, index), line, value.depth, index.depth)
        }
        return try make(.slice(value, parts), line, value.depth, parts.map { $0?.depth ?? 0 }.max() ?? 0)
    }

    private mutating func arguments() throws(ChatTemplateError) -> TemplateArguments {
        var arguments = TemplateArguments()
        try expect("(")
        while !takes(")") {
            if case .name(let name) = next.kind, isAfterNext("=") {
                _ = take()
                _ = take()
                arguments.named.append((name, try expression()))
            } else if isNext("*") || isNext("**") {
                throw .unsupported(line: next.line, what: "an argument list taken apart", supported: "")
            } else {
                arguments.positional.append(try expression())
            }
            if !isNext(")") { try expect(",") }
        }
        return arguments
    }

    /// `|filter` and `is test` after a value.
    mutating func filtered(_ start: TemplateExpression) throws(ChatTemplateError) -> TemplateExpression {
        var value = start
        while true {
            let line = next.line
            if takes("|") {
                let name = try self.name()
                let arguments = isNext("(") ? try self.arguments() : TemplateArguments()
                guard TemplateFilters.names.contains(name) else {
                    throw .unsupported(
                        line: line, what: "the filter \(quoted(name))",
                        supported: TemplateFilters.names.joined(separator: ", "))
                }
                value = try make(.filter(value, name, arguments), line, value.depth, arguments.depth)
            } else if takes("is") {
                value = try test(value, line)
            } else if isNext("(") {
                let arguments = try self.arguments()
                value = try make(.call(value, arguments), line, value.depth, arguments.depth)
            } else {
                return value
            }
        }
    }

    private mutating func test(
        _ value: TemplateExpression, _ line: Int
    ) throws(ChatTemplateError) -> TemplateExpression {
        let isNegated = takes("not")
        let name = try self.name()
        guard TemplateTests.names.contains(name) else {
            throw .unsupported(
                line: line, what: "the test \(quoted(name))", supported: TemplateTests.names.joined(separator: ", "))
        }
        var arguments = TemplateArguments()
        if isNext("(") {
            arguments = try self.arguments()
        } else if beginsTestArgument {
            arguments.positional = [try postfix(try primary())]
        }
        return try make(
            .test(value, name, arguments, isNegated: isNegated), line, value.depth, arguments.depth)
    }

    /// `is divisibleby 3`: one argument may stand without brackets.
    private var beginsTestArgument: Bool {
        switch next.kind {
        case .string, .integer, .float, .symbol("["), .symbol("{"): true
        case .name(let name): !["else", "or", "and", "is", "if", "in", "not"].contains(name)
        default: false
        }
    }
}
