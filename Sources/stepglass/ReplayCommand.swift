// What if: other settings on a recorded run, without running again what stays the same.
internal import ArgumentParser
internal import Debugging
internal import Generation
internal import Phrases
internal import Requests
internal import SamplingLibraries
internal import Stages
internal import Traces

struct ReplayCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay", abstract: "Apply other settings to a recorded run; go on from where the tokens part.",
        discussion: """
            Examples:
              stepglass replay Output/the-capital-of-france-is --temperature 1.5
              stepglass replay trace.json --top-k 20 --seed 7 -o Output/seed-7
              stepglass replay trace.json --as llama.cpp
            Options that are not given stay as they were. The stages run anew on the recorded logits for as long \
            as the tokens stay the same; from the first other token on the model goes on. A trace lists the best \
            candidates of each step: where the new settings need the whole vocabulary, the logits come from \
            tensors.safetensors beside the trace (made with --record logits --tensors), or from one pass of the \
            model over the shared tokens. The result is the trace that the new settings give from the start, and \
            names its parent and the fork.

            With --as no run is made: the same logits go through the stages of llama.cpp, transformers, vllm or mlx-lm, in \
            their order, with their defaults and edges, and the first step whose kept set is another one is told, with \
            the rule and the file that has it.
            """)

    @Argument(help: "A trace.json, or the folder that holds it.")
    var trace: String
    @OptionGroup var modelOptions: ModelOptions
    @OptionGroup(title: "Sampling") var sampling: SamplingOptions
    @Option(parsing: .unconditional, help: "Stop after this many tokens.")
    var maxTokens: Int?
    @Option(parsing: .unconditional, help: "Bar the end tokens until this many tokens are out.")
    var minTokens: Int?
    @Option(
        name: .customLong("stop"),
        help: ArgumentHelp(
            "Stop before this text (repeatable); \\n, \\t, \\\\ and \\u{HEX} stand for what they do in code.",
            valueName: "text"))
    var stop: [String] = []
    @Option(
        name: [.customShort("o"), .customLong("output")],
        help: ArgumentHelp("The folder to write into (default: <the trace's folder>-replay).", valueName: "folder"))
    var output: String?
    @Flag(help: "Replace the record that is in the folder of -o.")
    var force = false
    @Flag(help: "Also write tensors.safetensors with what the run recorded.")
    var tensors = false
    @Option(
        name: .customLong("as"),
        help: ArgumentHelp(
            "Compare with a library's rules: llama.cpp, transformers, vllm or mlx-lm.", valueName: "library"))
    var library: String?
    @Flag(help: "With --as: the record's numbers throughout, none of the library's defaults.")
    var noDefaults = false
    @Flag(help: "With --as: print JSON.")
    var json = false
    @OptionGroup var page: PageOptions
    @OptionGroup var language: LanguageOptions
    @Flag(help: "Print no messages, only the text.")
    var quiet = false

    func validate() throws {
        if let library, SamplingLibrary.named(library) == nil {
            let names = SamplingLibrary.all.map(\.name).joined(separator: ", ")
            throw ValidationError(
                Phrase("--as is \(readable(library)); it takes: \(names)", "--as 是 \(readable(library))；可用的有：\(names)"))
        }
        if library != nil, output != nil || force || tensors || maxTokens != nil || minTokens != nil || !stop.isEmpty {
            throw ValidationError(
                Phrase(
                    "--as makes no run, only compares: leave out -o, --force, --tensors, --max-tokens, --min-tokens and --stop",
                    "--as 只比較，不執行：請不要加 -o、--force、--tensors、--max-tokens、--min-tokens、--stop"))
        }
        if library == nil && (noDefaults || json) {
            throw ValidationError(
                Phrase("--no-defaults and --json go with --as", "--no-defaults 與 --json 要和 --as 一起用"))
        }
    }

    mutating func run() throws {
        var parent = try reporting { try loadTrace(trace) }
        if parent.run == .score {
            throw Failure(
                "\(trace) scored a text and has no steps to replay; trace its text again with other options",
                "\(trace) 是為文字評分的紀錄，沒有步驟可以重演；請以其他選項重新 trace 那段文字")
        }
        if parent.run == .fill {
            throw Failure(
                "\(trace) filled masks and has no steps to replay; fill its text again with other options",
                "\(trace) 是填入遮罩的紀錄，沒有步驟可以重演；請以其他選項重新 fill 那段文字")
        }
        if maxTokens == 0 {
            throw ValidationError(
                Phrase(
                    "--max-tokens is 0; a replay makes steps, so it must be 1 or more (try --max-tokens 64)",
                    "--max-tokens 是 0；重演要走步驟，必須是 1 以上（例如 --max-tokens 64）"))
        }
        var settings: Settings = try blamingRecord(parent, trace) { try self.settings(parent.settings) }
        if let library = library.flatMap(SamplingLibrary.named) { return try compare(parent, settings, as: library) }
        try reporting {
            try readLogits(beside: trace, into: &parent)
            let opened = try openModel(of: parent, modelOptions)
            let model = try loadModel(opened, modelOptions)
            let named = try sampling.applyTexts(to: &settings, of: model)
            if !quiet { for note in named { printNote(note) } }
            let change = changes(parent, settings)
            if change.isEmpty && !quiet {
                printNote(Phrase("no setting differs from the recorded run's", "沒有任何設定與紀錄的執行不同"))
            }
            let engine = modelOptions.engine(model.compute)
            if !quiet && engine.kernels != parent.engine.kernels {
                let (old, new) = (parent.engine.kernels, engine.kernels)
                printNote(
                    Phrase(
                        "the trace was made on \(old) kernels, this run goes on with \(new): the steps before the "
                            + "fork keep the recorded logits",
                        "紀錄是在 \(old) 運算核心上產生的，這次以 \(new) 繼續：分開之前的步驟仍用紀錄的 logit"))
            }
            let replay = try Replay(
                of: parent, logits: parent.tensors.rawLogits, model: model, settings: settings, engine: engine)
            // Only now: a replay that is refused leaves no folder.
            var files = try RunFiles(
                RecordFolder(output: output, force: force, standard: defaultFolder()),
                engine: try page.engine(opened))
            if !quiet { printOut(flowing(parent.prompt.rendered), terminator: "") }
            let progress = Progress(.readingPrompt)
            replay.onPrefill { progress.showTokens($0, of: $1) }
            try replay.run(change: change, peakMemoryBytes: peakMemoryBytes) { text, isShared in
                printOut(Terminal.out.style(isShared ? "2" : "1", flowing(text)), terminator: "")
            }
            printOut("")
            if !quiet { printError(summary(replay, parent)) }
            try files.json.begin(replay.trace)
            for step in replay.trace.steps { try files.json.append(step) }
            try files.finish(replay.trace, tensors: tensors)
            if !quiet { for line in files.notes.map(noteLine) + [files.summary] { printError(line) } }
        }
    }

    /// The recorded logits under a library's rules.
    private func compare(_ parent: Trace, _ settings: Settings, as library: SamplingLibrary) throws {
        try reporting {
            var parent = parent
            try readLogits(beside: trace, into: &parent)
            let comparison = try stepglass.compare(
                parent, settings, as: library, withDefaults: !noDefaults, named: sampling.given
            ) {
                let model = try loadModel(of: parent, modelOptions)
                return try LiveMaker(continuing: parent, model, modelOptions.engine(model.compute))
            }
            if json { return printJSON(comparison.json()) }
            for line in comparison.lines(parent, Console.language) { printOut(line) }
        }
    }

    /// The parent's settings with what was given put in place.
    private func settings(_ old: Settings) throws -> Settings {
        var settings = old
        try sampling.apply(to: &settings)
        if let maxTokens { settings.maxTokens = maxTokens }
        if let minTokens { settings.minTokens = minTokens }
        if !stop.isEmpty { settings.stop = try stop.map(typedText) }
        do { _ = try StagePipeline(settings: settings) } catch { throw ValidationError(words(of: error)) }
        return settings
    }

    /// "temperature 1 → 1.5, seed 0 → 7": what the file keeps of it, the same in every language.
    private func changes(_ parent: Trace, _ settings: Settings) -> String {
        var other = parent
        other.settings = settings
        return difference(parent, other).settings.map { "\($0.name) \($0.a.english) → \($0.b.english)" }.joined(
            separator: ", ")
    }

    private func defaultFolder() -> String {
        var folder = isFolder(trace) ? trace : lastSlash(trace).map { String(trace[..<$0]) } ?? "."
        while folder.hasSuffix("/") { folder.removeLast() }
        return folder == "." ? "replay" : folder + "-replay"
    }

    /// Where the steps' logits came from, and where the runs part.
    private func summary(_ replay: Replay, _ parent: Trace) -> Phrase {
        var parts: [Phrase] = []
        var index = 0
        while index < replay.sources.count {
            let source = replay.sources[index]
            let end = replay.sources[index...].firstIndex { $0 != source } ?? replay.sources.count
            let steps =
                end - index == 1
                ? Phrase("step \(index)", "第 \(index) 步")
                : Phrase("steps \(index)…\(end - 1)", "第 \(index)…\(end - 1) 步")
            switch source {
            case .recorded: parts.append(steps + Phrase(" from the recorded logits", "取自紀錄的 logit"))
            case .listed:
                parts.append(
                    steps + Phrase(" from the listed candidates, which decide them", "取自列出的候選，它們足以決定"))
            case .model:
                parts.append(
                    steps
                        + Phrase(
                            " from the model in one pass, as the settings need the whole vocabulary",
                            "由模型一次算出，因為設定需要整個詞彙表"))
            }
            index = end
        }
        let steps = replay.trace.steps.count
        let fork =
            replay.forkStep < steps
            ? Phrase("the runs part at step \(replay.forkStep)", "兩次執行在第 \(replay.forkStep) 步分開")
            : replay.forkStep < parent.steps.count
                ? Phrase(
                    "this run ends after step \(steps - 1), the recorded one goes on",
                    "這次執行到第 \(steps - 1) 步結束，紀錄的執行還繼續")
                : Phrase("the tokens are the same to the end", "詞元自始至終相同")
        let all = parts + [fork]
        return Phrase(all.map(\.english).joined(separator: "; "), all.map(\.chinese).joined(separator: "；"))
    }
}
