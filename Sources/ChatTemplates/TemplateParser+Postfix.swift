// Reads what follows a value in a chat template: attributes, items, calls, filters and tests.

internal import JSONText

extension TemplateParser {
    /// Attributes, items, slices and calls after a value.
    mutating func postfix(_ start: TemplateExpression) throws(ChatTemplateError) -> TemplateExpression {
        var value = start
        while true {
            let line = next.line
            if takes(".") {
                switch next.kind {
                case .integer(let index):
                    take()
                    value = try make(.item(value, try make(.integer(index), line)), line, value.depth)
                default:
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
        var parts: [TemplateExpression?] = []
        var isSlice = false
        repeat {
            if isNext(":") || isNext("]") {
                parts.append(nil)
            } else {
                parts.append(try expression())
            }
            if !isNext(":") { break }
            take()
            isSlice = true
        } while parts.count < 3
        if isSlice {
            try expect("]")
            return try make(.slice(value, parts), line, [value.depth] + parts.map { $0?.depth ?? 0 })
        }
        guard let first = parts[0] else { throw unexpected("an index") }
        var items = [first]
        while takes(",") { items.append(try expression()) }
        try expect("]")
        let index = items.count == 1 ? first : try make(.tuple(items), line, items.map { $0.depth })
        return try make(.item(value, index), line, value.depth, index.depth)
    }

    mutating func arguments() throws(ChatTemplateError) -> TemplateArguments {
        var arguments = TemplateArguments()
        var names: Set<String> = []
        let line = next.line
        let misplaced = ChatTemplateError.syntax(
            line: line, found: "arguments in the wrong order",
            expected: "values, then names, then *list, then **dictionary")
        try expect("(")
        while !takes(")") {
            if takes("*") {
                if arguments.list != nil || arguments.dictionary != nil { throw misplaced }
                arguments.list = try expression()
            } else if takes("**") {
                if arguments.dictionary != nil { throw misplaced }
                arguments.dictionary = try expression()
            } else if case .name(let name) = next.kind, isAfterNext("=") {
                if arguments.dictionary != nil { throw misplaced }
                take()
                take()
                if !names.insert(name).inserted {
                    throw .syntax(line: line, found: "the argument \(quoted(name)) twice", expected: "it once")
                }
                arguments.named.append((name, try expression()))
            } else {
                if arguments.list != nil || arguments.dictionary != nil || !arguments.named.isEmpty { throw misplaced }
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
                let use = try filterUse()
                value = try make(.filter(value, use), line, value.depth, use.arguments.depth)
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

    /// `| a | b(1)`, as many as stand there.
    mutating func filterUses() throws(ChatTemplateError) -> [TemplateFilterUse] {
        var uses: [TemplateFilterUse] = []
        while takes("|") { uses.append(try filterUse()) }
        return uses
    }

    /// A filter's name and arguments.
    mutating func filterUse() throws(ChatTemplateError) -> TemplateFilterUse {
        let line = next.line
        let name = try dottedName()
        let arguments = isNext("(") ? try self.arguments() : TemplateArguments()
        if !isLenient, TemplateFilters.table[name] == nil { unknown.append((name, line, isTest: false)) }
        return TemplateFilterUse(name: name, arguments: arguments, line: line)
    }

    private mutating func dottedName() throws(ChatTemplateError) -> String {
        var name = try self.name()
        while takes(".") { name += "." + (try self.name()) }
        return name
    }

    private mutating func test(
        _ value: TemplateExpression, _ line: Int
    ) throws(ChatTemplateError) -> TemplateExpression {
        let isNegated = takes("not")
        let name = try dottedName()
        if !isLenient, TemplateTests.table[name] == nil { unknown.append((name, line, isTest: true)) }
        var arguments = TemplateArguments()
        if isNext("(") {
            arguments = try self.arguments()
        } else if beginsTestArgument {
            if isNext("is") { throw unexpected("one test at a time") }
            arguments.positional = [try postfix(try primary())]
        }
        let test = try make(.test(value, name, arguments), line, value.depth, arguments.depth)
        return isNegated ? try make(.not(test), line, test.depth) : test
    }

    /// `is divisibleby 3`: one argument may stand without brackets.
    private var beginsTestArgument: Bool {
        switch next.kind {
        case .string, .integer, .float, .symbol("["), .symbol("{"): true
        case .name(let name): !["else", "or", "and"].contains(name)
        default: false
        }
    }
}
