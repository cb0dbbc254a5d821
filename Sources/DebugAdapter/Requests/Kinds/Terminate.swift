// `terminate`: the run is over; what no file has is named. Only `disconnect` is answered after it.
internal import Debugging
internal import Phrases

extension AdapterRequest {
    static let terminate = AdapterRequest("terminate", needs: .session) { (adapter, _, _) throws(AdapterError) in
        .tell(adapter.leave())
    }
}

extension Adapter {
    /// Ends the run; what the client hears of it.
    func leave() -> [Event] {
        terminate()
        let unsaved = hasRun ? debugger.unsavedBranches.map(String.init) : []
        let list = Phrase(unsaved.joined(separator: ", "), unsaved.joined(separator: "、"))
        let note = Phrase("not saved: branch ", "未存檔的分支：") + list + Phrase(same: "\n")
        return (unsaved.isEmpty ? [] : [.output(shown(note), category: .important)]) + [.exited(0), .terminated]
    }
}
