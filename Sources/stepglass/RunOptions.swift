// The options that shape a run, and how they become settings.
internal import ArgumentParser
internal import Generation
internal import Traces

struct RunOptions: ParsableArguments {
    @Flag(help: "Feed the text as it stands (the default).")
    var raw = false
    @Flag(help: "Fill the model's chat template with the text as the user's message, and show it.")
    var chat = false
    @Option(help: "The system message of a chat.")
    var system: String?
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
    @Option(parsing: .unconditional, help: "Positions the context may hold (default: the model's own).")
    var context = 0
    @Option(help: ArgumentHelp("Set a head's output to zero (repeatable).", valueName: "layer.head"))
    var ablate: [String] = []

    @OptionGroup(title: "Sampling") var sampling: SamplingOptions

    /// The settings, checked for what can be said without a model.
    func settings() throws -> Settings {
        if raw && chat { throw ValidationError("--raw and --chat exclude each other; choose one") }
        if system != nil && !chat { throw ValidationError("--system needs --chat") }
        var settings = try sampling.settings()
        settings.chat = chat
        settings.system = system
        settings.maxTokens = maxTokens
        settings.minTokens = minTokens
        settings.stop = stop
        settings.candidates = candidates
        settings.record = try recordKinds()
        settings.context = context
        settings.ablated = ablate
        if context < 0 { throw ValidationError("--context is \(context); it must be 0 (the model's own) or more") }
        // The pipeline also knows which stages there are.
        do { _ = try StagePipeline(settings: settings) } catch { throw ValidationError("\(error)") }
        return settings
    }

    private func recordKinds() throws -> [RecordKind] {
        if record == "none" { return [] }
        var kinds: [RecordKind] = []
        for word in record.split(separator: ",", omittingEmptySubsequences: false) {
            if word == "all" { return RecordKind.allCases }
            guard let kind = RecordKind(rawValue: String(word)) else {
                let names = RecordKind.allCases.map(\.rawValue).joined(separator: ", ")
                throw ValidationError("--record names \"\(word)\"; it takes a list of: \(names); or all, or none")
            }
            if !kinds.contains(kind) { kinds.append(kind) }
        }
        return RecordKind.allCases.filter(kinds.contains)
    }
}

/// The numbers of the stages.
struct SamplingOptions: ParsableArguments {
    @Option(parsing: .unconditional, help: "Divide the logits by this; 0 is greedy.")
    var temperature = 1.0
    @Flag(help: "Take the most probable token (temperature 0).")
    var greedy = false
    @Option(parsing: .unconditional, help: "Keep the k largest logits; 0 is off.")
    var topK = 0
    @Option(parsing: .unconditional, help: "Keep the most probable tokens up to this mass; 1 is off.")
    var topP = 1.0
    @Option(parsing: .unconditional, help: "Keep tokens at least this likely, as a part of the likeliest; 0 is off.")
    var minP = 0.0
    @Option(
        parsing: .unconditional,
        help: "Divide positive logits of tokens seen so far by this, multiply negative ones; 1 is off.")
    var repetitionPenalty = 1.0
    @Option(parsing: .unconditional, help: "Take this off the logits of tokens that occurred; 0 is off.")
    var presencePenalty = 0.0
    @Option(parsing: .unconditional, help: "Take this off for each time a token occurred; 0 is off.")
    var frequencyPenalty = 0.0
    @Option(help: ArgumentHelp("What the last two count: prompt, output or both.", valueName: "scope"))
    var penaltyScope = PenaltyScope.output.rawValue
    @Option(help: ArgumentHelp("The stages in the order they run.", valueName: "a,b,c"))
    var order: String?
    @Option(parsing: .unconditional, help: "Seed of the draws (PCG64, as NumPy seeds it).")
    var seed = "0"
    @Option(parsing: .unconditional, help: "Beam search with this many beams; 1 is off.")
    var beams = 1
    @Option(parsing: .unconditional, help: "Score = sum of log-probabilities ÷ length ^ this.")
    var lengthPenalty = 1.0
    @Option(help: ArgumentHelp("When a beam search ends: false, true or never.", valueName: "mode"))
    var earlyStopping = EarlyStopping.no.rawValue
    @OptionGroup(title: "Further stages") var stages: StageOptions

    func settings() throws -> Settings {
        var settings = Settings()
        settings.temperature = greedy ? 0 : temperature
        settings.topK = topK
        settings.topP = topP
        settings.minP = minP
        settings.repetitionPenalty = repetitionPenalty
        settings.presencePenalty = presencePenalty
        settings.frequencyPenalty = frequencyPenalty
        guard let scope = PenaltyScope(rawValue: penaltyScope) else {
            throw ValidationError("--penalty-scope is \(penaltyScope); it must be prompt, output or both")
        }
        settings.penaltyScope = scope
        if let order { settings.order = order.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }
        settings.seed = seed
        settings.beams = beams
        settings.lengthPenalty = lengthPenalty
        guard let early = EarlyStopping(rawValue: earlyStopping) else {
            throw ValidationError("--early-stopping is \(earlyStopping); it must be false, true or never")
        }
        settings.earlyStopping = early
        try stages.apply(to: &settings)
        return settings
    }
}
