// Where a model comes from, and how it becomes ready to generate.
internal import Digests
internal import JSONText
public import Kernels
public import ModelFiles
public import Tokenizers
internal import Transformers

/// A model's files, opened and checked.
public enum ModelSource {
    case gguf(GGUFFile)
    case folder(ModelFolder)

    /// The file's or folder's own name.
    var file: String {
        let path =
            switch self {
            case .gguf(let file): file.name
            case .folder(let folder): folder.name
            }
        return path.split(separator: "/").last.map(String.init) ?? path
    }
}

extension LanguageModel {
    /// Reads the weights and the vocabulary.
    ///
    /// - Parameter hash: the SHA-256 of the weights, when the caller knows it; computed when needed otherwise.
    public convenience init(_ source: ModelSource, compute: Compute, hash: (() -> String)? = nil)
        throws(GenerationError)
    {
        let clock = ContinuousClock()
        let start = clock.now
        let tokenizer = try Self.tokenizer(of: source)
        let transformer: any Transformer
        do { transformer = try Self.transformer(of: source, compute: compute) } catch { throw .model(error) }
        let chatTemplate: String?
        do { chatTemplate = try Self.chatTemplate(of: source) } catch { throw .model(.file(error)) }
        if tokenizer.vocabularySize > transformer.configuration.vocabularySize {
            throw .model(
                .vocabularyMismatch(
                    file: source.file, tokens: tokenizer.vocabularySize, rows: transformer.configuration.vocabularySize)
            )
        }
        self.init(
            transformer: transformer, tokenizer: tokenizer, chatTemplate: chatTemplate, file: source.file,
            loadSeconds: (clock.now - start).seconds, hash: hash ?? { Self.hash(source) })
    }

    /// SHA-256 of the weight file; of several shards, that of their digests (hexadecimal, joined in the order of names).
    private static func hash(_ source: ModelSource) -> String {
        switch source {
        case .gguf(let file): return file.mapping.sha256
        case .folder(let folder) where folder.weights.count == 1: return folder.weights[0].mapping.sha256
        case .folder(let folder):
            let digests = folder.weights.map { $0.mapping.sha256 }.joined()
            return sha256(of: Array(digests.utf8)).hexadecimal
        }
    }

    private static func transformer(of source: ModelSource, compute: Compute) throws(TransformerError)
        -> any Transformer
    {
        switch source {
        case .gguf(let file): try loadTransformer(file, compute: compute)
        case .folder(let folder): try loadTransformer(folder, compute: compute)
        }
    }

    private static func chatTemplate(of source: ModelSource) throws(ModelFileError) -> String? {
        switch source {
        case .gguf(let file): try file.string("tokenizer.chat_template")
        case .folder(let folder): try folder.chatTemplate()
        }
    }

    /// The tokenizer of a model whose weights are not needed.
    public static func tokenizer(of source: ModelSource) throws(GenerationError) -> BytePairTokenizer {
        switch source {
        case .gguf(let file): try tokenizer(file)
        case .folder(let folder): try tokenizer(folder)
        }
    }

    private static func tokenizer(_ file: GGUFFile) throws(GenerationError) -> BytePairTokenizer {
        let vocabulary: GGUFVocabulary?
        do { vocabulary = try GGUFVocabulary(file) } catch { throw .model(.file(error)) }
        guard let vocabulary else {
            let model: String?
            do { model = try file.string("tokenizer.ggml.model") } catch { throw .model(.file(error)) }
            throw .noTokenizer(file: file.name, model: model ?? "none")
        }
        do { return try vocabulary.tokenizer() } catch { throw .tokenizer(error, file: file.name) }
    }

    private static func tokenizer(_ folder: ModelFolder) throws(GenerationError) -> BytePairTokenizer {
        let (size, begin): (Int, Int?)
        let (json, vocabulary): (JSONValue?, JSONValue?)
        do {
            size = try folder.configuration.int("vocab_size") ?? .max
            begin = try folder.configuration.int("bos_token_id")
            json = try folder.json(.tokenizer)
            vocabulary = json == nil ? try folder.json(.vocabulary) : nil
        } catch {
            throw .model(.file(error))
        }
        // As for the weights: an id beyond the vocabulary, a default of larger models, means no token.
        let bos = begin.flatMap { $0 < size ? $0 : nil }
        do {
            if let json { return try BytePairTokenizer(tokenizerJSON: json, bos: bos) }
            if let vocabulary, let merges = folder.file(.merges) {
                return try BytePairTokenizer(vocabJSON: vocabulary, mergesText: Array(merges.bytes), bos: bos)
            }
        } catch {
            throw .tokenizer(error, file: folder.name)
        }
        throw .noTokenizer(file: folder.name, model: "neither tokenizer.json nor vocab.json with merges.txt")
    }
}

/// What a GGUF file says of its byte-level BPE vocabulary.
private struct GGUFVocabulary {
    let tokens: GGUFStringArray
    let merges: GGUFStringArray
    let types: [Int]
    let preTokenizer: String
    let (bos, eos): (Int?, Int?)
    let addBOS: Bool?

    /// nil for a vocabulary of another kind.
    init?(_ file: GGUFFile) throws(ModelFileError) {
        guard try file.string("tokenizer.ggml.model") == "gpt2", let tokens = try file.strings("tokenizer.ggml.tokens"),
            let merges = try file.strings("tokenizer.ggml.merges")
        else { return nil }
        (self.tokens, self.merges) = (tokens, merges)
        types = try file.integers("tokenizer.ggml.token_type") ?? []
        preTokenizer = try file.string("tokenizer.ggml.pre") ?? "default"
        (bos, eos) = (try file.int("tokenizer.ggml.bos_token_id"), try file.int("tokenizer.ggml.eos_token_id"))
        addBOS = try file.bool("tokenizer.ggml.add_bos_token")
    }

    func tokenizer() throws(TokenizerError) -> BytePairTokenizer {
        try BytePairTokenizer(
            tokenCount: tokens.count, token: { tokens[$0] }, types: types, mergeCount: merges.count,
            merge: { merges[$0] }, preTokenizer: preTokenizer, bos: bos, eos: eos, addBOS: addBOS)
    }
}
