// A run that can be stepped, rewound and forked. Makes a trace grow.
//
// This file holds the run's state and every operation that writes it, but for those of Session+Memory, which give up what
// can be computed again. Steps, beams, replays and verification work out what a step is and hand it over: `adopt` takes a
// result in, `truncate` and `forget` take one out, `restore` says what the step to come begins with.
internal import Kernels
internal import Phrases
internal import Stages
public import Traces
internal import Tokenizers
internal import Transformers

/// One run of a model over a prompt.
///
/// `prefill` reads the prompt, each `step` chooses one token; a token is run through the model only when the next step
/// needs its logits. Rewinding and forking recompute nothing: keys and values, draws and texts of every step are kept.
public final class Session {
    /// The model that the run uses; other sessions may use it too, though not at the same time.
    public let model: LanguageModel
    /// The record of the run so far: its prompt, settings and chosen steps.
    public private(set) var trace: Trace
    /// Where the positions that have been run through the model lie in the cache.
    var path: CachePath
    /// Positions that were run and whose keys and values were let go, see ``letGo()``; 0: none.
    public internal(set) var unread = 0
    /// Seconds of a pass made ahead of the step to come.
    var secondsAhead = 0.0
    let recorder: RunRecorder
    private(set) var pipeline: StagePipeline
    /// The settings that the pipeline and the heads stand for now.
    private(set) var inForce: Settings
    /// What the choices and texts carried before each step; one entry more than there are steps.
    private(set) var states: [StepState] = [] { didSet { ahead = nil } }
    /// The raw logits of the step to come; nil until they are computed.
    private(set) var logits: [Float]? { didSet { ahead = nil } }
    /// The choice of the step to come, where it was made ahead; for as long as these logits and states stand.
    private(set) var ahead: MadeChoice?
    /// The raw logits of every step so far, kept when sessions are to be forked.
    var pastLogits: [[Float]] = []
    let keepsLogits: Bool
    /// The tokens that end this run.
    let endTokens: [Int]
    /// The heads that are off in this session's passes; others may run the same model with others.
    private(set) var ablated: Set<LayerHead>
    /// The positions whose keys and values this session's passes no longer find.
    private(set) var dropped: [Int]
    /// How many positions the run may fill, the prompt's included: as the settings say, else the model's context length.
    public let context: Int
    /// What will be recorded and how much memory that takes at most.
    public let plan: RecordPlan
    /// Hears of the prompt being read where a step or a replay asks for that by itself.
    public var onPrefill: ((_ done: Int, _ of: Int) -> Void)?

    /// - Parameters:
    ///   - keepsLogits: keep every step's logits, so that a fork at any step recomputes nothing.
    ///   - ignoresEnd: end tokens do not end the run (for measuring).
    public init(
        _ model: LanguageModel, reading: PromptReading, settings: Settings, engine: EngineInfo,
        keepsLogits: Bool = false, ignoresEnd: Bool = false
    ) throws(GenerationError) {
        let prompt = reading.prompt
        self.model = model
        let configuration = model.configuration
        if configuration.isEncoder { throw .encoder(model: model.facts.name) }
        if settings.context > configuration.contextLength {
            throw .contextTooLong(asked: settings.context, model: configuration.contextLength)
        }
        inForce = settings.withoutChanges
        ablated = try Self.ablations(settings.ablated, configuration)
        dropped = try Self.losses(settings.dropped, configuration)
        endTokens = ignoresEnd ? [] : model.endTokens
        context = settings.context > 0 ? settings.context : configuration.contextLength
        let isScored = settings.maxTokens == 0
        if prompt.tokens.count >= context + (isScored ? 1 : 0) {
            throw .promptTooLong(tokens: prompt.tokens.count, context: context)
        }
        do {
            pipeline = try model.pipeline(for: inForce)
            for change in settings.changes { _ = try model.pipeline(for: change.settings) }
            states = [try StepState(settings, prompt: prompt, endTokens: endTokens, context: context)]
        } catch {
            throw .settings(error)
        }
        let positions = prompt.tokens.count + min(settings.maxTokens, context - prompt.tokens.count)
        let beamed = prompt.tokens.count + (positions - prompt.tokens.count) * max(1, settings.beams)
        try Self.check(configuration, tokens: beamed, memory: installedMemory())
        path = CachePath(SlotStore(KeyValueCache(configuration, slots: min(positions, Self.firstSlots))))
        plan = RecordPlan(
            model: model.facts, patterns: configuration.attention, positions: positions,
            steps: positions - prompt.tokens.count, settings: settings)
        let attention = plan.attention.map {
            AttentionRecord(
                patterns: configuration.attention, heads: configuration.heads,
                keyValueHeads: configuration.keyValueHeads, capacityPositions: positions, storage: $0)
        }
        recorder = RunRecorder(
            attention: attention, keepsHidden: settings.record.contains(.hidden), layers: configuration.layers)
        self.keepsLogits = keepsLogits
        trace = Trace(
            engine: engine, model: model.facts, settings: settings, prompt: prompt, attention: attention,
            notes: model.notes + pipeline.notes + [plan.note?.english].compactMap { $0 } + reading.notes)
        if isScored { trace.run = .score }
        trace.costs = model.shape?.contextCosts(
            prompt: prompt.tokens.count,
            steps: settings.beams > 1 ? 0 : min(positions - prompt.tokens.count, Self.foreseenSteps))
        trace.metrics.loadSeconds = model.loadSeconds
        trace.metrics.tokenizeSeconds = reading.seconds
    }

