// `completions`: what the last word of a typed command could become.
internal import Debugging

extension AdapterRequest {
    static let completions = AdapterRequest("completions") { (adapter, arguments, body) throws(AdapterError) in
        let text = try arguments.text("text")
        let column = try arguments.whole("column") - (adapter.client.columnsStartAt1 ? 1 : 0)
        let first = adapter.client.linesStartAt1 ? 1 : 0
        let place = max(try arguments.wholeIfAny("line") ?? first, first) - first
        let lines = text.split(omittingEmptySubsequences: false) { $0.isNewline }
        // Columns count UTF-16 units within the cursor's line, which alone matters.
        let units = place < lines.count ? Array(lines[place].utf16.prefix(max(column, 0))) : []
        let line = String(decoding: units, as: UTF16.self)
        let (candidates, length) = adapter.debugger.completions(of: line)
        let start = max(column - length, 0) + (adapter.client.columnsStartAt1 ? 1 : 0)
        body.members("targets", candidates.map { CompletionRow(label: $0, start: start, length: length) })
        return .nothing
    }
}
