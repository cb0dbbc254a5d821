// A recorded run that goes on: the session that made it, made again from its file.
public import Traces
internal import Transformers

extension Session {
    /// The tokens that one pass takes while a record is read again.
    private static let rereadChunk = 64

    /// A session at the end of a recorded run. Its steps are the record's own, times included; the model runs over their
    /// tokens for the keys and values, and chooses each step once more to show that it is the same run.
    ///
    /// - Parameters:
    ///   - recorded: the run; with settings that changed on the way and forced tokens as they were.
    ///   - maxTokens: where the run shall end instead; nil keeps the record's own limit.
    ///   - progress: hears after every pass how many of the tokens, prompt and steps, have been read.
    /// - Throws: ``GenerationError/replay(_:)`` for another model, other tokens, a beam search, a limit below the steps
    ///   that are there, or a step that comes out otherwise here.
    public convenience init(
        continuing recorded: Trace, with model: LanguageModel, engine: EngineInfo, maxTokens: Int? = nil,
        progress: (_ done: Int, _ of: Int) -> Void = { _, _ in }
    ) throws(GenerationError) {
        try recorded.model.check(against: model.info)
        if recorded.settings.beams > 1 { throw .replay(.beamSearch) }
        var settings = recorded.settings
        if let maxTokens {
            if maxTokens < recorded.steps.count { throw .replay(.tooFew(maxTokens, steps: recorded.steps.count)) }
            settings.maxTokens = maxTokens
            for place in settings.changes.indices { settings.changes[place].settings.maxTokens = maxTokens }
        }
        let reading = try model.read(recorded.prompt.text, settings: settings)
        if reading.prompt.tokens != recorded.prompt.tokens { throw .replay(.otherTokens) }
        try self.init(model, reading: reading, settings: settings, engine: engine, keepsLogits: true)
        try takeAgain(recorded, progress)
        if let parent = recorded.parent { adopt(parent) }
        adopt(whatIsKnownOf: recorded)
    }

    /// Makes the record's steps once more.
    private func takeAgain(_ recorded: Trace, _ progress: (Int, Int) -> Void) throws(GenerationError) {
        let tokens = recorded.steps.map { $0.token.id }
        let promptCount = recorded.prompt.tokens.count
        let all = promptCount + tokens.count
        let size = model.configuration.vocabularySize
        // Heads that went off on the way, and hidden states, which are read while a token runs, need each token by itself.
        let isSinglePass = recorded.settings.changes.isEmpty && !recorder.keepsHidden
        prefill { done, _ in
            progress(done, all)
            return true
        }
        var rows: [[Float]] = []
        for (index, step) in recorded.steps.enumerated() {
            if isSinglePass && index > 0 {
                if rows.isEmpty {
                    let end = min(index - 1 + Self.rereadChunk, tokens.count - 1)
                    let logits = run(Array(tokens[index - 1..<end]), logits: .all)
                    rows = (0..<end - index + 1).reversed().map { Array(logits[$0 * size..<($0 + 1) * size]) }
                    progress(promptCount + end, all)
                }
                restore(logits: rows.removeLast())
            } else {
                progress(promptCount + index, all)
            }
            guard let (made, _) = try self.step(), made.token == step.token else {
                throw .replay(.otherChoice(step: index))
            }
            var kept = step
            kept.finish = made.finish
            adopt(newest: kept)
        }
    }
}
