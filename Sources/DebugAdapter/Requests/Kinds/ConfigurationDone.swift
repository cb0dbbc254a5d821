// `configurationDone`: the client has set its breakpoints; the run begins.

extension AdapterRequest {
    static let configurationDone = AdapterRequest("configurationDone") { (adapter, _, _) throws(AdapterError) in
        try adapter.finishConfiguration()
        return .begin
    }
}
