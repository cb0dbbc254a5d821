// A run's summary, or the ledger of one of its steps, in the terminal.
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
                    "--length-penalty 與 --early-stopping 用來重新排名假設；請加上 --beams"))
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
/// range, it is the file that is wrong, whatever was typed.
func blamingRecord<T>(_ trace: Trace, _ path: String, _ body: () throws -> T) throws -> T {
    do { return try body() } catch {
        do throws(SettingsError) { try trace.settings.validate() } catch let own {
            var field = "settings"
            if case .outOfRange(let option, _, _, _) = own, let key = Settings.field(ofOption: option) {
                field += "." + key
            }
            throw Failure(Phrase("\(path): \(field): ", "\(path)：\(field)：") + own.phrase)
        }
        throw error
    }
}

/// The run in a page: what ran, the text, each step in a line, the costs.
func summary(_ trace: Trace, columns: Int) -> String {
    let out = Terminal.out
    let model = trace.model
    let millions = (model.parameters + 500_000) / 1_000_000
    var lines = [
        out.style("1", readable(model.name))
            + say(
                "  \(readable(model.architecture)), \(model.layers) layers × \(model.heads) heads, \(millions) M parameters",
                "  \(readable(model.architecture))，\(model.layers) 層 × \(model.heads) 頭，\(chineseCount(millions: millions))個參數"),
        ofRun(trace),
        "",
        out.style("2", readableLines(trace.prompt.rendered))
            + (trace.run == .generate ? readableLines(trace.text) : ""),
        "",
    ]
    switch trace.run {
    case .score: lines += scoredTokens(trace)
    case .fill:
        if !trace.steps.isEmpty { lines += [out.style("1", readableLines(trace.text)), ""] }
        lines += bestOfMasks(trace, count: 5)
    case .generate: lines.append(out.style("2", summaryHeader()))
    }
    for step in trace.steps where trace.run == .generate {
        let chosen = step.chosen
        lines.append(
            padded("\(step.index)", 5) + padded("\(step.token.id)", 8) + "  "
                + filled(clipped(visible(step.token), 20), 20)
                + padded(chosen.map { percent($0.probability) } ?? "?", 10)
                + padded(chosen.map { "\($0.rank)" } ?? "?", 7)
                + padded(fixed(step.entropyBitsRaw, 2), 10) + padded("\(step.stages.last?.kept ?? 0)", 6)
                + padded(step.draw.map { fixed($0.uniform, 5) } ?? "–", 9))
    }
    lines += [""] + (trace.run == .generate ? [times(trace.metrics)] : [])
    lines.append(sizes(trace.metrics, isElsewhere: trace.origin != nil))
    if let beam = trace.beam {
        lines.append(
            say(
                "beam search: \(beam.beams) beams, \(beam.nodes.count) nodes, \(beam.hypotheses.count) hypotheses "
                    + "(show … --beams)",
                "集束搜尋：集束寬度 \(beam.beams)，\(beam.nodes.count) 個節點，\(beam.hypotheses.count) 個假設（show … --beams）"))
    }
    for line in trace.engineOrigin?.lines ?? [] { lines.append(line[Console.language]) }
    for note in trace.notes { lines.append(noteLine(TraceNotes.phrase(note))[Console.language]) }
    return lines.joined(separator: "\n")
}

/// What the run did with its prompt, in a line.
private func ofRun(_ trace: Trace) -> String {
    switch trace.run {
    case .generate: generatedLine(trace)
    case .score: scoredLine(trace)
    case .fill: filledLine(trace)
    }
}

private func generatedLine(_ trace: Trace) -> String {
    say(
        "prompt  \(trace.prompt.tokens.count) tokens   generated  \(trace.steps.count) tokens   ended by  ",
        "提示  \(trace.prompt.tokens.count) 個詞元   產生  \(trace.steps.count) 個詞元   結束原因  ")
        + (trace.steps.last?.finish?.phrase ?? trace.ended?.phrase ?? Phrase("not ended", "尚未結束"))[Console.language]
}

private func summaryHeader() -> String {
    padded(say("step", "步"), 5) + padded("#", 8) + "  " + filled(say("token", "詞元"), 20)
        + padded(say("final p", "最終機率"), 10)
        + padded(say("rank", "名次"), 7) + padded(say("raw bits", "原始熵"), 10) + padded(say("kept", "留下"), 6)
        + padded(say("uniform", "亂數"), 9)
}

/// How long the first token took, and those after it.
private func times(_ metrics: Metrics) -> String {
    let first = fixed(metrics.timeToFirstTokenSeconds, 3)
    let later = metrics.timePerOutputTokenSeconds.map { fixed(1000 * $0, 2) }
    let times =
        Phrase("first token after \(first) s, then ", "第一個詞元在 \(first) 秒後，之後")
        + (later.map { Phrase("\($0) ms a token", "每個詞元 \($0) 毫秒") } ?? Phrase("no more", "沒有了"))
    return times[Console.language]
}

