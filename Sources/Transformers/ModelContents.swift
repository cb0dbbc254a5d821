// A model's files as an architecture reads them, whatever their format; and the two functions that load one.
public import Kernels
public import ModelFiles

/// Loads the forward pass that a GGUF file asks for.
///
/// - Parameter name: what the model is called, when the caller knows it; the file's own name for it otherwise.
public func loadTransformer(
    _ file: GGUFFile, name: String? = nil, compute: Compute
) throws(TransformerError) -> any Transformer {
    let contents = try ModelContents(file, name: name)
    return try contents.architecture.make(contents, compute)
}

/// Loads the forward pass that a folder's config.json asks for.
///
/// - Parameter name: what the model is called, when the caller knows it; the folder's name otherwise.
public func loadTransformer(
    _ folder: ModelFolder, name: String? = nil, compute: Compute
) throws(TransformerError) -> any Transformer {
    let contents = try ModelContents(folder, name: name)
    return try contents.architecture.make(contents, compute)
}

/// What the files say that is the same for all architectures, the settings to ask for the rest, and the tensors.
struct ModelContents {
    let architecture: Architecture
    let settings: ModelSettings
    var tensors: TensorTable
    /// What the model is called on screens and in traces.
    let name: String
    let vocabularySize: Int
    let endTokens: [Int]
    let beginToken: Int?

    var format: ModelFormat { settings.format }

    init(_ file: GGUFFile, name: String?) throws(TransformerError) {
        let kind: String
        do { kind = try file.require(file.string("general.architecture"), "general.architecture") } catch {
            throw .file(error)
        }
        architecture = try Architecture.named(kind, file: file.name)
        settings = ModelSettings(file, architecture: kind)
        tensors = TensorTable(file)
        let tokens: Int?
        do {
            if let name { self.name = name } else { self.name = try modelName(of: file) }
            vocabularySize = try file.requiredTensor(named: "token_embd.weight").rows
            tokens = try file.strings("tokenizer.ggml.tokens")?.count
            endTokens = try Self.endTokens(file)
            beginToken = try file.int("tokenizer.ggml.bos_token_id")
        } catch {
            throw .file(error)
        }
        if let tokens, tokens != vocabularySize {
            throw .vocabularyMismatch(file: file.name, tokens: tokens, rows: vocabularySize)
        }
    }

    init(_ folder: ModelFolder, name: String?) throws(TransformerError) {
        let values = folder.configuration
        let kind: String
        do { kind = try values.require(values.string("model_type"), "model_type") } catch { throw .file(error) }
        architecture = try Architecture.named(kind, file: values.file)
        settings = ModelSettings(values)
        tensors = TensorTable(folder)
        self.name = name ?? lastPart(folder.name)
        vocabularySize = try settings.requiredInt(SettingKey(nil, "vocab_size"))
        // Small models are often saved with the default ids of large ones: a token that is not there ends nothing.
        let ids = 0..<max(0, vocabularySize)
        do {
            let generation = folder.generationConfiguration
            var (ends, begin) = (try generation?.integers("eos_token_id"), try generation?.int("bos_token_id"))
            if ends == nil { ends = try values.integers("eos_token_id") }
            if begin == nil { begin = try values.int("bos_token_id") }
            endTokens = (ends ?? []).filter { ids.contains($0) }
            beginToken = begin.flatMap { ids.contains($0) ? $0 : nil }
        } catch {
            throw .file(error)
        }
    }

    /// The end token the file names, and the other tokens that end a turn or a text.
    private static func endTokens(_ file: GGUFFile) throws(ModelFileError) -> [Int] {
        var ids: [Int] = []
        for key in ["tokenizer.ggml.eos_token_id", "tokenizer.ggml.eot_token_id", "tokenizer.ggml.eom_token_id"] {
            if let id = try file.int(key), !ids.contains(id) { ids.append(id) }
        }
        return ids
    }
}
