// A run's summary, or the ledger of one of its steps, in the terminal.
internal import Phrases
internal import ArgumentParser
internal import Traces

struct ShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show a run's summary, or the ledger of one step.",
        discussion: """
            Example:
              stepglass show Output/the-capital-of-france-is/trace.json
              stepglass show trace.json --step 3
              stepglass show trace.json --beams --length-penalty 0.5
            """)

    @Argument(help: "A trace.json, or the folder that holds it.")
    var trace: String
    @Option(parsing: .unconditional, help: "The step, 0 for the first generated token.")
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

    func validate() throws {
        if !beams && (lengthPenalty != nil || earlyStopping != nil) {
            throw ValidationError("--length-penalty and --early-stopping rank beams anew; add --beams")
        }
        _ = try earlyStopping.map(BeamOptions.mode)
    }

    mutating func run() throws {
        let mode = try earlyStopping.map(BeamOptions.mode)
        try reportingTyped {
            let trace = try loadTrace(trace)
            if beams {
                let view = try BeamView(trace, lengthPenalty: lengthPenalty, earlyStopping: mode)
                let columns = min(Terminal.out.columns, 120)
                printOut(try (step.map { try view.level($0, columns: columns) } ?? view.hypotheses(columns: columns)))
            } else if let step {
                guard trace.steps.indices.contains(step) else {
                    throw Failure("there is no step \(step); the run has steps 0…\(max(0, trace.steps.count - 1))")
                }
                printOut(ledger(trace, step, columns: min(Terminal.out.columns, 120)))
            } else {
                printOut(summary(trace, columns: min(Terminal.out.columns, 120)))
            }
        }
    }
}

/// The file that a trace was named by: itself, or the trace.json in a folder.
func traceFile(_ path: String) throws -> String {
    if path.hasSuffix(".html"), !isFolder(path) {
        throw Failure("\(path) is the page of a run; name the trace.json beside it, or their folder")
    }
    guard isFolder(path) else { return path }
    let file = path + "/trace.json"
    if !fileExists(file) { throw Failure("\(path) holds no trace.json; name a folder that `stepglass trace` wrote") }
    return file
}

/// Reads and checks a trace file; a folder means the trace.json in it.
func loadTrace(_ path: String) throws -> Trace {
    let file = try traceFile(path)
    do { return try Trace(parsing: try readFile(file)) } catch let error as TraceError {
        throw Failure("\(file): \(error)")
    }
}

/// The run in a page: what ran, the text, each step in a line, the costs.
func summary(_ trace: Trace, columns: Int) -> String {
    let out = Terminal.out
    let model = trace.model
    var lines = [
        out.style("1", "\(model.name)") + "  \(model.architecture), \(model.layers) layers × \(model.heads) heads, "
            + "\(model.parameters / 1_000_000) M parameters",
        "prompt  \(trace.prompt.tokens.count) tokens   generated  \(trace.steps.count) tokens   ended by  "
            + (trace.steps.last?.finish?.rawValue ?? "not ended"),
        "",
        out.style("2", trace.prompt.rendered) + trace.text,
        "",
        out.style("2", " step  token                  final p   rank  raw bits  kept  uniform"),
    ]
    for step in trace.steps {
        let chosen = step.chosen
        lines.append(
            padded("\(step.index)", 5) + "  " + filled(clipped(visible(step.token), 20), 20)
                + padded(chosen.map { percent($0.probability) } ?? "?", 10)
                + padded(chosen.map { "\($0.rank)" } ?? "?", 7)
                + padded(fixed(step.entropyBitsRaw, 2), 10) + padded("\(step.stages.last?.kept ?? 0)", 6)
                + padded(step.draw.map { fixed($0.uniform, 5) } ?? "–", 9))
    }
    let metrics = trace.metrics
    lines += [
        "",
        "first token after \(fixed(metrics.timeToFirstTokenSeconds, 3)) s, then "
            + (metrics.timePerOutputTokenSeconds.map { "\(fixed(1000 * $0, 2)) ms a token" } ?? "no more"),
        "weights \(byteText(metrics.weightBytes)), key/value cache \(byteText(metrics.keyValueCacheBytes)), "
            + "recorded \(byteText(metrics.recordBytes)), peak \(byteText(metrics.peakMemoryBytes))",
    ]
    if let beam = trace.beam {
        lines.append(
            "beam search: \(beam.beams) beams, \(beam.nodes.count) nodes, \(beam.hypotheses.count) hypotheses "
                + "(show … --beams)")
    }
    for note in trace.notes { lines.append("note: \(note)") }
    return lines.joined(separator: "\n")
}

