// The llama architecture (Touvron et al. 2023; SmolLM2 is one): RMSNorm, rotary positions, grouped-query attention,
// SwiGLU. Its configuration, the names of its weights, its sites and its forward pass.
internal import Kernels
internal import ModelFiles
internal import Traces

struct LlamaConfiguration {
    var sizes: Configuration
    var mlpWidth: Int
    var normEpsilon: Float
    /// θ of the rotary frequencies θ^(−2i/headSize).
    var ropeBase: Double
    var ropePairs: RotaryPairs
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
    private static let ropeBaseKey = SettingKey(
        "rope.freq_base", "rope_parameters.rope_theta", "rope_scaling.rope_theta", "rope_theta")
    private static let ropeBaseWhenAbsent = 10_000.0
    private static let pairs = ByFormat(gguf: RotaryPairs.neighbours, huggingFace: RotaryPairs.halves)

    init(_ contents: ModelContents) throws(TransformerError) {
        let settings = contents.settings
        try settings.refuse(SettingKey(nil, "hidden_act"), unless: ["silu", "swish"])
        try settings.refuse("attention_bias", true)
        try settings.refuse("mlp_bias", true)
        sizes = try Configuration(contents, Self.sizeKeys) { _ in .causal }
        mlpWidth = try settings.requiredInt(Self.mlpWidthKey)
        normEpsilon = Float(try settings.double(Self.epsilonKey, or: Self.epsilonWhenAbsent))
        ropeBase = try settings.double(Self.ropeBaseKey) ?? Self.ropeBaseWhenAbsent
        ropePairs = Self.pairs[contents.format]
        try settings.refuseOtherRotations(headSize: sizes.headSize)
        try settings.refuseExperts()
        try check(file: settings.file)
    }

    /// Throws when the numbers do not make a llama.
    func check(file: String) throws(TransformerError) {
        if let problem = widthProblem(mlpWidth, file) { throw problem }
        if sizes.headSize % 2 != 0 { throw .oddHeadSize(file: file, headSize: sizes.headSize) }
        if !(ropeBase.isFinite && ropeBase > 0) { throw .badNumber(file: file, name: "rotary base", value: ropeBase) }
        if let problem = epsilonProblem(normEpsilon, file) { throw problem }
    }
}

struct LlamaWeights {
    struct Layer {
        let attentionNorm: FloatBuffer  // (hiddenSize)
        let query: PackedMatrix  // (queryWidth, hiddenSize)
        let key: PackedMatrix  // (keyValueWidth, hiddenSize)
        let value: PackedMatrix  // (keyValueWidth, hiddenSize)
        let output: PackedMatrix  // (hiddenSize, queryWidth)
        let mlpNorm: FloatBuffer  // (hiddenSize)
        let gate: PackedMatrix  // (mlpWidth, hiddenSize)
        let up: PackedMatrix  // (mlpWidth, hiddenSize)
        let down: PackedMatrix  // (hiddenSize, mlpWidth)
    }

    let embedding: PackedMatrix  // (vocabulary, hiddenSize)
    let layers: [Layer]
    let finalNorm: FloatBuffer  // (hiddenSize)
    /// The embedding itself where the model ties them.
    let output: PackedMatrix  // (vocabulary, hiddenSize)
    let summary: WeightSummary

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
        var load = WeightLoader(contents.tensors, pool)
        let (names, configuration) = (Self.names[contents.format], own.sizes)
        let (hidden, vocabulary) = (configuration.hiddenSize, configuration.vocabularySize)
        // Whether the output is the embedding; a GGUF file says so by having no output matrix.
        let tied = try contents.settings.bool(SettingKey(nil, "tie_word_embeddings")) ?? Self.isTied[contents.format]
        embedding = try load.matrix(names.embedding, rows: vocabulary, columns: hidden)
        var layers: [Layer] = []
        for number in 0..<configuration.layers {
            let prefix = names.layerPrefix(number)
            layers.append(
                Layer(
                    attentionNorm: try load.vector(prefix + names.attentionNorm, count: hidden),
                    query: try load.matrix(prefix + names.query, rows: configuration.queryWidth, columns: hidden),
                    key: try load.matrix(prefix + names.key, rows: configuration.keyValueWidth, columns: hidden),
                    value: try load.matrix(prefix + names.value, rows: configuration.keyValueWidth, columns: hidden),
                    output: try load.matrix(
                        prefix + names.attentionOutput, rows: hidden, columns: configuration.queryWidth),
                    mlpNorm: try load.vector(prefix + names.mlpNorm, count: hidden),
                    gate: try load.matrix(prefix + names.gate, rows: own.mlpWidth, columns: hidden),
                    up: try load.matrix(prefix + names.up, rows: own.mlpWidth, columns: hidden),
                    down: try load.matrix(prefix + names.down, rows: hidden, columns: own.mlpWidth)))
        }
        self.layers = layers
        finalNorm = try load.vector(names.finalNorm, count: hidden)
        let hasOutput = try load.has(names.output)
        output = tied ?? !hasOutput ? embedding : try load.matrix(names.output, rows: vocabulary, columns: hidden)
        // Frequencies that are computed, and an output that the embedding stands in for.
        try load.refuseOthers { $0.hasSuffix(".rotary_emb.inv_freq") || tied == true && $0 == names.output }
        summary = load.summary
    }
}

