// Points of the cost curves that are measured rather than computed.
internal import Generation
internal import Phrases
internal import Traces
internal import Transformers

extension CostCommand {
    /// The prompts that are measured, as far as the model and the table reach.
    private static let prompts = [64, 128, 256, 512, 1024]
    /// The later tokens whose mean time counts.
    private static let laterTokens = 8

    /// Seconds to the first token and for a later one at some contexts, nothing recorded; the first run is not counted.
    func measured(_ table: CostTable) throws -> [CostPoint] {
        if table.shape.traits.isEncoder {
            throw Failure(
                "\(table.shape.name) reads both ways and generates nothing: there are no steps to measure",
                "\(table.shape.name) 是雙向的，不生成文字：沒有步驟可量測")
        }
        let model = try loadModel(modelOptions)
        let room = min(model.configuration.contextLength - Self.laterTokens - 1, table.contexts.last ?? 0)
        let lengths = Self.prompts.filter { $0 <= room }
        guard let first = lengths.first else {
            throw Failure(
                "there is no context to measure: \(model.info.name) and --context leave \(max(room, 0)) tokens",
                "沒有可量測的上下文：\(model.info.name) 與 --context 只留下 \(max(room, 0)) 個詞元")
        }
        let progress = Progress(Phrase("measuring", "量測"))
        defer { progress.finish() }
        _ = try point(model, first)
        var points: [CostPoint] = []
        for length in lengths {
            progress.update(points.count, of: lengths.count, unit: Phrase("contexts", "種上下文"))
            points.append(try point(model, length))
        }
        return points
    }

    private func point(_ model: LanguageModel, _ length: Int) throws -> CostPoint {
        var settings = Settings()
        settings.temperature = 0
        settings.maxTokens = Self.laterTokens + 1
        settings.record = []
        settings.candidates = 1
        var prompt = try model.prompt("A river begins as rain.", settings: settings)
        let once = prompt.tokens
        prompt.tokens = (0..<length).map { once[$0 % once.count] }
        prompt.pieces = []
        let session = try Session(
            model, prompt: prompt, settings: settings, engine: modelOptions.engine(model.compute), ignoresEnd: true)
        session.prefill()
        while try session.step() != nil {}
        session.finish(peakMemoryBytes: 0)
        let metrics = session.trace.metrics
        return CostPoint(
            context: length, firstTokenSeconds: metrics.timeToFirstTokenSeconds,
            perTokenSeconds: metrics.timePerOutputTokenSeconds ?? 0)
    }
}
