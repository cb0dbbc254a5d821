// A loaded model as what makes the debugger's trace grow.
internal import Phrases
internal import Debugging
internal import Generation
internal import Stages
internal import Tokenizers
internal import Traces
internal import Transformers

/// One branch of a live run. Branches share the model and the key/value cache.
final class LiveMaker: TraceMaker {
    private var session: Session
    /// From this step on the heads are off that the settings name; earlier ones were made with others.
    private var ablatedFrom = 0

    init(_ model: LanguageModel, _ prompt: Prompt, _ settings: Settings, _ engine: EngineInfo) throws {
        session = try Session(model, prompt: prompt, settings: settings, engine: engine, keepsLogits: true)
        showProgress()
    }

    /// At the end of a saved run.
    init(continuing trace: Trace, _ model: LanguageModel, _ engine: EngineInfo) throws(GenerationError) {
        session = try Self.session(continuing: trace, model, engine)
        let changes = trace.settings.changes
        ablatedFrom =
            changes.last { $0.settings.ablated != trace.settings.at(step: $0.step - 1).ablated }?.step ?? 0
        showProgress()
    }

    private static func session(
        continuing trace: Trace, _ model: LanguageModel, _ engine: EngineInfo, maxTokens: Int? = nil
    ) throws(GenerationError) -> Session {
        let progress = Progress(Phrase("reading the run again", "重讀這次執行"))
        defer { progress.finish() }
        return try Session(continuing: trace, with: model, engine: engine, maxTokens: maxTokens) {
            progress.showTokens($0, of: $1)
        }
    }

    /// The first step of a long prompt takes long.
    private func showProgress() {
        let progress = Progress(.readingPrompt)
        session.onPrefill = { progress.showTokens($0, of: $1) }
    }

    private init(_ session: Session, ablatedFrom: Int) {
        self.session = session
        self.ablatedFrom = ablatedFrom
    }

    var trace: Trace { session.trace }
    var tokenPasses: Int { session.tokenPasses }
    private var searchesBeams: Bool { session.trace.settings.beams > 1 }

    func step() throws(DebuggingError) {
        try reportingMaker {
            if searchesBeams {
                try search()
            } else {
                _ = try session.step()
            }
            session.finish(peakMemoryBytes: peakMemoryBytes())
        }
    }

    /// Which beam wins is known at the end only, so the whole search is made; its levels are then stepped through.
    private func search() throws {
        let run = try BeamRun(session)
        while !run.isFinished { try run.advance() }
        try run.finish()
    }

    func fork(steps: Int) throws(DebuggingError) -> any TraceMaker {
        if searchesBeams {
            throw .command(
                Phrase("a beam search is one whole: it cannot be changed on the way", "集束搜尋是一個整體，不能在途中改變"))
        }
        do { return LiveMaker(try session.fork(steps: steps), ablatedFrom: min(ablatedFrom, steps)) } catch {
            throw .maker(words(of: error))
        }
    }

    func apply(_ change: Change) throws(DebuggingError) {
        var settings = session.settings
        switch change {
        case .force(let id): settings.forced[session.trace.steps.count] = id
        case .setting(Self.maxTokens, let value): return try end(after: value)
        case .setting(let name, let value): try set(name, value, &settings)
        case .ablate(let layer, let head):
            let name = "\(layer).\(head)"
            if !settings.ablated.contains(name) { settings.ablated.append(name) }
        case .restore(let layer, let head):
            guard settings.ablated.contains("\(layer).\(head)") else {
                throw .command(
                    Phrase("the head \(layer).\(head) is not ablated", "頭 \(layer).\(head) 並沒有被 ablate 關掉"))
            }
            settings.ablated.removeAll { $0 == "\(layer).\(head)" }
        case .restoreAll: settings.ablated = []
        }
        let headsChange = settings.ablated != session.settings.ablated
        do { try session.change(settings) } catch {
            if case .settings(let problem) = error { throw .command(told(problem, setting: change)) }
            throw .maker(words(of: error))
        }
        if headsChange { ablatedFrom = session.trace.steps.count }
    }

    func tokenIDs(of text: [UInt8]) throws(DebuggingError) -> [Int] {
        session.model.tokenizer.encode(text, special: true, framed: false).ids
    }

