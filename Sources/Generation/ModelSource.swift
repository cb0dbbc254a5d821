// Where a model comes from, and how it becomes ready to generate. Called by: the command.
public import Kernels
public import ModelFiles
internal import Tokenizers
internal import Transformers

/// A model's files, opened and checked.
public enum ModelSource {
    case gguf(GGUFFile)
    case folder(ModelFolder)

    /// The file's or folder's name as it was given, for messages.
    var name: String {
        switch self {
        case .gguf(let file): file.name
        case .folder(let folder): folder.name
        }
    }

    /// The file's or folder's own name.
    var file: String { name.split(separator: "/").last.map(String.init) ?? name }
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
        let transformer: any Transformer
        let tokenizer = try Self.tokenizer(of: source)
        let chatTemplate: String?
        do {
            switch source {
            case .gguf(let file):
                transformer = try loadTransformer(file, compute: compute)
                chatTemplate = try file.string("tokenizer.chat_template")
            case .folder(let folder):
                transformer = try loadTransformer(folder, compute: compute)
                chatTemplate = try folder.chatTemplate()
            }
        } catch let error as ModelFileError {
            throw .model(.file(error))
        } catch {
            throw .model(error as! TransformerError)
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
        case .gguf(let file): return sha256(of: file.mapping)
        case .folder(let folder) where folder.weights.count == 1: return sha256(of: folder.weights[0].mapping)
        case .folder(let folder):
            let digests = folder.weights.map { sha256(of: $0.mapping) }.joined()
            return Array(digests.utf8).withUnsafeBytes { sha256(of: $0) }
        }
    }
}
