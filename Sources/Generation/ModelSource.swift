// Where a model comes from, and how it becomes ready to generate.
internal import Digests
public import Kernels
public import ModelFiles
internal import Tokenizers
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
    /// - Parameters:
    ///   - name: what the model is called, when the caller knows it; found in its files otherwise.
    ///   - hash: the SHA-256 of the weights, when the caller knows it; computed when needed otherwise.
    public convenience init(
        _ source: ModelSource, name: String? = nil, compute: Compute, hash: (() -> String)? = nil
    ) throws(GenerationError) {
        let clock = ContinuousClock()
        let start = clock.now
        let transformer: any Transformer
        let tokenizer = try Self.tokenizer(of: source)
        let chatTemplate: String?
        do throws(TransformerError) {
            transformer =
                switch source {
                case .gguf(let file): try loadTransformer(file, name: name, compute: compute)
                case .folder(let folder): try loadTransformer(folder, name: name, compute: compute)
                }
        } catch {
            throw .model(error)
        }
        chatTemplate = try reading { () throws(ModelFileError) in
            switch source {
            case .gguf(let file): try file.string("tokenizer.chat_template")
            case .folder(let folder): try folder.chatTemplate()
            }
        }
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

    static func tokenizer(_ file: GGUFFile) throws(GenerationError) -> BytePairTokenizer {
        let (model, tokens, merges) = try reading { () throws(ModelFileError) in
            (
                try file.string("tokenizer.ggml.model") ?? "none", try file.strings("tokenizer.ggml.tokens"),
                try file.strings("tokenizer.ggml.merges")
            )
        }
        guard model == "gpt2", let tokens, let merges else { throw .noTokenizer(file: file.name, model: model) }
        let (types, pre) = try reading { () throws(ModelFileError) in
            (try file.integers("tokenizer.ggml.token_type") ?? [], try file.string("tokenizer.ggml.pre") ?? "default")
        }
        let (bos, eos, addBOS) = try reading { () throws(ModelFileError) in
            (
                try file.int("tokenizer.ggml.bos_token_id"), try file.int("tokenizer.ggml.eos_token_id"),
                try file.bool("tokenizer.ggml.add_bos_token")
            )
        }
        do throws(TokenizerError) {
            return try BytePairTokenizer(
                tokenCount: tokens.count, token: { tokens[$0] }, types: types, mergeCount: merges.count,
                merge: { merges[$0] }, preTokenizer: pre, bos: bos, eos: eos, addBOS: addBOS)
        } catch {
            throw .tokenizer(error, file: file.name)
        }
    }

    static func tokenizer(_ folder: ModelFolder) throws(GenerationError) -> BytePairTokenizer {
        let (bos, json, vocabulary) = try reading { () throws(ModelFileError) in
            // As for the weights: an id beyond the vocabulary, a default of larger models, means no token.
            let size = try folder.configuration.int("vocab_size") ?? .max
            let bos = try folder.configuration.int("bos_token_id").flatMap { $0 < size ? $0 : nil }
            let json = try folder.json(.tokenizer)
            return (bos, json, json == nil ? try folder.json(.vocabulary) : nil)
        }
        do throws(TokenizerError) {
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

/// What reading a model's files throws, as this module's error.
private func reading<T>(_ body: () throws(ModelFileError) -> T) throws(GenerationError) -> T {
    do throws(ModelFileError) { return try body() } catch { throw .model(.file(error)) }
}
