// GPT-2 (Radford et al. 2019): LayerNorm, learned positions, one matrix for queries, keys and values, a GELU MLP. Its
// configuration, the names of its weights, its sites and its forward pass.
internal import Kernels
internal import ModelFiles
internal import Traces

struct GPT2Configuration {
    var sizes: Configuration
    var mlpWidth: Int
    var normEpsilon: Float
}

extension GPT2Configuration {
    private static let sizeKeys = SizeKeys(
        contextLength: SettingKey("context_length", "n_positions"), layers: SettingKey("block_count", "n_layer"),
        hiddenSize: SettingKey("embedding_length", "n_embd"), heads: SettingKey("attention.head_count", "n_head"),
        keyValueHeads: SettingKey("attention.head_count_kv"), headSize: SettingKey("attention.key_length"))
    private static let mlpWidthKey = SettingKey("feed_forward_length", "n_inner")
    private static let epsilonKey = SettingKey("attention.layer_norm_epsilon", "layer_norm_epsilon")
    private static let epsilonWhenAbsent = ByFormat<Double?>(gguf: nil, huggingFace: 1e-5)

    init(_ contents: ModelContents) throws(TransformerError) {
        let settings = contents.settings
        try settings.refuse(SettingKey(nil, "activation_function"), unless: ["gelu_new", "gelu_pytorch_tanh"])
        try settings.refuse("scale_attn_by_inverse_layer_idx", true)
        try settings.refuse("reorder_and_upcast_attn", true)
        try settings.refuse("add_cross_attention", true)
        try settings.refuse("scale_attn_weights", false)
        let heads = try settings.requiredInt(Self.sizeKeys.heads)
        let hidden = try settings.requiredInt(Self.sizeKeys.hiddenSize)
        if heads < 1 || hidden < 1 || hidden % heads != 0 {
            throw .headsDoNotDivide(file: settings.file, heads: hidden, keyValueHeads: heads)
        }
        sizes = try Configuration(contents, Self.sizeKeys) { _ in .causal }
        // Four times the hidden size, which is checked, where a folder does not say.
        let usualWidth = ByFormat<Int?>(gguf: nil, huggingFace: 4 * sizes.hiddenSize)
        mlpWidth = try settings.int(Self.mlpWidthKey, or: usualWidth)
        normEpsilon = Float(try settings.double(Self.epsilonKey, or: Self.epsilonWhenAbsent))
        // A file that turns positions is of another architecture, whatever it calls itself.
        try settings.refuseOtherRotations(headSize: sizes.headSize)
        try settings.refuseExperts()
        try check(file: settings.file)
    }

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

