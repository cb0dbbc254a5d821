// From one step's logits to a token and its ledger.

public import Traces

/// The stages of a run in their order. Pure: the same logits, history and state give the same choice.
public struct StagePipeline: Sendable {
    /// The settings that the stages were made from.
    public let settings: Settings
    /// The ids that end generation.
    public let endTokens: [Int]
    /// Remarks for the reader, such as a stage that cannot do anything where it stands.
    public let notes: [String]
    private let stages: [Stage]

    /// - Parameters:
    ///   - endTokens: the ids that end generation; barred while fewer than `settings.minTokens` are out.
    ///   - vocabularySize: token ids in the settings are checked against it.
    ///   - dryBreakers: `settings.dryBreakers` in the model's tokens.
    /// - Throws: ``SettingsError`` for any value out of range, an unknown or repeated stage, a token that does not exist.
    public init(
        settings: Settings, endTokens: [Int] = [], vocabularySize: Int? = nil, dryBreakers: DryBreakers = DryBreakers()
    ) throws(SettingsError) {
        try settings.validate()
        if let vocabularySize { try settings.checkTokens(vocabularySize: vocabularySize) }
        self.settings = settings
        self.endTokens = endTokens
        (stages, notes) = try StageList.active(for: StageRequest(settings: settings, dryBreakers: dryBreakers))
    }

    /// The names of the stages that run, in order, without "raw".
    public var stageNames: [String] { stages.map { $0.name } }

    /// Chooses a token.
    ///
    /// - Parameters:
    ///   - logits: (token), raw. −∞ is allowed for tokens that cannot be chosen; NaN and +∞ are refused.
    ///   - history: prompt and output so far; `history.output.count` is the step's index in error messages.
    ///   - state: the generator and what mirostat remembers; moved on by the step.
    ///   - force: chooses this token instead (debugger, replay); nothing is drawn then.
    ///   - uniform: draws with this number in 0..<1 instead of the generator's next.
    ///   - keepFinalLogits: hands the final logits over as well.
    ///   - token: a token's bytes and what it shows at this place.
    public func run(
        logits: [Float], history: History, state: inout ChoiceState, force: Int? = nil, uniform: Double? = nil,
        keepFinalLogits: Bool = false,
        token: (Int) -> (bytes: [UInt8], text: String)
    ) throws(ChoiceError) -> StepChoice {
        let step = history.output.count
        var raw = Distribution(logits)
        if let error = ChoiceError.unsound(raw, step: step) { throw error }
        if raw.keptCount == 0 { throw .nothingLeft(step: step, stage: "raw") }
        var listed = raw.largest(settings.candidates)
        let ranked = listed.count
        if let force {
            precondition(logits.indices.contains(force), "a forced token outside the vocabulary")
            if !listed.contains(force) { listed.append(force) }
        }
        let before = state
        var rawSums = raw.sums(leavingOut: listed)
        var walk = try Walk(stages(at: step), raw, listed: listed, history: history, state: &state, step: step)
        let choice = walk.choose(force: force, uniform: uniform, state: &state)
        if !listed.contains(choice.id) {
            // A rank beyond the list was drawn: its way through the stages is looked up by walking again.
            listed.append(choice.id)
            rawSums = raw.sums(leavingOut: listed)
            var again = before
            walk = try Walk(stages(at: step), raw, listed: listed, history: history, state: &again, step: step)
            _ = walk.choose(force: choice.id, uniform: nil, state: &again)
        }
        return walk.record(
            raw: raw, ranked: ranked, rawSums: rawSums, choice: choice, keepFinalLogits: keepFinalLogits, token: token)
    }

    /// The stages of one step: the end tokens are barred first while too few tokens are out. In a beam search all of them
    /// work on log-probabilities.
    package func stages(at step: Int) -> [Stage] {
        let isFree = step >= settings.minTokens || endTokens.isEmpty
        var acting = stages
        if !isFree {
            let bar = MinTokens(minTokens: settings.minTokens, endTokens: endTokens)
            acting.insert(Stage("min-tokens", bar.apply), at: 0)
        }
        if settings.beams > 1 && !acting.isEmpty { acting.insert(Stage("log-softmax", LogSoftmax().apply), at: 0) }
        return acting
    }
}

extension ChoiceError {
    /// What is wrong with raw logits; nil when they hold neither NaN nor +∞.
    package static func unsound(_ raw: Distribution, step: Int) -> ChoiceError? {
        if raw.isSound { return nil }
        for (id, logit) in raw.logits.enumerated() {
            if logit.isNaN { return .notANumber(step: step, token: id) }
            if logit == .infinity { return .infinite(step: step, token: id) }
        }
        return nil
    }
}
