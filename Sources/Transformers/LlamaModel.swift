// The llama architecture (Touvron et al. 2023; SmolLM2 is one): RMSNorm, rotary positions, grouped-query attention,
// SwiGLU. Its sites and its forward pass; configuration and weights stand in LlamaWeights.swift.
internal import Kernels
internal import Traces

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
        let frequencies = own.rotary.frequencies(headSize: c.headSize).divided(by: weights.rotaryFactors)
        rotary = Rotary(headSize: c.headSize, frequencies, pairs: own.ropePairs)
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

        compute.enter(.embedding)
        // hidden = embedding[token]
        compute.eachToken(batch.count) { token in
            model.embedding.row(batch.tokens[token], kernels: compute.kernels, into: work.hidden.row(token))
        }
        compute.enter(.norms)
        compute.rmsNorm(
            work.hidden.pointer, weight: model.layers[0].attentionNorm, epsilon: own.normEpsilon,
            tokens: batch.count, width: configuration.hiddenSize, into: work.normed.pointer)
        recorder?.record(.embedding, work.hidden, batch)
        for layer in 0..<configuration.layers {
            attend(layer, batch, cache, recorder)
            transform(layer, batch, recorder)
        }
        compute.enter(.rest)
        return output.run(work.normed, batch, logits, recorder)
    }

    /// hidden += Wo · attention(RoPE(Wq n), RoPE(Wk n), Wv n),  n = RMSNorm(hidden); each W with its bias, if it has one
    private func attend(_ layer: Int, _ batch: Batch, _ cache: KeyValueCache, _ recorder: (any Recorder)?) {
        let weights = model.layers[layer]
        let heads = (configuration.heads, configuration.keyValueHeads)
        recorder?.record(.attentionNorm(layer), work.normed, batch)
        compute.enter(.queryKeyValueProduct)
        project(
            work.normed, batch.count, (weights.query, work.query), (weights.key, work.key), (weights.value, work.value))
        recorder?.record(.query(layer), work.query, batch)
        recorder?.record(.key(layer), work.key, batch)
        recorder?.record(.value(layer), work.value, batch)

        compute.enter(.rope)
        compute.eachToken(batch.count) { token in
            rotary.rotate(
                work.query.row(token), heads: heads.0, position: batch.positions[token], kernels: compute.kernels)
            rotary.rotate(
                work.key.row(token), heads: heads.1, position: batch.positions[token], kernels: compute.kernels)
            cache.store(layer: layer, slot: batch.slots[token], key: work.key.row(token), value: work.value.row(token))
        }
        recorder?.record(.rotatedQuery(layer), work.query, batch)
        recorder?.record(.rotatedKey(layer), work.key, batch)

        attention.run(
            Attention.Call(
                batch: batch, layer: layer, rule: rules[layer], cache: cache, queries: work.query.pointer,
                out: work.mix.pointer, recorder: recorder, ablated: ablated.heads(ofLayer: layer)))
        recorder?.record(.attentionMix(layer), work.mix, batch)

        compute.enter(.outputProduct)
        project(work.mix, batch.count, (weights.output, work.output))
        recorder?.record(.attentionOutput(layer), work.output, batch)
        compute.enter(.norms)
        addOutput(batch.count, thenNorm: weights.mlpNorm)
        recorder?.record(.afterAttention(layer), work.hidden, batch)
    }

    /// hidden += Wdown · (silu(Wgate n) · Wup n),  n = RMSNorm(hidden)
    private func transform(_ layer: Int, _ batch: Batch, _ recorder: (any Recorder)?) {
        let weights = model.layers[layer]
        recorder?.record(.mlpNorm(layer), work.normed, batch)
        compute.enter(.mlpProducts)
        project(work.normed, batch.count, (weights.gate, work.gate), (weights.up, work.up))
        recorder?.record(.gate(layer), work.gate, batch)
        recorder?.record(.up(layer), work.up, batch)

        compute.enter(.mlpActivation)
        compute.swiGLU(
            gate: work.gate.pointer, up: work.up.pointer, tokens: batch.count, width: own.mlpWidth,
            into: work.activation.pointer)
        recorder?.record(.activation(layer), work.activation, batch)

        compute.enter(.mlpProducts)
        project(work.activation, batch.count, (weights.down, work.output))
        recorder?.record(.mlpOutput(layer), work.output, batch)
        let isLast = layer + 1 == configuration.layers
        compute.enter(.norms)
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

    /// y = W x + b for up to three matrices with the same input; most models have no b.
    private func project(
        _ x: Activations, _ tokens: Int, _ first: (projection: Projection, out: Activations),
        _ second: (projection: Projection, out: Activations)? = nil,
        _ third: (projection: Projection, out: Activations)? = nil
    ) {
        compute.multiply(
            x.pointer, tokens: tokens, Product(first.projection.matrix, first.out.pointer),
            second.map { Product($0.projection.matrix, $0.out.pointer) },
            third.map { Product($0.projection.matrix, $0.out.pointer) })
        for case let (projection, out)? in [first, second, third] {
            guard let bias = projection.bias else { continue }
            compute.add(out.pointer, bias.pointer, tokens: tokens, width: out.width, sameRow: true)
        }
    }

    /// hidden += output, then normed = RMSNorm(hidden) · weight: the input of what comes next.
    private func addOutput(_ tokens: Int, thenNorm weight: FloatBuffer) {
        compute.addThenNorm(
            work.hidden.pointer, work.output.pointer, weight: weight, epsilon: own.normEpsilon, tokens: tokens,
            width: configuration.hiddenSize, into: work.normed.pointer)
    }
}
