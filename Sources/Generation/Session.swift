// A run that can be stepped, rewound and forked. Makes a trace grow. Called by: the trace and debug commands.
internal import Kernels
internal import Stages
public import Traces
internal import Tokenizers
internal import Transformers

/// One run of a model over a prompt.
///
/// `prefill` reads the prompt, each `step` chooses one token; a token is run through the model only when the next step
/// needs its logits. Rewinding and forking recompute nothing: keys and values, draws and texts of every step are kept.
public final class Session {
    public let model: LanguageModel
    public internal(set) var trace: Trace
    let store: SlotStore
    let recorder: RunRecorder
    private(set) var pipeline: StagePipeline
    /// The settings that the pipeline and the heads stand for now.
    private var inForce: Settings
    /// The slot of every position that has been run through the model.
    var slots: [Int32] = []
    /// What the choices and texts carried before each step; one entry more than there are steps.
    var states: [StepState] = []
    /// The raw logits of the step to come; nil until they are computed.
    var logits: [Float]?
    /// The raw logits of every step so far, kept when sessions are to be forked.
    var pastLogits: [[Float]] = []
    let keepsLogits: Bool
    /// The tokens that end this run.
    let endTokens: [Int]
    /// The heads that are off in this session's passes; others may run the same model with others.
    private var ablated: Set<LayerHead>
    public let context: Int
    /// What will be recorded and how much memory that takes at most.
    public let plan: RecordPlan

    /// What changes from step to step beside the trace.
    struct StepState {
        var choice: ChoiceState
        var stop: StopRules
        var assembler: TextAssembler
        /// Assembles what the stop rules let through; the joined text of the run.
        var shown: TextAssembler
        var text: String
        var startByte: Int
    }

    /// - Parameters:
    ///   - keepsLogits: keep every step's logits, so that a fork at any step recomputes nothing.
    ///   - ignoresEnd: end tokens do not end the run (for measuring).
    public init(
        _ model: LanguageModel, prompt: Prompt, settings: Settings, engine: EngineInfo, keepsLogits: Bool = false,
        ignoresEnd: Bool = false
    ) throws(GenerationError) {
        self.model = model
        let configuration = model.configuration
        if settings.context > configuration.contextLength {
            throw .contextTooLong(asked: settings.context, model: configuration.contextLength)
        }
        inForce = settings.withoutChanges
        ablated = try Self.ablations(settings.ablated, configuration)
        endTokens = ignoresEnd ? [] : model.endTokens
        context = settings.context > 0 ? settings.context : configuration.contextLength
        if prompt.tokens.count >= context { throw .promptTooLong(tokens: prompt.tokens.count, context: context) }
        do {
            pipeline = try model.pipeline(for: inForce)
            for change in settings.changes { _ = try model.pipeline(for: change.settings) }
            let stop = StopRules(
                settings: settings, endTokens: endTokens, promptLength: prompt.tokens.count,
                contextLength: context)
            var assembler = TextAssembler()
            for token in prompt.tokens { _ = assembler.feed(token.bytes) }
            states = [
                StepState(
                    choice: try ChoiceState(seed: settings.seed), stop: stop, assembler: assembler, shown: assembler,
                    text: "", startByte: 0)
            ]
        } catch {
            throw .settings(error)
        }
        let positions = prompt.tokens.count + min(settings.maxTokens, context - prompt.tokens.count)
        store = SlotStore(KeyValueCache(configuration, slots: min(positions, Self.firstSlots)))
        plan = RecordPlan(
            model: model.facts, positions: positions, steps: positions - prompt.tokens.count, settings: settings)
        let attention = plan.attention.map {
            AttentionRecord(
                layers: configuration.layers, heads: configuration.heads, keyValueHeads: configuration.keyValueHeads,
                capacityPositions: positions, storage: $0)
        }
        recorder = RunRecorder(
            attention: attention, keepsHidden: settings.record.contains(.hidden), layers: configuration.layers)
        self.keepsLogits = keepsLogits
        trace = Trace(
            engine: engine, model: model.facts, settings: settings, prompt: prompt, attention: attention,
            notes: pipeline.notes + (plan.note.map { [$0] } ?? []))
        trace.metrics.loadSeconds = model.loadSeconds
    }

