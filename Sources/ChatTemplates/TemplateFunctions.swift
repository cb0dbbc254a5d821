// The functions that every chat template can call.

internal import JSONText

typealias TemplateFunction = @Sendable (TemplateRun, TemplateCall) throws(ChatTemplateError) -> TemplateValue

/// The functions, by name.
enum TemplateFunctions {
    static let table: [String: TemplateFunction] = [
        "range": range, "dict": dictionary, "namespace": namespace, "cycler": cycler, "joiner": joiner,
        "raise_exception": { (run, call) throws(ChatTemplateError) in
            let message = try call.only("message", of: "raise_exception", run)
            throw .raised(line: run.line, message: try run.text(of: message))
        },
        "strftime_now": { (run, call) throws(ChatTemplateError) in
            let format = try call.only("format", of: "strftime_now", run)
            guard let text = format.string else { throw run.failure("strftime_now takes a string, not \(format.kind)") }
            guard let date = run.date else { throw run.failure("strftime_now has no date to tell") }
            run.hasUsedDate = true
            return try run.made(try date.formatted(text, run))
        },
        "lipsum": { (run, _) throws(ChatTemplateError) in
            throw run.unsupported("lipsum: the same run must read the same text, so text by chance")
        },
    ]

    private static let range: TemplateFunction = { (run, call) throws(ChatTemplateError) in
        var values: [Int] = []
        for value in call.positional {
            guard let number = value.integer else { throw run.failure("range takes integers, not \(value.kind)") }
            values.append(number)
        }
        guard (1...3).contains(values.count), call.named.isEmpty else {
            throw run.failure("range takes one to three integers")
        }
        let start = values.count > 1 ? values[0] : 0
        let stop = values.count > 1 ? values[1] : values[0]
        let step = values.count > 2 ? values[2] : 1
        if step == 0 { throw run.failure("the step of a range is 0") }
        let (distance, overflow) = stop.subtractingReportingOverflow(start)
        let magnitude = step.magnitude
        let steps = distance != 0 && (distance > 0) == (step > 0) ? (distance.magnitude - 1) / magnitude + 1 : 0
        // As Jinja's sandbox bounds it.
        if overflow || steps > 100_000 {
            throw .tooMuch(line: run.line, what: "a range of more than 100000 numbers")
        }
        return .range(TemplateRange(start: start, stop: stop, step: step, count: Int(steps)))
    }

    /// What `dict` and `namespace` make of a dictionary or pairs, and of names.
    private static func mapping(_ run: TemplateRun, _ call: TemplateCall, _ what: String) throws(ChatTemplateError)
        -> TemplateMapping
    {
        var mapping = TemplateMapping()
        if call.positional.count > 1 { throw run.failure("\(what) takes one dictionary, and names") }
        if case .mapping(let given)? = call.positional.first {
            mapping = given
        } else if let pairs = call.positional.first {
            for pair in try run.items(of: pairs) {
                let both = try run.items(of: pair)
                if both.count != 2 { throw run.failure("\(what) takes pairs of a key and a value") }
                mapping.set(try run.key(both[0]), both[0], both[1])
            }
        }
        for (name, value) in call.named { mapping.set(name, value) }
        try run.spend(mapping.count)
        _ = try run.checked(.mapping(mapping))
        return mapping
    }

    private static let dictionary: TemplateFunction = { (run, call) throws(ChatTemplateError) in
        .mapping(try mapping(run, call, "dict"))
    }

    private static let namespace: TemplateFunction = { (run, call) throws(ChatTemplateError) in
        let values = try mapping(run, call, "namespace")
        for entry in values.entries {
            if let name = entry.key.string, name.hasPrefix("_") {
                throw run.failure("a namespace takes no name that begins with an underscore, as \(quoted(name)) does")
            }
        }
        let namespace = run.namespace()
        namespace.values = values
        return .namespace(namespace)
    }

    private static let cycler: TemplateFunction = { (run, call) throws(ChatTemplateError) in
        if call.positional.isEmpty || !call.named.isEmpty {
            throw run.failure("cycler takes the items to cycle through")
        }
        return try run.checked(.cycler(TemplateCycler(call.positional)))
    }

    private static let joiner: TemplateFunction = { (run, call) throws(ChatTemplateError) in
        try run.checked(.joiner(TemplateJoiner(try call.arguments(["sep"], of: "joiner", run)[0] ?? .string(", "))))
    }
}
