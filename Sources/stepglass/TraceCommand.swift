// The main job: runs a prompt, streams the text, leaves the trace as JSON, page and picture.
internal import Phrases
internal import ArgumentParser
internal import Generation
internal import Traces

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

struct TraceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "trace", abstract: "Generate from a prompt and record every step.",
        discussion: """
            Example:
              stepglass trace "The capital of France is" --greedy --max-tokens 12
              echo "法國的首都是" | stepglass trace - -o Output/paris
              stepglass trace "Paris is the capital of France." --max-tokens 0
              stepglass trace --messages chat.json --tools tools.json --date 2026-07-04
            Writes trace.json, trace.html and attention.png into the folder.
            """)

    @Argument(help: "The prompt, or - for standard input; none with --messages.")
    var prompt: String?
    @OptionGroup var modelOptions: ModelOptions
    @OptionGroup var options: RunOptions
    @Option(
        name: [.customShort("o"), .customLong("output")],
        help: ArgumentHelp("The folder to write into (default: Output/<the prompt's words>).", valueName: "folder"))
    var output: String?
    @Flag(help: "Also write tensors.safetensors with what --record names.")
    var tensors = false
    @OptionGroup var language: LanguageOptions
    @Flag(help: "Print no messages, only the text.")
    var quiet = false

    mutating func run() throws {
        var settings = try options.settings()
        let (text, note) = try options.prompt(prompt)
        try reportingTyped {
            let model = try loadModel(modelOptions)
            let named = try options.sampling.applyTexts(to: &settings, of: model)
            let reading = try model.read(text, settings: settings)
            if !reading.usesDate { settings.date = nil }
            let session = try Session(
                model, reading: reading, settings: settings, engine: modelOptions.engine(model.compute))
            tell(modelOptions.model == nil ? banner(model) : nil)
            for note in [note].compactMap({ $0 }) + named { tell(noteLine(note)) }
            if session.plan.isWorthTelling { tell(session.plan.summary) }
            // The plan's line has told its note.
            let told = session.plan.note?.english
            for note in session.trace.notes where note != told { tell(noteLine(TraceNotes.phrase(note))) }
            var files = try RunFiles(folder: output ?? "Output/" + slug(text))
            try generate(session, files.json)
            tell(outcome(session.trace))
            try files.finish(session.trace, tensors: tensors)
            for note in files.notes { tell(noteLine(note)) }
            tell(files.summary)
        }
    }

    /// Steps to the end, showing the text as it becomes whole characters and writing each step as it comes.
    private func generate(_ session: Session, _ json: TraceFile) throws {
        let progress = Progress(Phrase("reading the prompt", "讀提示"))
        session.prefill { done, total in
            progress.update(done, of: total, unit: Phrase("tokens", "詞元"))
            return true
        }
        progress.finish()
        try json.begin(session.trace)
        if !quiet { printFlowing(session.trace.prompt.rendered) }
        if session.trace.settings.beams > 1 {
            try search(session)
            for step in session.trace.steps { try json.append(step) }
        } else {
            while let (step, shown) = try session.step() {
                printFlowing(shown, style: "1")
                try json.append(step)
            }
        }
        printOut("")
        session.finish(peakMemoryBytes: peakMemoryBytes())
    }

    /// Beam search shows its text at the end: until then no beam is the one.
    private func search(_ session: Session) throws {
        let beams = try BeamRun(session)
        let progress = Progress(Phrase("searching", "搜尋"))
        while !beams.isFinished {
            try beams.advance()
            progress.update(beams.depth, of: session.trace.settings.maxTokens, unit: Phrase("levels", "層"))
        }
        try beams.finish()
        progress.finish()
        printFlowing(session.trace.text, style: "1")
    }

    private func tell(_ line: Phrase?) {
        if let line, !quiet { printError(line) }
    }

    /// "12 tokens, ended by length; 85.2 tokens a second".
    private func outcome(_ trace: Trace) -> Phrase {
        if trace.run == .score { return scored(trace) }
        let steps = trace.steps.count
        let count = Phrase(steps == 1 ? "1 token" : "\(steps) tokens", "\(steps) 個詞元")
        let end = trace.steps.last?.finish.map { Phrase(", ended by ", "，結束原因：") + $0.phrase }
        let pace = trace.metrics.timePerOutputTokenSeconds.map { seconds in
            let rate = 1 / max(seconds, 1e-9)
            let text = fixed(rate, rate < 100 ? 1 : 0)
            return Phrase("; \(text) tokens a second", "；每秒 \(text) 個詞元")
        }
        return count + (end ?? Phrase("", "")) + (pace ?? Phrase("", ""))
    }

    /// "scored 5 tokens: 2.31 bits each on average, perplexity 4.96".
    private func scored(_ trace: Trace) -> Phrase {
        let count = trace.prompt.tokens.count
        guard let mean = meanSurprise(trace.prompt) else {
            return Phrase("1 token: the first has nothing before it to foresee it", "1 個詞元：第一個前面沒有內容可供預測")
        }
        let (bits, perplexity) = (fixed(mean, 3), fixed(exp2(mean), 2))
        return Phrase(
            "scored \(count) tokens: \(bits) bits each on average, perplexity \(perplexity)",
            "評分 \(count) 個詞元：平均 \(bits) 位元，困惑度 \(perplexity)")
    }

    /// Says which model runs when none was named, and how to get another.
    private func banner(_ model: LanguageModel) -> Phrase {
        if let installed = CatalogModel.runnable.first(where: \.isInstalled) {
            return Phrase(
                "model: \(installed.name) (\(installed.title.english)); --model chooses another",
                "模型：\(installed.name)（\(installed.title.chinese)）；用 --model 選擇其他模型")
        }
        return Phrase(
            "model: \(model.info.name), the one that ships; for a better one: stepglass models pull smollm2",
            "模型：\(model.info.name)，內附於程式；要更好的：stepglass models pull smollm2")
    }
}

/// The words of a prompt as a folder name: letters and digits of any script, joined by hyphens, at most 60 bytes.
func slug(_ text: String) -> String {
    var name = ""
    for character in text.lowercased() {
        if character.isLetter || character.isNumber {
            if name.utf8.count + character.utf8.count > 60 { break }
            name.append(character)
        } else if !name.isEmpty && name.last != "-" {
            name += "-"
        }
    }
    while name.last == "-" { name.removeLast() }
    return name.isEmpty ? "trace" : name
}

/// The bits that each prompt token was worth on average, the first aside; nil where none was scored.
func meanSurprise(_ prompt: Prompt) -> Double? {
    let scores = prompt.scores.compactMap { $0 }
    return scores.isEmpty ? nil : scores.reduce(0) { $0 - log2($1.probability) } / Double(scores.count)
}
