// `stepBack`: a step back; inside a step, the place before.

extension AdapterRequest {
    static let stepBack = AdapterRequest("stepBack") { (adapter, arguments, _) throws(AdapterError) in
        try adapter.turn(to: try arguments.whole("threadId"))
        return .move(.back)
    }
}
