// What changes from step to step of a run beside its trace, wherever the run's logits come from.
package import Stages
package import Tokenizers
package import Traces

/// What one step leaves to the next.
package struct StepState {
    /// What the stages and the draw carry on.
    package var choice: ChoiceState
    private var stop: StopRules
    /// Puts characters together, of the prompt and of what was chosen.
    package private(set) var assembler: TextAssembler
    /// Assembles what the stop rules let through.
    private var shown: TextAssembler
    /// The joined text of the run: what the stop rules let through.
    package private(set) var text = ""
    private var startByte = 0

    /// Before the first step.
    ///
    /// - Parameter context: how many positions the run may fill, the prompt's included.
    /// - Throws: for a seed that is none.
    package init(_ settings: Settings, prompt: Prompt, endTokens: [Int], context: Int) throws(SettingsError) {
        choice = try ChoiceState(seed: settings.seed)
        stop = StopRules(
            settings: settings, endTokens: endTokens, promptLength: prompt.tokens.count, contextLength: context)
        assembler = TextAssembler()
        for token in prompt.tokens { _ = assembler.feed(token.bytes) }
        shown = assembler
    }

    /// Takes the chosen token in: its bytes, text and place, what can be shown, and whether the run ends here.
    package mutating func take(
        _ id: Int, of model: LanguageModel
    ) -> (token: Token, shown: String, finish: FinishReason?) {
        let bytes = model.tokenizer.bytes(of: id)
        let (emit, finish) = stop.feed(token: id, bytes: bytes)
        var text = assembler.feed(bytes)
        if finish != nil { text += assembler.flush() }
        let token = Token(
            id: id, bytes: bytes, text: text, start: startByte, end: startByte + bytes.count,
            special: model.tokenizer.isSpecial(id))
        startByte += bytes.count
        var fresh = shown.feed(emit)
        if finish != nil { fresh += shown.flush() }
        self.text += fresh
        return (token, fresh, finish)
    }

    /// A seed that is set anew at a step starts its own numbers.
    package mutating func reseed(at step: Int, by settings: Settings) throws(SettingsError) {
        guard step > 0, settings.changes.contains(where: { $0.step == step }) else { return }
        let seed = settings.at(step: step).seed
        if seed != settings.at(step: step - 1).seed { choice.generator = try PCG64(seed: seed) }
    }
}
