// `terminate`: the run is over; what no file has is named.
internal import Debugging
internal import Phrases

extension AdapterRequest {
    static let terminate = AdapterRequest("terminate", needs: .session) { (adapter, _, _) throws(AdapterError) in
        .tell(adapter.farewell)
    }
}

extension Adapter {
    /// What the client hears at the end of a run.
    var farewell: [Event] {
        let unsaved = hasRun ? debugger.unsavedBranches.map(String.init) : []
        let list = Phrase(unsaved.joined(separator: ", "), unsaved.joined(separator: "、"))
        let note = Phrase("not saved: branch ", "未存檔的分支：") + list + Phrase(same: "\n")
        return (unsaved.isEmpty ? [] : [.output(note[language], category: .important)]) + [.exited(0), .terminated]
    }
}
