// What an encoder says of a text: each mask with its candidates, or each token scored behind a mask of its own. Nothing is
// generated; the record has the attention both ways.
internal import Kernels
internal import Phrases
internal import Stages
public import Traces
internal import Tokenizers
internal import Transformers

extension Settings {
    /// Those of a run that fills masks: control tokens in the text are matched, a mask among them; no stage changes a
    /// logit, and no token is added.
    public static var filling: Settings {
        var settings = Settings()
        (settings.special, settings.maxTokens, settings.order) = (true, 0, [])
        return settings
    }

    /// Those of a run that scores each token of a text behind a mask.
    public static var scoringEach: Settings {
        var settings = filling
        settings.record.append(.prompt)
        return settings
    }
}

/// One text of an encoder. `advance` does the work in parts; then `finish`.
///
/// The whole text is one pass, which gives the attention, the hidden states and the logits of every mask; masks do not see
/// what others become. Scoring takes one more pass for each token (Salazar et al. 2020): a mask stands in its place, and the
/// mean of −ln p is the logarithm of the text's pseudo-perplexity.
public final class Filling {
    /// The model that reads the text.
    public let model: LanguageModel
    /// The record so far; a mask is a step of it.
    public private(set) var trace: Trace
    /// What will be recorded and how much memory that takes.
    public let plan: RecordPlan
    private let pipeline: StagePipeline
    private let recorder: RunRecorder
    private let cache: KeyValueCache
    private let ablated: Set<LayerHead>
    private let mask: Int
    /// The positions that are masked in turn, and how many have been; the pass over the text as it stands comes first.
    private let scored: [Int]
    private var done = -1

    /// - Parameter scoresEach: score each token instead of filling masks.
    /// - Throws: ``GenerationError`` for a decoder, a text that is too long, has no mask, or is to be scored without a head.
    public init(
        _ model: LanguageModel, reading: PromptReading, settings: Settings, engine: EngineInfo, scoresEach: Bool
    ) throws(GenerationError) {
        let (prompt, configuration) = (reading.prompt, model.configuration)
        let count = prompt.tokens.count
        self.model = model
        mask = try model.mask(scoresEach: scoresEach)
        if count > configuration.contextLength {
            throw .textTooLong(tokens: count, context: configuration.contextLength)
        }
        if settings.record.contains(.residual) { throw .noResidual(model: model.facts.name) }
        let id = mask
        if configuration.hasHead && !scoresEach && !prompt.tokens.contains(where: { $0.id == id }) {
            throw .noMask(String(decoding: model.tokenizer.bytes(of: id), as: UTF8.self))
        }
        do { pipeline = try model.pipeline(for: settings) } catch { throw .settings(error) }
        ablated = try Session.ablations(settings.ablated, configuration)
        scored = scoresEach ? prompt.tokens.indices.filter { prompt.tokens[$0].isScored(mask: id) } : []
        cache = KeyValueCache(configuration, slots: count)
        plan = RecordPlan(
            model: model.facts, patterns: configuration.attention, positions: count, steps: 0, settings: settings)
        let attention = plan.attention.map {
            AttentionRecord(
                patterns: configuration.attention, heads: configuration.heads,
                keyValueHeads: configuration.keyValueHeads, capacityPositions: count, storage: $0)
        }
        recorder = RunRecorder(
            attention: attention, keepsHidden: settings.record.contains(.hidden), layers: configuration.layers)
        let remark = scoresEach ? TraceNotes.maskedInTurn : configuration.hasHead ? nil : TraceNotes.noHead
        trace = Trace(
            engine: engine, model: model.facts, settings: settings, prompt: prompt, attention: attention,
            notes: model.notes + [plan.note?.english, remark?.english].compactMap { $0 } + reading.notes)
        trace.run = scoresEach ? .score : .fill
        trace.costs = model.shape?.contextCosts(prompt: count, steps: 0)
        trace.metrics.loadSeconds = model.loadSeconds
        trace.metrics.tokenizeSeconds = reading.seconds
    }

    /// How many passes are done, and of how many.
    public var progress: (done: Int, of: Int) { (done + 1, scored.count + 1) }
    /// Whether there is nothing left to do.
    public var isFinished: Bool { done == scored.count }

    /// Makes one pass; false where none was left.
    public func advance() throws(GenerationError) -> Bool {
        if isFinished { return false }
        let clock = SteadyClock()
        let start = clock.now
        if done < 0 { try readText() } else { score(scored[done]) }
        done += 1
        trace.metrics.prefillSeconds += clock.now - start
        return true
    }

    /// Fills in the metrics and hands the recorded tensors to the trace.
    ///
    /// - Parameters:
    ///   - peakMemoryBytes: the process's peak resident size, which only the command can ask for.
    ///   - ended: why the work ended before its time; nil for one that ended by itself.
    public func finish(peakMemoryBytes: Int64, ended: EarlyEnd? = nil) {
        trace.ended = ended
        trace.tensors.hidden = recorder.hidden
        trace.model = model.info
        let seconds = trace.metrics.prefillSeconds
        trace.metrics.promptTokensPerSecond =
            seconds > 0 ? Double(trace.prompt.tokens.count * (done + 1)) / seconds : 0
        trace.metrics.weightBytes = model.facts.weightBytes
        let floats = (trace.tensors.hidden + trace.tensors.rawLogits).reduce(0) { $0 + $1.count }
        trace.metrics.recordBytes =
            Int64(floats) * Int64(MemoryLayout<Float>.stride) + Int64(trace.attention?.byteCount ?? 0)
        trace.metrics.peakMemoryBytes = peakMemoryBytes
    }

