// A loaded model as what makes the debugger's trace grow.
public import Debugging
public import Generation
internal import Phrases
public import Stages
internal import Tokenizers
public import Traces
internal import Transformers

/// One branch of a live run. Branches share the model and the key/value cache.
public final class LiveMaker: TraceMaker {
    private(set) var run: Session
    let host: LiveHost
    /// From this step on the passes are those of the settings; earlier ones had other heads or another cache.
    private var passesFrom = 0
    /// A search of which ``prepare(seconds:)`` has made a part.
    var begunSearch: BeamRun?
    /// Seconds that a token of the prompt took lately; 0 before the first.
    var secondsPerToken = 0.0
    /// What a sweep that was stopped has found.
    private var swept = (step: -1, token: -1, found: [TokenStanding]())

    /// At the start of a run over a prompt that was read.
    public init(
        _ model: LanguageModel, _ prompt: Prompt, _ settings: Settings, _ engine: EngineInfo,
        host: LiveHost = LiveHost()
    ) throws(GenerationError) {
        run = try Session(model, prompt: prompt, settings: settings, engine: engine, keepsLogits: true)
        self.host = host
        showProgress()
        // No step will read a prompt that is only scored.
        if session.trace.run == .score {
            session.prefill()
            session.finish(peakMemoryBytes: host.peakMemoryBytes())
        }
    }

    /// At the end of a saved run.
    public init(
        continuing trace: Trace, _ model: LanguageModel, _ engine: EngineInfo, host: LiveHost = LiveHost()
    ) throws(GenerationError) {
        run = try Self.session(continuing: trace, model, engine, host)
        self.host = host
        let changes = trace.settings.changes
        passesFrom =
            changes.last { !$0.settings.passesAlike(trace.settings.at(step: $0.step - 1)) }?.step ?? 0
        showProgress()
    }

    static func session(
        continuing trace: Trace, _ model: LanguageModel, _ engine: EngineInfo, _ host: LiveHost, maxTokens: Int? = nil
    ) throws(GenerationError) -> Session {
        let progress = host.progress(Phrase("reading the run again", "重讀這次執行"))
        let session = try Session(
            continuing: trace, with: model, engine: engine, maxTokens: maxTokens, progress: progress)
        let count = trace.prompt.tokens.count + trace.steps.count
        progress(count, count)
        return session
    }

    /// The first step of a long prompt takes long.
    func showProgress() { run.onPrefill = host.progress(Phrase("reading the prompt", "讀提示")) }

    /// The run with all that it needs to go on or to be asked: what it let go of is computed again.
    var session: Session {
        get {
            run.reread()
            return run
        }
        set { run = newValue }
    }

    public var heldBytes: Int64 { run.heldBytes }

    public func letGo() {
        // A search that is half made holds slots of its own.
        if begunSearch == nil { run.letGo() }
    }

    private init(_ session: Session, _ host: LiveHost, passesFrom: Int) {
        run = session
        self.host = host
        self.passesFrom = passesFrom
    }

    public var trace: Trace { run.trace }
    public var tokenPasses: Int { run.tokenPasses }
    private var searchesBeams: Bool { run.trace.settings.beams > 1 }

    public func step() throws(DebuggingError) {
        do throws(GenerationError) {
            if searchesBeams { try search() } else { _ = try session.step() }
        } catch {
            throw .maker(error.phrase)
        }
        session.finish(peakMemoryBytes: host.peakMemoryBytes())
    }

    /// Which beam wins is known at the end only, so the whole search is made; its levels are then stepped through.
    private func search() throws(GenerationError) {
        let run = try searched()
        begunSearch = nil
        while !run.isFinished { try run.advance() }
        try run.finish()
    }

    /// The search as far as it has come.
    func searched() throws(GenerationError) -> BeamRun {
        if let begunSearch { return begunSearch }
        let run = try BeamRun(session)
        begunSearch = run
        return run
    }

    public func fork(steps: Int) throws(DebuggingError) -> any TraceMaker {
        if searchesBeams {
            throw .command(
                Phrase("a beam search is one whole: it cannot be changed on the way", "集束搜尋是一個整體，不能在途中改變"))
        }
        do { return LiveMaker(try session.fork(steps: steps), host, passesFrom: min(passesFrom, steps)) } catch {
            throw .maker(error.phrase)
        }
    }

    public func apply(_ change: Change) throws(DebuggingError) {
        var settings = session.settings
        begunSearch = nil
        swept = (-1, -1, [])
        switch change {
        case .force(let id): settings.forced[session.trace.steps.count] = id
        case .setting(Self.maxTokens, let value): return try end(after: value)
        case .setting(let name, let value):
            let model = session.model
            try settings.set(name, to: value, find: { model.token($0) })
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
        let isSamePass = settings.passesAlike(session.settings)
        do { try session.change(settings) } catch {
            if case .settings(let problem) = error { throw .command(told(problem, setting: change)) }
            throw .maker(error.phrase)
        }
        if !isSamePass { passesFrom = session.trace.steps.count }
    }

    public func tokenIDs(of text: [UInt8]) throws(DebuggingError) -> [Int] {
        do throws(TokenizerError) {
            return try run.model.tokenizer.encoding(of: text, special: true, framed: false).ids
        } catch {
            throw .maker(GenerationError.tokenizer(error, file: run.model.configuration.name).phrase)
        }
    }

    public func tokenBytes(of id: Int) -> [UInt8]? {
        (0..<run.model.configuration.vocabularySize).contains(id) ? run.model.tokenizer.bytes(of: id) : nil
    }

    // MARK: one token

    public func situation(step: Int) -> ChoiceSituation? { session.situation(step: step) }

    public func lens(step: Int, token: Int) throws(DebuggingError) -> [LensReading] {
        do { return try session.lens(step: step, token: token) } catch { throw .maker(error.phrase) }
    }

    public func lensRows(step: Int, token: Int) throws(DebuggingError) -> [LensRow] {
        do { return try session.lensRows(step: step, token: token) } catch { throw .maker(error.phrase) }
    }

    public func residual(step: Int, token: Int) throws(DebuggingError) -> ResidualReading {
        do { return try session.residual(step: step, token: token) } catch { throw .maker(error.phrase) }
    }

    public func sweep(
        step: Int, token: Int, progress: (_ done: Int, _ of: Int) -> Bool
    ) throws(DebuggingError) -> HeadSweep? {
        if swept.step != step || swept.token != token { swept = (step, token, []) }
        do throws(GenerationError) {
            let sweep = try session.sweep(
                step: step, token: token, tokens: host.passTokens, found: &swept.found, progress: progress)
            if sweep != nil { swept = (-1, -1, []) }
            return sweep
        } catch {
            throw .maker(error.phrase)
        }
    }

    // MARK: inside a step

    /// The measured sites of the frame: how long the vectors are, and their largest component.
    public func details(step: Int, at frame: FrameKind) -> [Variable] {
        guard step >= passesFrom else { return [] }
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
