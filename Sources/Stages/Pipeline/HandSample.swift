// The stages on logits given by hand: no model, no text.

public import Traces

/// One choice from logits on the blackboard.
public struct HandSample: Sendable {
    /// (token), raw.
    public var logits: [Float]
    /// What each token is called; as many as there are logits, or none.
    public var labels: [String]
    /// The ids before the choice, for the stages that look at them.
    public var history: History
    /// Which stages run and with which numbers.
    public var settings: Settings
    /// The number to draw with, in 0..<1; nil: from the seed.
    public var uniform: Double?

    /// A choice to be made; nothing is checked before ``choose()``.
    public init(
        logits: [Float], labels: [String] = [], history: History = History(), settings: Settings = Settings(),
        uniform: Double? = nil
    ) {
        self.logits = logits
        self.labels = labels
        self.history = history
        self.settings = settings
        self.uniform = uniform
    }

    /// Runs the stages and draws.
    ///
    /// - Returns: the ledger with the labels as the candidates' texts, and remarks about the settings.
    /// - Throws: ``StagesError`` for settings out of range, ids outside the logits, labels that do not match.
    public func choose() throws(StagesError) -> (choice: StepChoice, notes: [String]) {
        let pipeline: StagePipeline
        var state: ChoiceState
        do {
            try check()
            pipeline = try StagePipeline(
                settings: settings, vocabularySize: logits.count,
                dryBreakers: DryBreakers(
                    sequences: DryBreakers.holding(settings.dryBreakers, among: labels)))
            state = try ChoiceState(seed: settings.seed)
        } catch {
            throw .settings(error)
        }
        do {
            let choice = try pipeline.run(
                logits: logits, history: history, state: &state, uniform: uniform, keepFinalLogits: true
            ) { id in labels.isEmpty ? ([], "") : (Array(labels[id].utf8), labels[id]) }
            return (choice, pipeline.notes)
        } catch {
            throw .choice(error)
        }
    }

    private func check() throws(SettingsError) {
        if !labels.isEmpty && labels.count != logits.count {
            throw .outOfRange(
                option: "the number of labels", value: "\(labels.count)", range: .oneForEachLogit(logits.count),
                suggestion: .noLabels)
        }
        if let uniform, !(0..<1).contains(uniform) {
            throw .outOfRange(
                option: "uniform", value: "\(uniform)", range: .fraction, suggestion: .option("uniform", "0.5"))
        }
        for id in history.all where !logits.indices.contains(id) {
            throw .tokenOutOfRange(option: "the history", id: id, vocabularySize: logits.count)
        }
    }
}
