// `breakpointLocations`: which lines of a document a breakpoint can stand on.
internal import JSONText

extension AdapterRequest {
    static let breakpointLocations = AdapterRequest("breakpointLocations") {
        (adapter, arguments, body) throws(AdapterError) in
        let (document, form) = try adapter.document(try arguments.object("source"))
        let first = adapter.lineIn(try arguments.whole("line"))
        let last = min(try arguments.wholeIfAny("endLine").map { adapter.lineIn($0) } ?? first, document.lineCount)
        body.array("breakpoints") { json in
            for line in first...max(first, last) where document.step(onLine: line, form) != nil {
                json.object { json in json.member("line", adapter.lineOut(line)) }
            }
        }
        return .nothing
    }
}