    func tokenBytes(of id: Int) -> [UInt8]? {
        (0..<session.model.configuration.vocabularySize).contains(id) ? session.model.tokenizer.bytes(of: id) : nil
    }

    // MARK: settings

    /// The names that `set` takes beside those of the stages.
    static let (minTokens, maxTokens) = ("min-tokens", "max-tokens")
    private static let (order, seed) = ("order", "seed")

    /// The options of the stages and the draw, by their long names.
    static let settingOptions = StageList.parameters.filter(\.isSettable).map(\.option) + [order, seed]

    static let settingNames = (settingOptions + [minTokens, maxTokens]).sorted()
    var settingNames: [String] { Self.settingNames }

    /// Where the run ends is a setting of all of it: it is made again with the other limit, step for step the same.
    private func end(after value: String) throws(DebuggingError) {
        guard let count = Int(value) else { throw .command(unreadable(Self.maxTokens, value)) }
        if count < 1 {
            throw .command(
                Phrase("max-tokens is \(value); it must be at least 1", "max-tokens 是 \(value)；至少要 1"))
        }
        do {
            let before = session
            session = try Self.session(
                continuing: before.trace, before.model, before.trace.engine, maxTokens: count)
        } catch { throw .maker(words(of: error)) }
        showProgress()
    }

    /// Values are taken as the option of that name takes them; the run's own check refuses what is out of range.
    private func set(_ name: String, _ value: String, _ settings: inout Settings) throws(DebuggingError) {
        switch name {
        case Self.minTokens:
            guard let count = Int(value) else { throw .command(unreadable(name, value)) }
            settings.minTokens = count
        case Self.order: settings.order = stageOrder(value)
        case Self.seed: settings.seed = value
        default:
            guard let parameter = StageList.parameters.first(where: { $0.option == name && $0.isSettable }) else {
                throw .command(
                    Phrase(
                        "there is no setting \(name) to change here; there are: \(settingNames.joined(separator: ", "))",
                        "這裡沒有 \(name) 可以改；可改的有：\(settingNames.joined(separator: "、"))"))
            }
            try set(parameter, value, &settings)
        }
    }

    private func set(
        _ parameter: StageParameter, _ value: String, _ settings: inout Settings
    ) throws(DebuggingError) {
        switch parameter.kind {
        case .number(let number):
            guard let read = number.isCount ? Int(value).map(Double.init) : Double(value) else {
                throw .command(unreadable(parameter.option, value))
            }
            number.set(read, in: &settings)
        case .text(let text):
            do { try text.set(value, in: &settings) } catch {
                throw .command(text.phrase(error, option: parameter.option, value: value, dashes: "", verb: "set "))
            }
        case .texts(let set): set(&settings, [value])
        case .flag: break
        }
    }

    // MARK: inside a step

    /// The measured sites of the frame: how long the vectors are, and their largest component.
    func details(step: Int, at frame: FrameKind) -> [Variable] {
        guard step >= ablatedFrom else { return [] }
        let wanted: [Site]
        switch frame {
        case .embed: wanted = [.embedding]
        case .attention(let layer):
            wanted = [
                .attentionNorm(layer), .query(layer), .key(layer), .value(layer), .attentionMix(layer),
                .attentionOutput(layer), .afterAttention(layer),
            ]
        case .mlp(let layer):
            wanted = [.mlpNorm(layer), .gate(layer), .up(layer), .activation(layer), .mlpOutput(layer)]
        case .layer(let layer): wanted = [.hidden(layer)]
        case .logits: wanted = [.finalNorm, .logits]
        default: return []
        }
        if measuredStep != step {
            measures = session.inspect(step: step)
            measuredStep = step
        }
        return wanted.compactMap { site in measures.first { $0.site == site } }.map { measure in
            let text =
                "[\(measure.width)] ‖x‖ \(Phrases.short(measure.length)), max \(Phrases.short(measure.largest)) @ \(measure.place)"
            return Variable(.output, measure.site.kind.phrase, .words(Phrase(same: text)))
        }
    }

    private var measures: [SiteMeasure] = []
    private var measuredStep: Int?
}

/// Any error of the engine as the maker's own message.
private func reportingMaker(_ body: () throws -> Void) throws(DebuggingError) {
    do { try body() } catch let error as DebuggingError { throw error } catch { throw .maker(words(of: error)) }
}
