// The forward pass that the llama architecture (Touvron et al. 2023; SmolLM2 is one) and its relatives share: RMSNorm,
// rotary positions, grouped-query attention, a gated MLP. What they differ in is a value of the configuration, or a weight
// that is there or not; each architecture's own file says which.
internal import Kernels
internal import Traces

final class DecoderModel: Transformer {
    let configuration: Configuration
    let compute: Compute
    let sites: SiteTable
    var ablated: Set<LayerHead> = []
    var dropped: [Int] = []
    let own: DecoderConfiguration
    let model: DecoderWeights
    private let attention: Attention
    private let rules: [AttentionRule]  // by layer
    private let rotary: [Rotary]
    private let rotaryOfLayer: [Int?]  // by layer: which of `rotary`; nil for a layer that turns nothing
    private let work: Work
    private let output: Output

    /// The values between the steps of a layer, each (token, width).
    private struct Work {
        let hidden, normed, query, key, value, mix, output, gate, up, activation: Activations
        private let all: [Activations]

        init(_ c: Configuration, mlpWidth: Int) {
            (hidden, normed, output) = (
                Activations(width: c.hiddenSize), Activations(width: c.hiddenSize), Activations(width: c.hiddenSize)
            )
            (query, mix) = (Activations(width: c.queryWidth), Activations(width: c.queryWidth))
            (key, value) = (Activations(width: c.keyValueWidth), Activations(width: c.keyValueWidth))
            (gate, up, activation) = (
                Activations(width: mlpWidth), Activations(width: mlpWidth), Activations(width: mlpWidth)
            )
            all = [hidden, normed, query, key, value, mix, output, gate, up, activation]
        }

        func reserve(tokens: Int) { for values in all { values.reserve(tokens: tokens) } }
    }

    init(_ own: DecoderConfiguration, _ weights: DecoderWeights, _ compute: Compute) {
        let c = own.sizes
        (self.own, self.compute, configuration, model) = (own, compute, c, weights)
        sites = weights.sites(mlpWidth: own.mlpWidth)
        attention = Attention(c, compute)
        let scale = own.attentionScale ?? 1 / Float(c.headSize).squareRoot()
        rules = c.attention.layers.map { AttentionRule(pattern: $0, scale: scale, cap: own.attentionCap) }
        var kinds: [RotarySettings] = []
        for case let settings? in own.rotary where !kinds.contains(settings) { kinds.append(settings) }
        rotary = kinds.map { settings in
            let frequencies = settings.frequencies(headSize: c.headSize).divided(by: weights.rotaryFactors)
            return Rotary(headSize: c.headSize, frequencies, pairs: own.ropePairs)
        }
        rotaryOfLayer = own.rotary.map { settings in settings.flatMap { kinds.firstIndex(of: $0) } }
        work = Work(c, mlpWidth: own.mlpWidth)
        output = Output(weights.output, cap: own.logitCap, compute)
    }

    var weights: WeightSummary { model.summary }

    func forward(
        _ batch: Batch, cache: KeyValueCache, logits: LogitsRequest, recorder: (any Recorder)?
    ) -> UnsafeBufferPointer<Float> {
        work.reserve(tokens: batch.count)
        batch.reserve(cache)
        for turn in rotary { turn.prepare(upTo: batch.positions.max()!) }
        compute.countTokens(batch.count)

        compute.enter(.embedding)
        embed(batch)
        compute.enter(.norms)
        if let weight = model.layers[0].attentionNorm {
            norm(work.hidden.pointer, weight, batch.count, into: work.normed.pointer)
        }
        recorder?.record(.embedding, work.hidden, batch)
        for layer in 0..<configuration.layers {
            attend(layer, batch, cache, recorder)
            transform(layer, batch, recorder)
        }
        compute.enter(.rest)
        return output.run(work.normed, batch, logits, recorder)
    }

