// Runs the statements of a chat template.

internal import JSONText

/// Where a statement goes on.
enum TemplateFlow {
    case next
    case leaveLoop
    case nextTurn
}

extension TemplateRun {
    func run(_ body: [TemplateStatement]) throws(ChatTemplateError) -> TemplateFlow {
        for statement in body {
            let flow = try run(statement)
            if flow != .next { return flow }
        }
        return .next
    }

    private func run(_ statement: TemplateStatement) throws(ChatTemplateError) -> TemplateFlow {
        try enter(line)
        defer { leave() }
        switch statement {
        case .text(let text): try write(text)
        case .output(let values):
            for value in values { try write(try text(of: try evaluate(value))) }
        case .branch(let branches, let otherwise):
            for branch in branches where try isTrue(try evaluate(branch.condition)) { return try run(branch.body) }
            return try run(otherwise)
        case .loop(let loop):
            let items = try source(try evaluate(loop.items), loop.line)
            return try run(loop, over: items, depth: 0)
        case .set(let target, let value):
            let made = try evaluate(value)
            line = value.line
            try assign(made, to: target)
        case .macro(let definition): define(definition.name, .macro(macro(definition)))
        case .callBlock(let definition, let call): return try run(definition, call)
        case .block(let block):
            line = block.line
            try render(block, in: block.isScoped ? scope : nil)
        case .refused(let line, let what): throw .unsupported(line: line, what: what, supported: "")
        case .leaveLoop: return .leaveLoop
        case .nextTurn: return .nextTurn
        default: return try runInScope(statement)
        }
        return .next
    }

    /// Statements whose bodies have names of their own.
    private func runInScope(_ statement: TemplateStatement) throws(ChatTemplateError) -> TemplateFlow {
        let inner = TemplateScope(in: scope)
        switch statement {
        case .capture(let target, let filters, let body, let line):
            let written = try capture { () throws(ChatTemplateError) in
                try within(inner) { () throws(ChatTemplateError) in try run(body) }
            }
            if written.result != .next { return written.result }
            let value = try within(inner) { () throws(ChatTemplateError) in
                try filtered(.string(written.text), filters)
            }
            self.line = line
            try assign(value, to: target)
        case .filterBlock(let filters, let body, let line):
            self.line = line
            let written = try capture { () throws(ChatTemplateError) in
                try within(inner) { () throws(ChatTemplateError) in try run(body) }
            }
            if written.result != .next { return written.result }
            let value = try within(inner) { () throws(ChatTemplateError) in
                try filtered(.string(written.text), filters)
            }
            try write(try text(of: value))
        case .with(let values, let body, let line):
            self.line = line
            for (target, value) in values {
                let made = try evaluate(value)
                try within(inner) { () throws(ChatTemplateError) in try assign(made, to: target) }
            }
            return try within(inner) { () throws(ChatTemplateError) in try run(body) }
        case .scope(let body): return try within(inner) { () throws(ChatTemplateError) in try run(body) }
        default: break
        }
        return .next
    }

    private func filtered(
        _ start: TemplateValue, _ filters: [TemplateFilterUse]
    ) throws(ChatTemplateError) -> TemplateValue {
        var value = start
        for use in filters { value = try apply(use, to: value) }
        return value
    }

    /// `{% call %}`: the call, given the body as its `caller`.
    private func run(
        _ definition: TemplateMacroDefinition, _ call: TemplateExpression
    ) throws(ChatTemplateError) -> TemplateFlow {
        guard case .call(let callee, let arguments) = call.kind else { return .next }
        let function = try evaluate(callee)
        var given = try evaluate(arguments)
        line = call.line
        if given.named.contains(where: { $0.name == "caller" }) { throw failure("the call is given two callers") }
        given.named.append(("caller", .macro(macro(definition))))
        try write(try text(of: try self.call(function, given)))
        return .next
    }

    /// Renders a block, which sees the template's own names, or those of `around`.
    func render(_ block: TemplateBlock, in around: TemplateScope?) throws(ChatTemplateError) {
        if block.isRequired { throw failure("the block \(quoted(block.name)) is required, and nothing fills it") }
        var outermost = scope
        while let parent = outermost.parent, parent !== root { outermost = parent }
        try within(TemplateScope(in: around ?? outermost)) { () throws(ChatTemplateError) in _ = try run(block.body) }
    }

    // MARK: Assigning

    func assign(_ value: TemplateValue, to target: TemplateTarget) throws(ChatTemplateError) {
        switch target {
        case .name(let name): define(name, value)
        case .attribute(let name, let attribute):
            guard case .namespace(let namespace) = lookUp(name) else {
                throw failure("\(quoted(name)) is no namespace, so its attributes cannot be set")
            }
            if attribute.hasPrefix("_") {
                throw failure("a namespace takes no name that begins with an underscore, as \(quoted(attribute)) does")
            }
            namespace.values.set(attribute, try checked(value))
        case .parts(let targets):
            let parts = try items(of: value)
            if parts.count != targets.count {
                throw failure("\(value.kind) of \(parts.count) cannot be taken apart into \(targets.count) names")
            }
            for (target, part) in zip(targets, parts) { try assign(part, to: target) }
        }
    }

    // MARK: Loops

    /// The items of a loop; one that gives its items once goes on where it stands.
    func source(_ value: TemplateValue, _ line: Int) throws(ChatTemplateError) -> TemplateIterator {
        self.line = line
        if case .iterator(let iterator) = value { return iterator }
        return TemplateIterator(try items(of: value), maker: "for")
    }

    func run(
        _ loop: TemplateLoop, over items: TemplateIterator, depth: Int
    ) throws(ChatTemplateError) -> TemplateFlow {
        let state = TemplateLoopState(loop, items, scope: scope, depth: depth)
        while let item = try peek(state) {
            try spend(2)
            state.advance()
            let inner = TemplateScope(in: scope)
            inner.values["loop"] = .loop(state)
            let flow = try within(inner) { () throws(ChatTemplateError) in
                line = loop.line
                try assign(item, to: loop.target)
                return try run(loop.body)
            }
            if flow == .leaveLoop { break }
        }
        state.isOver = true
        if state.index == 0 {
            return try within(TemplateScope(in: scope)) { () throws(ChatTemplateError) in try run(loop.otherwise) }
        }
        return .next
    }

    /// The item that comes next, if the loop's condition lets one through; it stays next.
    func peek(_ state: TemplateLoopState) throws(ChatTemplateError) -> TemplateValue? {
        if let next = state.next { return next }
        return try pull(state) ? state.next : nil
    }

    /// Draws one more item that the loop's condition lets through.
    func pull(_ state: TemplateLoopState) throws(ChatTemplateError) -> Bool {
        while let item = state.source.next() {
            try spend(1)
            guard let condition = state.loop.condition else {
                state.draw(item)
                return true
            }
            let inner = TemplateScope(in: state.scope)
            inner.values["loop"] = .undefined("\"loop\", which the condition of a loop does not have,")
            let isLet = try within(inner) { () throws(ChatTemplateError) in
                try assign(item, to: state.loop.target)
                return try isTrue(try evaluate(condition))
            }
            if isLet {
                state.draw(item)
                return true
            }
        }
        return false
    }
}