    /// A branch of `parent` that has its first `steps` steps.
    init(branchOf parent: Session, steps: Int) throws(GenerationError) {
        model = parent.model
        context = parent.context
        plan = parent.plan
        store = parent.store
        pipeline = parent.pipeline
        keepsLogits = parent.keepsLogits
        endTokens = parent.endTokens
        ablated = parent.ablated
        inForce = parent.inForce
        hasForked = true
        let positions = min(parent.slots.count, parent.trace.prompt.tokens.count + steps)
        slots = Array(parent.slots.prefix(positions))
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
            slots.removeLast()
            recorder.rewind(toPositions: slots.count, hiddenSize: model.configuration.hiddenSize)
            rerunLast(at: slots.count)
        }
    }

    static func ablations(_ texts: [String], _ c: Configuration) throws(GenerationError) -> Set<LayerHead> {
        var heads: Set<LayerHead> = []
        for text in texts {
            let parts = text.split(separator: ".", omittingEmptySubsequences: false).map { Int($0) }
            guard parts.count == 2, let layer = parts[0], let head = parts[1], (0..<c.layers).contains(layer),
                (0..<c.heads).contains(head)
            else { throw .badAblation(text, layers: c.layers, heads: c.heads) }
            heads.insert(LayerHead(layer: layer, head: head))
        }
        return heads
    }

    /// Slots that the cache begins with at most; it grows as a run does.
    private static let firstSlots = 16384
    /// Tokens that one pass of the prefill takes: activations stay in the cache of a core.
    static let prefillChunk = 256
    /// With logits for every prompt token, fewer.
    static let scoredChunk = 32

    /// Runs the prompt through the model. `progress` hears after every chunk how many of its tokens are done; when it
    /// returns false the prefill stops, and a later call goes on.
    public func prefill(progress: (_ done: Int, _ of: Int) -> Bool = { _, _ in true }) {
        let clock = ContinuousClock()
        let start = clock.now
        let ids = trace.prompt.tokens.map(\.id)
        let scored = trace.settings.record.contains(.prompt)
        if scored && trace.prompt.scores.isEmpty { trace.prompt.scores = [nil] }
        while slots.count < ids.count {
            let first = slots.count
            let end = min(ids.count, first + (scored ? Self.scoredChunk : Self.prefillChunk))
            let request: LogitsRequest = scored ? .all : end == ids.count ? .last : .none
            let result = run(Array(ids[first..<end]), logits: request)
            if scored { score(result, ids, first: first, end: end) }
            if end == ids.count { logits = Array(result.suffix(model.configuration.vocabularySize)) }
            if !progress(end, ids.count) { break }
        }
        trace.metrics.prefillSeconds += (clock.now - start).seconds
    }

    /// The probability the model gave to each prompt token from the tokens before it.
    private func score(_ logits: UnsafeBufferPointer<Float>, _ ids: [Int], first: Int, end: Int) {
        let size = model.configuration.vocabularySize
        for position in first..<end where position + 1 < ids.count {
            let row = UnsafeBufferPointer(rebasing: logits[(position - first) * size..<(position - first + 1) * size])
            let sums = model.transformer.compute.exponentials(row)
            let own = row[ids[position + 1]]
            trace.prompt.scores.append(
                PromptScore(
                    probability: sums.probability(of: own), rank: 1 + row.lazy.filter { $0 > own }.count,
                    entropyBits: sums.entropyBits))
        }
    }

    /// Runs tokens at the next positions of this session's sequence.
    func run(_ tokens: [Int], logits request: LogitsRequest) -> UnsafeBufferPointer<Float> {
        let first = slots.count
        slots += store.takeRun(tokens.count)
        recorder.reserve(positions: slots.count)
        let plain = slots.last == Int32(slots.count - 1) && !hasForked
        let batch =
            plain
            ? Batch(tokens: tokens, from: first)
            : Batch(tokens: tokens, paths: tokens.indices.map { Array(slots[...(first + $0)]) })
        return forward(batch, logits: request, recorder: recorder.isIdle ? nil : recorder)
    }

    /// One pass of the model as this session runs it.
    func forward(_ batch: Batch, logits: LogitsRequest, recorder: (any Recorder)?) -> UnsafeBufferPointer<Float> {
        model.transformer.ablated = ablated
        return model.transformer.forward(batch, cache: store.cache, logits: logits, recorder: recorder)
    }

    /// Whether positions and slots may differ: after the first fork of the family.
    var hasForked = false

    public var isFinished: Bool { trace.steps.last?.finish != nil }

    /// The settings that the next step is made with.
    public var settings: Settings { trace.settings.at(step: trace.steps.count) }

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

    /// Puts the settings of the next step in force. Other heads have its logits computed anew.
    func follow() throws(GenerationError) {
        let wanted = settings
        if wanted == inForce { return }
        let heads = try Self.ablations(wanted.ablated, model.configuration)
        do { pipeline = try model.pipeline(for: wanted) } catch {
            throw .settings(error)
        }
        inForce = wanted
        if heads != ablated {
            ablated = heads
            readAgain()
        }
    }

    /// A seed that is set anew starts its own numbers.
    func reseed(_ state: inout StepState) throws(GenerationError) {
        let step = trace.steps.count
        guard step > 0, trace.settings.changes.contains(where: { $0.step == step }) else { return }
        let seed = trace.settings.at(step: step).seed
        if seed == trace.settings.at(step: step - 1).seed { return }
        do { state.choice.generator = try PCG64(seed: seed) } catch { throw .settings(error) }
    }
}

extension Duration {
    /// The duration in seconds.
    var seconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}