final class LlamaModel: Transformer {
    static let architecture = Architecture(name: "llama") { (contents, compute) throws(TransformerError) in
        let own = try LlamaConfiguration(contents)
        return LlamaModel(own, try LlamaWeights(contents, own, pool: compute.pool), compute)
    }

    let configuration: Configuration
    let compute: Compute
    let sites: SiteTable
    var ablated: Set<LayerHead> = []
    private let own: LlamaConfiguration
    private let model: LlamaWeights
    private let attention: Attention
    private let rules: [AttentionRule]  // by layer
    private let rotary: Rotary
    private let work: Work
    private let output: Output

    /// The values between the steps of a layer, each (token, width).
    private struct Work {
        let hidden, normed, query, key, value, mix, output, gate, up, activation: Activations

        init(_ c: Configuration, mlpWidth: Int) {
            (hidden, normed, output) = (
                Activations(width: c.hiddenSize), Activations(width: c.hiddenSize), Activations(width: c.hiddenSize)
            )
            (query, mix) = (Activations(width: c.queryWidth), Activations(width: c.queryWidth))
            (key, value) = (Activations(width: c.keyValueWidth), Activations(width: c.keyValueWidth))
            (gate, up, activation) = (
                Activations(width: mlpWidth), Activations(width: mlpWidth), Activations(width: mlpWidth)
            )
        }

        func reserve(tokens: Int) {
            for values in [hidden, normed, query, key, value, mix, output, gate, up, activation] {
                values.reserve(tokens: tokens)
            }
        }
    }

    init(_ own: LlamaConfiguration, _ weights: LlamaWeights, _ compute: Compute) {
        let c = own.sizes
        (self.own, self.compute, configuration, model) = (own, compute, c, weights)
        sites = Self.sites(mlp: .own("mlpWidth", own.mlpWidth))
        attention = Attention(c, compute)
        rules = AttentionRule.usual(c)
        rotary = Rotary(headSize: c.headSize, base: own.ropeBase, pairs: own.ropePairs)
        work = Work(c, mlpWidth: own.mlpWidth)
        output = Output(weights.output, compute)
    }

    private static func sites(mlp: SiteDimension) -> SiteTable {
        SiteTable(
            before: [.init(.embedding, [.position, .hiddenSize], from: [.tokens])],
            layer: [
                .init(.attentionNorm, [.position, .hiddenSize], from: [.layerInput]),
                .init(.query, [.position, .queryWidth], from: [.site(.attentionNorm)]),
                .init(.key, [.position, .keyValueWidth], from: [.site(.attentionNorm)]),
                .init(.value, [.position, .keyValueWidth], from: [.site(.attentionNorm)]),
                .init(.rotatedQuery, [.position, .queryWidth], from: [.site(.query)]),
                .init(.rotatedKey, [.position, .keyValueWidth], from: [.site(.key)]),
                .init(
                    .attention, [.heads, .position, .keyPosition], from: [.site(.rotatedQuery), .site(.rotatedKey)]),
                .init(.attentionMix, [.position, .queryWidth], from: [.site(.attention), .site(.value)]),
                .init(.attentionOutput, [.position, .hiddenSize], from: [.site(.attentionMix)]),
                .init(.afterAttention, [.position, .hiddenSize], from: [.layerInput, .site(.attentionOutput)]),
                .init(.mlpNorm, [.position, .hiddenSize], from: [.site(.afterAttention)]),
                .init(.gate, [.position, mlp], from: [.site(.mlpNorm)]),
                .init(.up, [.position, mlp], from: [.site(.mlpNorm)]),
                .init(.activation, [.position, mlp], from: [.site(.gate), .site(.up)]),
                .init(.mlpOutput, [.position, .hiddenSize], from: [.site(.activation)]),
                .init(.hidden, [.position, .hiddenSize], from: [.site(.afterAttention), .site(.mlpOutput)]),
            ],
            after: [
                .init(.finalNorm, [.position, .hiddenSize], from: [.lastHidden]),
                .init(.logits, [.position, .vocabulary], from: [.site(.finalNorm)]),
            ])
    }

    var weights: WeightSummary { model.summary }

