// What can be wrong with a trace file or with writing one. Thrown by everything in this module that reads or writes.

/// Each case carries its evidence; `description` is one line that says what, where and what to do next.
public enum TraceError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The bytes are no JSON.
    case notJSON(String)
    /// JSON, but no trace.
    case notATrace(found: String)
    /// Written by a newer program.
    case version(found: Int, reads: Int)
    /// A field is missing, of the wrong type or out of its range. `path` is as in "steps[3].token.id".
    case field(path: String, problem: String)
    /// zlib refused; cannot happen with the library's documented behaviour unless memory ran out.
    case compression(String)

    public var description: String {
        switch self {
        case .notJSON(let why): "not a trace: \(why)"
        case .notATrace(let found):
            "not a trace: \"format\" is \(found), not \"\(Trace.format)\" (make one with `stepglass trace`)"
        case .version(let found, let reads):
            "this trace has version \(found); this build reads version \(reads) (use a newer stepglass)"
        case .field(let path, let problem): "broken trace: \(path) \(problem)"
        case .compression(let why): "compression failed: \(why)"
        }
    }
}
