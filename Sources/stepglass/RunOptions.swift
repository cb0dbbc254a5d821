// The options that shape a run, and how they become settings.
internal import ArgumentParser
internal import Phrases
internal import Stages
internal import Traces

struct RunOptions: ParsableArguments {
    @Flag(help: "Feed the text as it stands (the default).")
    var raw = false
    @Flag(help: "Fill the model's chat template with the text as the user's message, and show it.")
    var chat = false
    @Option(help: "The system message of a chat.")
    var system: String?
    @Flag(help: "Match control tokens that stand in the text (<|im_end|>); without it they are text.")
    var special = false
    @Option(
        parsing: .unconditional,
        help: "Stop after this many tokens; 0 scores the text, each token by how well it was foreseen, and adds none.")
    var maxTokens = Settings().maxTokens
    @Option(parsing: .unconditional, help: "Bar the end tokens until this many tokens are out.")
    var minTokens = 0
    @Option(
        name: .customLong("stop"),
        help: ArgumentHelp(
            "Stop before this text (repeatable); \\n, \\t, \\\\ and \\u{HEX} stand for what they do in code.",
            valueName: "text"))
    var stop: [String] = []
    @Flag(help: "Keep the line end at the end of a prompt from standard input; without it, one is left out.")
    var keepNewline = false
    @Option(parsing: .unconditional, help: "How many candidates are listed for each step.")
    var candidates = Settings().candidates
    @Option(
        help: ArgumentHelp(
            "What to record, a list of: attention, logits, hidden, residual, prompt, or none.", valueName: "list"))
    var record = "attention"
    @Option(parsing: .unconditional, help: "Positions the context may hold; 0 is the model's own.")
    var context = 0
    @Option(help: ArgumentHelp("Set a head's output to zero (repeatable).", valueName: "layer.head"))
    var ablate: [String] = []
    @Option(
        help: ArgumentHelp(
            "Drop a position's key and value from the cache: no later token finds them (repeatable).",
            valueName: "position"))
    var drop: [Int] = []

    @OptionGroup(title: "Chat") var conversation: ChatOptions
    @OptionGroup(title: "Sampling") var sampling: SamplingOptions
    @OptionGroup(title: "Beam search") var beams: BeamOptions

    /// The settings, checked for what can be said without a model.
    func settings() throws -> Settings {
        if raw && chat {
            throw ValidationError(
                Phrase("--raw and --chat exclude each other; choose one", "--raw 與 --chat 不能並用；請擇一"))
        }
        if raw && conversation.messages != nil {
            throw ValidationError(
                Phrase("--raw and --messages exclude each other; choose one", "--raw 與 --messages 不能並用；請擇一"))
        }
        if system != nil && !chat && conversation.messages == nil {
            throw ValidationError(Phrase("--system needs --chat", "--system 需要 --chat"))
        }
        var settings = try sampling.settings()
        try beams.apply(to: &settings)
        if settings.beams == 1 && (settings.beamSample || settings.beamDiversity != 0) {
            throw ValidationError(
                Phrase(
                    "--beam-sample and --beam-diversity need --beams (try --beams 4)",
                    "--beam-sample 與 --beam-diversity 需要 --beams（例如 --beams 4）"))
        }
        settings.chat = chat
        settings.system = system
        try conversation.apply(to: &settings)
        settings.special = special
        settings.maxTokens = maxTokens
        settings.minTokens = minTokens
        settings.stop = try stop.map(typedText)
        settings.candidates = candidates
        settings.record = try recordKinds(record)
        if maxTokens == 0 {
            if settings.record != RecordKind.allCases, settings.record.contains(.residual) {
                throw ValidationError(
                    Phrase(
                        "--record residual keeps what led to each generated token, and with --max-tokens 0 there is none; ask for at least 1",
                        "--record residual 記錄的是產生每個詞元的過程，而 --max-tokens 0 不產生任何詞元；請至少產生 1 個"))
            }
            settings.record.removeAll { $0 == .residual }
            // A text is scored: that is the record.
            if settings.record.contains(.prompt) == false { settings.record.append(.prompt) }
            settings.record = RecordKind.allCases.filter(settings.record.contains)
        }
        settings.context = context
        settings.ablated = ablate.flatMap(listItems)
        settings.dropped = drop
        if context < 0 {
            throw ValidationError(
                Phrase(
                    "--context is \(context); it must be 0 (the model's own) or more",
                    "--context 是 \(context)；必須是 0（模型的上限）或更大"))
        }
        // The pipeline also knows which stages there are.
        do { _ = try StagePipeline(settings: settings) } catch { throw ValidationError(words(of: error)) }
        return settings
    }

