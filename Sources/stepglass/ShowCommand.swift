// The command that shows a record in the terminal, and the reading of records that others share.
internal import Engines
internal import Phrases
internal import ArgumentParser
internal import Generation
internal import Stages
internal import Traces

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

struct ShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show a run's summary, or the ledger of one step.",
        discussion: """
            Example:
              stepglass show Output/the-capital-of-france-is/trace.json
              stepglass show trace.json --step 3
              stepglass show trace.json --beams --length-penalty 0.5
              stepglass show trace.json --step 3 --json
            """)

    @Argument(help: "A trace.json, or the folder that holds it.")
    var trace: String
    @Option(
        parsing: .unconditional, help: "The step, 0 for the first generated token; of a record that fills, the mask.")
    var step: Int?
    @Flag(help: "Show the hypotheses of a beam search; with --step, every node that was expanded there.")
    var beams = false
    @Option(
        parsing: .unconditional,
        help: "With --beams: rank anew with score = sum of log-probabilities ÷ length ^ this, without the model.")
    var lengthPenalty: Double?
    @Option(
        help: ArgumentHelp(
            "With --beams: rank anew as if the search had ended by this rule: false, true or never.", valueName: "mode")
    )
    var earlyStopping: String?
    @OptionGroup var language: LanguageOptions
    @Flag(help: "Print JSON: the run's summary, the step, or the beams.")
    var json = false

    func validate() throws {
        if !beams && (lengthPenalty != nil || earlyStopping != nil) {
            throw ValidationError(
                Phrase(
                    "--length-penalty and --early-stopping rank beams anew; add --beams",
                    "--length-penalty 與 --early-stopping 用來重新排名寫完的路徑；請加上 --beams"))
        }
        _ = try earlyStopping.map(BeamOptions.mode)
    }

    mutating func run() throws {
        let mode = try earlyStopping.map(BeamOptions.mode)
        try reportingTyped {
            let trace = try loadTrace(trace)
            if json {
                printJSON(
                    try blamingRecord(trace, self.trace) {
                        try ShowJSON(trace).bytes(step: step, beams: beams ? (lengthPenalty, mode) : nil)
                    })
            } else if beams {
                let view = try blamingRecord(trace, self.trace) {
                    try BeamView(trace, lengthPenalty: lengthPenalty, earlyStopping: mode)
                }
                let columns = min(Terminal.out.columns, 120)
                printOut(try (step.map { try view.level($0, columns: columns) } ?? view.hypotheses(columns: columns)))
            } else if let step {
                try checkStep(step, of: trace)
                printOut(
                    trace.run == .fill
                        ? maskLedger(trace, step) : ledger(trace, step, columns: min(Terminal.out.columns, 120)))
            } else {
                printOut(summary(trace, columns: min(Terminal.out.columns, 120)))
            }
        }
    }
}

/// Refuses a step that the run does not have.
func checkStep(_ step: Int, of trace: Trace) throws {
    if trace.run == .score {
        throw Failure(
            "this run scored a text and has no steps; show without --step lists its tokens",
            "這次執行是為文字評分，沒有步驟；show 不加 --step 會列出各詞元")
    }
    if trace.run == .fill, !trace.steps.indices.contains(step) {
        let masks = trace.steps.count
        throw Failure(
            masks == 0
                ? Phrase(
                    "this run filled no mask: its model has no head over its vocabulary", "這次執行沒有填入遮罩：模型沒有詞彙輸出頭")
                : Phrase(
                    "there is no mask \(step); the text has masks 0…\(masks - 1)",
                    "沒有遮罩 \(step)；文字有遮罩 0…\(masks - 1)"))
    }
    if !trace.steps.indices.contains(step) {
        throw Failure(GenerationError.noSuchStep(step: step, steps: trace.steps.count))
    }
}

/// The file that a trace was named by: itself, or the trace.json in a folder.
func traceFile(_ path: String) throws -> String {
    if path.hasSuffix(".html"), !isFolder(path) {
        throw Failure(
            "\(path) is the page of a run; name the trace.json beside it, or their folder",
            "\(path) 是執行的頁面；請指定旁邊的 trace.json，或它們的資料夾")
    }
    guard isFolder(path) else { return path }
    let file = path + "/trace.json"
    if !fileExists(file) {
        throw Failure(
            "\(path) holds no trace.json; name a folder that `stepglass trace` wrote",
            "\(path) 裡沒有 trace.json；請指定 `stepglass trace` 寫出的資料夾")
    }
    // A pipe in a folder that somebody sent would be waited for.
    if !isRegularFile(file) {
        throw Failure("\(file) is not a regular file", "\(file) 不是一般檔案")
    }
    return file
}

/// Reads and checks a trace file; a folder means the trace.json in it.
func loadTrace(_ path: String) throws -> Trace {
    let file = try traceFile(path)
    do { return try Trace(parsing: try readFile(file)) } catch let error as TraceError {
        throw Failure(Phrase("\(file): ", "\(file)：") + error.phrase)
    }
}

/// Runs what computes with a record's settings and with typed ones in their place. Where the record's own are out of
/// range, or name stages that there are not, it is the file that is wrong, whatever was typed.
func blamingRecord<T>(_ trace: Trace, _ path: String, _ body: () throws -> T) throws -> T {
    do { return try body() } catch {
        try checkSettings(of: trace, path)
        throw error
    }
}

/// Refuses a record whose own settings, those on the way among them, no run can have.
func checkSettings(of trace: Trace, _ path: String) throws {
    try check(trace.settings, "\(path): settings", "\(path)：settings")
    for (index, change) in trace.settings.changes.enumerated() {
        let place = "settings.changes[\(index)].settings"
        try check(change.settings, "\(path): \(place)", "\(path)：\(place)")
    }
}

private func check(_ settings: Settings, _ place: String, _ chinesePlace: String) throws {
    do throws(SettingsError) {
        try settings.validate()
        _ = try StagePipeline(settings: settings)
    } catch {
        let field: String? =
            switch error {
            case .outOfRange(let option, _, _, _): Settings.field(ofOption: option)
            case .unknownStage, .duplicateStage: "order"
            default: nil
            }
        let key = field.map { "." + $0 } ?? ""
        throw Failure(Phrase(place + key + ": ", chinesePlace + key + "：") + error.phrase)
    }
}
