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
              stepglass trace "The capital of France is" --with "The capital of Italy is"
              stepglass trace "The capital of France is" --greedy --with-ablated 12.3
              stepglass trace --messages chat.json --tools tools.json --date 2026-07-04
              stepglass trace "Once upon" --engine http://127.0.0.1:8080 --model smollm2
            Writes trace.json, trace.html and attention.png into the folder. A record that is there already is never \
            replaced, but with --force. Ctrl-C ends the run and keeps its record; a second one ends it at once.
            """)

    @Argument(help: "The prompt, or - for standard input; none with --messages.")
    var prompt: String?
    @OptionGroup var modelOptions: ModelOptions
    @OptionGroup var options: RunOptions
    @OptionGroup(title: "A second run") var second: SecondRunOptions
    @OptionGroup(title: "Another engine") var engineOptions: EngineOptions
    @OptionGroup var place: RecordOptions
    @OptionGroup var language: LanguageOptions
    @Flag(help: "Measure the model at several contexts after the run, and record the times beside what context costs.")
    var measureContext = false
    @Flag(help: "Print no messages, only the text.")
    var quiet = false

    mutating func run() throws {
        try second.check(messages: options.conversation.messages)
        try checkEngine()
        if let address = engineOptions.engine { return try run(through: address) }
        var settings = try options.settings()
        let (text, note) = try options.prompt(prompt)
        try reportingTyped {
            let opened = try openModel(modelOptions.model)
            let model = try loadModel(opened, modelOptions)
            let named = try options.sampling.applyTexts(to: &settings, of: model)
            // Both are made before anything is told or run, so that what is wrong with either is known, and alone, before that.
            let session = try session(model, text, settings)
            let other =
                try second.isWanted ? self.session(model, second.with ?? text, second.settings(besides: settings)) : nil
            tell(modelOptions.model == nil ? banner(model) : nil)
            tell(opened.caution)
            for note in [note].compactMap({ $0 }) + named { tell(noteLine(note)) }
            for session in [session] + (other.map { [$0] } ?? []) { tellPlan(session) }
            let measure =
                measureContext ? try ContextMeasure(model, engine: modelOptions.engine(model.compute)) : nil
            let page = try place.page.engine(opened)
            // Before the first file is there: none is left half written by a first signal.
            Interruption.begin()
            var files = try RunFiles(place.folder(named: text), engine: page)
            var otherFiles = try other.map { _ in
                try RunFiles(
                    .named(SecondRunOptions.folder(beside: files.folder), force: place.force), engine: page)
            }
            var failure = try generate(session, files.json)
            tell(outcome(session.trace))
            if let measure, failure == nil, !Interruption.isAsked { session.adopt(measured: try measure.run()) }
            var beside: [UInt8]?
            if let other, failure == nil, !Interruption.isAsked {
                failure = try generate(other, otherFiles!.json)
                tell(outcome(other.trace))
                try otherFiles!.finish(other.trace, tensors: place.tensors)
                beside = try otherFiles!.traceJSON()
            }
            try files.finish(session.trace, tensors: place.tensors, beside: beside)
            for note in files.notes + (otherFiles?.notes ?? []) { tell(noteLine(note)) }
            tell(files.summary)
            if beside != nil, let other, let otherFiles {
                tell(otherFiles.summary)
                tell(parting(session.trace, other.trace))
            }
            if let failure {
                throw Failure(
                    failure.phrase
                        + Phrase("; the steps before it are in \(files.folder)", "；之前的步驟在 \(files.folder)"))
            }
            Interruption.endIfAsked()
        }
    }

    /// A run that has not begun.
    private func session(
        _ model: LanguageModel, _ text: String, _ wanted: Settings
    ) throws(GenerationError) -> Session {
        var settings = wanted
        let reading = try model.read(text, settings: settings)
        if !reading.usesDate { settings.date = nil }
        return try Session(model, reading: reading, settings: settings, engine: modelOptions.engine(model.compute))
    }

    /// What is to be told of a run before it begins.
    private func tellPlan(_ session: Session) {
        if session.plan.isWorthTelling { tell(session.plan.summary) }
        // The plan's line has told its note.
        let told = session.plan.note?.english
        for note in session.trace.notes where note != told { tell(noteLine(TraceNotes.phrase(note))) }
    }

    /// Steps to the end, showing the text as it becomes whole characters and writing each step as it comes. Where it is
    /// asked to end, or a step fails, what was made until then is the record.
    ///
    /// - Returns: what failed.
    private func generate(_ session: Session, _ json: TraceFile) throws -> GenerationError? {
        let progress = Progress(.readingPrompt)
        session.prefill { done, total in
            progress.update(done, of: total, unit: Phrase("tokens", "詞元"))
            return !Interruption.isAsked
        }
        progress.finish()
        try json.begin(session.trace)
        if !quiet { show(session.trace.prompt.rendered) }
        var failure: GenerationError?
        do {
            if session.trace.settings.beams > 1 {
                try search(session)
            } else {
                while !Interruption.isAsked, let (step, shown) = try session.step() {
                    show(shown, style: "1")
                    try json.append(step)
                }
            }
        } catch let error as GenerationError {
            failure = error
        }
        if session.trace.settings.beams > 1 { for step in session.trace.steps { try json.append(step) } }
        show("\n")
        let isWhole = session.isFinished && failure == nil
        session.finish(
            peakMemoryBytes: peakMemoryBytes(), ended: isWhole ? nil : failure == nil ? .interrupted : .error)
        return failure
    }

    /// Beam search shows its text at the end: until then no beam is the one.
    private func search(_ session: Session) throws {
        if Interruption.isAsked { return }
        let beams = try BeamRun(session)
        let progress = Progress(Phrase("searching", "搜尋"))
        defer { progress.finish() }
        while !beams.isFinished && !Interruption.isAsked {
            try beams.advance()
            progress.update(beams.depth, of: session.trace.settings.maxTokens, unit: Phrase("levels", "步"))
        }
        try beams.finish()
        show(session.trace.text, style: "1")
    }

    /// Streams text. When the reader has closed the pipe, the run ends and its record is kept.
    func show(_ text: String, style: String? = nil) {
        if Interruption.isAsked { return }
        if !writeAll(STDOUT_FILENO, flowingBytes(text, style: style)) {
            if errno == EPIPE { Interruption.closedPipe() } else { endUnprinted() }
        }
    }

    func tell(_ line: Phrase?) {
        if let line, !quiet { printError(line) }
    }

    /// "12 tokens, ended by length; 85.2 tokens a second after the first": the first one waits for the prompt.
    func outcome(_ trace: Trace) -> Phrase {
        if trace.run == .score { return scored(trace) }
        let steps = trace.steps.count
        let count = Phrase(steps == 1 ? "1 token" : "\(steps) tokens", "\(steps) 個詞元")
        let by = trace.steps.last?.finish?.phrase ?? trace.ended?.phrase
        let end = by.map { Phrase(", ended by ", "，結束原因：") + $0 }
        let pace = trace.metrics.timePerOutputTokenSeconds.map { seconds in
            let rate = 1 / max(seconds, 1e-9)
            let text = fixed(rate, rate < 100 ? 1 : 0)
            return Phrase("; \(text) tokens a second after the first", "；第一個之後每秒 \(text) 個詞元")
        }
        return count + (end ?? Phrase("", "")) + (pace ?? Phrase("", ""))
    }

    /// "scored 5 tokens: 2.31 bits each on average, perplexity 4.96".
    private func scored(_ trace: Trace) -> Phrase {
        let count = trace.prompt.scores.count { $0 != nil }
        let isBroken = trace.notes.contains(TraceNotes.unscored.english)
        guard let mean = meanSurprise(trace.prompt) else {
            if isBroken { return TraceNotes.unscored }
            return Phrase("1 token: the first has nothing before it to foresee it", "1 個詞元：第一個前面沒有內容可供預測")
        }
        let (bits, perplexity) = (fixed(mean, 3), fixed(exp2(mean), 2))
        return Phrase(
            "scored \(count) tokens: \(bits) bits each on average, perplexity \(perplexity)",
            "評分 \(count) 個詞元：平均 \(bits) 位元，困惑度 \(perplexity)")
            + (isBroken ? Phrase("; ", "；") + TraceNotes.unscored : Phrase(same: ""))
    }

    /// Says which model runs when none was named, and how to get another.
    private func banner(_ model: LanguageModel) -> Phrase {
        if let installed = CatalogModel.installed {
            return Phrase(
                "model: \(installed.name) (\(installed.title.english)); --model chooses another",
                "模型：\(installed.name)（\(installed.title.chinese)）；用 --model 選擇其他模型")
        }
        return Phrase(
            "model: \(model.info.name), the one that ships; for a better one: stepglass models pull smollm2",
            "模型：\(model.info.name)，內附於程式；要更好的：stepglass models pull smollm2")
    }
}
