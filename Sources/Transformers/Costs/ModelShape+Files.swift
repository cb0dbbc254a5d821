// A model's shape, read from its files or from a configuration alone.
internal import JSONText
public import ModelFiles

/// What a shape is read from: settings, and what stands elsewhere in each format.
struct ShapeSource {
    let settings: ModelSettings
    /// What the files call the architecture.
    let architecture: String
    let name: String
    let vocabularySize: Int
}

extension ModelShape {
    /// The shape that a config.json describes.
    ///
    /// - Parameter name: what the model is called.
    /// - Throws: ``TransformerError`` for sizes that are missing, no numbers or out of range, and for an architecture that
    ///   nothing is known of.
    public init(_ configuration: ModelConfiguration, name: String) throws(TransformerError) {
        // A model of pictures and words keeps the settings of its words in an object of their own.
        var words = configuration
        if let object = configuration["text_config"]?.object {
            words = ModelConfiguration(file: configuration.file, values: object)
        }
        let kind: String
        let weightType: String?
        do {
            let (own, outer) = (try words.string("model_type"), try configuration.string("model_type"))
            kind = try configuration.require(own ?? outer, "model_type")
            let (old, new) = (try configuration.string("torch_dtype"), try configuration.string("dtype"))
            weightType = old ?? new
        } catch {
            throw .file(error)
        }
        let settings = ModelSettings(words)
        let architecture = try Architecture.named(kind, file: configuration.file)
        self = try architecture.shape(
            ShapeSource(
                settings: settings, architecture: kind, name: name,
                vocabularySize: try settings.requiredInt(SettingKey(nil, "vocab_size"))))
        bitsPerWeight = weightType == "float32" ? 32 : 16
        try check(configuration.file)
    }

    /// The shape of a GGUF file's model. Weights are counted as they are stored.
    public init(_ file: GGUFFile, name: String? = nil) throws(TransformerError) {
        let kind: String
        let vocabulary: Int
        do {
            kind = try file.require(file.string("general.architecture"), "general.architecture")
            vocabulary = try file.requiredTensor(named: "token_embd.weight").rows
        } catch {
            throw .file(error)
        }
        let given: String
        do { given = try modelName(of: file) } catch { throw .file(error) }
        let architecture = try Architecture.named(kind, file: file.name)
        self = try architecture.shape(
            ShapeSource(
                settings: ModelSettings(file, architecture: kind), architecture: kind, name: name ?? given,
                vocabularySize: vocabulary))
        isTied = !file.tensorNames.contains("output.weight")
        traits.queryKeyValueBias = file.tensorNames.contains("blk.0.attn_q.bias") || traits.learnsPositions
        traits.outputBias = file.tensorNames.contains("blk.0.attn_output.bias")
        traits.mlpBias = file.tensorNames.contains("blk.0.ffn_down.bias")
        count(file.tensors)
        try check(file.name)
    }

    /// The shape of a folder's model. Weights are counted as they are stored, where they are there.
    public init(_ folder: ModelFolder, name: String? = nil) throws(TransformerError) {
        try self.init(folder.configuration, name: name ?? lastPart(folder.name))
        count(folder.tensors)
    }

    /// Takes the bits of a weight from the tensors of a file.
    private mutating func count(_ tensors: [TensorView]) {
        let elements = tensors.reduce(Int64(0)) { $0 + Int64($1.elementCount) }
        let bytes = tensors.reduce(Int64(0)) { $0 + Int64($1.bytes.count) }
        if elements > 0 { bitsPerWeight = Double(bytes) * 8 / Double(elements) }
    }

    /// The largest product of layers and query numbers whose costs at a million tokens still fit 64 bits.
    private static let largestWork: Int64 = 4_194_304

    private func check(_ file: String) throws(TransformerError) {
        if let problem = widthProblem(mlpWidth, file) { throw problem }
        // At a million tokens, where both are largest: 64 bits hold some 9.2e18.
        let (weights, pairs) = (Double(parameters.total), 2 * Double(layers) * Double(queryWidth))
        if Int64(layers) * queryWidth > Self.largestWork || 1e6 * weights + 1e12 * pairs > 9e18 {
            throw .unsupported(
                file: file, what: "a model of \(layers) layers with \(queryWidth) numbers of queries each")
        }
    }
}
