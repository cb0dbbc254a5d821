// All that one choice of a token was made from: enough to make it again, and with other numbers.
public import Traces

/// What the stages of one step had before them.
public struct ChoiceSituation: Equatable, Sendable {
    /// (token): the raw logits of the whole vocabulary.
    public var logits: [Float]
    /// The tokens before the choice.
    public var history: History
    /// The generator and mirostat's bound before the stages ran.
    public var state: ChoiceState
    /// The settings in force at the step.
    public var settings: Settings
    /// The ids that end generation; they matter while min-tokens bars them.
    public var endTokens: [Int]
    /// `settings.dryBreakers` in the model's tokens.
    public var dryBreakers: DryBreakers

    /// A situation from its parts; nothing is checked here.
    public init(
        logits: [Float], history: History, state: ChoiceState, settings: Settings, endTokens: [Int] = [],
        dryBreakers: DryBreakers = DryBreakers()
    ) {
        (self.logits, self.history, self.state, self.settings) = (logits, history, state, settings)
        (self.endTokens, self.dryBreakers) = (endTokens, dryBreakers)
    }

    /// The choice made again, with the way of `token` among the candidates whatever its rank; `token` is taken, so that
    /// nothing is drawn and no state moves.
    ///
    /// - Throws: ``StagesError`` where a run with these settings would have failed.
    public func ledger(
        following token: Int, bytes: (Int) -> (bytes: [UInt8], text: String)
    ) throws(StagesError) -> StepChoice {
        var state = state
        let stages: StagePipeline
        do { stages = try pipeline() } catch { throw .settings(error) }
        do {
            return try stages.run(
                logits: logits, history: history, state: &state, force: token, keepFinalLogits: true, token: bytes)
        } catch {
            throw .choice(error)
        }
    }

    /// The choice made again, drawn with a number of one's own.
    ///
    /// - Parameters:
    ///   - uniform: in 0..<1; not used where a stage leaves one token.
    ///   - token: a token's bytes and what it shows at this place.
    /// - Returns: the ledger, and remarks about the settings.
    /// - Throws: ``StagesError`` where a run with these settings would have failed.
    public func choose(
        uniform: Double, token: (Int) -> (bytes: [UInt8], text: String)
    ) throws(StagesError) -> (choice: StepChoice, notes: [String]) {
        var state = state
        let stages: StagePipeline
        do { stages = try pipeline() } catch { throw .settings(error) }
        do {
            let choice = try stages.run(
                logits: logits, history: history, state: &state, uniform: uniform, token: token)
            return (choice, stages.notes)
        } catch {
            throw .choice(error)
        }
    }

    package func pipeline() throws(SettingsError) -> StagePipeline {
        try StagePipeline(
            settings: settings, endTokens: endTokens, vocabularySize: logits.count, dryBreakers: dryBreakers)
    }
}
