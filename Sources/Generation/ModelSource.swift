// Where a model comes from, and how it becomes ready to generate.
internal import Digests
public import Kernels
public import ModelFiles
internal import Tokenizers
internal import Transformers

/// A model's files, opened and checked.
public enum ModelSource {
    /// One GGUF file.
    case gguf(GGUFFile)
    /// A Hugging Face folder, on disk or in memory.
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
    /// - Parameters:
    ///   - name: what the model is called, when the caller knows it; found in its files otherwise.
    ///   - hash: the SHA-256 of the weights, when the caller knows it; computed when needed otherwise.
    public convenience init(
        _ source: ModelSource, name: String? = nil, compute: Compute, hash: (() -> String)? = nil
    ) throws(GenerationError) {
        let clock = SteadyClock()
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
        self.init(
            transformer: transformer, tokenizer: tokenizer, chatTemplate: chatTemplate, file: source.file,
            loadSeconds: clock.now - start, hash: hash ?? { Self.hash(source) })
    }

    /// SHA-256 of the weight file; of several, that of their digests (hexadecimal, joined in the order of names).
    private static func hash(_ source: ModelSource) -> String {
        switch source {
        case .gguf(let file): hash(file.files)
        case .folder(let folder): hash(folder.weights.map { $0.mapping })
        }
    }

    private static func hash(_ files: [MappedFile]) -> String {
        if files.count == 1 { return files[0].sha256 }
        return Digests.sha256(of: Array(files.map { $0.sha256 }.joined().utf8)).hexadecimal
    }
}

/// What reading a model's files throws, as this module's error.
private func reading<T>(_ body: () throws(ModelFileError) -> T) throws(GenerationError) -> T {
    do throws(ModelFileError) { return try body() } catch { throw .model(.file(error)) }
}
