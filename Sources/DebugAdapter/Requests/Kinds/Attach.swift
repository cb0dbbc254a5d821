// `attach`: opens recorded runs.

extension AdapterRequest {
    static let attach = AdapterRequest("attach", needs: .session) { (adapter, arguments, _) throws(AdapterError) in
        try adapter.begin(try Launch(arguments, attaches: true))
        return .tell(adapter.introduction + [.initialized])
    }
}
