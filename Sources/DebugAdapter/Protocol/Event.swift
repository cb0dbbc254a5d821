// What the adapter tells without being asked.
internal import JSONText

/// Why the run stands still, in the protocol's words.
enum StopKind: String {
    case step, breakpoint, exception, pause, entry, goto
    case function = "function breakpoint"
    case data = "data breakpoint"
}

/// An event of the protocol.
enum Event {
    case initialized
    case stopped(StopKind, thread: Int, description: String?, text: String?, points: [Int])
    case thread(Int, started: Bool)
    case output(String, category: OutputCategory)
    case breakpoint(BreakpointRow, reason: String)
    case loadedSource(SourceRow, reason: String)
    /// What the client has seen of these no longer holds: `stacks`, `threads`, `variables`.
    case invalidated([String])
    case progressStart(id: String, title: String)
    case progressUpdate(id: String, percent: Int)
    case progressEnd(id: String)
    case process(name: String, isAttached: Bool)
    case terminated
    case exited(Int)

    /// Where a text of the adapter's goes.
    enum OutputCategory: String {
        /// The words of the debugger.
        case console
        /// What must not be overlooked.
        case important
        /// The run's own text.
        case stdout
    }

    var name: String {
        switch self {
        case .initialized: "initialized"
        case .stopped: "stopped"
        case .thread: "thread"
        case .output: "output"
        case .breakpoint: "breakpoint"
        case .loadedSource: "loadedSource"
        case .invalidated: "invalidated"
        case .progressStart: "progressStart"
        case .progressUpdate: "progressUpdate"
        case .progressEnd: "progressEnd"
        case .process: "process"
        case .terminated: "terminated"
        case .exited: "exited"
        }
    }

    /// The members of its body; nothing for an event without one.
    func write(to json: inout JSONWriter) {
        switch self {
        case .initialized, .terminated: break
        case .stopped(let kind, let thread, let description, let text, let points):
            json.member("reason", kind.rawValue)
            json.shown("description", description)
            json.member("threadId", thread)
            json.shown("text", text)
            json.member("allThreadsStopped", true)
            if !points.isEmpty { json.array("hitBreakpointIds") { json in for id in points { json.value(id) } } }
        case .thread(let id, let started):
            json.member("reason", started ? "started" : "exited")
            json.member("threadId", id)
        case .output(let text, let category):
            json.member("category", category.rawValue)
            json.shown("output", text)
        case .breakpoint(let row, let reason):
            json.member("reason", reason)
            json.member("breakpoint", row)
        case .loadedSource(let source, let reason):
            json.member("reason", reason)
            json.member("source", source)
        case .invalidated(let areas):
            json.array("areas") { json in for area in areas { json.value(area) } }
        case .progressStart(let id, let title):
            json.member("progressId", id)
            json.shown("title", title)
        case .progressUpdate(let id, let percent):
            json.member("progressId", id)
            json.member("percentage", percent)
        case .progressEnd(let id): json.member("progressId", id)
        case .process(let name, let isAttached):
            json.shown("name", name)
            json.member("isLocalProcess", true)
            json.member("startMethod", isAttached ? "attach" : "launch")
        case .exited(let code): json.member("exitCode", code)
        }
    }
}