    /// A branch of `parent` that has its first `steps` steps.
    init(branchOf parent: Session, steps: Int) throws(GenerationError) {
        model = parent.model
        context = parent.context
        plan = parent.plan
        pipeline = parent.pipeline
        keepsLogits = parent.keepsLogits
        endTokens = parent.endTokens
        onPrefill = parent.onPrefill
        (ablated, dropped) = (parent.ablated, parent.dropped)
        inForce = parent.inForce
        let positions = min(parent.path.count, parent.trace.prompt.tokens.count + steps)
        path = CachePath(branchOf: parent.path, positions: positions)
        states = Array(parent.states.prefix(steps + 1))
        pastLogits = Array(parent.pastLogits.prefix(steps))
        trace = parent.trace
        trace.steps = Array(parent.trace.steps.prefix(steps))
        // What was set or forced further on belongs to the parent.
        trace.settings.changes.removeAll { $0.step > steps }
        trace.settings.forced = trace.settings.forced.filter { $0.key < steps }
        trace.text = states[steps].text
        trace.tensors.rawLogits = Array(parent.trace.tensors.rawLogits.prefix(steps))
        trace.tensors.finalLogits = Array(parent.trace.tensors.finalLogits.prefix(steps))
        trace.attention = parent.recorder.attention?.copy(positions: positions)
        recorder = RunRecorder(
            attention: trace.attention, copying: parent.recorder, positions: positions,
            hiddenSize: parent.model.configuration.hiddenSize)
        if steps < parent.pastLogits.count {
            logits = parent.pastLogits[steps]
        } else if steps == parent.trace.steps.count {
            logits = parent.logits
        }
        // Without the logits the branch runs its last token once more, in a slot of its own.
        if logits == nil && steps < parent.trace.steps.count {
            forget(positionsFrom: positions - 1)
            rerunLast()
        }
    }

    /// Steps whose work stands in the record from the beginning, for whoever watches; at the end it is that of all steps.
    private static let foreseenSteps = 1024
    /// Slots that the cache begins with at most; it grows as a run does.
    private static let firstSlots = 16384
    /// Takes in the logits that the first step is chosen from, and how long the prompt's passes took.
    func adopt(prefilled seconds: Double, logits last: [Float]?) {
        if let last { logits = last }
        trace.metrics.prefillSeconds += seconds
    }
    func adopt(rawLogits row: [Float]) { trace.tensors.rawLogits.append(row) }

    /// Runs tokens at the next positions of this session's sequence.
    func run(_ tokens: [Int], logits request: LogitsRequest) -> UnsafeBufferPointer<Float> {
        let batch = path.extend(by: tokens)
        recorder.reserve(positions: path.count)
        recorder.profile = model.compute.profile
        return forward(batch, logits: request, recorder: recorder.isIdle ? nil : recorder)
    }

    /// Other settings from the next step on (the debugger's `set`, `force`, `ablate`). What the run records and where it
    /// ends must stay as they are.
    public func change(_ settings: Settings) throws(GenerationError) {
        let before = trace.settings
        trace.settings.change(to: settings, fromStep: trace.steps.count)
        do { try follow() } catch {
            trace.settings = before
            throw error
        }
    }

    /// Puts the settings of the next step in force. Another forward pass has its logits computed anew.
    func follow() throws(GenerationError) {
        let wanted = settings
        if wanted == inForce { return }
        let heads = try Self.ablations(wanted.ablated, model.configuration)
        let lost = try Self.losses(wanted.dropped, model.configuration)
        do { pipeline = try model.pipeline(for: wanted) } catch {
            throw .settings(error)
        }
        inForce = wanted
        if heads != ablated || lost != dropped {
            (ablated, dropped) = (heads, lost)
            readAgain()
        }
    }

    /// Has the next step's logits computed anew, because something in the forward pass was changed (a head, the cache).
    /// Keys and values of earlier positions stay as they are; before the first step the whole prompt is read again.
    private func readAgain() {
        logits = nil
        let behind = trace.prompt.tokens.count + trace.steps.count - 1
        forget(positionsFrom: trace.steps.isEmpty ? 0 : min(path.count, behind))
        if trace.steps.isEmpty { trace.prompt.scores = [] }
    }

    /// The logits of the step to come, running the last chosen token if that has not happened yet.
    func currentLogits() -> [Float] {
        if let logits { return logits }
        if path.count < trace.prompt.tokens.count { prefill() }
        if let last = trace.steps.last, path.count == last.position {
            logits = Array(run([last.token.id], logits: .last))
        }
        return logits!
    }

