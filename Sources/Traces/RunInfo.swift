// What ran, on what, and what it cost.

public struct EngineInfo: Equatable, Sendable {
    public var version: String
    /// The kernel set in use: "avx512", "avx2", "neon" or "plain".
    public var kernels: String
    public var threads: Int

    public init(version: String, kernels: String, threads: Int) {
        self.version = version
        self.kernels = kernels
        self.threads = threads
    }
}

public struct ModelInfo: Equatable, Sendable {
    public var name: String
    /// "llama", "gpt2", …
    public var architecture: String
    /// The file's or folder's own name, without the path to it.
    public var file: String
    /// SHA-256 of the weights file(s) in hexadecimal.
    public var sha256: String
    public var layers: Int
    public var heads: Int
    public var keyValueHeads: Int
    public var headSize: Int
    public var hiddenSize: Int
    public var vocabularySize: Int
    public var contextLength: Int
    public var parameters: Int
    public var weightBytes: Int
    /// How many tensors of each type, by type name ("Q4_1"), in name order.
    public var tensorTypes: [(type: String, count: Int)]

    public init(
        name: String, architecture: String, file: String, sha256: String, layers: Int, heads: Int, keyValueHeads: Int,
        headSize: Int, hiddenSize: Int, vocabularySize: Int, contextLength: Int, parameters: Int, weightBytes: Int,
        tensorTypes: [(type: String, count: Int)]
    ) {
        self.name = name
        self.architecture = architecture
        self.file = file
        self.sha256 = sha256
        self.layers = layers
        self.heads = heads
        self.keyValueHeads = keyValueHeads
        self.headSize = headSize
        self.hiddenSize = hiddenSize
        self.vocabularySize = vocabularySize
        self.contextLength = contextLength
        self.parameters = parameters
        self.weightBytes = weightBytes
        self.tensorTypes = tensorTypes
    }

    public static func == (a: ModelInfo, b: ModelInfo) -> Bool {
        a.name == b.name && a.architecture == b.architecture && a.file == b.file && a.sha256 == b.sha256
            && a.layers == b.layers && a.heads == b.heads && a.keyValueHeads == b.keyValueHeads
            && a.headSize == b.headSize && a.hiddenSize == b.hiddenSize && a.vocabularySize == b.vocabularySize
            && a.contextLength == b.contextLength && a.parameters == b.parameters && a.weightBytes == b.weightBytes
            && a.tensorTypes.elementsEqual(b.tensorTypes) { $0 == $1 }
    }
}

/// Times in seconds, sizes in bytes. The only part of a trace that differs between two equal runs.
public struct Metrics: Equatable, Sendable {
    public var loadSeconds: Double = 0
    public var tokenizeSeconds: Double = 0
    public var prefillSeconds: Double = 0
    /// From the request to the first token's choice; tokenization and prefill are within.
    public var timeToFirstTokenSeconds: Double = 0
    /// Mean time between later tokens; nil with fewer than two tokens.
    public var timePerOutputTokenSeconds: Double?
    public var promptTokensPerSecond: Double = 0
    public var tokensPerSecond: Double = 0
    public var weightBytes: Int = 0
    /// 2 · layers · key/value heads · head size · positions · bytes each.
    public var keyValueCacheBytes: Int = 0
    public var recordBytes: Int = 0
    public var peakMemoryBytes: Int = 0

    public init() {}
}

/// A run that was made from another: the same up to `step`, different from there on.
public struct Parent: Equatable, Sendable {
    /// SHA-256 of the parent's trace without times, in hexadecimal.
    public var sha256: String
    /// The first step that was not copied.
    public var step: Int
    /// What was changed, in plain words ("temperature 0.7 → 1.5").
    public var change: String

    public init(sha256: String, step: Int, change: String) {
        self.sha256 = sha256
        self.step = step
        self.change = change
    }
}
