// `completions`: what the last word of a typed command could become.
internal import Debugging

extension AdapterRequest {
    static let completions = AdapterRequest("completions") { (adapter, arguments, body) throws(AdapterError) in
        let text = try arguments.text("text")
        let column = try arguments.whole("column") - (adapter.client.columnsStartAt1 ? 1 : 0)
        // Columns count UTF-16 units. Only the line of the cursor matters.
        let before = String(decoding: Array(text.utf16.prefix(max(column, 0))), as: UTF16.self)
        let line = before.split(separator: "\n", omittingEmptySubsequences: false).last.map(String.init) ?? ""
        let (candidates, length) = adapter.debugger.completions(of: line)
        let start = max(column - length, 0) + (adapter.client.columnsStartAt1 ? 1 : 0)
        body.members("targets", candidates.map { CompletionRow(label: $0, start: start, length: length) })
        return .nothing
    }
}
