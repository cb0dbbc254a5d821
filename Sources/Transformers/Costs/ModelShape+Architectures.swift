// How each architecture's sizes and its differences from a llama make a shape.
internal import Kernels
internal import Traces

extension ModelShape {
    /// The common part: sizes that were read and checked.
    init(
        _ source: ShapeSource, _ sizes: Configuration, mlpWidth: Int, isTied: Bool, _ traits: ModelTraits
    ) throws(TransformerError) {
        if let problem = widthProblem(mlpWidth, source.settings.file) { throw problem }
        self.init(
            name: source.name, architecture: source.architecture, vocabularySize: sizes.vocabularySize,
            contextLength: sizes.contextLength, layers: sizes.layers, hiddenSize: sizes.hiddenSize,
            heads: sizes.heads, keyValueHeads: sizes.keyValueHeads, headSize: sizes.headSize, mlpWidth: mlpWidth,
            windows: sizes.attention.layers.map {
                if case .window(let width) = $0 { width } else { nil }
            }, isTied: isTied, bitsPerWeight: 16, traits: traits)
    }

    /// A model of the common decoder. A GGUF file's biases and whether it ties its matrices are seen in its tensors.
    init(_ source: ShapeSource, _ recipe: DecoderRecipe) throws(TransformerError) {
        let settings = source.settings
        let sizes = try Configuration(source, DecoderConfiguration.sizeKeys) { _ in .causal }
        let own = try DecoderConfiguration(settings, sizes, recipe)
        var traits = recipe.traits
        traits.queryKeyValueBias = own.attentionBias == .always
        traits.outputBias = own.outputBias == .always
        traits.mlpBias = own.mlpBias == .always
        let isTied = try settings.bool(DecoderWeights.tiedKey) ?? recipe.tiedWhenAbsent
        try self.init(source, own.sizes, mlpWidth: own.mlpWidth, isTied: isTied, traits)
    }

    /// A GPT-2.
    init(gpt2 source: ShapeSource) throws(TransformerError) {
        let sizes = try Configuration(source, GPT2Configuration.sizeKeys) { _ in .causal }
        let width = try source.settings.int(GPT2Configuration.mlpWidthKey) ?? 4 * sizes.hiddenSize
        let isTied = try source.settings.bool(GPT2Weights.tiedKey) ?? true
        try self.init(source, sizes, mlpWidth: width, isTied: isTied, .gpt2)
    }

    /// A BERT, with the head that fills masks where a folder says so.
    init(bert source: ShapeSource) throws(TransformerError) {
        let settings = source.settings
        let sizes = try Configuration(source, BertConfiguration.sizeKeys) { _ in .full }
        let width = try settings.int(BertConfiguration.mlpWidthKey, or: ByFormat(gguf: nil, huggingFace: nil))
        let isTied = try settings.bool(BertWeights.tiedKey) ?? true
        try self.init(source, sizes, mlpWidth: width, isTied: isTied, .bert)
        let listed = try settings.strings(SettingKey(nil, "architectures"))
        traits.hasMaskHead = listed?.contains("BertForMaskedLM") ?? false
    }
}

extension DecoderRecipe {
    /// In what its models differ from a llama. The norms are those that tensors are named for.
    var traits: ModelTraits {
        let names = names.huggingFace
        var traits = ModelTraits()
        let norms = [names.attentionNorm, names.attentionPostNorm, names.mlpNorm, names.mlpPostNorm]
        traits.normsOfLayer = norms.count { $0 != nil }
        if names.queryNorm != nil { traits.queryKeyNorm = normsEachHead ? .eachHead : .allHeads }
        traits.queryKeyValueBias = hasAttentionBias
        return traits
    }
}

extension ModelTraits {
    static let gpt2 = ModelTraits {
        $0.isGated = false
        $0.normsHaveBias = true
        $0.queryKeyValueBias = true
        $0.outputBias = true
        $0.mlpBias = true
        $0.learnsPositions = true
    }

    static let bert = ModelTraits {
        $0 = .gpt2
        $0.tokenTypes = 2
        $0.isEncoder = true
    }

    /// A llama's, changed.
    private init(_ change: (inout ModelTraits) -> Void) {
        self.init()
        change(&self)
    }
}
