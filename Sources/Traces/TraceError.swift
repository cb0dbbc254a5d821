// What can be wrong with a trace file or with writing one.
public import Phrases

/// Each case carries its evidence; `description` is one line that says what, where and what to do next.
public enum TraceError: Error, Equatable, Sendable, CustomStringConvertible, Worded {
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

    public var description: String { phrase.english }

    public var phrase: Phrase {
        switch self {
        case .notJSON(let why): Phrase("not a trace: \(why)", "不是紀錄檔：\(why)")
        case .notATrace(let found):
            Phrase(
                "not a trace: \"format\" is \(found), not \"\(Trace.format)\" (make one with `stepglass trace`)",
                "不是紀錄檔：\"format\" 是 \(found)，不是 \"\(Trace.format)\"（用 `stepglass trace` 產生）")
        case .version(let found, let reads):
            Phrase(
                "this trace has version \(found); this build reads version \(reads) (use a newer stepglass)",
                "這份紀錄是第 \(found) 版，這個程式只讀第 \(reads) 版（請用較新的 stepglass）")
        case .field(let path, let problem):
            Phrase("broken trace: \(path) \(problem)", "紀錄有誤：\(path) \(problem)")
        case .compression(let why): Phrase("compression failed: \(why)", "壓縮失敗：\(why)")
        }
    }
}
