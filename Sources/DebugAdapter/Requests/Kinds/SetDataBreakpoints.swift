// `setDataBreakpoints`: stops where a value changes: a token's probability, the entropy.

extension AdapterRequest {
    static let setDataBreakpoints = AdapterRequest("setDataBreakpoints") {
        (adapter, arguments, body) throws(AdapterError) in
        let asked = try arguments.objects("breakpoints")
        let questions = try asked.map { (asked) throws(AdapterError) in try asked.text("dataId") }
        try adapter.check(asked)
        adapter.forgetPoints { if case .data = $0 { true } else { false } }
        var rows: [BreakpointRow] = []
        for (question, asked) in zip(questions, asked) {
            rows.append(try adapter.set(.data(question), question: question, asked))
        }
        body.members("breakpoints", rows)
        return .nothing
    }
}
