// `launch`: begins a run of a model, or opens recorded ones.

extension AdapterRequest {
    static let launch = AdapterRequest("launch", needs: .session) { (adapter, arguments, _) throws(AdapterError) in
        try adapter.begin(try Launch(arguments, attaches: false))
        return .tell(adapter.introduction + [.initialized])
    }
}
