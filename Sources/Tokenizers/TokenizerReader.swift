// The kinds of tokenizers that are read, and how the right one is found in a model's files.

internal import JSONText
public import ModelFiles

/// A kind of tokenizer: which files hold one, and how to read it from them.
struct TokenizerReader: Sendable {
    /// Reading from a GGUF file.
    struct GGUF: Sendable {
        /// The value of `tokenizer.ggml.model` that names this kind.
        var model: String
        var read: @Sendable (GGUFFile) throws(TokenizerError) -> Tokenizer
    }

    /// Reading from a tokenizer.json.
    struct TokenizerJSON: Sendable {
        /// The value of `model.type` that names this kind.
        var type: String
        /// Whether the file is of this kind, where several kinds share a type.
        var accepts: @Sendable (JSONValue) -> Bool = { _ in true }
        /// Reads the whole file; the second argument is what the folder's other files say.
        var read: @Sendable (JSONValue, FolderTokens) throws(TokenizerError) -> Tokenizer
    }

    /// Reading from other files of a model's folder.
    struct Files: Sendable {
        /// What they are called, for messages.
        var names: String
        /// Nil where they are not all there.
        var read: @Sendable (ModelFolder, FolderTokens) throws(TokenizerError) -> Tokenizer?
    }

    /// What the kind is called.
    var name: String
    var gguf: GGUF?
    var json: TokenizerJSON?
    var files: Files?

    /// Every kind that this program reads; the first that accepts a file reads it.
    static let all: [TokenizerReader] = [
        .byteLevelBytePair, .characterPair, .listedCharacterPair, .unigram, .wordPiece,
    ]
}

extension Tokenizer {
    /// The tokenizer in a GGUF file, ids as llama.cpp's.
    public init(_ file: GGUFFile) throws(TokenizerError) {
        let key = "tokenizer.ggml.model"
        let model = try reading { () throws(ModelFileError) in try file.string(key) } ?? "none"
        let readers = TokenizerReader.all.compactMap { $0.gguf }
        guard let reader = readers.first(where: { $0.model == model }) else {
            throw .unsupported(what: key, value: model, supported: list(readers.map { $0.model }))
        }
        self = try reader.read(file)
    }

    /// The tokenizer in a Hugging Face folder, ids as the `tokenizers` library's: its tokenizer.json, else the files that
    /// some kind has of its own.
    public init(_ folder: ModelFolder) throws(TokenizerError) {
        let tokens = try FolderTokens(folder)
        if let json = try reading({ () throws(ModelFileError) in try folder.json(.tokenizer) }) {
            try self.init(tokenizerJSON: json, tokens: tokens)
            return
        }
        let readers = TokenizerReader.all.compactMap { $0.files }
        for reader in readers {
            if let tokenizer = try reader.read(folder, tokens) {
                self = tokenizer
                return
            }
        }
        throw .none(supported: list(["tokenizer.json"] + readers.map { $0.names }))
    }

    /// The tokenizer that a parsed tokenizer.json describes.
    init(tokenizerJSON json: JSONValue, tokens: FolderTokens = FolderTokens()) throws(TokenizerError) {
        guard let model = json["model"], model.object != nil else {
            throw .malformed(place: "tokenizer.json: model", expected: "an object")
        }
        let readers = TokenizerReader.all.compactMap { $0.json }
        // Files of old versions of the library name no type: they hold byte-pair encodings.
        let type = model["type"].map { $0.string ?? "" } ?? "BPE"
        guard let reader = readers.first(where: { $0.type == type && $0.accepts(json) }) else {
            throw .unsupported(what: "the model", value: type, supported: list(readers.map { $0.type }))
        }
        self = try reader.read(json, tokens)
    }
}

/// Names in a row, each once.
private func list(_ names: [String]) -> String {
    var seen: [String] = []
    for name in names where !seen.contains(name) { seen.append(name) }
    return seen.joined(separator: ", ")
}

/// Reads from a file, whose own errors stay what they are inside this module's.
func reading<T>(_ body: () throws(ModelFileError) -> T) throws(TokenizerError) -> T {
    do { return try body() } catch { throw .file(error) }
}