/// Of a run through an engine elsewhere, only what this program took is known.
private func sizes(_ metrics: Metrics, isElsewhere: Bool) -> String {
    if isElsewhere {
        let peak = byteText(metrics.peakMemoryBytes)
        return Phrase("peak here \(peak.english)", "這裡的記憶體峰值 \(peak.chinese)")[Console.language]
    }
    let (weights, cache) = (byteText(metrics.weightBytes), byteText(metrics.keyValueCacheBytes))
    let (record, peak) = (byteText(metrics.recordBytes), byteText(metrics.peakMemoryBytes))
    let sizes = Phrase(
        "weights \(weights.english), key/value cache \(cache.english), "
            + "recorded \(record.english), peak \(peak.english)",
        "權重 \(weights.chinese)，鍵值快取 \(cache.chinese)，記錄 \(record.chinese)，記憶體峰值 \(peak.chinese)")
    return sizes[Console.language]
}

/// The ledger of a step: each candidate's way through the stages.
func ledger(_ trace: Trace, _ index: Int, columns: Int) -> String {
    let out = Terminal.out
    let step = trace.steps[index]
    // As many stages as fit beside the other columns and the word why a candidate is out; the first and the last always.
    let reasons = step.candidates.compactMap(\.removedBy).map { displayWidth(readable($0)) + 4 }.max() ?? 0
    let room = max(1, (columns - 49 - reasons) / 11)
    let names = step.stages.map { $0.name == "raw" ? say("raw", "原始") : readable($0.name) }
    let (rawBits, finalBits) = (fixed(step.entropyBitsRaw, 3), fixed(step.entropyBitsFinal, 3))
    var shown = Array(names.indices)
    if shown.count > room { shown = [0] + shown.suffix(max(0, room - 1)) }
    var lines = [
        out.style("1", say("step \(step.index)", "第 \(step.index) 步"))
            + say("  position \(step.position)  chosen ", "  位置 \(step.position)  選中 ")
            + out.style("1", visible(step.token)) + "  #\(step.token.id)",
        say("entropy \(rawBits) bits raw, \(finalBits) final", "熵 原始 \(rawBits) 位元，最終 \(finalBits)")
            + (step.draw.map {
                let stretch = "[\(fixed($0.low, 6)), \(fixed($0.high, 6)))"
                return say("   draw \(fixed($0.uniform, 6)) in ", "   抽選 \(fixed($0.uniform, 6)) 落在 ") + stretch
            } ?? say("   nothing drawn", "   沒有抽選")),
    ]
    for stage in step.stages.dropFirst() {
        let numbers = stage.parameters.map { "\(readable($0.name)) \(brief($0.value))" }.joined(separator: ", ")
        lines.append(
            "  \(filled(readable(stage.name), 20)) \(filled(numbers, 24)) "
                + say("keeps \(stage.kept), removes \(stage.removed)", "留下 \(stage.kept)，移除 \(stage.removed)"))
    }
    lines += ["", out.style("2", header(names, shown))]
    for candidate in step.candidates { lines.append(row(candidate, shown, chosen: candidate.id == step.token.id)) }
    if step.tail.count > 0 {
        lines.append(
            filled(say("  … \(step.tail.count) more tokens", "  … 另有 \(step.tail.count) 個詞元"), 31)
                + padded(percent(step.tail.rawProbability), 9)
                + padded(percent(step.tail.probability), 9))
    }
    return lines.joined(separator: "\n")
}

/// A stage's number without digits that say nothing: 40, 0.95, 25.284612.
private func brief(_ value: Double) -> String {
    value != 0 && abs(value) < 1e-4 ? "\(value)" : trimmed(value, 6)
}

private func header(_ names: [String], _ shown: [Int]) -> String {
    padded(say("rank", "名次"), 6) + padded("#", 7) + "  " + filled(say("token", "詞元"), 16)
        + padded(say("raw p", "原始機率"), 9)
        + padded(say("final p", "最終機率"), 9)
        + shown.map { padded(clipped(names[$0], 10), 11) }.joined()
}

private func row(_ candidate: Candidate, _ shown: [Int], chosen: Bool) -> String {
    let text = filled(clipped(visible(candidate.bytes, as: candidate.text), 15), 16)
    let logits = shown.map { index -> String in
        guard candidate.logits.indices.contains(index), let logit = candidate.logits[index] else {
            return padded("·", 11)
        }
        return padded(fixed(Double(logit), 4), 11)
    }.joined()
    let line =
        (chosen ? "▸" : " ") + padded("\(candidate.rank)", 5) + padded("\(candidate.id)", 7) + "  " + text
        + padded(percent(candidate.rawProbability), 9)
        + padded(candidate.removedBy == nil ? percent(candidate.probability) : "✗", 9) + logits
        + (candidate.removedBy.map { "  ✗ \(readable($0))" } ?? "")
    return chosen ? Terminal.out.style("1", line) : line
}

/// Millions as Chinese counts them: in 萬, from a hundred millions on in 億.
private func chineseCount(millions: Int64) -> String {
    if millions < 100 { return "\(millions * 100) 萬" }
    let (whole, hundredths) = (millions / 100, millions % 100)
    if hundredths == 0 { return "\(whole) 億" }
    return hundredths < 10 ? "\(whole).0\(hundredths) 億" : "\(whole).\(hundredths) 億"
}
