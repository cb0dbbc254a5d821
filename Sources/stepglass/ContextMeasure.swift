// Times at several contexts, measured: for the costs of a model and for the record of a run.
internal import Generation
internal import Phrases
internal import Traces
internal import Transformers

/// Measures a model at contexts that double, as far as the model and `limit` reach: seconds to the first token and for a
/// later one, nothing recorded.
struct ContextMeasure {
    /// The prompts that are measured at most.
    private static let prompts = [64, 128, 256, 512, 1024]
    /// The later tokens whose mean time counts.
    private static let laterTokens = 8

    private let model: LanguageModel
    private let engine: EngineInfo
    private let lengths: [Int]

    /// - Throws: ``Failure`` where there is no room for the shortest context.
    init(_ model: LanguageModel, engine: EngineInfo, limit: Int = .max) throws {
        let room = min(model.configuration.contextLength - Self.laterTokens - 1, limit)
        (self.model, self.engine, lengths) = (model, engine, Self.prompts.filter { $0 <= room })
        if lengths.isEmpty {
            throw Failure(
                "there is no context to measure: \(model.knownInfo.name) leaves \(max(room, 0)) tokens, \(Self.prompts[0]) are needed",
                "沒有可量測的上下文：\(model.knownInfo.name) 只留下 \(max(room, 0)) 個詞元，需要 \(Self.prompts[0]) 個")
        }
    }

    /// Measures; the first run is not counted.
    func run() throws -> [MeasuredContext] {
        let progress = Progress(Phrase("measuring", "量測"))
        defer { progress.finish() }
        _ = try point(lengths[0])
        var points: [MeasuredContext] = []
        for length in lengths {
            progress.update(points.count, of: lengths.count, unit: Phrase("contexts", "種上下文"))
            points.append(try point(length))
        }
        return points
    }

    private func point(_ length: Int) throws -> MeasuredContext {
        var settings = Settings()
        settings.temperature = 0
        settings.maxTokens = Self.laterTokens + 1
        settings.record = []
        settings.candidates = 1
        var prompt = try model.prompt("A river begins as rain.", settings: settings)
        let once = prompt.tokens
        prompt.tokens = (0..<length).map { once[$0 % once.count] }
        prompt.pieces = []
        let session = try Session(model, prompt: prompt, settings: settings, engine: engine, ignoresEnd: true)
        session.prefill()
        while try session.step() != nil {}
        session.finish(peakMemoryBytes: 0)
        let metrics = session.trace.metrics
        return MeasuredContext(
            context: length, firstTokenSeconds: metrics.timeToFirstTokenSeconds,
            perTokenSeconds: metrics.timePerOutputTokenSeconds ?? 0)
    }
}
