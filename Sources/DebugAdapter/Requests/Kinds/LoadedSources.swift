// `loadedSources`: the documents of all branches.
internal import Debugging

extension AdapterRequest {
    static let loadedSources = AdapterRequest("loadedSources") { (adapter, _, body) throws(AdapterError) in
        let rows = adapter.debugger.branches.flatMap { branch -> [SourceRow] in
            guard let trace = adapter.debugger.trace(ofBranch: branch.id) else { return [] }
            let document = RunDocument(trace: trace, branch: branch.id)
            return [document.source(.tokens, adapter.language), document.source(.text, adapter.language)]
        }
        body.members("sources", rows)
        return .nothing
    }
}
