// Calls in chat templates: macros, methods, functions of the environment.

internal import JSONText

/// The values that a call, filter or test was given.
struct TemplateCall {
    var positional: [TemplateValue] = []
    var named: [(name: String, value: TemplateValue)] = []

    /// The arguments in the order of `names`, whether they came by place or by name; nil for those that did not come.
    func arguments(
        _ names: [String], required: Int = 0, of what: String, _ run: TemplateRun
    ) throws(ChatTemplateError) -> [TemplateValue?] {
        var values = [TemplateValue?](repeating: nil, count: names.count)
        if positional.count > names.count {
            throw run.failure("\(what) takes at most \(names.count) arguments, not \(positional.count)")
        }
        for (place, value) in positional.enumerated() { values[place] = value }
        for (name, value) in named {
            guard let place = names.firstIndex(of: name) else {
                throw .unsupported(
                    line: run.line, what: "the argument \(quoted(name)) of \(what)",
                    supported: names.joined(separator: ", "))
            }
            if values[place] != nil { throw run.failure("\(what) is given its argument \(quoted(name)) twice") }
            values[place] = value
        }
        for place in 0..<required where values[place] == nil {
            throw run.failure("\(what) lacks its argument \(quoted(names[place]))")
        }
        return values
    }

    /// The one required argument of what takes exactly one.
    func only(_ name: String, of what: String, _ run: TemplateRun) throws(ChatTemplateError) -> TemplateValue {
        try arguments([name], required: 1, of: what, run)[0] ?? .none
    }
}

extension TemplateRun {
    func call(_ callee: TemplateValue, _ given: TemplateCall) throws(ChatTemplateError) -> TemplateValue {
        try enter(line)
        defer { leave() }
        switch callee {
        case .function(let name):
            guard let function = TemplateFunctions.table[name] else { break }
            return try function(self, given)
        case .macro(let macro): return try call(macro, given)
        case .method(let value, let name): return try TemplateMethods.call(self, value, name, given)
        case .loop(let state): return try recurse(state, given)
        case .joiner(let joiner):
            _ = try given.arguments([], of: "a joiner", self)
            if joiner.isUsed { return joiner.separator }
            joiner.isUsed = true
            return .string("")
        case .block(let name):
            guard let block = blocks[name] else { break }
            let written = try capture { () throws(ChatTemplateError) in try render(block, in: nil) }
            return .string(written.text)
        default: break
        }
        throw failure("\(callee.kind) cannot be called")
    }

    /// What a macro writes for these arguments.
    private func call(_ macro: TemplateMacro, _ given: TemplateCall) throws(ChatTemplateError) -> TemplateValue {
        let definition = macro.definition
        let inner = TemplateScope(in: macro.scope)
        let parameters = definition.parameters
        var named: [String: Int] = [:]
        for (place, argument) in given.named.enumerated() { named[argument.name] = place }
        func takeNamed(_ name: String) -> TemplateValue? {
            named.removeValue(forKey: name).map { given.named[$0].value }
        }
        for name in definition.asks where name == "caller" && !parameters.contains(where: { $0.name == name }) {
            inner.values[name] = takeNamed(name) ?? .undefined("the caller, as nothing calls this macro with a body,")
        }
        var values: [TemplateValue?] = given.positional.prefix(parameters.count).map { $0 }
        for parameter in parameters[values.count...] { values.append(takeNamed(parameter.name)) }
        if definition.asks.contains("kwargs") {
            let left = given.named.filter { named[$0.name] != nil }
            inner.values["kwargs"] = .dictionary(left.map { ($0.name, $0.value) })
        } else if let extra = given.named.first(where: { named[$0.name] != nil }) {
            throw failure("the macro \(quoted(definition.name)) takes no argument \(quoted(extra.name))")
        }
        if definition.asks.contains("varargs") {
            inner.values["varargs"] = .tuple(Array(given.positional.dropFirst(parameters.count)))
        } else if given.positional.count > parameters.count {
            throw failure("the macro \(quoted(definition.name)) takes at most \(parameters.count) arguments")
        }
        let written = try capture { () throws(ChatTemplateError) in
            try within(inner) { () throws(ChatTemplateError) in
                for (parameter, value) in zip(parameters, values) {
                    if let value {
                        define(parameter.name, value)
                    } else if let otherwise = parameter.value {
                        define(parameter.name, try evaluate(otherwise))
                    } else {
                        define(parameter.name, .undefined("\(quoted(parameter.name)), which was not given,"))
                    }
                }
                return try run(definition.body)
            }
        }
        return .string(written.text)
    }
}
