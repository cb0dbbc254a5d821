// GPT-2 (Radford et al. 2019): LayerNorm, learned positions, one matrix for queries, keys and values, a GELU MLP. Its
// sites and its forward pass; configuration and weights stand in GPT2Weights.swift.
internal import Kernels
internal import Traces

final class GPT2Model: Transformer {
    static let architecture = Architecture(name: "gpt2", traits: .gpt2) {
        (source) throws(TransformerError) in
        try ModelShape(gpt2: source)
    } make: { (contents, compute) throws(TransformerError) in
        let own = try GPT2Configuration(contents)
        return GPT2Model(own, try GPT2Weights(contents, own, pool: compute.pool), compute)
    }

    let configuration: Configuration
    let compute: Compute
    let sites: SiteTable
    var ablated: Set<LayerHead> = []
    var dropped: [Int] = []
    let own: GPT2Configuration
    let model: GPT2Weights
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
        batch.reserve(cache)
        compute.countTokens(batch.count)

        compute.enter(.embedding)
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
        compute.enter(.rest)
        return output.run(work.normed, batch, logits, recorder)
    }

    /// hidden += Wo · attention(Wq n, Wk n, Wv n) + b,  n = LayerNorm(hidden)
    private func attend(_ layer: Int, _ batch: Batch, _ cache: KeyValueCache, _ recorder: (any Recorder)?) {
        let weights = model.layers[layer]
        let width = configuration.hiddenSize
        compute.enter(.norms)
        norm(weights.attentionNorm, weights.attentionNormBias, batch.count)
        recorder?.record(.attentionNorm(layer), work.normed, batch)
        compute.enter(.queryKeyValueProduct)
        compute.multiply(work.normed.pointer, tokens: batch.count, Product(weights.queryKeyValue, work.joined.pointer))
        compute.add(
            work.joined.pointer, weights.queryKeyValueBias.pointer, tokens: batch.count, width: 3 * width, sameRow: true
        )

        compute.enter(.rope)
        compute.eachToken(batch.count) { token in
            let joined = work.joined.row(token)
            work.query.row(token).update(from: joined, count: width)
            work.key.row(token).update(from: joined + width, count: width)
            work.value.row(token).update(from: joined + 2 * width, count: width)
            batch.cache(of: token, cache).store(
                layer: layer, slot: batch.slots[token], key: work.key.row(token), value: work.value.row(token))
        }
        recorder?.record(.query(layer), work.query, batch)
        recorder?.record(.key(layer), work.key, batch)
        recorder?.record(.value(layer), work.value, batch)

        attention.run(
            Attention.Call(
                batch: batch, layer: layer, rule: rules[layer], cache: cache, queries: work.query.pointer,
                out: work.mix.pointer, recorder: recorder, ablated: ablated.heads(ofLayer: layer),
                dropped: dropped))
        recorder?.record(.attentionMix(layer), work.mix, batch)

        compute.enter(.outputProduct)
        compute.multiply(work.mix.pointer, tokens: batch.count, Product(weights.output, work.output.pointer))
        compute.add(work.output.pointer, weights.outputBias.pointer, tokens: batch.count, width: width, sameRow: true)
        recorder?.record(.attentionOutput(layer), work.output, batch)
        compute.enter(.norms)
        compute.add(work.hidden.pointer, work.output.pointer, tokens: batch.count, width: width)
        recorder?.record(.afterAttention(layer), work.hidden, batch)
    }

    /// hidden += Wdown · gelu(Wup n + b) + b,  n = LayerNorm(hidden)
    private func transform(_ layer: Int, _ batch: Batch, _ recorder: (any Recorder)?) {
        let weights = model.layers[layer]
        let (hidden, wide) = (configuration.hiddenSize, own.mlpWidth)
        compute.enter(.norms)
        norm(weights.mlpNorm, weights.mlpNormBias, batch.count)
        recorder?.record(.mlpNorm(layer), work.normed, batch)
        compute.enter(.mlpProducts)
        compute.multiply(work.normed.pointer, tokens: batch.count, Product(weights.up, work.up.pointer))
        compute.add(work.up.pointer, weights.upBias.pointer, tokens: batch.count, width: wide, sameRow: true)
        recorder?.record(.up(layer), work.up, batch)
        compute.enter(.mlpActivation)
        compute.gelu(work.up.pointer, tokens: batch.count, width: wide, into: work.activation.pointer)
        recorder?.record(.activation(layer), work.activation, batch)
        compute.enter(.mlpProducts)
        compute.multiply(work.activation.pointer, tokens: batch.count, Product(weights.down, work.output.pointer))
        compute.add(work.output.pointer, weights.downBias.pointer, tokens: batch.count, width: hidden, sameRow: true)
        recorder?.record(.mlpOutput(layer), work.output, batch)
        compute.enter(.norms)
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
