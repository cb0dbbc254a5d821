// A model ready to generate: its forward pass, its tokenizer, its chat template, its facts.
public import Kernels
public import Tokenizers
public import Traces
public import Transformers

/// A loaded model with all that a run needs of it. Its passes share one ``Compute``: not for use from two threads at
/// once.
public final class LanguageModel {
    /// The forward pass with its weights.
    public let transformer: any Transformer
    /// The tokenizer that the model was trained with.
    public let tokenizer: Tokenizer
    /// The model's Jinja template; nil when it has none.
    public let chatTemplate: String?
    /// Facts for the trace, all but the hash of the weights, which is asked for when it is needed.
    let facts: ModelInfo
    private let hash: () -> String
    /// How long loading took, in seconds.
    public let loadSeconds: Double
    /// The sizes that the model's costs follow from; nil where they are not known, or too large to count with.
    public let shape: ModelShape?

    /// A model from its loaded parts.
    ///
    /// - Parameters:
    ///   - file: the name of the model's file, for the trace.
    ///   - loadSeconds: how long loading took, in seconds.
    ///   - shape: the sizes that its costs follow from.
    ///   - hash: the SHA-256 of the weights in hexadecimal digits; asked for once, when ``info`` is first read.
    public init(
        transformer: any Transformer, tokenizer: Tokenizer, chatTemplate: String?, file: String,
        loadSeconds: Double, shape: ModelShape? = nil,
        hash: @escaping () -> String
    ) {
        self.transformer = transformer
        self.tokenizer = tokenizer
        self.chatTemplate = chatTemplate
        self.loadSeconds = loadSeconds
        self.shape = shape
        self.hash = hash
        let c = transformer.configuration
        facts = ModelInfo(
            name: c.name, architecture: c.architecture, file: file, sha256: "", layers: c.layers,
            heads: c.heads,
            keyValueHeads: c.keyValueHeads, headSize: c.headSize, hiddenSize: c.hiddenSize,
            vocabularySize: c.vocabularySize, contextLength: c.contextLength,
            parameters: transformer.weights.parameters,
            weightBytes: transformer.weights.byteCount,
            tensorTypes: transformer.weights.types.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })
    }

    /// The sizes of the model.
    public var configuration: Configuration { transformer.configuration }
    /// The kernels and threads the model runs on.
    public var compute: Compute { transformer.compute }

    /// The model's facts but for the SHA-256 of its weights, which is empty.
    public var knownInfo: ModelInfo { facts }

    /// The model's facts with the SHA-256 of its weights; the first call may have to read the whole file.
    public lazy var info: ModelInfo = {
        var info = facts
        info.sha256 = hash()
        return info
    }()

    /// What of the model's files is not used, and where they disagree: sentences for the reader.
    public var notes: [String] { transformer.weights.notes }

    /// √Σx² of each token's row of the embedding; empty for a model whose logits are no sum over its layers. The first look
    /// reads the whole matrix.
    private(set) lazy var embeddingLengths: [Float] = transformer.residual?.embeddingLengths(compute) ?? []

    /// All tokens that end a run: those that the model's settings name, and those that its vocabulary is known to end with.
    public private(set) lazy var endTokens: [Int] = {
        var ids = configuration.endTokens
        for id in tokenizer.endTokens where id < configuration.vocabularySize && !ids.contains(id) { ids.append(id) }
        return ids
    }()

    /// The tokenizer of a model whose weights are not needed.
    public static func tokenizer(of source: ModelSource) throws(GenerationError) -> Tokenizer {
        do {
            switch source {
            case .gguf(let file): return try Tokenizer(file)
            case .folder(let folder): return try Tokenizer(folder)
            }
        } catch {
            if case .file(let problem) = error { throw .model(.file(problem)) }
            throw .tokenizer(error, file: source.name)
        }
    }
}
