// Reads the statements of a chat template that define something: macros, calls with a body, blocks, `with`; and targets.

internal import JSONText

extension TemplateParser {
    /// What macros may ask for beside their parameters.
    static let specialNames: Set<String> = ["caller", "varargs", "kwargs"]

    /// What a value is assigned to. `end`: the word that ends it, where one does.
    mutating func target(until end: String?, withAttributes: Bool = false) throws(ChatTemplateError) -> TemplateTarget {
        var parts: [TemplateTarget] = []
        var isTuple = false
        while true {
            if next.kind == .blockEnd || isNext(")") || end.map({ isNext($0) }) ?? false { break }
            parts.append(try part(withAttributes))
            if !takes(",") { break }
            isTuple = true
        }
        guard let first = parts.first else { throw unexpected("a name") }
        return isTuple ? .parts(parts) : first
    }

    private mutating func part(_ withAttributes: Bool) throws(ChatTemplateError) -> TemplateTarget {
        if takes("(") {
            nesting += 1
            defer { nesting -= 1 }
            try checkNesting()
            let inner = try target(until: nil, withAttributes: false)
            try expect(")")
            return inner
        }
        let line = next.line
        let name = try name()
        if ["true", "false", "none", "True", "False", "None"].contains(name) {
            throw .syntax(line: line, found: quoted(name), expected: "a name that can be assigned to")
        }
        if withAttributes, takes(".") { return .attribute(of: name, try self.name()) }
        stores(name)
        return .name(name)
    }

    /// A name is set: from here on it is no longer the special one that a call fills.
    mutating func stores(_ name: String) {
        guard Self.specialNames.contains(name) else { return }
        for place in asks.indices { asks[place].stored.insert(name) }
    }

    /// A name is read: the macros around it ask for it if it is special.
    mutating func reads(_ name: String) {
        guard Self.specialNames.contains(name) else { return }
        for place in asks.indices where !asks[place].stored.contains(name) { asks[place].asked.insert(name) }
    }

    mutating func macro() throws(ChatTemplateError) -> TemplateStatement {
        let line = take().line
        let name = try name()
        asks.append(TemplateSpecialNames())
        let parameters = try signature()
        let body = try ownBody(to: "endmacro", isFunction: true)
        return .macro(
            TemplateMacroDefinition(
                name: name, parameters: parameters, body: body, asks: asks.removeLast().asked, line: line))
    }

    /// `{% call(x) f(y) %}`: the signature, the call, the body.
    mutating func callBlock() throws(ChatTemplateError) -> TemplateStatement {
        let line = take().line
        asks.append(TemplateSpecialNames())
        let parameters = isNext("(") ? try signature() : []
        let own = asks.removeLast()
        let call = try expression()
        guard case .call = call.kind else {
            throw .syntax(line: line, found: "something else", expected: "a call after {% call %}")
        }
        asks.append(own)
        let body = try ownBody(to: "endcall", isFunction: true)
        return .callBlock(
            TemplateMacroDefinition(
                name: "caller", parameters: parameters, body: body, asks: asks.removeLast().asked, line: line), call)
    }

    /// `(a, b=1)`, the parameters of a macro.
    private mutating func signature() throws(ChatTemplateError) -> [(name: String, value: TemplateExpression?)] {
        var parameters: [(name: String, value: TemplateExpression?)] = []
        let lenient = isLenient
        isLenient = false
        defer { isLenient = lenient }
        try expect("(")
        while !isNext(")") {
            if !parameters.isEmpty { try expect(",") }
            let line = next.line
            let name = try name()
            stores(name)
            if takes("=") {
                parameters.append((name, try expression()))
                continue
            }
            if parameters.last?.value != nil {
                throw .syntax(
                    line: line, found: "\(quoted(name)) without a default", expected: "a default, as before it")
            }
            if name == "caller" {
                throw .syntax(line: line, found: "\"caller\" without a default", expected: "a default for it")
            }
            parameters.append((name, nil))
        }
        take()
        return parameters
    }

    mutating func filterBlock() throws(ChatTemplateError) -> TemplateStatement {
        let line = take().line
        let lenient = isLenient
        isLenient = false
        let filters = [try filterUse()] + (try filterUses())
        let body = try body(to: "endfilter")
        isLenient = lenient
        return .filterBlock(filters, body, line: line)
    }

    mutating func with() throws(ChatTemplateError) -> TemplateStatement {
        let line = take().line
        var values: [(target: TemplateTarget, value: TemplateExpression)] = []
        while next.kind != .blockEnd, !isNext(":") {
            if !values.isEmpty { try expect(",") }
            let target = try part(false)
            try expect("=")
            values.append((target, try expression()))
        }
        return .with(values, try ownBody(to: "endwith", isFunction: false), line: line)
    }

    mutating func block() throws(ChatTemplateError) -> TemplateStatement {
        let line = take().line
        let name = try name()
        let isScoped = takes("scoped")
        let isRequired = takes("required")
        if !blockNames.insert(name).inserted {
            throw .syntax(line: line, found: "a second block \(quoted(name))", expected: "another name")
        }
        var block = TemplateBlock(name: name, isScoped: isScoped, isRequired: isRequired, body: [], line: line)
        let place = namedBlocks.count
        namedBlocks.append(block)
        block.body = try ownBody(to: "endblock", isFunction: true)
        namedBlocks[place] = block
        _ = takes(name)
        return .block(block)
    }

    /// Nothing is escaped in a chat: `{% autoescape false %}` changes nothing, any other is refused when it is reached.
    mutating func autoescape() throws(ChatTemplateError) -> TemplateStatement {
        let line = take().line
        let isOn = try expression()
        let body = try ownBody(to: "endautoescape", isFunction: false)
        if case .bool(false) = isOn.kind { return .scope(body) }
        return .refused(line: line, what: "automatic escaping")
    }

    /// Statements that would read another template; there is none.
    mutating func refused(_ word: String) throws(ChatTemplateError) -> TemplateStatement {
        let line = take().line
        _ = try expression()
        while next.kind != .blockEnd {
            if next.kind == .end { throw unexpected("%}") }
            if case .name(let name) = next.kind { stores(name) }
            take()
        }
        return .refused(line: line, what: "the statement \(quoted(word)), which reads another template,")
    }
}

/// The special names that a macro's body reads, and those it has set itself before.
struct TemplateSpecialNames {
    var asked: Set<String> = []
    var stored: Set<String> = []
}
