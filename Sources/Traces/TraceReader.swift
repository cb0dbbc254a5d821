// Reads a trace back from its JSON. A file is hostile until every field has been checked.
// Called by: the commands that take a TRACE, the live page, tests.
import JSONText

extension Trace {
    /// Reads the bytes of a trace.json.
    ///
    /// Fields that this build does not know are ignored; known ones must be there, of their type and in range, and
    /// agree with each other: ids with the vocabulary, logits with the stages, beam nodes with their parents, the
    /// compressed attention with its shape. Tensors of `tensors.safetensors` are not read back.
    ///
    /// - Throws: ``TraceError``, with the path of the field.
    public init(parsing bytes: [UInt8]) throws(TraceError) {
        let root: JSONValue
        do { root = try JSONValue(parsing: bytes) } catch { throw .notJSON(error.description) }
        guard case .object(let members) = root else { throw .notATrace(found: "missing") }
        guard let format = members["format"]?.string else { throw .notATrace(found: "missing") }
        guard format == Trace.format else { throw .notATrace(found: "\"\(shortened(format))\"") }
        let fields = try ObjectReader(root)
        let version = try fields.int("version", 1...Int.max)
        guard version <= Trace.version else { throw .version(found: version, reads: Trace.version) }
        try self.init(fields)
    }

    private init(_ fields: ObjectReader) throws(TraceError) {
        let model = try fields.inside("model", readModel)
        let prompt = try fields.inside("prompt") { (fields) throws(TraceError) in try readPrompt(fields, model) }
        let steps = try fields.list("steps") { (value, index) throws(TraceError) in
            let fields = try ObjectReader(value)
            return try readStep(fields, index: index, position: prompt.tokens.count + index, model)
        }
        self.init(
            engine: try fields.inside("engine", readEngine), model: model,
            settings: try fields.inside("settings", readSettings), prompt: prompt, steps: steps,
            text: try fields.string("text"),
            beam: try fields.optional("beam") { (fields) throws(TraceError) in try readBeam(fields, model) },
            attention: try fields.optional("attention") { (fields) throws(TraceError) in
                try readAttention(fields, model, tokens: prompt.tokens.count + steps.count)
            },
            parent: fields.has("parent") ? try fields.optional("parent", readParent) : nil,
            metrics: try fields.inside("metrics", readMetrics),
            notes: fields.has("notes") ? try fields.strings("notes") : [])
    }
}

private func readEngine(_ fields: ObjectReader) throws(TraceError) -> EngineInfo {
    EngineInfo(
        version: try fields.string("version"), kernels: try fields.string("kernels"),
        threads: try fields.int("threads"))
}

private func readModel(_ fields: ObjectReader) throws(TraceError) -> ModelInfo {
    // Far above any model, far below where products of two of them overflow.
    let size = 1...(1 << 30)
    let model = ModelInfo(
        name: try fields.string("name"), architecture: try fields.string("architecture"),
        file: try fields.string("file"), sha256: try fields.string("sha256"), layers: try fields.int("layers", size),
        heads: try fields.int("heads", size), keyValueHeads: try fields.int("keyValueHeads", size),
        headSize: try fields.int("headSize", size), hiddenSize: try fields.int("hiddenSize", size),
        vocabularySize: try fields.int("vocabularySize", size), contextLength: try fields.int("contextLength", size),
        parameters: try fields.int("parameters"), weightBytes: try fields.int("weightBytes"),
        tensorTypes: try fields.inside("tensorTypes") { (types) throws(TraceError) in
            var counts: [(type: String, count: Int)] = []
            for (type, _) in types.object.members { counts.append((type, try types.int(type))) }
            return counts
        })
    guard model.heads % model.keyValueHeads == 0 else {
        throw .field(
            path: "keyValueHeads", problem: "is \(model.keyValueHeads), which does not divide \(model.heads) heads")
    }
    return model
}

private func readMetrics(_ fields: ObjectReader) throws(TraceError) -> Metrics {
    var metrics = Metrics()
    metrics.loadSeconds = try fields.double("loadSeconds")
    if fields.has("tokenizeSeconds") { metrics.tokenizeSeconds = try fields.double("tokenizeSeconds") }
    if fields.has("prefillSeconds") { metrics.prefillSeconds = try fields.double("prefillSeconds") }
    metrics.timeToFirstTokenSeconds = try fields.double("timeToFirstTokenSeconds")
    metrics.timePerOutputTokenSeconds = try fields.optionalDouble("timePerOutputTokenSeconds")
    metrics.promptTokensPerSecond = try fields.double("promptTokensPerSecond")
    metrics.tokensPerSecond = try fields.double("tokensPerSecond")
    metrics.weightBytes = try fields.int("weightBytes")
    metrics.keyValueCacheBytes = try fields.int("keyValueCacheBytes")
    metrics.recordBytes = try fields.int("recordBytes")
    metrics.peakMemoryBytes = try fields.int("peakMemoryBytes")
    return metrics
}

private func readParent(_ fields: ObjectReader) throws(TraceError) -> Parent {
    Parent(sha256: try fields.string("sha256"), step: try fields.int("step"), change: try fields.string("change"))
}
