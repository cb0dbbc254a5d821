// `breakpointLocations`: which lines of a document a breakpoint can stand on.
internal import JSONText

extension AdapterRequest {
    static let breakpointLocations = AdapterRequest("breakpointLocations") {
        (adapter, arguments, body) throws(AdapterError) in
        guard let (document, form) = try adapter.documentOfLine(try arguments.object("source")) else {
            body.array("breakpoints") { _ in }
            return .nothing
        }
        let asked = adapter.lineIn(try arguments.whole("line"))
        let end = try arguments.wholeIfAny("endLine").map { adapter.lineIn($0) } ?? asked
        // No more lines are looked at than there are.
        let (first, last) = (max(asked, 1), min(end, document.lineCount))
        body.array("breakpoints") { json in
            for line in first..<max(first, last + 1) where document.step(onLine: line, form) != nil {
                json.object { json in json.member("line", adapter.lineOut(line)) }
            }
        }
        return .nothing
    }
}