    /// Runs the token behind the path once more: its logits were not kept.
    private func rerunLast() {
        let tokens = trace.tokens
        if path.count < tokens.count { logits = Array(run([tokens[path.count].id], logits: .last)) }
    }

    /// The raw logits that a step was chosen from; nil where they are not kept.
    func rawLogits(ofStep step: Int) -> [Float]? { step < pastLogits.count ? pastLogits[step] : nil }

    // MARK: What a step, a beam search or a replay hands over

    /// Others may read this session's slots from now on: its branches, or the beams of a search.
    func share() { path.share() }

    /// Takes in a step that was chosen from the current logits.
    ///
    /// - Parameters:
    ///   - state: what the step leaves to the next.
    ///   - finalLogits: for the trace's tensors; nil where the run does not record them.
    func adopt(_ step: Step, _ state: StepState, raw: [Float], finalLogits: [Float]?) {
        precondition(step.index == trace.steps.count)
        if let finalLogits {
            trace.tensors.rawLogits.append(raw)
            trace.tensors.finalLogits.append(finalLogits)
        }
        trace.steps.append(step)
        if keepsLogits { pastLogits.append(raw) }
        states.append(state)
        trace.text = state.text
        (logits, secondsAhead) = (nil, 0)
    }

    /// Takes in what another record of the newest step knows better: its times in a beam search, its raw numbers in the
    /// run that is replayed, why its hypothesis ended.
    func adopt(newest step: Step) {
        let last = trace.steps.count - 1
        precondition(last >= 0 && step.token == trace.steps[last].token)
        trace.steps[last] = step
    }

    /// Takes in the record of the beam search that the steps to come are those of.
    func adopt(_ tree: BeamTree) { trace.beam = tree }

    /// Takes in what a replay did not have to compute again.
    func adopt(scores: [PromptScore?]) { trace.prompt.scores = scores }
    func adopt(_ attention: AttentionRecord) { trace.attention = attention }

    func note(_ note: Phrase) { trace.note(note) }

    /// Says which run this one is a variant of.
    func adopt(_ parent: Parent) { trace.parent = parent }

    /// Takes in the model's hash, and what reading the prompt cost when the run was made.
    func adopt(whatIsKnownOf recorded: Trace) {
        trace.model = model.info
        trace.metrics.loadSeconds = recorded.metrics.loadSeconds
        trace.metrics.tokenizeSeconds = recorded.metrics.tokenizeSeconds
        trace.metrics.prefillSeconds = recorded.metrics.prefillSeconds
    }

    /// Takes in the end of the run: what it cost, what ended it before its time, and the recorded tensors.
    func adopt(_ metrics: Metrics, ended: EarlyEnd?) {
        trace.ended = ended
        let steps = settings.beams > 1 ? 0 : trace.steps.count
        let work = model.shape?.stepWork(prompt: trace.prompt.tokens.count, steps: steps)
        trace.costs?.steps = work ?? StepWork()
        trace.tensors.hidden = recorder.hidden
        // Only now: hashing the weights would keep the first token waiting.
        trace.model = model.info
        trace.metrics = metrics
    }

    /// Takes in times that were measured on the run's model.
    public func adopt(measured contexts: [MeasuredContext]) { trace.costs?.measured = contexts }

    /// Says what the step to come begins with, where it is known from elsewhere; nil leaves what there is.
    func restore(choice: ChoiceState? = nil, logits: [Float]? = nil) {
        if let choice { states[trace.steps.count].choice = choice }
        if let logits { self.logits = logits }
    }

    /// Takes in logits of the step to come, and the choice that was made from them with the settings in force.
    func restore(logits: [Float], ahead choice: MadeChoice?) {
        self.logits = logits
        ahead = choice
    }

    /// Goes back to the beginning of step `steps`, forgetting it and all later ones.
    func truncate(toSteps steps: Int) {
        if steps == trace.steps.count { return }
        logits = steps < pastLogits.count ? pastLogits[steps] : nil
        trace.steps.removeLast(trace.steps.count - steps)
        states.removeLast(states.count - steps - 1)
        pastLogits.removeLast(max(0, pastLogits.count - steps))
        trace.tensors.rawLogits.removeLast(max(0, trace.tensors.rawLogits.count - steps))
        trace.tensors.finalLogits.removeLast(max(0, trace.tensors.finalLogits.count - steps))
        trace.text = states[steps].text
        // Step `steps` is chosen from the logits of the token before it.
        let positions = min(path.count, trace.prompt.tokens.count + steps)
        forget(positionsFrom: logits == nil && positions > 0 ? positions - 1 : positions)
        if logits == nil { rerunLast() }
    }

    /// Forgets the keys, values and records of the positions from `count` on.
    func forget(positionsFrom count: Int) {
        path.truncate(to: count)
        recorder.rewind(toPositions: count, hiddenSize: model.configuration.hiddenSize)
    }
}