/// The ledger of a step: each candidate's way through the stages.
func ledger(_ trace: Trace, _ index: Int, columns: Int) -> String {
    let out = Terminal.out
    let step = trace.steps[index]
    // As many stages as fit beside the other columns and the word why a candidate is out; the first and the last always.
    let reasons = step.candidates.compactMap(\.removedBy).map { displayWidth($0) + 4 }.max() ?? 0
    let room = max(1, (columns - 44 - reasons) / 11)
    let names = step.stages.map(\.name)
    var shown = Array(names.indices)
    if shown.count > room { shown = [0] + shown.suffix(max(0, room - 1)) }
    var lines = [
        out.style("1", "step \(step.index)") + "  position \(step.position)  chosen "
            + out.style("1", visible(step.token)),
        "entropy \(fixed(step.entropyBitsRaw, 3)) bits raw, \(fixed(step.entropyBitsFinal, 3)) final"
            + (step.draw.map {
                "   draw \(fixed($0.uniform, 6)) in [\(fixed($0.low, 6)), \(fixed($0.high, 6)))"
            } ?? "   nothing drawn"),
    ]
    for stage in step.stages.dropFirst() {
        let numbers = stage.parameters.map { "\($0.name) \(brief($0.value))" }.joined(separator: ", ")
        lines.append("  \(filled(stage.name, 20)) \(filled(numbers, 24)) keeps \(stage.kept), removes \(stage.removed)")
    }
    lines += ["", out.style("2", header(names, shown))]
    for candidate in step.candidates { lines.append(row(candidate, shown, chosen: candidate.id == step.token.id)) }
    if step.tail.count > 0 {
        lines.append(
            filled("  … \(step.tail.count) more tokens", 26) + padded(percent(step.tail.rawProbability), 9)
                + padded(percent(step.tail.probability), 9))
    }
    return lines.joined(separator: "\n")
}

/// A stage's number without digits that say nothing: 40, 0.95, 25.284612.
private func brief(_ value: Double) -> String {
    if value == value.rounded() && abs(value) < 1e15 { return String(Int(value)) }
    if abs(value) < 1e-4 { return "\(value)" }
    let text = fixed(value, 6)
    return String(text.reversed().drop { $0 == "0" }.reversed())
}

private func header(_ names: [String], _ shown: [Int]) -> String {
    padded("rank", 6) + "  " + filled("token", 18) + padded("raw p", 9) + padded("final p", 9)
        + shown.map { padded(clipped(names[$0], 10), 11) }.joined()
}

private func row(_ candidate: Candidate, _ shown: [Int], chosen: Bool) -> String {
    let text = filled(clipped(visible(candidate.bytes, as: candidate.text), 17), 18)
    let logits = shown.map { index -> String in
        guard candidate.logits.indices.contains(index), let logit = candidate.logits[index] else {
            return padded("·", 11)
        }
        return padded(fixed(Double(logit), 4), 11)
    }.joined()
    let line =
        (chosen ? "▸" : " ") + padded("\(candidate.rank)", 5) + "  " + text
        + padded(percent(candidate.rawProbability), 9)
        + padded(candidate.removedBy == nil ? percent(candidate.probability) : "✗", 9) + logits
        + (candidate.removedBy.map { "  ✗ \($0)" } ?? "")
    return chosen ? Terminal.out.style("1", line) : line
}