    // MARK: passes

    /// Logits (position, vocabulary) of the whole text; none without a head.
    private func forward(_ ids: [Int], _ recorder: (any Recorder)?) -> UnsafeBufferPointer<Float> {
        model.transformer.ablated = ablated
        model.transformer.dropped = []
        return model.transformer.forward(Batch(tokens: ids, from: 0), cache: cache, logits: .all, recorder: recorder)
    }

    /// The pass over the text as it stands: what is recorded, and every mask.
    private func readText() throws(GenerationError) {
        let ids = trace.prompt.tokens.map { $0.id }
        recorder.reserve(positions: ids.count)
        recorder.profile = model.compute.profile
        let rows = forward(ids, recorder.isIdle ? nil : recorder)
        let size = model.configuration.vocabularySize
        if rows.isEmpty { return }
        if trace.settings.record.contains(.logits) {
            trace.tensors.rawLogits = ids.indices.map { Array(rows[$0 * size..<($0 + 1) * size]) }
        }
        if trace.run == .score {
            trace.prompt.scores = Array(repeating: nil, count: ids.count)
            return
        }
        for position in ids.indices where ids[position] == mask {
            try fill(position, Array(rows[position * size..<(position + 1) * size]))
        }
        trace.text = filledText
    }

    /// The ledger of a mask: that of a step without stages.
    private func fill(_ position: Int, _ logits: [Float]) throws(GenerationError) {
        let tokenizer = model.tokenizer
        var best = 0
        for id in logits.indices where logits[id] > logits[best] { best = id }
        var state: ChoiceState
        do { state = try ChoiceState(seed: trace.settings.seed) } catch { throw .settings(error) }
        let choice: StepChoice
        do {
            choice = try pipeline.run(
                logits: logits, history: History(prompt: [], output: []), state: &state, force: best
            ) { id in
                let bytes = tokenizer.bytes(of: id)
                return (bytes, TextAssembler().peek(bytes))
            }
        } catch {
            throw .choice(error)
        }
        trace.steps.append(
            Step(
                mask: trace.steps.count, at: position, of: trace.prompt, candidates: choice.candidates,
                tail: choice.tail, entropyBits: choice.entropyBitsRaw, logSumExp: choice.logSumExp))
    }

    /// How well all others foresee a token.
    private func score(_ position: Int) {
        var ids = trace.prompt.tokens.map { $0.id }
        let own = ids[position]
        ids[position] = mask
        let size = model.configuration.vocabularySize
        let row = UnsafeBufferPointer(rebasing: forward(ids, nil)[position * size..<(position + 1) * size])
        trace.prompt.scores[position] = PromptScore(of: own, row, model.compute, keepsLogit: true)
        if trace.prompt.scores[position] == nil { trace.note(TraceNotes.unscored) }
    }

    /// The text with the best candidate of each mask in its place, behind the blank that stands before the mask.
    private var filledText: String {
        let bytes = Array(trace.prompt.rendered.utf8)
        let blank = UInt8(ascii: " ")
        var text: [UInt8] = []
        var place = 0
        for step in trace.steps {
            let hidden = step.token.start..<step.token.end
            text += bytes[place..<hidden.lowerBound]
            let hasBlank = hidden.lowerBound < hidden.upperBound && bytes[hidden.lowerBound] == blank
            text += step.token.bytes.first == blank && !hasBlank ? step.token.bytes.dropFirst() : step.token.bytes[...]
            place = hidden.upperBound
        }
        return String(decoding: text + bytes[place...], as: UTF8.self)
    }
}

extension Token {
    /// Whether it is a token of the text itself: not of the frame around it, and no mask.
    fileprivate func isScored(mask: Int) -> Bool { start < end && id != mask }
}

extension LanguageModel {
    /// Whether the model sees a whole text at once, and so fills masks and cannot go on writing.
    public var isEncoder: Bool { configuration.isEncoder }
    /// Whether the model gives logits; an encoder without a head gives attention and hidden states alone.
    public var hasHead: Bool { configuration.hasHead }

    /// The token that hides others; −1 where there is none and none is needed.
    fileprivate func mask(scoresEach: Bool) throws(GenerationError) -> Int {
        if !configuration.isEncoder { throw .decoder(model: facts.name) }
        if !configuration.hasHead {
            if scoresEach { throw .noHead(model: facts.name) }
            return -1
        }
        let name = tokenizer.namedTokens.first { $0.name == "mask_token" }?.token ?? "[MASK]"
        let id = tokenizer.id(of: Array(name.utf8))
        guard let id, id < configuration.vocabularySize else { throw .noMaskToken(model: facts.name) }
        return id
    }
}
