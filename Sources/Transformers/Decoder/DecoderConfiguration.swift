// The configuration of a decoder: sizes, and everything in which architectures differ, as values.
internal import Kernels
internal import ModelFiles
internal import Traces

/// What a decoder computes with, beside its weights.
struct DecoderConfiguration {
    var sizes: Configuration
    var mlpWidth: Int
    var normEpsilon: Float
    /// What turns the positions, by layer; nil for a layer without.
    var rotary: [RotarySettings?]
    var ropePairs: RotaryPairs
    var activation = GatedActivation.silu
    /// Whether queries and keys, where they are normalised, are so each head by itself.
    var normsEachHead = true
    /// What embeddings are multiplied with.
    var embeddingScale: Float?
    /// What scores are multiplied with; nil: 1/√headSize.
    var attentionScale: Float?
    /// Scores, and logits, become cap · tanh(x / cap).
    var attentionCap, logitCap: Float?
    /// Of queries, keys and values; of the attention output; of the MLP's projections.
    var attentionBias = BiasRule.never
    var outputBias = BiasRule.never
    var mlpBias = BiasRule.never
    /// The tensor of a GGUF file with what each pair's rotary frequency is divided by, where there is one.
    var rotaryFactors = "rope_freqs.weight"
}

extension DecoderConfiguration {
    static let sizeKeys = SizeKeys(
        contextLength: SettingKey("context_length", "max_position_embeddings"),
        layers: SettingKey("block_count", "num_hidden_layers"),
        hiddenSize: SettingKey("embedding_length", "hidden_size"),
        heads: SettingKey("attention.head_count", "num_attention_heads"),
        keyValueHeads: SettingKey("attention.head_count_kv", "num_key_value_heads"),
        headSize: SettingKey("attention.key_length", "head_dim"))
    private static let mlpWidthKey = SettingKey("feed_forward_length", "intermediate_size")
    private static let epsilonKey = SettingKey("attention.layer_norm_rms_epsilon", "rms_norm_eps")
    private static let valueWidthKey = SettingKey("attention.value_length")

    /// Reads what a model's files say, and refuses what would change its numbers unseen.
    init(_ contents: ModelContents, _ recipe: DecoderRecipe) throws(TransformerError) {
        let settings = contents.settings
        try settings.refuse(recipe.activationKey, unless: recipe.activation.names)
        try self.init(settings, try Configuration(contents, Self.sizeKeys) { _ in .causal }, recipe)
        try settings.refuseExperts()
        settings.markAsUsed(DecoderWeights.tiedKey)
        try settings.refuseUnknown(folder: recipe.withoutEffect.huggingFace, gguf: recipe.withoutEffect.gguf)
        try check(file: settings.file)
    }

    /// Reads what the settings alone say.
    init(_ settings: ModelSettings, _ sizes: Configuration, _ recipe: DecoderRecipe) throws(TransformerError) {
        var sizes = sizes
        let isGiven = try settings.int(Self.sizeKeys.headSize) != nil
        if !isGiven, settings.format == .huggingFace, let usual = recipe.headSizeWhenAbsent { sizes.headSize = usual }
        self.init(
            sizes: sizes, mlpWidth: try settings.requiredInt(Self.mlpWidthKey),
            normEpsilon: Float(
                try settings.double(
                    Self.epsilonKey, or: ByFormat<Double?>(gguf: nil, huggingFace: recipe.epsilonWhenAbsent))),
            rotary: [], ropePairs: recipe.pairs[settings.format], activation: recipe.activation,
            normsEachHead: recipe.normsEachHead, attentionBias: recipe.hasAttentionBias ? .always : .never)
        if sizes.headSize % 2 != 0 { throw .oddHeadSize(file: settings.file, headSize: sizes.headSize) }
        if let width = try settings.int(Self.valueWidthKey), width != sizes.headSize {
            throw .unsupported(
                file: settings.file, what: "values of \(width) numbers a head beside keys of another size")
        }
        try recipe.details(settings, &self)
        if rotary.isEmpty { turnAllLayers(by: try usualRotary(settings)) }
    }

    /// The rotary settings that most files have.
    func usualRotary(_ settings: ModelSettings) throws(TransformerError) -> RotarySettings {
        try settings.rotary(headSize: sizes.headSize, contextLength: sizes.contextLength)
    }

    mutating func turnAllLayers(by settings: RotarySettings) {
        rotary = Array(repeating: settings, count: sizes.layers)
    }

    /// Reads whether projections have biases: a GGUF file says so by holding them, a folder by a flag.
    mutating func readBiases(_ settings: ModelSettings, mlp: Bool = false) throws(TransformerError) {
        func rule(_ flag: String) throws(TransformerError) -> BiasRule {
            if settings.format == .gguf { return .whereStored }
            return try settings.bool(SettingKey(nil, flag)) == true ? .always : .never
        }
        attentionBias = try rule("attention_bias")
        outputBias = attentionBias
        if mlp { mlpBias = try rule("mlp_bias") }
    }

    /// Throws when the numbers do not make a decoder.
    func check(file: String) throws(TransformerError) {
        if let problem = widthProblem(mlpWidth, file) { throw problem }
        if sizes.headSize % 2 != 0 { throw .oddHeadSize(file: file, headSize: sizes.headSize) }
        // Layers share their settings: each once.
        var checked: [RotarySettings] = []
        for case let settings? in rotary where !checked.contains(settings) {
            if let problem = settings.problem(headSize: sizes.headSize, file) { throw problem }
            checked.append(settings)
        }
        if let problem = epsilonProblem(normEpsilon, file) { throw problem }
        let positive = [
            ("scale of the attention", attentionScale), ("cap of the scores", attentionCap),
            ("cap of the logits", logitCap), ("scale of the embedding", embeddingScale),
        ]
        for case let (name, value?) in positive where !(value.isFinite && value > 0) {
            throw .badNumber(file: file, name: name, value: Double(value))
        }
    }
}
