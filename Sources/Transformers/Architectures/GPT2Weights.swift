// GPT-2's configuration and weights, and what files call them.
internal import Kernels
internal import ModelFiles
internal import Traces

struct GPT2Configuration {
    var sizes: Configuration
    var mlpWidth: Int
    var normEpsilon: Float
}

extension GPT2Configuration {
    static let sizeKeys = SizeKeys(
        contextLength: SettingKey("context_length", "max_position_embeddings", "n_positions"),
        layers: SettingKey("block_count", "num_hidden_layers", "n_layer"),
        hiddenSize: SettingKey("embedding_length", "hidden_size", "n_embd"),
        heads: SettingKey("attention.head_count", "num_attention_heads", "n_head"),
        keyValueHeads: SettingKey("attention.head_count_kv"), headSize: SettingKey("attention.key_length"))
    static let mlpWidthKey = SettingKey("feed_forward_length", "n_inner")
    private static let epsilonKey = SettingKey("attention.layer_norm_epsilon", "layer_norm_epsilon")
    private static let epsilonWhenAbsent = ByFormat<Double?>(gguf: nil, huggingFace: 1e-5)

    init(_ contents: ModelContents) throws(TransformerError) {
        let settings = contents.settings
        try settings.refuse(SettingKey(nil, "activation_function"), unless: ["gelu_new", "gelu_pytorch_tanh"])
        let heads = try settings.requiredInt(Self.sizeKeys.heads)
        let hidden = try settings.requiredInt(Self.sizeKeys.hiddenSize)
        if heads < 1 || hidden < 1 || hidden % heads != 0 {
            throw .hiddenSizeDoesNotDivide(file: settings.file, hiddenSize: hidden, heads: heads)
        }
        sizes = try Configuration(contents, Self.sizeKeys) { _ in .causal }
        // Four times the hidden size, which is checked, where a folder does not say.
        let usualWidth = ByFormat<Int?>(gguf: nil, huggingFace: 4 * sizes.hiddenSize)
        mlpWidth = try settings.int(Self.mlpWidthKey, or: usualWidth)
        normEpsilon = Float(try settings.double(Self.epsilonKey, or: Self.epsilonWhenAbsent))
        try settings.refuseExperts()
        settings.markAsUsed(GPT2Weights.tiedKey)
        try settings.refuseUnknown(folder: Self.withoutEffect, gguf: Self.withoutEffectInGGUF)
        try check(file: settings.file)
    }

    private static let withoutEffect = KnownSettings(
        always: ["n_ctx", "n_special", "predict_special_tokens"],
        only: [
            "reorder_and_upcast_attn": ["false"], "scale_attn_by_inverse_layer_idx": ["false"],
            "scale_attn_weights": ["true"],
        ])
    // A file that turns positions is of another architecture, whatever it calls itself.
    private static let withoutEffectInGGUF = KnownSettings(
        always: [
            "attention.layer_norm_rms_epsilon", "attention.value_length", "rope.dimension_count", "rope.freq_base",
        ],
        only: ["rope.scaling.type": ["none"], "rope.scaling.factor": ["0", "1"], "rope.scale_linear": ["0", "1"]])

    /// Throws when the numbers do not make a GPT-2.
    func check(file: String) throws(TransformerError) {
        if let problem = widthProblem(mlpWidth, file) { throw problem }
        // One matrix makes the queries, keys and values, each as wide as the hidden state.
        if sizes.queryWidth != sizes.hiddenSize || sizes.keyValueHeads != sizes.heads {
            let heads =
                "\(sizes.heads) heads of \(sizes.headSize) numbers, \(sizes.keyValueHeads) of them for keys and values"
            throw .unsupported(file: file, what: "GPT-2 with \(heads), in a hidden size of \(sizes.hiddenSize)")
        }
        if let problem = epsilonProblem(normEpsilon, file) { throw problem }
    }
}

struct GPT2Weights {
    struct Layer {
        let attentionNorm, attentionNormBias: FloatBuffer  // (hiddenSize)
        let queryKeyValue: PackedMatrix  // (3 · hiddenSize, hiddenSize): queries, keys, values one after another
        let queryKeyValueBias: FloatBuffer  // (3 · hiddenSize)
        let output: PackedMatrix  // (hiddenSize, hiddenSize)
        let outputBias: FloatBuffer  // (hiddenSize)
        let mlpNorm, mlpNormBias: FloatBuffer  // (hiddenSize)
        let up: PackedMatrix  // (mlpWidth, hiddenSize)
        let upBias: FloatBuffer  // (mlpWidth)
        let down: PackedMatrix  // (hiddenSize, mlpWidth)
        let downBias: FloatBuffer  // (hiddenSize)
    }

