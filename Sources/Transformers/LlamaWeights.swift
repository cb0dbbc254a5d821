// The llama architecture's configuration and weights, and what files call them.
internal import Kernels
internal import ModelFiles
internal import Traces

struct LlamaConfiguration {
    var sizes: Configuration
    var mlpWidth: Int
    var normEpsilon: Float
    var rotary: RotarySettings
    var ropePairs: RotaryPairs
    /// Of the projections around attention, and of those in the MLP.
    var attentionBias = BiasRule.never
    var mlpBias = BiasRule.never
}

extension LlamaConfiguration {
    private static let sizeKeys = SizeKeys(
        contextLength: SettingKey("context_length", "max_position_embeddings"),
        layers: SettingKey("block_count", "num_hidden_layers"),
        hiddenSize: SettingKey("embedding_length", "hidden_size"),
        heads: SettingKey("attention.head_count", "num_attention_heads"),
        keyValueHeads: SettingKey("attention.head_count_kv", "num_key_value_heads"),
        headSize: SettingKey("attention.key_length", "head_dim"))
    private static let mlpWidthKey = SettingKey("feed_forward_length", "intermediate_size")
    private static let epsilonKey = SettingKey("attention.layer_norm_rms_epsilon", "rms_norm_eps")
    private static let epsilonWhenAbsent = ByFormat<Double?>(gguf: nil, huggingFace: 1e-6)
    private static let pairs = ByFormat(gguf: RotaryPairs.neighbours, huggingFace: RotaryPairs.halves)

    init(_ contents: ModelContents) throws(TransformerError) {
        let settings = contents.settings
        try settings.refuse(SettingKey(nil, "hidden_act"), unless: ["silu", "swish"])
        attentionBias = try Self.biasRule(settings, "attention_bias")
        mlpBias = try Self.biasRule(settings, "mlp_bias")
        sizes = try Configuration(contents, Self.sizeKeys) { _ in .causal }
        mlpWidth = try settings.requiredInt(Self.mlpWidthKey)
        normEpsilon = Float(try settings.double(Self.epsilonKey, or: Self.epsilonWhenAbsent))
        if sizes.headSize % 2 != 0 { throw .oddHeadSize(file: settings.file, headSize: sizes.headSize) }
        if let width = try settings.int(Self.valueWidthKey), width != sizes.headSize {
            throw .unsupported(
                file: settings.file, what: "values of \(width) numbers a head beside keys of another size")
        }
        rotary = try settings.rotary(headSize: sizes.headSize, contextLength: sizes.contextLength)
        ropePairs = Self.pairs[contents.format]
        try settings.refuseExperts()
        settings.markAsUsed(LlamaWeights.tiedKey)
        try settings.refuseUnknown(folder: Self.withoutEffect, gguf: Self.withoutEffectInGGUF)
        try check(file: settings.file)
    }

    private static let valueWidthKey = SettingKey("attention.value_length")
    private static let withoutEffect = KnownSettings(always: ["max_sequence_length"])
    private static let withoutEffectInGGUF = KnownSettings(always: ["attention.layer_norm_epsilon"])

    /// A GGUF file says by holding them that there are biases, a folder by a flag.
    private static func biasRule(_ settings: ModelSettings, _ flag: String) throws(TransformerError) -> BiasRule {
        if settings.format == .gguf { return .whereStored }
        return try settings.bool(SettingKey(nil, flag)) == true ? .always : .never
    }

    /// Throws when the numbers do not make a llama.
    func check(file: String) throws(TransformerError) {
        if let problem = widthProblem(mlpWidth, file) { throw problem }
        if sizes.headSize % 2 != 0 { throw .oddHeadSize(file: file, headSize: sizes.headSize) }
        if let problem = rotary.problem(headSize: sizes.headSize, file) { throw problem }
        if let problem = epsilonProblem(normEpsilon, file) { throw problem }
    }
}

/// A matrix of the layers with what is added to its products.
struct Projection: Sendable {
    let matrix: PackedMatrix
    let bias: FloatBuffer?  // (rows of the matrix)
}

struct LlamaWeights {
    /// Of one reference, so that a pass that looks at a layer counts one and not those of all its matrices.
    final class Layer: Sendable {
        let attentionNorm: FloatBuffer  // (hiddenSize)
        let query: Projection  // (queryWidth, hiddenSize)
        let key: Projection  // (keyValueWidth, hiddenSize)
        let value: Projection  // (keyValueWidth, hiddenSize)
        let output: Projection  // (hiddenSize, queryWidth)
        let mlpNorm: FloatBuffer  // (hiddenSize)
        let gate: Projection  // (mlpWidth, hiddenSize)
        let up: Projection  // (mlpWidth, hiddenSize)
        let down: Projection  // (hiddenSize, mlpWidth)

        init(
            attentionNorm: FloatBuffer, query: Projection, key: Projection, value: Projection,
            output: Projection, mlpNorm: FloatBuffer, gate: Projection, up: Projection, down: Projection
        ) {
            self.attentionNorm = attentionNorm
            self.query = query
            self.key = key
            self.value = value
            self.output = output
            self.mlpNorm = mlpNorm
            self.gate = gate
            self.up = up
            self.down = down
        }
    }

