// The options of the stages and the draw, and those of beam search. What is not given leaves the settings as they are, so
// that a replay changes only what it names. Called by: RunOptions, the sample and replay commands.
internal import ArgumentParser
internal import Generation
internal import Traces

/// The numbers of the stages.
struct SamplingOptions: ParsableArguments {
    @Option(parsing: .unconditional, help: "Divide the logits by this; 0 is greedy (default: 1).")
    var temperature: Double?
    @Flag(help: "Take the most probable token (temperature 0).")
    var greedy = false
    @Option(parsing: .unconditional, help: "Keep the k largest logits; 0 is off (default).")
    var topK: Int?
    @Option(parsing: .unconditional, help: "Keep the most probable tokens up to this mass; 1 is off (default).")
    var topP: Double?
    @Option(
        parsing: .unconditional,
        help: "Keep tokens at least this likely, as a part of the likeliest; 0 is off (default).")
    var minP: Double?
    @Option(
        parsing: .unconditional,
        help: "Divide positive logits of tokens seen so far by this, multiply negative ones; 1 is off (default).")
    var repetitionPenalty: Double?
    @Option(parsing: .unconditional, help: "Take this off the logits of tokens that occurred; 0 is off (default).")
    var presencePenalty: Double?
    @Option(parsing: .unconditional, help: "Take this off for each time a token occurred; 0 is off (default).")
    var frequencyPenalty: Double?
    @Option(
        help: ArgumentHelp("What the last two count: prompt, output (default) or both.", valueName: "scope"))
    var penaltyScope: String?
    @Option(
        help: ArgumentHelp(
            "The stages in the order they run (default: \(Settings.defaultOrder.joined(separator: ","))).",
            valueName: "a,b,c"))
    var order: String?
    @Option(parsing: .unconditional, help: "Seed of the draws, PCG64 as NumPy seeds it (default: 0).")
    var seed: String?
    @OptionGroup(title: "Further stages") var stages: StageOptions

    func settings() throws -> Settings {
        var settings = Settings()
        try apply(to: &settings)
        return settings
    }

    /// Puts what was given in place.
    func apply(to settings: inout Settings) throws {
        if greedy, let temperature, temperature != 0 {
            throw ValidationError("--greedy is temperature 0, and --temperature is \(temperature); choose one")
        }
        if let temperature { settings.temperature = temperature }
        if greedy { settings.temperature = 0 }
        if let topK { settings.topK = topK }
        if let topP { settings.topP = topP }
        if let minP { settings.minP = minP }
        if let repetitionPenalty { settings.repetitionPenalty = repetitionPenalty }
        if let presencePenalty { settings.presencePenalty = presencePenalty }
        if let frequencyPenalty { settings.frequencyPenalty = frequencyPenalty }
        if let penaltyScope {
            guard let scope = PenaltyScope(rawValue: penaltyScope) else {
                throw ValidationError("--penalty-scope is \(penaltyScope); it must be prompt, output or both")
            }
            settings.penaltyScope = scope
        }
        if let order { settings.order = order.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }
        if let seed { settings.seed = seed }
        try stages.apply(to: &settings)
    }
}

/// Beam search and its two relatives.
struct BeamOptions: ParsableArguments {
    @Option(parsing: .unconditional, help: "Search with this many beams; 1 is off (default).")
    var beams: Int?
    @Option(
        parsing: .unconditional,
        help: "Rank hypotheses by their sum of log-probabilities ÷ length ^ this (default: 1).")
    var lengthPenalty: Double?
    @Option(
        help: ArgumentHelp(
            "End when as many hypotheses as beams are finished (true), when no better one is likely (false, the default) or possible (never).",
            valueName: "mode"))
    var earlyStopping: String?
    @Option(
        parsing: .unconditional,
        help: "Split the beams into this many groups that avoid each other's tokens; 1 is off (default).")
    var beamGroups: Int?
    @Option(
        parsing: .unconditional,
        help: "What a token loses in the ranking for each earlier group's beam that took it in this step (default: 0).")
    var beamDiversity: Double?
    @Flag(help: "Draw the continuations (with --seed and the stages) instead of taking the best.")
    var beamSample = false

    func apply(to settings: inout Settings) throws {
        if let beams { settings.beams = beams }
        if let lengthPenalty { settings.lengthPenalty = lengthPenalty }
        if let earlyStopping { settings.earlyStopping = try Self.mode(earlyStopping) }
        if let beamGroups { settings.beamGroups = beamGroups }
        if let beamDiversity { settings.beamDiversity = beamDiversity }
        if beamSample { settings.beamSample = true }
    }

    static func mode(_ text: String) throws -> EarlyStopping {
        guard let mode = EarlyStopping(rawValue: text) else {
            throw ValidationError("--early-stopping is \(text); it must be false, true or never")
        }
        return mode
    }
}
