// `threads`: the branches, and the beams of a search.

extension AdapterRequest {
    static let threads = AdapterRequest("threads") { (adapter, _, body) throws(AdapterError) in
        body.members("threads", adapter.threads())
        return .nothing
    }
}
