// The fields of what ran, on what, and what it cost: engine, model, metrics, parent.
import JSONText

extension EngineInfo {
    static let table = FieldTable<EngineInfo>(
        "engine", "The program that made the run.", blank: EngineInfo(version: "", kernels: "", threads: 0),
        [
            Field("version", .text, { $0.version }, { $0.version = $1 }),
            Field(
                "kernels", .text, "The kernel set in use, such as amx, avx512vnni, avx2, neon or plain.",
                { $0.kernels }, { $0.kernels = $1 }),
            Field(
                "threads", .number, "Threads that computed; no result depends on it.",
                { $0.threads }, { $0.threads = $1 }, isCost: true),
        ])
}

extension ModelInfo {
    /// Far above any model's sizes of a head.
    private static let most = 65_536
    /// The same of the hidden size.
    private static let widest = 1 << 28
    /// The same of the context: the bytes of its key/value cache must be a number, whatever else the model says.
    private static let longest = 1 << 30

    static let table = FieldTable<ModelInfo>(
        "model", "The model that ran.",
        blank: ModelInfo(
            name: "", architecture: "", file: "", sha256: "", layers: 1, heads: 1, keyValueHeads: 1, headSize: 1,
            hiddenSize: 1, vocabularySize: 1, contextLength: 1, parameters: 0, weightBytes: 0, tensorTypes: []),
        [
            Field("name", .text.drawable(to: 1000), { $0.name }, { $0.name = $1 }, name: "name"),
            Field(
                "architecture", .text, "llama, gpt2 and so on.", { $0.architecture }, { $0.architecture = $1 },
                name: "architecture"),
            Field(
                "file", .text, "The name of the file or folder, without its path.", { $0.file }, { $0.file = $1 },
                name: "file"),
            Field(
                "sha256", .text, "SHA-256 of the weights in hexadecimal.", { $0.sha256 }, { $0.sha256 = $1 },
                name: "sha256"),
            Field(
                "layers", .size(to: largestDepth).drawable(to: Double(largestDepth)), { $0.layers }, { $0.layers = $1 },
                name: "layers"),
            Field(
                "heads", .size(to: largestDepth).drawable(to: Double(largestDepth)), "Query heads of each layer.",
                { $0.heads }, { $0.heads = $1 }, name: "heads"),
            Field(
                "keyValueHeads", .size(to: largestDepth).drawable(to: Double(largestDepth)),
                "Key/value heads; query head h uses number h / (heads / keyValueHeads), rounded down.",
                { $0.keyValueHeads }, { $0.keyValueHeads = $1 }, name: "key/value heads",
                check: { (model) throws(TraceError) in
                    if model.heads % model.keyValueHeads == 0 { return }
                    throw .field(
                        path: "", problem: "is \(model.keyValueHeads), which does not divide \(model.heads) heads")
                }),
            Field("headSize", .size(to: most), { $0.headSize }, { $0.headSize = $1 }, name: "head size"),
            Field("hiddenSize", .size(to: widest), { $0.hiddenSize }, { $0.hiddenSize = $1 }, name: "hidden size"),
            Field(
                "vocabularySize", .size(to: largestVocabulary), { $0.vocabularySize }, { $0.vocabularySize = $1 },
                name: "vocabulary"),
            Field(
                "contextLength", .size(to: longest), "Positions the model was trained for.",
                { $0.contextLength }, { $0.contextLength = $1 }, name: "context length",
                check: { (model) throws(TraceError) in try model.checkCache() }),
            Field("parameters", .count, { $0.parameters }, { $0.parameters = $1 }, name: "parameters"),
            Field(
                "weightBytes", .count, "Bytes of the weights in the file.", { $0.weightBytes }, { $0.weightBytes = $1 },
                name: "weight bytes"),
            Field(
                "tensorTypes", .tensorTypes, "How many tensors have each type.",
                { $0.tensorTypes }, { $0.tensorTypes = $1 }, name: "tensor types"),
        ])
}

extension ModelInfo {
    /// 2 · layers · keyValueHeads · headSize numbers a position, 8 bytes each at most.
    fileprivate func checkCache() throws(TraceError) {
        var bytes = Int64(16)
        for factor in [layers, keyValueHeads, headSize, contextLength] {
            let (product, overflow) = bytes.multipliedReportingOverflow(by: Int64(factor))
            if overflow { throw .field(path: "", problem: "is \(contextLength), too long for a cache of this model") }
            bytes = product
        }
    }
}

extension Metrics {
    static let table = FieldTable<Metrics>(
        "metrics", "What the run cost.", blank: Metrics(),
        [
            Field("loadSeconds", .seconds, { $0.loadSeconds }, { $0.loadSeconds = $1 }),
            Field("tokenizeSeconds", .seconds, { $0.tokenizeSeconds }, { $0.tokenizeSeconds = $1 }, presence: .new),
            Field("prefillSeconds", .seconds, { $0.prefillSeconds }, { $0.prefillSeconds = $1 }, presence: .new),
            Field(
                "timeToFirstTokenSeconds", .seconds,
                "From the request to the first token's choice; tokenization and prefill are within.",
                { $0.timeToFirstTokenSeconds }, { $0.timeToFirstTokenSeconds = $1 }),
            Field(
                "timePerOutputTokenSeconds", .orNull(.number.drawable(from: 0)),
                "Mean seconds between later tokens; null with fewer than two tokens.",
                { $0.timePerOutputTokenSeconds }, { $0.timePerOutputTokenSeconds = $1 }),
            Field(
                "promptTokensPerSecond", .number.drawable(from: 0),
                { $0.promptTokensPerSecond }, { $0.promptTokensPerSecond = $1 }),
            Field(
                "tokensPerSecond", .number.drawable(from: 0), "Generated tokens a second.",
                { $0.tokensPerSecond }, { $0.tokensPerSecond = $1 }),
            Field(
                "weightBytes", .count, "Bytes of the weights as mapped.", { $0.weightBytes }, { $0.weightBytes = $1 }),
            Field(
                "keyValueCacheBytes", .count, "2 · layers · keyValueHeads · headSize · positions · bytes each.",
                { $0.keyValueCacheBytes }, { $0.keyValueCacheBytes = $1 }),
            Field(
                "recordBytes", .count, "Bytes of the recorded tensors in memory.",
                { $0.recordBytes }, { $0.recordBytes = $1 }),
            Field(
                "peakMemoryBytes", .count, "The largest resident size of the process in bytes.",
                { $0.peakMemoryBytes }, { $0.peakMemoryBytes = $1 }),
        ])
}

extension Parent {
    static let table = FieldTable<Parent>(
        "parent", "The run this one was forked from: the same up to a step, different from there on.",
        blank: Parent(sha256: "", step: 0, change: ""),
        [
            Field(
                "sha256", .text, "SHA-256 of the parent's trace without times.", { $0.sha256 }, { $0.sha256 = $1 }),
            Field("step", .count, "The first step that was not copied.", { $0.step }, { $0.step = $1 }),
            Field("change", .text, "What was changed, in words.", { $0.change }, { $0.change = $1 }),
        ])
}
