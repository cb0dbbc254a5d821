// `stackTrace`: where the cursor stands, the innermost place first.
internal import JSONText

extension AdapterRequest {
    static let stackTrace = AdapterRequest("stackTrace") { (adapter, arguments, body) throws(AdapterError) in
        let rows = try adapter.stack(ofThread: try arguments.whole("threadId"))
        let start = max(try arguments.wholeIfAny("startFrame") ?? 0, 0)
        let levels = try arguments.wholeIfAny("levels") ?? 0
        body.members("stackFrames", Array(rows.dropFirst(start).prefix(levels > 0 ? levels : rows.count)))
        body.member("totalFrames", rows.count)
        return .nothing
    }
}
