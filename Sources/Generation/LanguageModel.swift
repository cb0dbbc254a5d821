// A model ready to generate: its forward pass, its tokenizer, its chat template, its facts.
internal import ChatTemplates
internal import JSONText
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

    /// A model from its loaded parts.
    ///
    /// - Parameters:
    ///   - file: the name of the model's file, for the trace.
    ///   - loadSeconds: how long loading took, in seconds.
    ///   - hash: the SHA-256 of the weights in hexadecimal digits; asked for once, when ``info`` is first read.
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

    /// The sizes of the model.
    public var configuration: Configuration { transformer.configuration }
    /// The kernels and threads the model runs on.
    public var compute: Compute { transformer.compute }

    /// The model's facts with the SHA-256 of its weights; the first call may have to read the whole file.
    public lazy var info: ModelInfo = {
        var info = facts
        info.sha256 = hash()
        return info
    }()

    /// The end tokens of the model.
    public var endTokens: [Int] { configuration.endTokens }

    /// The text the model reads for a prompt: the text itself, or the chat template filled with it; and whether the
    /// template asked for the date. Where the settings hold a conversation, that is what the template is filled with.
    public func render(_ text: String, settings: Settings) throws(GenerationError) -> (text: String, usesDate: Bool) {
        guard settings.chat else { return (text, false) }
        guard let chatTemplate else { throw .noChatTemplate(model: facts.name) }
        var messages = [ChatConversation.message(role: "user", content: text)]
        if let system = settings.system {
            messages.insert(ChatConversation.message(role: "system", content: system), at: 0)
        }
        let conversation = ChatConversation(
            messages: settings.messages?.array ?? messages, tools: settings.tools?.array,
            date: settings.date.flatMap { ChatDate($0) })
        do {
            let rendering = try ChatTemplate(chatTemplate).render(
                conversation, addGenerationPrompt: true, tokens: templateTokens)
            return (rendering.text, rendering.hasUsedDate)
        } catch {
            throw .chatTemplate(error)
        }
    }

    /// The special tokens that templates know, by their names there.
    private var templateTokens: [String: String] {
        ["bos_token": name(of: configuration.beginToken), "eos_token": name(of: endTokens.first)]
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
        let encoding = tokenizer.encode(Array(rendered.text.utf8), special: true, framed: !settings.chat)
        if encoding.ids.isEmpty { throw .emptyPrompt }
        let prompt = Prompt(text: text, rendered: rendered.text, tokens: encoding.tokens, pieces: encoding.pieces)
        return PromptReading(
            prompt: prompt, losses: encoding.losses, usesDate: rendered.usesDate, seconds: (clock.now - start).seconds)
    }
}
