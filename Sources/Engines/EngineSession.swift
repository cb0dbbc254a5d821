// A run whose next-token probabilities come from another engine. Everything behind them is the house's own: stages, draw,
// end rules, record.
public import Generation
internal import Kernels
internal import Phrases
internal import Stages
internal import Tokenizers
internal import Transformers
public import Traces

/// One run through an engine; it can be stepped, rewound and forked. Whatever was listed once is not asked for again.
public final class EngineSession {
    public let engine: Engine
    /// The words of the engine's model.
    public let model: LanguageModel
    public private(set) var trace: Trace
    private var pipeline: StagePipeline
    private var inForce: Settings
    /// Before each step; one more than there are steps.
    private var states: [StepState]
    /// What was listed for each step so far, and for the one to come where that was asked.
    private var listings: [Listing]
    private let context: Int

    /// - Throws: ``EngineError`` for settings that need the pass itself, or are out of range.
    public init(
        _ engine: Engine, _ model: LanguageModel, reading: PromptReading, settings: Settings, program: EngineInfo
    ) throws(EngineError) {
        (self.engine, self.model) = (engine, model)
        var settings = settings
        // The default of all commands; here there is none to record.
        settings.record.removeAll { $0 == .attention }
        try Self.check(settings)
        let own = engine.model.contextLength ?? model.configuration.contextLength
        let longest = min(own, model.configuration.contextLength)
        if settings.context > longest {
            throw .prompt(GenerationError.contextTooLong(asked: settings.context, model: longest).phrase)
        }
        context = settings.context > 0 ? settings.context : longest
        let prompt = reading.prompt
        if prompt.tokens.count >= context {
            throw .prompt(GenerationError.promptTooLong(tokens: prompt.tokens.count, context: context).phrase)
        }
        inForce = settings.withoutChanges
        do {
            pipeline = try model.pipeline(for: inForce)
            states = [
                try StepState(settings, prompt: prompt, endTokens: model.endTokens, context: context)
            ]
        } catch {
            throw .settings(error)
        }
        listings = []
        var info = model.info
        info.weightBytes = 0
        trace = Trace(
            engine: program, model: info, settings: settings, prompt: prompt,
            notes: model.notes + pipeline.notes + reading.notes)
        trace.origin = EngineOrigin(engine).json
        trace.metrics.loadSeconds = model.loadSeconds
        trace.metrics.tokenizeSeconds = reading.seconds
    }

    /// What cannot be had from elsewhere is refused before anything is asked.
    private static func check(_ settings: Settings) throws(EngineError) {
        if settings.beams > 1 { throw .needsOwnPass(.beams) }
        if settings.maxTokens == 0 { throw .needsOwnPass(.score) }
        if !settings.ablated.isEmpty { throw .needsOwnPass(.ablation) }
        if !settings.dropped.isEmpty { throw .needsOwnPass(.drop) }
        for (kind, pass) in [
            (RecordKind.hidden, OwnPass.hidden), (.residual, .residual), (.logits, .logits), (.prompt, .score),
        ]
        where settings.record.contains(kind) { throw .needsOwnPass(pass) }
    }

    /// A branch that has the first `steps` steps of its parent.
    private init(branchOf parent: EngineSession, steps: Int) {
        (engine, model, context) = (parent.engine, parent.model, parent.context)
        (pipeline, inForce) = (parent.pipeline, parent.inForce)
        states = Array(parent.states.prefix(steps + 1))
        listings = Array(parent.listings.prefix(steps + 1))
        trace = parent.trace
        trace.steps = Array(parent.trace.steps.prefix(steps))
        trace.settings.changes.removeAll { $0.step > steps }
        trace.settings.forced = trace.settings.forced.filter { $0.key < steps }
        trace.text = states[steps].text
    }

    // MARK: Steps

    public var isFinished: Bool { trace.steps.last?.finish != nil }
    /// The settings of the next step.
    public var settings: Settings { trace.settings.at(step: trace.steps.count) }

    /// Asks the engine what could come next, unless that is known.
    public func foresee() throws(EngineError) {
        if listings.count > trace.steps.count { return }
        let clock = SteadyClock()
        let start = clock.now
        listings.append(try engine.list(trace.tokens.map { $0.id }))
        secondsAhead = clock.now - start
    }
    private var secondsAhead = 0.0

    /// Chooses the next token and records how. Returns the step and the text that can be shown now; nil at the end.
    public func step(force: Int? = nil) throws(EngineError) -> (step: Step, shown: String)? {
        if isFinished { return nil }
        let index = trace.steps.count
        try follow()
        try foresee()
        let clock = SteadyClock()
        let start = clock.now
        var state = states[index]
        do { try state.reseed(at: index, by: trace.settings) } catch { throw .settings(error) }
        let wanted = force ?? trace.settings.forced[index]
        if let wanted, !(0..<engine.vocabularySize).contains(wanted) {
            throw .noSuch(GenerationError.unknownToken(id: wanted, vocabulary: engine.vocabularySize).phrase)
        }
        let history = History(prompt: trace.prompt.tokens.map { $0.id }, output: trace.steps.map { $0.token.id })
        let (assembler, tokenizer) = (state.assembler, model.tokenizer)
        let choice = try ListedChoice.choose(
            listings[index], pipeline, history: history, state: &state.choice, force: wanted
        ) { id in
            let bytes = tokenizer.bytes(of: id)
            return (bytes, assembler.peek(bytes))
        }
        let chosenAt = clock.now
        let (token, shown, finish) = state.take(choice.id, of: model)
        let step = Step(
            index: index, position: trace.prompt.tokens.count + index, token: token, stages: choice.stages,
            candidates: choice.candidates, tail: choice.tail, entropyBitsRaw: choice.entropyBitsRaw,
            entropyBitsFinal: choice.entropyBitsFinal, logSumExp: choice.logSumExp, draw: choice.draw, finish: finish,
            seconds: StepSeconds(forward: secondsAhead, choose: chosenAt - start, record: clock.now - chosenAt))
        if index == 0 { trace.metrics.prefillSeconds = secondsAhead }
        secondsAhead = 0
        trace.steps.append(step)
        states.append(state)
        trace.text = state.text
        return (step, shown)
    }

    // MARK: Changes

    /// Other settings from the next step on.
    public func change(_ settings: Settings) throws(EngineError) {
        let before = trace.settings
        trace.settings.change(to: settings, fromStep: trace.steps.count)
        do { try follow() } catch {
            trace.settings = before
            throw error
        }
    }

    private func follow() throws(EngineError) {
        let wanted = settings
        if wanted == inForce { return }
        try Self.check(wanted)
        do { pipeline = try model.pipeline(for: wanted) } catch { throw .settings(error) }
        inForce = wanted
    }

    /// A run with the first `steps` steps of this one, which goes its own way. Nothing is asked again.
    public func fork(steps: Int) throws(EngineError) -> EngineSession {
        guard (0...trace.steps.count).contains(steps) else {
            throw .noSuch(GenerationError.noSuchStep(step: steps, steps: trace.steps.count).phrase)
        }
        return EngineSession(branchOf: self, steps: steps)
    }

    /// Fills in the metrics.
    ///
    /// - Parameter ended: why the run ended before its time; nil for one that ended by itself.
    public func finish(peakMemoryBytes: Int64, ended: EarlyEnd? = nil) {
        trace.ended = ended
        trace.metrics.tell(of: trace.steps, promptTokens: trace.prompt.tokens.count)
        trace.metrics.peakMemoryBytes = peakMemoryBytes
    }
}
