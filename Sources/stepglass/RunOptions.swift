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
    @Option(parsing: .unconditional, help: "Stop after this many tokens.")
    var maxTokens = Settings().maxTokens
    @Option(parsing: .unconditional, help: "Bar the end tokens until this many tokens are out.")
    var minTokens = 0
    @Option(name: .customLong("stop"), help: ArgumentHelp("Stop before this text (repeatable).", valueName: "text"))
    var stop: [String] = []
    @Option(parsing: .unconditional, help: "How many candidates are listed for each step.")
    var candidates = Settings().candidates
    @Option(
        help: ArgumentHelp("What to record, a list of: attention, logits, hidden, prompt, or none.", valueName: "list"))
    var record = "attention"
    @Option(parsing: .unconditional, help: "Positions the context may hold; 0 is the model's own.")
    var context = 0
    @Option(help: ArgumentHelp("Set a head's output to zero (repeatable).", valueName: "layer.head"))
    var ablate: [String] = []

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
        settings.stop = stop
        settings.candidates = candidates
        settings.record = try recordKinds()
        settings.context = context
        settings.ablated = ablate
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

    private func recordKinds() throws -> [RecordKind] {
        if record == "none" { return [] }
        var kinds: [RecordKind] = []
        for word in record.split(separator: ",", omittingEmptySubsequences: false) {
            if word == "all" { return RecordKind.allCases }
            guard let kind = RecordKind(rawValue: String(word)) else {
                let names = RecordKind.allCases.map(\.rawValue).joined(separator: ", ")
                throw ValidationError(
                    Phrase(
                        "--record names \"\(word)\"; it takes a list of: \(names); or all, or none",
                        "--record 裡的「\(word)」不能用；可列出：\(names)；或 all，或 none"))
            }
            if !kinds.contains(kind) { kinds.append(kind) }
        }
        return RecordKind.allCases.filter(kinds.contains)
    }
}