    let embedding: PackedMatrix  // (vocabulary, hiddenSize)
    let layers: [Layer]
    let finalNorm: FloatBuffer  // (hiddenSize)
    /// The embedding itself where the model ties them.
    let output: PackedMatrix  // (vocabulary, hiddenSize)
    /// What each pair's rotary frequency is divided by; nil where the file holds no such thing.
    let rotaryFactors: [Float]?  // (headSize / 2)
    let summary: WeightSummary

    static let tiedKey = SettingKey(nil, "tie_word_embeddings")

    /// The names of the tensors; `layerPrefix` puts the layer's number before those of a layer.
    struct Names {
        let embedding, finalNorm, output: String
        let attentionNorm, query, key, value, attentionOutput, mlpNorm, gate, up, down: String
        let layerPrefix: @Sendable (Int) -> String
    }

    private static let isTied = ByFormat<Bool?>(gguf: nil, huggingFace: false)
    private static let names = ByFormat(
        gguf: Names(
            embedding: "token_embd.weight", finalNorm: "output_norm.weight", output: "output.weight",
            attentionNorm: "attn_norm.weight", query: "attn_q.weight", key: "attn_k.weight", value: "attn_v.weight",
            attentionOutput: "attn_output.weight", mlpNorm: "ffn_norm.weight", gate: "ffn_gate.weight",
            up: "ffn_up.weight", down: "ffn_down.weight", layerPrefix: { "blk.\($0)." }),
        huggingFace: Names(
            embedding: "model.embed_tokens.weight", finalNorm: "model.norm.weight", output: "lm_head.weight",
            attentionNorm: "input_layernorm.weight", query: "self_attn.q_proj.weight", key: "self_attn.k_proj.weight",
            value: "self_attn.v_proj.weight", attentionOutput: "self_attn.o_proj.weight",
            mlpNorm: "post_attention_layernorm.weight", gate: "mlp.gate_proj.weight", up: "mlp.up_proj.weight",
            down: "mlp.down_proj.weight", layerPrefix: { "model.layers.\($0)." }))

    init(_ contents: ModelContents, _ own: LlamaConfiguration, pool: ThreadPool) throws(TransformerError) {
        let basePrefix = ByFormat(gguf: "", huggingFace: "model.")[contents.format]
        var load = WeightLoader(contents, basePrefix: basePrefix, pool)
        let (names, sizes) = (Self.names[contents.format], own.sizes)
        // Whether the output is the embedding; a GGUF file says so by having no output matrix.
        let tied = try contents.settings.bool(Self.tiedKey) ?? Self.isTied[contents.format]
        (embedding, output) = try load.vocabulary(
            embedding: names.embedding, output: names.output, tied: tied, rows: sizes.vocabularySize,
            columns: sizes.hiddenSize)
        var layers: [Layer] = []
        for number in 0..<sizes.layers {
            layers.append(try Self.layer(&load, names, names.layerPrefix(number), own))
        }
        self.layers = layers
        finalNorm = try load.vector(names.finalNorm, count: sizes.hiddenSize)
        rotaryFactors = try Self.rotaryFactors(&load, contents.format, own)
        // Frequencies that are computed.
        summary = load.finished { $0.hasSuffix(".rotary_emb.inv_freq") }
    }

    private static func layer(
        _ load: inout WeightLoader, _ names: Names, _ prefix: String, _ own: LlamaConfiguration
    ) throws(TransformerError) -> Layer {
        let (hidden, wide, sizes) = (own.sizes.hiddenSize, own.mlpWidth, own.sizes)
        func projection(
            _ name: String, _ rows: Int, _ columns: Int, _ rule: BiasRule
        ) throws(TransformerError) -> Projection {
            Projection(
                matrix: try load.matrix(prefix + name, rows: rows, columns: columns),
                bias: try load.bias(of: prefix + name, count: rows, rule))
        }
        return Layer(
            attentionNorm: try load.vector(prefix + names.attentionNorm, count: hidden),
            query: try projection(names.query, sizes.queryWidth, hidden, own.attentionBias),
            key: try projection(names.key, sizes.keyValueWidth, hidden, own.attentionBias),
            value: try projection(names.value, sizes.keyValueWidth, hidden, own.attentionBias),
            output: try projection(names.attentionOutput, hidden, sizes.queryWidth, own.attentionBias),
            mlpNorm: try load.vector(prefix + names.mlpNorm, count: hidden),
            gate: try projection(names.gate, wide, hidden, own.mlpBias),
            up: try projection(names.up, wide, hidden, own.mlpBias),
            down: try projection(names.down, hidden, wide, own.mlpBias))
    }

    private static func rotaryFactors(
        _ load: inout WeightLoader, _ format: ModelFormat, _ own: LlamaConfiguration
    ) throws(TransformerError) -> [Float]? {
        guard format == .gguf, let factors = try load.numbers("rope_freqs.weight", count: own.sizes.headSize / 2) else {
            return nil
        }
        for factor in factors where !(factor.isFinite && factor > 0) {
            throw .badNumber(file: load.source.name, name: "number in rope_freqs.weight", value: Double(factor))
        }
        return factors
    }
}