        /// `prefix` is "transformer." in files that transformers saved, and empty in the original ones.
        static func huggingFace(prefix: String) -> Names {
            Names(
                embedding: prefix + "wte", positions: prefix + "wpe", finalNorm: prefix + "ln_f", output: "lm_head",
                attentionNorm: "ln_1", queryKeyValue: "attn.c_attn", attentionOutput: "attn.c_proj", mlpNorm: "ln_2",
                up: "mlp.c_fc", down: "mlp.c_proj", layerPrefix: { "\(prefix)h.\($0)." }, transposed: true)
        }
    }

    init(_ contents: ModelContents, _ own: GPT2Configuration, pool: ThreadPool) throws(TransformerError) {
        var load = WeightLoader(contents.tensors, pool)
        let prefix = try load.has("transformer.wte.weight") ? "transformer." : ""
        let names = ByFormat(gguf: Names.gguf, huggingFace: Names.huggingFace(prefix: prefix))[contents.format]
        let configuration = own.sizes
        let (hidden, vocabulary) = (configuration.hiddenSize, configuration.vocabularySize)
        // Whether the output is the embedding; a GGUF file says so by having no output matrix.
        let tied = try contents.settings.bool(SettingKey(nil, "tie_word_embeddings")) ?? Self.isTied[contents.format]
        embedding = try load.matrix(names.embedding + ".weight", rows: vocabulary, columns: hidden)
        positions = try load.matrix(names.positions + ".weight", rows: configuration.contextLength, columns: hidden)
        var layers: [Layer] = []
        for number in 0..<configuration.layers {
            layers.append(try Self.layer(&load, names, names.layerPrefix(number), own))
        }
        self.layers = layers
        finalNorm = try load.vector(names.finalNorm + ".weight", count: hidden)
        finalNormBias = try load.vector(names.finalNorm + ".bias", count: hidden)
        let hasOutput = try load.has(names.output + ".weight")
        output =
            tied ?? !hasOutput
            ? embedding : try load.matrix(names.output + ".weight", rows: vocabulary, columns: hidden)
        // The causal mask, and an output that the embedding stands in for.
        try load.refuseOthers {
            $0.hasSuffix(".attn.bias") || $0.hasSuffix(".attn.masked_bias")
                || tied == true && $0 == names.output + ".weight"
        }
        summary = load.summary
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

final class GPT2Model: Transformer {
    static let architecture = Architecture(name: "gpt2") { (contents, compute) throws(TransformerError) in
        let own = try GPT2Configuration(contents)
        return GPT2Model(own, try GPT2Weights(contents, own, pool: compute.pool), compute)
    }

    let configuration: Configuration
    let compute: Compute
    let sites: SiteTable
    var ablated: Set<LayerHead> = []
    private let own: GPT2Configuration
    private let model: GPT2Weights
    private let attention: Attention
    private let rules: [AttentionRule]  // by layer
    private let work: Work
    private let output: Output

    /// The values between the steps of a layer, each (token, width).
    private struct Work {
        let hidden, normed, joined, query, key, value, mix, output, up, activation: Activations

        init(_ c: Configuration, mlpWidth: Int) {
            (hidden, normed) = (Activations(width: c.hiddenSize), Activations(width: c.hiddenSize))
            joined = Activations(width: 3 * c.hiddenSize)
            (query, key, value) = (
                Activations(width: c.hiddenSize), Activations(width: c.hiddenSize), Activations(width: c.hiddenSize)
            )
            (mix, output) = (Activations(width: c.hiddenSize), Activations(width: c.hiddenSize))
            (up, activation) = (Activations(width: mlpWidth), Activations(width: mlpWidth))
        }

        func reserve(tokens: Int) {
            for values in [hidden, normed, joined, query, key, value, mix, output, up, activation] {
                values.reserve(tokens: tokens)
            }
        }
    }

    init(_ own: GPT2Configuration, _ weights: GPT2Weights, _ compute: Compute) {
        let c = own.sizes
        (self.own, self.compute, configuration, model) = (own, compute, c, weights)
        sites = Self.sites(mlp: .own("mlpWidth", own.mlpWidth))
        attention = Attention(c, compute)
        rules = AttentionRule.usual(c)
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
                .init(.attention, [.heads, .position, .keyPosition], from: [.site(.query), .site(.key)]),
                .init(.attentionMix, [.position, .queryWidth], from: [.site(.attention), .site(.value)]),
                .init(.attentionOutput, [.position, .hiddenSize], from: [.site(.attentionMix)]),
                .init(.afterAttention, [.position, .hiddenSize], from: [.layerInput, .site(.attentionOutput)]),
                .init(.mlpNorm, [.position, .hiddenSize], from: [.site(.afterAttention)]),
                .init(.up, [.position, mlp], from: [.site(.mlpNorm)]),
                .init(.activation, [.position, mlp], from: [.site(.up)]),
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
        compute.countTokens(batch.count)

        // hidden = embedding[token] + positionEmbedding[position]
        for token in 0..<batch.count {
            model.embedding.row(batch.tokens[token], kernels: compute.kernels, into: work.hidden.row(token))
            model.positions.row(batch.positions[token], kernels: compute.kernels, into: work.output.row(token))
        }
        compute.add(work.hidden.pointer, work.output.pointer, tokens: batch.count, width: configuration.hiddenSize)
        recorder?.record(.embedding, work.hidden, batch)
        for layer in 0..<configuration.layers {
            attend(layer, batch, cache, recorder)
            transform(layer, batch, recorder)
        }
        if logits != .none { norm(model.finalNorm, model.finalNormBias, batch.count) }
        return output.run(work.normed, batch, logits, recorder)
    }

    /// hidden += Wo · attention(Wq n, Wk n, Wv n) + b,  n = LayerNorm(hidden)
    private func attend(_ layer: Int, _ batch: Batch, _ cache: KeyValueCache, _ recorder: (any Recorder)?) {
        let weights = model.layers[layer]
        let width = configuration.hiddenSize
        norm(weights.attentionNorm, weights.attentionNormBias, batch.count)
        recorder?.record(.attentionNorm(layer), work.normed, batch)
        compute.multiply(work.normed.pointer, tokens: batch.count, Product(weights.queryKeyValue, work.joined.pointer))
        compute.add(
            work.joined.pointer, weights.queryKeyValueBias.pointer, tokens: batch.count, width: 3 * width, sameRow: true
        )

        compute.eachToken(batch.count) { token in
            let joined = work.joined.row(token)
            work.query.row(token).update(from: joined, count: width)
            work.key.row(token).update(from: joined + width, count: width)
            work.value.row(token).update(from: joined + 2 * width, count: width)
            cache.store(layer: layer, slot: batch.slots[token], key: work.key.row(token), value: work.value.row(token))
        }
        recorder?.record(.query(layer), work.query, batch)
        recorder?.record(.key(layer), work.key, batch)
        recorder?.record(.value(layer), work.value, batch)

        attention.run(
            Attention.Call(
                batch: batch, layer: layer, rule: rules[layer], cache: cache, queries: work.query.pointer,
                out: work.mix.pointer, recorder: recorder, ablated: ablated.heads(ofLayer: layer)))
        recorder?.record(.attentionMix(layer), work.mix, batch)

        compute.multiply(work.mix.pointer, tokens: batch.count, Product(weights.output, work.output.pointer))
        compute.add(work.output.pointer, weights.outputBias.pointer, tokens: batch.count, width: width, sameRow: true)
        recorder?.record(.attentionOutput(layer), work.output, batch)
        compute.add(work.hidden.pointer, work.output.pointer, tokens: batch.count, width: width)
        recorder?.record(.afterAttention(layer), work.hidden, batch)
    }

    /// hidden += Wdown · gelu(Wup n + b) + b,  n = LayerNorm(hidden)
    private func transform(_ layer: Int, _ batch: Batch, _ recorder: (any Recorder)?) {
        let weights = model.layers[layer]
        let (hidden, wide) = (configuration.hiddenSize, own.mlpWidth)
        norm(weights.mlpNorm, weights.mlpNormBias, batch.count)
        recorder?.record(.mlpNorm(layer), work.normed, batch)
        compute.multiply(work.normed.pointer, tokens: batch.count, Product(weights.up, work.up.pointer))
        compute.add(work.up.pointer, weights.upBias.pointer, tokens: batch.count, width: wide, sameRow: true)
        recorder?.record(.up(layer), work.up, batch)
        compute.gelu(work.up.pointer, tokens: batch.count, width: wide, into: work.activation.pointer)
        recorder?.record(.activation(layer), work.activation, batch)
        compute.multiply(work.activation.pointer, tokens: batch.count, Product(weights.down, work.output.pointer))
        compute.add(work.output.pointer, weights.downBias.pointer, tokens: batch.count, width: hidden, sameRow: true)
        recorder?.record(.mlpOutput(layer), work.output, batch)
        compute.add(work.hidden.pointer, work.output.pointer, tokens: batch.count, width: hidden)
        recorder?.record(.hidden(layer), work.hidden, batch)
    }

    func lens(_ hidden: UnsafePointer<Float>, count: Int) -> UnsafeBufferPointer<Float> {
        work.reserve(tokens: count)
        compute.layerNorm(
            hidden, weight: model.finalNorm, bias: model.finalNormBias, epsilon: own.normEpsilon, tokens: count,
            width: configuration.hiddenSize, into: work.normed.pointer)
        return output.run(work.normed.pointer, tokens: count)
    }

    /// normed = LayerNorm(hidden)
    private func norm(_ weight: FloatBuffer, _ bias: FloatBuffer, _ tokens: Int) {
        compute.layerNorm(
            work.hidden.pointer, weight: weight, bias: bias, epsilon: own.normEpsilon, tokens: tokens,
            width: configuration.hiddenSize, into: work.normed.pointer)
    }
}
