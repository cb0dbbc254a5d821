// The options of the stages and the draw, and those of beam search. What is not given leaves the settings as they are, so
// that a replay changes only what it names.
internal import ArgumentParser
internal import Generation
internal import Phrases
internal import Stages
internal import Tokenizers
internal import Traces

/// The numbers of the stages.
struct SamplingOptions: ParsableArguments {
    @OptionGroup var ordered: StageOptions<OrderedStages>
    @Option(
        help: ArgumentHelp(
            "The stages in the order they run (default: \(Settings.defaultOrder.joined(separator: ","))).",
            valueName: "a,b,c"))
    var order: String?
    @Option(parsing: .unconditional, help: "Seed of the draws, PCG64 as NumPy seeds it (default: 0).")
    var seed: String?
    @OptionGroup(title: "Further stages") var further: StageOptions<FurtherStages>

    func settings() throws -> Settings {
        var settings = Settings()
        try apply(to: &settings)
        return settings
    }

    /// The stages' options that were given.
    var given: Set<String> { ordered.given.union(further.given) }

    /// Puts what was given in place.
    func apply(to settings: inout Settings) throws {
        try ordered.apply(to: &settings)
        if let order { settings.order = stageOrder(order) }
        if let seed { settings.seed = seed }
        try further.apply(to: &settings)
    }

    /// Puts the tokens that were given as texts in place: needs the vocabulary. Returns a note for each.
    func applyTexts(to settings: inout Settings, _ find: (String) -> TokenWish.Finding) throws -> [Phrase] {
        try ordered.applyTexts(to: &settings, find) + further.applyTexts(to: &settings, find)
    }

    /// The same with a model's vocabulary.
    func applyTexts(to settings: inout Settings, of model: LanguageModel) throws -> [Phrase] {
        try applyTexts(to: &settings) { model.token($0) }
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
            throw ValidationError(
                Phrase(
                    "--early-stopping is \(text); it must be false, true or never",
                    "--early-stopping 是 \(text)；必須是 false、true 或 never"))
        }
        return mode
    }
}
