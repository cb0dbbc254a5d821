// Fills the masks of a text with an encoder, or scores each of its tokens behind a mask, and leaves the record.
internal import ArgumentParser
internal import Generation
internal import Phrases
internal import Traces

struct FillCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fill", abstract: "Fill the masks of a text with an encoder, which sees both sides of each.",
        discussion: """
            Example:
              stepglass fill "The capital of [MASK] is Paris."
              stepglass fill "[MASK][MASK]的首都是巴黎。" -o Output/paris
              stepglass fill "The capital of France is Paris." --score-each
              stepglass fill "A [MASK] text." --record attention,logits,hidden --tensors
              stepglass show Output/the-capital-of-mask-is-paris --step 0
            Writes trace.json, trace.html and attention.png into the folder, as stepglass trace does; show, heatmap, diff, \
            verify and debug read them. Control tokens in the text are matched, [MASK] among them. All masks are filled in \
            one pass: none sees what another becomes. An encoder without a head over its vocabulary gives its attention \
            and its hidden states (in tensors.safetensors).
            """)

    @Argument(help: "The text with its masks, or - for standard input.")
    var text: String
    @OptionGroup var modelOptions: ModelOptions
    @Flag(help: "Mask each token in turn and score it by how well all others foresee it: the text's pseudo-perplexity.")
    var scoreEach = false
    @Option(parsing: .unconditional, help: "How many candidates are listed for each mask.")
    var candidates = Settings().candidates
    @Option(
        help: ArgumentHelp("What to record, a list of: attention, logits, hidden; or none.", valueName: "list"))
    var record: String?
    @Option(help: ArgumentHelp("Set a head's output to zero (repeatable).", valueName: "layer.head"))
    var ablate: [String] = []
    @Flag(help: "Keep the line end at the end of a text from standard input; without it, one is left out.")
    var keepNewline = false
    @OptionGroup var place: RecordOptions
    @OptionGroup var language: LanguageOptions
    @Flag(help: "Print no messages, only what was filled.")
    var quiet = false

    mutating func run() throws {
        let (text, note) = try typedPrompt(self.text, keepNewline: keepNewline)
        let kinds = try record.map { try recordKinds($0) }
        try reportingTyped {
            let opened =
                try modelOptions.model == nil ? ShippedModel.tinyBERT.opened() : openModel(modelOptions.model)
            let model = try loadModel(opened, modelOptions)
            let settings = self.settings(kinds, of: model)
            let filling = try Filling(
                model, reading: try model.read(text, settings: settings), settings: settings,
                engine: modelOptions.engine(model.compute), scoresEach: scoreEach)
            if modelOptions.model == nil { tell(banner(model)) }
            if let note { tell(noteLine(note)) }
            if filling.plan.isWorthTelling { tell(filling.plan.summary) }
            for note in filling.trace.notes where note != filling.plan.note?.english {
                tell(noteLine(TraceNotes.phrase(note)))
            }
            let folder = place.folder(named: text)
            Interruption.begin()
            var files = try RunFiles(folder, engine: try place.page.engine(opened))
            let before = filling.trace.notes.count
            try work(filling)
            for note in filling.trace.notes.dropFirst(before) { tell(noteLine(TraceNotes.phrase(note))) }
            try files.json.begin(filling.trace)
            for line in filledLines(filling.trace) { printOut(line) }
            // Hidden states are all that such a model has beside its attention, and only that file holds them.
            try files.finish(filling.trace, tensors: place.tensors || !model.hasHead)
            for note in files.notes { tell(noteLine(note)) }
            tell(files.summary)
            Interruption.endIfAsked()
        }
    }

    private func settings(_ kinds: [RecordKind]?, of model: LanguageModel) -> Settings {
        var settings = scoreEach ? Settings.scoringEach : .filling
        let usual: [RecordKind] = model.hasHead ? [.attention] : [.attention, .hidden]
        // "all" is all that such a model has: by its own name the residual stream is refused.
        let left: [RecordKind] = kinds == RecordKind.allCases ? [.prompt, .residual] : [.prompt]
        let wanted = (kinds ?? usual).filter { !left.contains($0) } + (scoreEach ? [.prompt] : [])
        settings.record = RecordKind.allCases.filter(wanted.contains)
        settings.candidates = candidates
        settings.ablated = ablate.flatMap(listItems)
        return settings
    }

    private func work(_ filling: Filling) throws {
        let progress = Progress(Phrase("reading the text", "讀文字"))
        defer { progress.finish() }
        while !Interruption.isAsked, try filling.advance() {
            let (done, all) = filling.progress
            progress.update(done, of: all, unit: Phrase("passes", "次前向計算"))
        }
        filling.finish(peakMemoryBytes: peakMemoryBytes(), ended: filling.isFinished ? nil : .interrupted)
    }

    private func tell(_ line: Phrase) {
        if !quiet { printError(line) }
    }

    private func banner(_ model: LanguageModel) -> Phrase {
        let name = model.knownInfo.name
        return Phrase(
            "model: \(name), the encoder that ships; --model chooses another", "模型：\(name)，內附的編碼器；用 --model 選擇其他模型")
    }
}