    let embedding: PackedMatrix  // (vocabulary, hiddenSize)
    let positions: PackedMatrix  // (contextLength, hiddenSize)
    let layers: [Layer]
    let finalNorm, finalNormBias: FloatBuffer  // (hiddenSize)
    /// The embedding itself where the model ties them.
    let output: PackedMatrix  // (vocabulary, hiddenSize)
    let summary: WeightSummary

    static let tiedKey = SettingKey(nil, "tie_word_embeddings")
    private static let isTied = ByFormat<Bool?>(gguf: nil, huggingFace: true)

    struct Names {
        let embedding, positions, finalNorm, output: String
        let attentionNorm, queryKeyValue, attentionOutput, mlpNorm, up, down: String
        let layerPrefix: @Sendable (Int) -> String
        /// The file holds (input, output).
        let transposed: Bool

        static let gguf = Names(
            embedding: "token_embd", positions: "position_embd", finalNorm: "output_norm", output: "output",
            attentionNorm: "attn_norm", queryKeyValue: "attn_qkv", attentionOutput: "attn_output", mlpNorm: "ffn_norm",
            up: "ffn_up", down: "ffn_down", layerPrefix: { "blk.\($0)." }, transposed: false)

        static let huggingFace = Names(
            embedding: "transformer.wte", positions: "transformer.wpe", finalNorm: "transformer.ln_f",
            output: "lm_head", attentionNorm: "ln_1", queryKeyValue: "attn.c_attn", attentionOutput: "attn.c_proj",
            mlpNorm: "ln_2", up: "mlp.c_fc", down: "mlp.c_proj", layerPrefix: { "transformer.h.\($0)." },
            transposed: true)
    }

    init(_ contents: ModelContents, _ own: GPT2Configuration, pool: ThreadPool) throws(TransformerError) {
        // The original files have no "transformer." before the names.
        let basePrefix = ByFormat(gguf: "", huggingFace: "transformer.")[contents.format]
        var load = WeightLoader(contents, basePrefix: basePrefix, pool)
        let names = ByFormat(gguf: Names.gguf, huggingFace: Names.huggingFace)[contents.format]
        let configuration = own.sizes
        let hidden = configuration.hiddenSize
        // Whether the output is the embedding; a GGUF file says so by having no output matrix.
        let tied = try contents.settings.bool(Self.tiedKey) ?? Self.isTied[contents.format]
        (embedding, output) = try load.vocabulary(
            embedding: names.embedding + ".weight", output: names.output + ".weight", tied: tied,
            rows: configuration.vocabularySize, columns: hidden)
        positions = try load.matrix(names.positions + ".weight", rows: configuration.contextLength, columns: hidden)
        var layers: [Layer] = []
        for number in 0..<configuration.layers {
            layers.append(try Self.layer(&load, names, names.layerPrefix(number), own))
        }
        self.layers = layers
        finalNorm = try load.vector(names.finalNorm + ".weight", count: hidden)
        finalNormBias = try load.vector(names.finalNorm + ".bias", count: hidden)
        // The causal mask.
        summary = load.finished { $0.hasSuffix(".attn.bias") || $0.hasSuffix(".attn.masked_bias") }
    }

    private static func layer(
        _ load: inout WeightLoader, _ names: Names, _ prefix: String, _ own: GPT2Configuration
    ) throws(TransformerError) -> Layer {
        let (hidden, wide, transposed) = (own.sizes.hiddenSize, own.mlpWidth, names.transposed)
        return Layer(
            attentionNorm: try load.vector(prefix + names.attentionNorm + ".weight", count: hidden),
            attentionNormBias: try load.vector(prefix + names.attentionNorm + ".bias", count: hidden),
            queryKeyValue: try load.matrix(
                prefix + names.queryKeyValue + ".weight", rows: 3 * hidden, columns: hidden, transposed: transposed),
            queryKeyValueBias: try load.vector(prefix + names.queryKeyValue + ".bias", count: 3 * hidden),
            output: try load.matrix(
                prefix + names.attentionOutput + ".weight", rows: hidden, columns: hidden, transposed: transposed),
            outputBias: try load.vector(prefix + names.attentionOutput + ".bias", count: hidden),
            mlpNorm: try load.vector(prefix + names.mlpNorm + ".weight", count: hidden),
            mlpNormBias: try load.vector(prefix + names.mlpNorm + ".bias", count: hidden),
            up: try load.matrix(prefix + names.up + ".weight", rows: wide, columns: hidden, transposed: transposed),
            upBias: try load.vector(prefix + names.up + ".bias", count: wide),
            down: try load.matrix(prefix + names.down + ".weight", rows: hidden, columns: wide, transposed: transposed),
            downBias: try load.vector(prefix + names.down + ".bias", count: hidden))
    }
}
