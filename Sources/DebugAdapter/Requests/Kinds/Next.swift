// `next`: a step on; inside a step, the next place.

extension AdapterRequest {
    static let next = AdapterRequest("next") { (adapter, arguments, _) throws(AdapterError) in
        try adapter.turn(to: try arguments.whole("threadId"))
        return .move(.next)
    }
}
