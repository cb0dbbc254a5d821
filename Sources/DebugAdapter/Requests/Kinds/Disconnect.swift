// `disconnect`: the client goes.

extension AdapterRequest {
    static let disconnect = AdapterRequest("disconnect", needs: .nothing) { (adapter, _, _) throws(AdapterError) in
        adapter.end()
        return .nothing
    }
}