    /// hidden = embedding[token], scaled where the model does so
    private func embed(_ batch: Batch) {
        compute.eachToken(batch.count) { token in
            let row = work.hidden.row(token)
            model.embedding.row(batch.tokens[token], kernels: compute.kernels, into: row)
            if let scale = own.embeddingScale { for place in 0..<work.hidden.width { row[place] *= scale } }
        }
    }

    /// hidden += Wo · attention(RoPE(Wq n), RoPE(Wk n), Wv n),  n = RMSNorm(hidden); each W with its bias, each norm of
    /// queries, keys and output where the model has it
    private func attend(_ layer: Int, _ batch: Batch, _ cache: KeyValueCache, _ recorder: (any Recorder)?) {
        let weights = model.layers[layer]
        let input = input(of: weights.attentionNorm, .attentionNorm(layer), batch, recorder)
        compute.enter(.queryKeyValueProduct)
        project(input, batch.count, (weights.query, work.query), (weights.key, work.key), (weights.value, work.value))
        recorder?.record(.query(layer), work.query, batch)
        recorder?.record(.key(layer), work.key, batch)
        recorder?.record(.value(layer), work.value, batch)
        if let queryNorm = weights.queryNorm, let keyNorm = weights.keyNorm {
            compute.enter(.norms)
            normHeads(work.query, queryNorm, batch.count)
            normHeads(work.key, keyNorm, batch.count)
            recorder?.record(.normedQuery(layer), work.query, batch)
            recorder?.record(.normedKey(layer), work.key, batch)
        }

        compute.enter(.rope)
        turn(layer, batch, cache)
        recorder?.record(.rotatedQuery(layer), work.query, batch)
        recorder?.record(.rotatedKey(layer), work.key, batch)

        attention.run(
            Attention.Call(
                batch: batch, layer: layer, rule: rules[layer], cache: cache, queries: work.query.pointer,
                out: work.mix.pointer, recorder: recorder, ablated: ablated.heads(ofLayer: layer),
                dropped: dropped))
        recorder?.record(.attentionMix(layer), work.mix, batch)

        compute.enter(.outputProduct)
        project(work.mix, batch.count, (weights.output, work.output))
        recorder?.record(.attentionOutput(layer), work.output, batch)
        compute.enter(.norms)
        if let weight = weights.attentionPostNorm {
            norm(work.output.pointer, weight, batch.count, into: work.output.pointer)
            recorder?.record(.attentionPostNorm(layer), work.output, batch)
        }
        addOutput(batch.count, thenNorm: weights.mlpNorm)
        recorder?.record(.afterAttention(layer), work.hidden, batch)
    }

    /// Queries and keys turned by their positions where the layer does so; keys and values into the cache.
    private func turn(_ layer: Int, _ batch: Batch, _ cache: KeyValueCache) {
        let heads = (configuration.heads, configuration.keyValueHeads)
        let turning = rotaryOfLayer[layer].map { rotary[$0] }
        compute.eachToken(batch.count) { token in
            let position = batch.positions[token]
            turning?.rotate(work.query.row(token), heads: heads.0, position: position, kernels: compute.kernels)
            turning?.rotate(work.key.row(token), heads: heads.1, position: position, kernels: compute.kernels)
            batch.cache(of: token, cache).store(
                layer: layer, slot: batch.slots[token], key: work.key.row(token), value: work.value.row(token))
        }
    }

    /// hidden += Wdown · (activation(Wgate n) · Wup n),  n = RMSNorm(hidden)
    private func transform(_ layer: Int, _ batch: Batch, _ recorder: (any Recorder)?) {
        let weights = model.layers[layer]
        let input = input(of: weights.mlpNorm, .mlpNorm(layer), batch, recorder)
        compute.enter(.mlpProducts)
        project(input, batch.count, (weights.gate, work.gate), (weights.up, work.up))
        recorder?.record(.gate(layer), work.gate, batch)
        recorder?.record(.up(layer), work.up, batch)

        compute.enter(.mlpActivation)
        activate(batch.count)
        recorder?.record(.activation(layer), work.activation, batch)

        compute.enter(.mlpProducts)
        project(work.activation, batch.count, (weights.down, work.output))
        recorder?.record(.mlpOutput(layer), work.output, batch)
        compute.enter(.norms)
        if let weight = weights.mlpPostNorm {
            norm(work.output.pointer, weight, batch.count, into: work.output.pointer)
            recorder?.record(.mlpPostNorm(layer), work.output, batch)
        }
        let isLast = layer + 1 == configuration.layers
        addOutput(batch.count, thenNorm: isLast ? model.finalNorm : model.layers[layer + 1].attentionNorm)
        recorder?.record(.hidden(layer), work.hidden, batch)
    }

