// `setFunctionBreakpoints`: stops inside a step, at a stage (`top_p`) or another place (`layer(3)`).
internal import Debugging
internal import Phrases
internal import Traces

extension AdapterRequest {
    static let setFunctionBreakpoints = AdapterRequest("setFunctionBreakpoints") {
        (adapter, arguments, body) throws(AdapterError) in
        let asked = try arguments.objects("breakpoints")
        let names = try asked.map { (asked) throws(AdapterError) in try asked.text("name") }
        try adapter.check(asked)
        adapter.forgetPoints { if case .function = $0 { true } else { false } }
        let model = adapter.debugger.trace.model
        var rows: [BreakpointRow] = []
        for (name, asked) in zip(names, asked) {
            let place = FunctionPlace(name, stages: adapter.scope.stages, layers: model.layers, heads: model.heads)
            guard let place else {
                let list = adapter.scope.stages.compactMap(spelled).joined(separator: ", ") + ", " + FunctionPlace.names
                let reason = Phrase("there are: \(list)", "可用的有：\(list)")
                rows.append(
                    BreakpointRow(id: adapter.nextPoint(), isVerified: false, message: adapter.shown(reason)))
                continue
            }
            rows.append(try adapter.set(.function(place), question: place.question, asked))
        }
        body.members("breakpoints", rows)
        return .nothing
    }
}
