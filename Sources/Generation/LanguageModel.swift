// A model ready to generate: its forward pass, its tokenizer, its chat template, its facts.
internal import ChatTemplates
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

    /// What of the model's files is not used, and where they disagree: sentences for the reader.
    public var notes: [String] { transformer.weights.notes }

    /// The end tokens of the model.
    public var endTokens: [Int] { configuration.endTokens }

    /// The text the model reads for a prompt: the text itself, or the chat template filled with it.
    public func render(_ text: String, settings: Settings) throws(GenerationError) -> String {
        guard settings.chat else { return text }
        guard let chatTemplate else { throw .noChatTemplate(model: facts.name) }
        var messages = [ChatMessage(role: "user", content: text)]
        if let system = settings.system { messages.insert(ChatMessage(role: "system", content: system), at: 0) }
        do {
            return try ChatTemplate(chatTemplate).render(
                messages: messages, addGenerationPrompt: true, bos: name(of: configuration.beginToken),
                eos: name(of: endTokens.first))
        } catch {
            throw .chatTemplate(error)
        }
    }

    private func name(of token: Int?) -> String {
        token.map { String(decoding: tokenizer.bytes(of: $0), as: UTF8.self) } ?? ""
    }

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

    /// A prompt as the model reads it, with the record of how it was cut.
    ///
    /// Control tokens in the text are matched, in a raw prompt too: what is typed is what the model reads, and a chat
    /// that was rendered elsewhere can be pasted.
    public func prompt(_ text: String, settings: Settings) throws(GenerationError) -> Prompt {
        try read(text, settings: settings).prompt
    }

    /// The same, with what the vocabulary could not express and how long it took.
    public func read(_ text: String, settings: Settings) throws(GenerationError) -> PromptReading {
        let clock = ContinuousClock()
        let start = clock.now
        let rendered = try render(text, settings: settings)
        let encoding = tokenizer.encode(Array(rendered.utf8), special: true, framed: !settings.chat)
        if encoding.ids.isEmpty { throw .emptyPrompt }
        let prompt = Prompt(text: text, rendered: rendered, tokens: encoding.tokens, pieces: encoding.pieces)
        return PromptReading(prompt: prompt, losses: encoding.losses, seconds: (clock.now - start).seconds)
    }
}