    func forward(
        _ batch: Batch, cache: KeyValueCache, logits: LogitsRequest, recorder: (any Recorder)?
    ) -> UnsafeBufferPointer<Float> {
        work.reserve(tokens: batch.count)
        cache.reserve(slots: batch.slots.max()! + 1)
        rotary.prepare(upTo: batch.positions.max()!)
        compute.countTokens(batch.count)

        // hidden = embedding[token]
        compute.eachToken(batch.count) { token in
            model.embedding.row(batch.tokens[token], kernels: compute.kernels, into: work.hidden.row(token))
        }
        compute.rmsNorm(
            work.hidden.pointer, weight: model.layers[0].attentionNorm, epsilon: own.normEpsilon,
            tokens: batch.count, width: configuration.hiddenSize, into: work.normed.pointer)
        recorder?.record(.embedding, work.hidden, batch)
        for layer in 0..<configuration.layers {
            attend(layer, batch, cache, recorder)
            transform(layer, batch, recorder)
        }
        return output.run(work.normed, batch, logits, recorder)
    }

    /// hidden += Wo · attention(RoPE(Wq n), RoPE(Wk n), Wv n),  n = RMSNorm(hidden)
    private func attend(_ layer: Int, _ batch: Batch, _ cache: KeyValueCache, _ recorder: (any Recorder)?) {
        let weights = model.layers[layer]
        let heads = (configuration.heads, configuration.keyValueHeads)
        recorder?.record(.attentionNorm(layer), work.normed, batch)
        compute.multiply(
            work.normed.pointer, tokens: batch.count, Product(weights.query, work.query.pointer),
            Product(weights.key, work.key.pointer), Product(weights.value, work.value.pointer))
        recorder?.record(.query(layer), work.query, batch)
        recorder?.record(.key(layer), work.key, batch)
        recorder?.record(.value(layer), work.value, batch)

        compute.eachToken(batch.count) { token in
            rotary.rotate(work.query.row(token), heads: heads.0, position: batch.positions[token])
            rotary.rotate(work.key.row(token), heads: heads.1, position: batch.positions[token])
            cache.store(layer: layer, slot: batch.slots[token], key: work.key.row(token), value: work.value.row(token))
        }
        recorder?.record(.rotatedQuery(layer), work.query, batch)
        recorder?.record(.rotatedKey(layer), work.key, batch)

        attention.run(
            Attention.Call(
                batch: batch, layer: layer, rule: rules[layer], cache: cache, queries: work.query.pointer,
                out: work.mix.pointer, recorder: recorder, ablated: ablated.heads(ofLayer: layer)))
        recorder?.record(.attentionMix(layer), work.mix, batch)

        compute.multiply(work.mix.pointer, tokens: batch.count, Product(weights.output, work.output.pointer))
        recorder?.record(.attentionOutput(layer), work.output, batch)
        addOutput(batch.count, thenNorm: weights.mlpNorm)
        recorder?.record(.afterAttention(layer), work.hidden, batch)
    }

    /// hidden += Wdown · (silu(Wgate n) · Wup n),  n = RMSNorm(hidden)
    private func transform(_ layer: Int, _ batch: Batch, _ recorder: (any Recorder)?) {
        let weights = model.layers[layer]
        recorder?.record(.mlpNorm(layer), work.normed, batch)
        compute.multiply(
            work.normed.pointer, tokens: batch.count, Product(weights.gate, work.gate.pointer),
            Product(weights.up, work.up.pointer))
        recorder?.record(.gate(layer), work.gate, batch)
        recorder?.record(.up(layer), work.up, batch)

        compute.swiGLU(
            gate: work.gate.pointer, up: work.up.pointer, tokens: batch.count, width: own.mlpWidth,
            into: work.activation.pointer)
        recorder?.record(.activation(layer), work.activation, batch)

        compute.multiply(work.activation.pointer, tokens: batch.count, Product(weights.down, work.output.pointer))
        recorder?.record(.mlpOutput(layer), work.output, batch)
        let isLast = layer + 1 == configuration.layers
        addOutput(batch.count, thenNorm: isLast ? model.finalNorm : model.layers[layer + 1].attentionNorm)
        recorder?.record(.hidden(layer), work.hidden, batch)
    }

    func lens(_ hidden: UnsafePointer<Float>, count: Int) -> UnsafeBufferPointer<Float> {
        work.reserve(tokens: count)
        compute.rmsNorm(
            hidden, weight: model.finalNorm, epsilon: own.normEpsilon, tokens: count, width: configuration.hiddenSize,
            into: work.normed.pointer)
        return output.run(work.normed.pointer, tokens: count)
    }

    /// hidden += output, then normed = RMSNorm(hidden) · weight: the input of what comes next.
    private func addOutput(_ tokens: Int, thenNorm weight: FloatBuffer) {
        compute.addThenNorm(
            work.hidden.pointer, work.output.pointer, weight: weight, epsilon: own.normEpsilon, tokens: tokens,
            width: configuration.hiddenSize, into: work.normed.pointer)
    }
}
