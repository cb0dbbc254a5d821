// A model as Hugging Face lays it out: a folder with config.json, tokenizer files and safetensors weights, whole or in
// shards. The built-in model is the same thing made of files in memory.

public import JSONText

/// A Hugging Face model folder whose files have been checked. Weights are mapped, not read.
public struct ModelFolder: TensorSource {
    /// The files that are looked for by name. Shards are found through the index.
    public enum FileName: String, CaseIterable, Sendable {
        /// The sizes and the architecture.
        case configuration = "config.json"
        /// The end tokens and defaults of generation.
        case generationConfiguration = "generation_config.json"
        /// All weights in one file.
        case weights = "model.safetensors"
        /// Which shard each tensor lies in.
        case weightsIndex = "model.safetensors.index.json"
        /// The whole tokenizer.
        case tokenizer = "tokenizer.json"
        /// Special tokens, and in older models the chat template.
        case tokenizerConfiguration = "tokenizer_config.json"
        /// The ids of a byte-pair encoding's tokens, where there is no tokenizer.json.
        case vocabulary = "vocab.json"
        /// The merges of a byte-pair encoding, best first, where there is no tokenizer.json.
        case merges = "merges.txt"
        /// The tokens of a WordPiece vocabulary, one a line, where there is no tokenizer.json.
        case wordPieces = "vocab.txt"
        /// The special tokens' names, where tokenizer_config.json lacks them.
        case specialTokens = "special_tokens_map.json"
        /// Tokens added to a vocabulary, in older models.
        case addedTokens = "added_tokens.json"
        /// The Jinja template that turns messages into a prompt.
        case chatTemplate = "chat_template.jinja"
    }

    /// The folder's path, or the name of the model in memory.
    public let name: String
    /// config.json.
    public let configuration: ModelConfiguration
    /// generation_config.json, nil when absent.
    public let generationConfiguration: ModelConfiguration?
    /// tokenizer_config.json, nil when absent.
    public let tokenizerConfiguration: ModelConfiguration?
    /// The safetensors files: one, or the shards in the order of their names.
    public let weights: [SafetensorsFile]
    /// The tensors of all files that can be read, file after file.
    public let tensors: [TensorView]
    public let notes: [String]
    private let files: [FileName: MappedFile]
    /// Which of `weights` a tensor lies in, by the UTF-8 bytes of its name.
    private let shards: [[UInt8]: Int]

    /// Opens the folder at `path`. Symbolic links are followed: download caches are made of them.
    ///
    /// - Parameter needsWeights: whether a folder without weights is refused; a tokenizer needs none.
    public init(path: String, needsWeights: Bool = true) throws(ModelFileError) {
        try requireFolder(path)
        try self.init(name: path, needsWeights: needsWeights) { (fileName) throws(ModelFileError) in
            try MappedFile.ifPresent(path: path.hasSuffix("/") ? path + fileName : path + "/" + fileName)
        }
    }

    /// Opens a model whose files are in memory, by their names in the folder.
    public init(files: [String: MappedFile], name: String) throws(ModelFileError) {
        try self.init(name: name, needsWeights: true) { files[$0] }
    }

    private init(
        name: String, needsWeights: Bool, open: (String) throws(ModelFileError) -> MappedFile?
    ) throws(ModelFileError) {
        var files: [FileName: MappedFile] = [:]
        for fileName in FileName.allCases { files[fileName] = try open(fileName.rawValue) }
        guard let configurationFile = files[.configuration] else {
            throw .missingFile(folder: name, file: FileName.configuration.rawValue)
        }
        self.name = name
        self.files = files
        configuration = try ModelConfiguration(configurationFile)
        generationConfiguration = try Self.configuration(files[.generationConfiguration])
        tokenizerConfiguration = try Self.configuration(files[.tokenizerConfiguration])

        // As in transformers, a whole file comes before an index beside it.
        if let whole = files[.weights] {
            weights = [try SafetensorsFile(mapping: whole)]
            (shards, notes) = ([:], [])
        } else if let indexFile = files[.weightsIndex] {
            let index = try ShardIndex(indexFile)
            weights = try index.openShards(folder: name, open: open)
            (shards, notes) = try index.places(in: weights)
        } else if !needsWeights {
            weights = []
            shards = [:]
            notes = []
        } else {
            for pickle in ["pytorch_model.bin", "pytorch_model.bin.index.json"] where try open(pickle) != nil {
                throw .pickledWeights(folder: name)
            }
            throw .missingFile(folder: name, file: FileName.weights.rawValue)
        }
        tensors = weights.flatMap { $0.tensors }
    }

    public var tensorNames: [String] {
        weights.count == 1
            ? weights[0].tensorNames
            : weights.enumerated().flatMap { place, file in
                file.tensorNames.filter { shards[Array($0.utf8)] == place }
            }
    }

    /// The tensor of that name, nil when no file has it; throws
    /// ``ModelFileError/unsupportedTensorType(file:tensor:type:)`` when its type cannot be read here.
    public func tensor(named tensorName: String) throws(ModelFileError) -> TensorView? {
        if weights.count == 1 { return try weights[0].tensor(named: tensorName) }
        guard let shard = shards[Array(tensorName.utf8)] else { return nil }
        return try weights[shard].tensor(named: tensorName)
    }

    /// A file's bytes, nil when the folder has none of that name.
    public func file(_ fileName: FileName) -> MappedFile? { files[fileName] }

    /// A file as JSON, parsed anew at each call; nil when the folder has none of that name.
    public func json(_ fileName: FileName) throws(ModelFileError) -> JSONValue? {
        guard let file = files[fileName] else { return nil }
        return try parseJSON(file)
    }

    /// The template that turns messages into a prompt, nil when the model has none: chat_template.jinja, else
    /// `chat_template` of tokenizer_config.json, where it is a string or a list of named ones ("default" counts).
    public func chatTemplate() throws(ModelFileError) -> String? {
        if let file = files[.chatTemplate] {
            try file.check(.templateText)
            guard let text = String(validating: file.bytes, as: UTF8.self) else {
                throw .invalidUTF8(file: file.name, what: "the chat template", offset: 0)
            }
            return text
        }
        guard let settings = tokenizerConfiguration, let value = settings["chat_template"] else { return nil }
        if let text = value.string { return text }
        let expected = "a string or a list with a template named \"default\""
        guard let list = value.array, let entry = list.first(where: { $0["name"]?.string == "default" }),
            let text = entry["template"]?.string
        else {
            throw .wrongType(file: settings.file, key: "chat_template", found: value.kind, expected: expected)
        }
        return text
    }

    private static func configuration(_ file: MappedFile?) throws(ModelFileError) -> ModelConfiguration? {
        guard let file else { return nil }
        return try ModelConfiguration(file)
    }
}
