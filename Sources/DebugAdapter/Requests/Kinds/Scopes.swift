// `scopes`: what a frame shows.

extension AdapterRequest {
    static let scopes = AdapterRequest("scopes") { (adapter, arguments, body) throws(AdapterError) in
        body.members("scopes", adapter.scopes(try adapter.frame(try arguments.whole("frameId"))))
        return .nothing
    }
}
