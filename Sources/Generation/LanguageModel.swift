// A model ready to generate: its forward pass, its tokenizer, its chat template, its facts.
public import Kernels
public import Tokenizers
public import Traces
public import Transformers

public final class LanguageModel {
    public let transformer: any Transformer
    public let tokenizer: Tokenizer
    /// The model's Jinja template; nil when it has none.
    public let chatTemplate: String?
    /// Facts for the trace, all but the hash of the weights, which is asked for when it is needed.
    let facts: ModelInfo
    private let hash: () -> String
    public let loadSeconds: Double

    public init(
        transformer: any Transformer, tokenizer: Tokenizer, chatTemplate: String?, file: String,
        loadSeconds: Double,
        hash: @escaping () -> String
    ) {
        self.transformer = transformer
        self.tokenizer = tokenizer
        self.chatTemplate = chatTemplate
        self.loadSeconds = loadSeconds
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

    public var configuration: Configuration { transformer.configuration }
    /// The kernels and threads the model runs on.
    public var compute: Compute { transformer.compute }

    /// The model's facts with the SHA-256 of its weights; the first call may have to read the whole file.
    public lazy var info: ModelInfo = {
        var info = facts
        info.sha256 = hash()
        return info
    }()

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
