// `stepIn`: one level further in: step, layer, attention, head.

extension AdapterRequest {
    static let stepIn = AdapterRequest("stepIn") { (adapter, arguments, _) throws(AdapterError) in
        try adapter.turn(to: try arguments.whole("threadId"))
        return .move(.into)
    }
}