    func lens(_ hidden: UnsafePointer<Float>, count: Int) -> UnsafeBufferPointer<Float> {
        work.reserve(tokens: count)
        norm(hidden, model.finalNorm, count, into: work.normed.pointer)
        return output.run(work.normed.pointer, tokens: count)
    }
}

// The steps of which the pass is made.
extension DecoderModel {
    /// What the projections read: the normalised hidden state, which stands ready, or the hidden state itself.
    private func input(
        of norm: FloatBuffer?, _ site: Site, _ batch: Batch, _ recorder: (any Recorder)?
    ) -> Activations {
        if norm == nil { return work.hidden }
        recorder?.record(site, work.normed, batch)
        return work.normed
    }

    /// activation = act(gate) · up
    private func activate(_ tokens: Int) {
        let (gate, up, out, width) = (work.gate.pointer, work.up.pointer, work.activation.pointer, own.mlpWidth)
        switch own.activation {
        case .silu: compute.swiGLU(gate: gate, up: up, tokens: tokens, width: width, into: out)
        case .gelu: compute.geGLU(gate: gate, up: up, tokens: tokens, width: width, into: out)
        }
    }

    /// out = RMSNorm(x) · weight for rows of the hidden size; x may be out.
    private func norm(
        _ x: UnsafePointer<Float>, _ weight: FloatBuffer, _ tokens: Int, into out: UnsafeMutablePointer<Float>
    ) {
        compute.rmsNorm(
            x, weight: weight, epsilon: own.normEpsilon, tokens: tokens, width: configuration.hiddenSize, into: out)
    }

    /// Queries or keys in place: each head by itself, or all of a token together.
    private func normHeads(_ x: Activations, _ weight: FloatBuffer, _ tokens: Int) {
        let width = own.normsEachHead ? configuration.headSize : x.width
        compute.rmsNorm(
            x.pointer, weight: weight, epsilon: own.normEpsilon, tokens: tokens * (x.width / width), width: width,
            into: x.pointer)
    }

    /// y = W x + b for up to three matrices with the same input; most models have no b.
    private func project(
        _ x: Activations, _ tokens: Int, _ first: (projection: Projection, out: Activations),
        _ second: (projection: Projection, out: Activations)? = nil,
        _ third: (projection: Projection, out: Activations)? = nil
    ) {
        func addBias(_ projection: Projection, _ out: Activations) {
            guard let bias = projection.bias else { return }
            compute.add(out.pointer, bias.pointer, tokens: tokens, width: out.width, sameRow: true)
        }
        compute.multiply(
            x.pointer, tokens: tokens, Product(first.projection.matrix, first.out.pointer),
            second.map { Product($0.projection.matrix, $0.out.pointer) },
            third.map { Product($0.projection.matrix, $0.out.pointer) })
        addBias(first.projection, first.out)
        if let second { addBias(second.projection, second.out) }
        if let third { addBias(third.projection, third.out) }
    }

    /// hidden += output, then normed = RMSNorm(hidden) · weight where what comes next has such a norm.
    private func addOutput(_ tokens: Int, thenNorm weight: FloatBuffer?) {
        guard let weight else {
            compute.add(
                work.hidden.pointer, work.output.pointer, tokens: tokens, width: configuration.hiddenSize)
            return
        }
        compute.addThenNorm(
            work.hidden.pointer, work.output.pointer, weight: weight, epsilon: own.normEpsilon, tokens: tokens,
            width: configuration.hiddenSize, into: work.normed.pointer)
    }
}
