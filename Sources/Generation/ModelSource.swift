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
    package var name: String {
        switch self {
        case .gguf(let file): file.name
        case .folder(let folder): folder.name
        }
    }

    /// The file's or folder's own name.
    var file: String { lastPart(name) }
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
        // Both are one thread's work: they go on while the others pack the weights.
        let vocabulary = Awaited { Self.readTokenizer(of: source) }
        vocabulary.start(on: compute.pool)
        let digest = Awaited { hash?() ?? Self.hash(source) }
        if hash == nil { digest.start(on: compute.pool) }
        let transformer: any Transformer
        let chatTemplate: String?
        do throws(TransformerError) {
            transformer =
                switch source {
                case .gguf(let file): try loadTransformer(file, name: name, compute: compute)
                case .folder(let folder): try loadTransformer(folder, name: name, compute: compute)
                }
        } catch {
            // What is wrong with the vocabulary was always told first.
            _ = try vocabulary.value().get()
            throw .model(error)
        }
        let tokenizer = try vocabulary.value().get()
        chatTemplate = try reading { () throws(ModelFileError) in
            switch source {
            case .gguf(let file): try file.string("tokenizer.chat_template")
            case .folder(let folder): try folder.chatTemplate()
            }
        }
        self.init(
            transformer: transformer, tokenizer: tokenizer, chatTemplate: chatTemplate, file: source.file,
            loadSeconds: clock.now - start, shape: Self.shape(of: source), hash: { digest.value() })
    }

    /// The sizes that costs follow from. A model that loads has them; nil where their costs would not fit 64 bits.
    private static func shape(of source: ModelSource) -> ModelShape? {
        switch source {
        case .gguf(let file): try? ModelShape(file)
        case .folder(let folder): try? ModelShape(folder)
        }
    }

    private static func readTokenizer(of source: ModelSource) -> Result<Tokenizer, GenerationError> {
        do throws(GenerationError) { return .success(try tokenizer(of: source)) } catch { return .failure(error) }
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

/// A value that a thread of the pool may be working out while others do something else. For the thread that asks for it.
private final class Awaited<Value> {
    /// Where the value arrives.
    private final class Place { var value: Value? }
    private let place = Place()
    private let make: () -> Value
    private var errand: Errand?

    init(_ make: @escaping () -> Value) { self.make = make }

    func start(on pool: ThreadPool) {
        errand = pool.start { [place, make] in place.value = make() }
    }

    func value() -> Value {
        errand?.finish()
        errand = nil
        if place.value == nil { place.value = make() }
        return place.value!
    }
}

/// What reading a model's files throws, as this module's error.
private func reading<T>(_ body: () throws(ModelFileError) -> T) throws(GenerationError) -> T {
    do throws(ModelFileError) { return try body() } catch { throw .model(.file(error)) }
}
