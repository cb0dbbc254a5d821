// `setExceptionBreakpoints`: stops for what one may want to look at, without knowing where it is.
internal import JSONText
internal import Phrases

extension AdapterRequest {
    static let setExceptionBreakpoints = AdapterRequest("setExceptionBreakpoints") {
        (adapter, arguments, body) throws(AdapterError) in
        var wanted = try arguments.texts("filters").map { (id: $0, options: Arguments(.object(.init()))) }
        for options in try arguments.objects("filterOptions") {
            wanted.append((try options.text("filterId"), options))
        }
        try adapter.check(wanted.map { $0.options })
        adapter.forgetPoints { if case .exception = $0 { true } else { false } }
        var rows: [BreakpointRow] = []
        for (id, options) in wanted { rows.append(try adapter.set(filter: id, options)) }
        body.members("breakpoints", rows)
        return .nothing
    }
}

extension Adapter {
    fileprivate func set(filter id: String, _ options: Arguments) throws(AdapterError) -> BreakpointRow {
        guard let filter = ExceptionFilter.all.first(where: { $0.id == id }) else {
            let list = ExceptionFilter.all.map { $0.id }.joined(separator: ", ")
            return BreakpointRow(id: nextPoint(), isVerified: false, message: say("there are: \(list)", "可用的有：\(list)"))
        }
        guard let question = filter.question else {
            let number = nextPoint()
            points.append(Point(id: number, kind: .exception(filter), number: -1))
            return BreakpointRow(id: number, isVerified: true)
        }
        if filter.isReplaced, let own = try options.textIfAny("condition"), !own.isEmpty {
            return try set(.exception(filter), question: own, Arguments(.object(.init())))
        }
        return try set(.exception(filter), question: question, options)
    }
}
