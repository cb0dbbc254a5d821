// The trace event format: one JSON object with a list of events, which Perfetto, chrome://tracing and speedscope read. Times
// are microseconds, with three decimals.
internal import JSONText

/// Writes events of one process, one a line.
final class TraceEvents {
    private var json = JSONWriter()

    /// The beginning of the file, and what is said of all of it.
    func begin(_ facts: (inout JSONWriter) -> Void) {
        json.openObject()
        json.member("displayTimeUnit", "ms")
        json.object("otherData", facts)
        json.key("traceEvents")
        json.openArray()
    }

    /// What was written since the last time.
    func drain() -> [UInt8] { json.drain() }

    /// The end of the file.
    func end() -> [UInt8] {
        json.closeArray()
        json.closeObject()
        return json.drain() + [0x0A]
    }

    /// A complete event: a name, a beginning and a length.
    func slice(
        _ name: String, on track: Int, _ category: String, _ span: TimeSpan, _ arguments: (inout JSONWriter) -> Void
    ) {
        event("X", name) { json in
            json.member("cat", category)
            json.member("tid", track)
            json.member("ts", Double(span.start) / 1000)
            json.member("dur", Double(span.end - span.start) / 1000)
            json.object("args", arguments)
        }
    }

    /// Values that hold from a moment on, one line for each.
    func counter(_ name: String, _ time: Int64, _ values: (inout JSONWriter) -> Void) {
        event("C", name) { json in
            json.member("ts", Double(time) / 1000)
            json.object("args", values)
        }
    }

    /// What a process or a track is called, and where it stands.
    func metadata(_ name: String, track: Int, _ arguments: (inout JSONWriter) -> Void) {
        event("M", name) { json in
            json.member("tid", track)
            json.object("args", arguments)
        }
    }

    private func event(_ phase: String, _ name: String, _ rest: (inout JSONWriter) -> Void) {
        json.newline()
        json.object { json in
            json.member("ph", phase)
            json.member("name", name)
            json.member("pid", 1)
            rest(&json)
        }
    }
}
