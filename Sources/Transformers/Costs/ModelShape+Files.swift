// A model's shape, read from its files or from a configuration alone.
public import ModelFiles
internal import Traces

extension ModelShape {
    /// The shape that a config.json describes.
    ///
    /// - Parameter name: what the model is called.
    /// - Throws: ``TransformerError`` for sizes that are missing, no numbers or out of range, and for an architecture that
    ///   nothing is known of.
    public init(_ configuration: ModelConfiguration, name: String) throws(TransformerError) {
        let kind: String
        let weightType: String?
        do {
            kind = try configuration.require(configuration.string("model_type"), "model_type")
            let (old, new) = (try configuration.string("torch_dtype"), try configuration.string("dtype"))
            weightType = old ?? new
        } catch {
            throw .file(error)
        }
        let settings = ModelSettings(configuration)
        let family = try Self.family(kind, file: configuration.file)
        try self.init(
            settings, family, name: name, architecture: kind,
            vocabulary: try settings.requiredInt(family.keys.vocabulary))
        bitsPerWeight = weightType == "float32" ? 32 : 16
        if family.names == ["bert"], let listed = try settings.strings(SettingKey(nil, "architectures")) {
            traits.hasMaskHead = listed.contains("BertForMaskedLM")
        }
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
        let family = try Self.family(kind, file: file.name)
        try self.init(
            ModelSettings(file, architecture: kind), family, name: name ?? given, architecture: kind,
            vocabulary: vocabulary)
        isTied = !file.tensorNames.contains("output.weight")
        traits.queryKeyValueBias = file.tensorNames.contains("blk.0.attn_q.bias") || traits.learnsPositions
        traits.outputBias = file.tensorNames.contains("blk.0.attn_output.bias")
        traits.mlpBias = file.tensorNames.contains("blk.0.ffn_down.bias")
        count(file.tensors)
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

    private static func family(_ kind: String, file: String) throws(TransformerError) -> ShapeFamily {
        guard let family = ShapeFamily.named(kind) else { throw .unknownArchitecture(file: file, name: kind) }
        return family
    }

    private init(
        _ settings: ModelSettings, _ family: ShapeFamily, name: String, architecture: String, vocabulary: Int
    ) throws(TransformerError) {
        let keys = family.keys
        let (hidden, heads) = (try settings.requiredInt(keys.hidden), try settings.requiredInt(keys.heads))
        let layers = try settings.requiredInt(keys.layers)
        let usualHead = settings.format == .huggingFace ? family.headSizeWhenAbsent : nil
        let mlp = try settings.int(keys.mlp)
        guard let mlpWidth = mlp ?? family.mlpFactor.map({ hidden.multipliedReportingOverflow(by: $0).partialValue })
        else { throw .missingSetting(file: settings.file, name: keys.mlp.huggingFace[0]) }
        self.init(
            name: name, architecture: architecture, vocabularySize: vocabulary,
            contextLength: try settings.requiredInt(keys.context), layers: layers, hiddenSize: hidden, heads: heads,
            keyValueHeads: try settings.int(keys.keyValueHeads) ?? heads,
            headSize: try settings.int(keys.headSize) ?? usualHead ?? (heads > 0 ? hidden / heads : 0),
            mlpWidth: mlpWidth, windows: [],
            isTied: try settings.bool(keys.isTied) ?? family.isTiedWhenAbsent, bitsPerWeight: 16,
            traits: family.traits)
        try check(settings.file)
        if family.readsBiases, settings.format == .huggingFace {
            let bias = try settings.bool(SettingKey(nil, "attention_bias")) ?? false
            (traits.queryKeyValueBias, traits.outputBias) = (bias, bias)
            traits.mlpBias = try settings.bool(SettingKey(nil, "mlp_bias")) ?? false
        }
        windows = try Self.windows(settings, family.windows, layers: layers)
    }

    /// The window of each layer.
    private static func windows(
        _ settings: ModelSettings, _ rule: WindowRule, layers: Int
    ) throws(TransformerError) -> [Int?] {
        let given = try settings.int(
            SettingKey("attention.sliding_window", "sliding_window", "text_config.sliding_window"))
        let width = given == 0 ? nil : given
        var windows: [Int?] = Array(repeating: nil, count: layers)
        switch rule {
        case .none: break
        case .all: windows = Array(repeating: width, count: layers)
        case .fromLayer:
            let isUsed = try settings.bool(SettingKey(nil, "use_sliding_window")) ?? false
            let first = try settings.int(SettingKey(nil, "max_window_layers")) ?? 28
            if isUsed { for layer in windows.indices where layer >= first { windows[layer] = width ?? 4096 } }
        case .every(let usual, let usualWidth):
            let key = SettingKey(
                "attention.sliding_window_pattern", "sliding_window_pattern", "text_config.sliding_window_pattern")
            let period = max(usual == 2 ? 2 : try settings.int(key) ?? usual, 1)
            for layer in windows.indices where (layer + 1) % period != 0 { windows[layer] = width ?? usualWidth }
        }
        if let listed = try settings.strings(SettingKey(nil, "layer_types")), listed.count == layers {
            windows = listed.map { $0 == "sliding_attention" ? width : nil }
        }
        if let wrong = windows.first(where: { $0.map { $0 < 1 } ?? false }), let wrong {
            throw .sizeOutOfRange(file: settings.file, name: "attention window", value: wrong, range: 1...16_000_000)
        }
        return windows
    }

    /// The largest product of layers and query numbers whose costs at a million tokens still fit 64 bits.
    private static let largestWork: Int64 = 4_194_304

    private func check(_ file: String) throws(TransformerError) {
        let sizes: [(name: String, value: Int, range: ClosedRange<Int>)] = [
            ("vocabulary size", vocabularySize, 1...4_000_000), ("context length", contextLength, 1...16_000_000),
            ("number of layers", layers, 1...1024), ("hidden size", hiddenSize, 1...65_536),
            ("number of heads", heads, 1...1024), ("number of key/value heads", keyValueHeads, 1...max(1, heads)),
            ("head size", headSize, 1...1024), ("MLP width", mlpWidth, 1...1_048_576),
        ]
        for size in sizes where !size.range.contains(size.value) {
            throw .sizeOutOfRange(file: file, name: size.name, value: size.value, range: size.range)
        }
        if heads % keyValueHeads != 0 {
            throw .headsDoNotDivide(file: file, heads: heads, keyValueHeads: keyValueHeads)
        }
        // At a million tokens, where both are largest: 64 bits hold some 9.2e18.
        let (weights, pairs) = (Double(parameters.total), 2 * Double(layers) * Double(queryWidth))
        if Int64(layers) * queryWidth > Self.largestWork || 1e6 * weights + 1e12 * pairs > 9e18 {
            throw .unsupported(
                file: file, what: "a model of \(layers) layers with \(queryWidth) numbers of queries each")
        }
    }
}