    /// Whether anything of a new run is asked for.
    func asksForRun() throws -> Bool {
        if !sampling.given.isEmpty { return true }
        return try settings() != Self.parse([]).settings()
    }

    /// The text of the prompt, and a note when its last line end was left out, or when it is a file's name.
    func prompt(_ argument: String?) throws -> (text: String, note: Phrase?) {
        let (text, note) = withoutLineEnd(
            try conversation.prompt(argument), isPiped: argument == "-" && !keepNewline)
        return (text, note ?? argument.flatMap(fileOfTheName))
    }
}

/// A path in a prompt's place is a prompt like another; who gives one may have meant the file.
private func fileOfTheName(_ prompt: String) -> Phrase? {
    if isFolder(prompt) ? !fileExists(prompt + "/trace.json") : !fileExists(prompt) { return nil }
    if isFolder(prompt) || prompt.hasSuffix(".json") {
        return Phrase(
            "the prompt is a record's name, not the record; debug --trace \(prompt) opens it, show \(prompt) tells of it",
            "提示是紀錄的名稱，不是那份紀錄；要打開請用 debug --trace \(prompt)，要看摘要請用 show \(prompt)")
    }
    return Phrase(
        "the prompt is a file's name, not its text; - < \(prompt) gives the text",
        "提示是檔案的名稱，不是檔案的文字；要用其中的文字請給 - < \(prompt)")
}

/// A text as it was typed, or from standard input where it is "-"; and a note when its last line end was left out.
func typedPrompt(_ argument: String, keepNewline: Bool) throws -> (text: String, note: Phrase?) {
    withoutLineEnd(try readText(argument), isPiped: argument == "-" && !keepNewline)
}

private func withoutLineEnd(_ text: String, isPiped: Bool) -> (text: String, note: Phrase?) {
    // By bytes: a line end in front of accents is no last Character.
    let end = UInt8(ascii: "\n")
    guard isPiped, text.utf8.last == end else { return (text, nil) }
    let line = text.utf8.dropLast()
    let isTwo = line.last == UInt8(ascii: "\r")
    return (
        String(decoding: isTwo ? line.dropLast() : line, as: UTF8.self),
        Phrase(
            "the line end at the end of the piped prompt is not part of it; --keep-newline keeps it",
            "管線輸入的提示結尾的換行不算在內；要保留請加 --keep-newline")
    )
}

/// What the option --record names.
func recordKinds(_ record: String) throws -> [RecordKind] {
    if record == "none" { return [] }
    var kinds: [RecordKind] = []
    let names = RecordKind.allCases.map(\.rawValue)
    for typed in listItems(record) {
        let word = meant(typed, among: names + ["all"]) ?? typed
        if word == "all" { return RecordKind.allCases }
        guard let kind = RecordKind(rawValue: word) else {
            let names = names.joined(separator: ", ")
            throw ValidationError(
                Phrase(
                    "--record names \"\(word)\"; it takes a list of: \(names); or all, or none",
                    "--record 裡的「\(word)」不能用；可列出：\(names)；或 all，或 none"))
        }
        if !kinds.contains(kind) { kinds.append(kind) }
    }
    return RecordKind.allCases.filter(kinds.contains)
}
