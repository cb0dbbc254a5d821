// What ran, on what, and what it cost.

/// The program that made a run.
public struct EngineInfo: Equatable, Sendable {
    /// The program's own version.
    public var version: String
    /// The kernel set in use: "amx", "avx512vnni", "avx512", "avxvnni", "avx2", "neondot", "neon" or "plain".
    public var kernels: String
    /// Threads that computed; no result depends on it.
    public var threads: Int

    /// A program by its version, with the kernel set and the number of threads it ran with.
    public init(version: String, kernels: String, threads: Int) {
        self.version = version
        self.kernels = kernels
        self.threads = threads
    }
}

/// The model that ran, as its file tells it.
public struct ModelInfo: Equatable, Sendable {
    /// What the model is called, for people; ``sha256`` tells two of one name apart.
    public var name: String
    /// "llama", "gpt2", …
    public var architecture: String
    /// The file's or folder's own name, without the path to it.
    public var file: String
    /// SHA-256 of the weights file(s) in hexadecimal.
    public var sha256: String
    /// Transformer layers, at least 1.
    public var layers: Int
    /// Query heads of each layer.
    public var heads: Int
    /// Key/value heads of each layer; divides ``heads``. Query head h uses number h ÷ (heads ÷ keyValueHeads).
    public var keyValueHeads: Int
    /// Values of one head's query, key or value.
    public var headSize: Int
    /// Values of one token's hidden state.
    public var hiddenSize: Int
    /// How many token ids there are, and logits in a step; at most ``largestVocabulary``.
    public var vocabularySize: Int
    /// Positions the model was trained for.
    public var contextLength: Int
    /// How many weights the model has, tensors of all types together.
    public var parameters: Int64
    /// Bytes of the weights in the file, quantised as they stand there.
    public var weightBytes: Int64
    /// How many tensors of each type, by type name ("Q4_1"), in name order.
    public var tensorTypes: [(type: String, count: Int)]

    /// Four times the largest vocabulary known. Whoever chooses a recorded step once more makes as many logits again,
    /// however few of them the record lists.
    public static let largestVocabulary = 4_000_000

    /// The most layers, and the most heads of a layer: eight times those of any model known. Much is done for each head of
    /// each layer.
    public static let largestDepth = 1024

    /// A model by all its facts; nothing is checked here.
    public init(
        name: String, architecture: String, file: String, sha256: String, layers: Int, heads: Int, keyValueHeads: Int,
        headSize: Int, hiddenSize: Int, vocabularySize: Int, contextLength: Int, parameters: Int64, weightBytes: Int64,
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
    /// Opening the model's file and making it ready, before the request.
    public var loadSeconds: Double = 0
    /// Cutting the prompt into tokens.
    public var tokenizeSeconds: Double = 0
    /// The forward passes over the prompt, which give the first step's logits.
    public var prefillSeconds: Double = 0
    /// From the request to the first token's choice; tokenization and prefill are within.
    public var timeToFirstTokenSeconds: Double = 0
    /// Mean time between later tokens; nil with fewer than two tokens.
    public var timePerOutputTokenSeconds: Double?
    /// Prompt tokens ÷ prefill seconds; 0 without a prefill.
    public var promptTokensPerSecond: Double = 0
    /// Generated tokens ÷ all seconds since the request, the time to the first token within.
    public var tokensPerSecond: Double = 0
    /// The weights as mapped.
    public var weightBytes: Int64 = 0
    /// 2 · layers · key/value heads · head size · positions · bytes each.
    public var keyValueCacheBytes: Int64 = 0
    /// The recorded tensors in memory.
    public var recordBytes: Int64 = 0
    /// The process's largest resident size.
    public var peakMemoryBytes: Int64 = 0

    /// All 0, until the run ends.
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

    /// A parent by its hash, and where and how the child leaves it.
    public init(sha256: String, step: Int, change: String) {
        self.sha256 = sha256
        self.step = step
        self.change = change
    }
}
