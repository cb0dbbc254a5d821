// `continue`: on to what stops, or to the end.
internal import JSONText

extension AdapterRequest {
    static let forwards = AdapterRequest("continue") { (adapter, arguments, body) throws(AdapterError) in
        try adapter.turn(to: try arguments.whole("threadId"))
        body.member("allThreadsContinued", true)
        return .move(.forwards)
    }
}
