// `stepOut`: one level out; out of the step itself the run goes on to its end.

extension AdapterRequest {
    static let stepOut = AdapterRequest("stepOut") { (adapter, arguments, _) throws(AdapterError) in
        try adapter.turn(to: try arguments.whole("threadId"))
        return .move(.out)
    }
}
