// `reverseContinue`: back to what stops before, or to the prompt.

extension AdapterRequest {
    static let reverseContinue = AdapterRequest("reverseContinue") { (adapter, arguments, _) throws(AdapterError) in
        try adapter.turn(to: try arguments.whole("threadId"))
        return .move(.backwards)
    }
}
