// BERT (Devlin et al. 2019): an encoder. Every token sees the whole text; norms come after the sums; the error function's
// GELU. Its sites and its forward pass; configuration and weights stand in BertWeights.swift.
internal import Kernels
internal import Traces

extension SiteKind {
    /// (position, hiddenSize): token, position and token type added, before the norm that makes the embedding of them.
    static let embeddingSum = SiteKind("embeddingSum", chinese: "嵌入總和")
    /// (position, hiddenSize): what entered the MLP plus its output, before the layer's last norm.
    static let afterMLP = SiteKind("afterMLP", chinese: "加上 MLP 之後")
    /// (position, hiddenSize): the last layer's hidden state times the head's matrix, and that through GELU.
    static let headTransform = SiteKind("headTransform", chinese: "輸出頭的轉換")
    static let headActivation = SiteKind("headActivation", chinese: "輸出頭的活化值")
}

final class BertModel: Transformer {
    static let architecture = Architecture(name: "bert", traits: .bert) {
        (source) throws(TransformerError) in
        try ModelShape(bert: source)
    } make: { (contents, compute) throws(TransformerError) in
        let own = try BertConfiguration(contents)
        return BertModel(own, try BertWeights(contents, own, pool: compute.pool), compute)
    }

    let configuration: Configuration
    let compute: Compute
    let sites: SiteTable
    var ablated: Set<LayerHead> = []
    var dropped: [Int] = []
    private let own: BertConfiguration
    private let model: BertWeights
    private let attention: Attention
    private let rules: [AttentionRule]  // by layer
    private let work: Work
    private var logits = FloatBuffer(count: 1)

    /// The values between the steps of a layer, each (token, width).
    private struct Work {
        let hidden, query, key, value, mix, output, normed, up, activation: Activations

        init(_ c: Configuration, mlpWidth: Int) {
            (hidden, normed) = (Activations(width: c.hiddenSize), Activations(width: c.hiddenSize))
            (query, key, value) = (
                Activations(width: c.hiddenSize), Activations(width: c.hiddenSize), Activations(width: c.hiddenSize)
            )
            (mix, output) = (Activations(width: c.hiddenSize), Activations(width: c.hiddenSize))
            (up, activation) = (Activations(width: mlpWidth), Activations(width: mlpWidth))
        }

        func reserve(tokens: Int) {
            for values in [hidden, query, key, value, mix, output, normed, up, activation] {
                values.reserve(tokens: tokens)
            }
        }
    }

    init(_ own: BertConfiguration, _ weights: BertWeights, _ compute: Compute) {
        var c = own.sizes
        c.hasHead = weights.head != nil
        (self.own, self.compute, configuration, model) = (own, compute, c, weights)
        sites = Self.sites(mlp: .own("mlpWidth", own.mlpWidth), hasHead: c.hasHead)
        attention = Attention(c, compute)
        rules = AttentionRule.usual(c)
        work = Work(c, mlpWidth: own.mlpWidth)
    }

    private static func sites(mlp: SiteDimension, hasHead: Bool) -> SiteTable {
        SiteTable(
            before: [
                .init(.embeddingSum, [.position, .hiddenSize], from: [.tokens]),
                .init(.embedding, [.position, .hiddenSize], from: [.site(.embeddingSum)]),
            ],
            layer: [
                .init(.query, [.position, .queryWidth], from: [.layerInput]),
                .init(.key, [.position, .keyValueWidth], from: [.layerInput]),
                .init(.value, [.position, .keyValueWidth], from: [.layerInput]),
                .init(.attention, [.heads, .position, .keyPosition], from: [.site(.query), .site(.key)]),
                .init(.attentionMix, [.position, .queryWidth], from: [.site(.attention), .site(.value)]),
                .init(.attentionOutput, [.position, .hiddenSize], from: [.site(.attentionMix)]),
                .init(.afterAttention, [.position, .hiddenSize], from: [.layerInput, .site(.attentionOutput)]),
                .init(.mlpNorm, [.position, .hiddenSize], from: [.site(.afterAttention)]),
                .init(.up, [.position, mlp], from: [.site(.mlpNorm)]),
                .init(.activation, [.position, mlp], from: [.site(.up)]),
                .init(.mlpOutput, [.position, .hiddenSize], from: [.site(.activation)]),
                .init(.afterMLP, [.position, .hiddenSize], from: [.site(.mlpNorm), .site(.mlpOutput)]),
                .init(.hidden, [.position, .hiddenSize], from: [.site(.afterMLP)]),
            ],
            after: hasHead
                ? [
                    .init(.headTransform, [.position, .hiddenSize], from: [.lastHidden]),
                    .init(.headActivation, [.position, .hiddenSize], from: [.site(.headTransform)]),
                    .init(.finalNorm, [.position, .hiddenSize], from: [.site(.headActivation)]),
                    .init(.logits, [.position, .vocabulary], from: [.site(.finalNorm)]),
                ] : [])
    }

    var weights: WeightSummary { model.summary }

    /// The batch is the whole text. Without a head there are no logits, whatever is asked for.
    func forward(
        _ batch: Batch, cache: KeyValueCache, logits: LogitsRequest, recorder: (any Recorder)?
    ) -> UnsafeBufferPointer<Float> {
        work.reserve(tokens: batch.count)
        cache.reserve(slots: batch.slots.max()! + 1)
        compute.countTokens(batch.count)
        embed(batch, recorder)
        for layer in 0..<configuration.layers {
            attend(layer, batch, cache, recorder)
            transform(layer, batch, recorder)
        }
        let first = logits == .all ? 0 : batch.count - 1
        let rows = logits == .none ? nil : predict(work.hidden.row(first), batch.count - first, batch, recorder)
        compute.enter(.rest)
        return rows ?? UnsafeBufferPointer(start: nil, count: 0)
    }

    /// hidden = LayerNorm(embedding[token] + positionEmbedding[position] + typeEmbedding[0])
    private func embed(_ batch: Batch, _ recorder: (any Recorder)?) {
        compute.enter(.embedding)
        let (width, kernels, sum) = (configuration.hiddenSize, compute.kernels, work.output)
        for token in 0..<batch.count {
            model.embedding.row(batch.tokens[token], kernels: kernels, into: sum.row(token))
            model.tokenTypes.row(0, kernels: kernels, into: work.query.row(token))
            model.positions.row(batch.positions[token], kernels: kernels, into: work.key.row(token))
        }
        // In the order in which the reference adds them.
        compute.add(sum.pointer, work.query.pointer, tokens: batch.count, width: width)
        compute.add(sum.pointer, work.key.pointer, tokens: batch.count, width: width)
        recorder?.record(Site(.embeddingSum), sum, batch)
        norm(sum, model.embeddingNorm, batch.count, into: work.hidden)
        recorder?.record(.embedding, work.hidden, batch)
    }

    /// normed = LayerNorm(hidden + Wo · attention(Wq h, Wk h, Wv h) + b), each product with its bias
    private func attend(_ layer: Int, _ batch: Batch, _ cache: KeyValueCache, _ recorder: (any Recorder)?) {
        let weights = model.layers[layer]
        let (width, count) = (configuration.hiddenSize, batch.count)
        compute.enter(.queryKeyValueProduct)
        apply(weights.query, work.hidden, count, into: work.query)
        apply(weights.key, work.hidden, count, into: work.key)
        apply(weights.value, work.hidden, count, into: work.value)
        recorder?.record(.query(layer), work.query, batch)
        recorder?.record(.key(layer), work.key, batch)
        recorder?.record(.value(layer), work.value, batch)
        for token in 0..<count {
            cache.store(layer: layer, slot: batch.slots[token], key: work.key.row(token), value: work.value.row(token))
        }

        attention.run(
            Attention.Call(
                batch: batch, layer: layer, rule: rules[layer], cache: cache, queries: work.query.pointer,
                out: work.mix.pointer, recorder: recorder, ablated: ablated.heads(ofLayer: layer),
                dropped: dropped))
        recorder?.record(.attentionMix(layer), work.mix, batch)

        compute.enter(.outputProduct)
        apply(weights.output, work.mix, count, into: work.output)
        recorder?.record(.attentionOutput(layer), work.output, batch)
        compute.enter(.norms)
        compute.add(work.hidden.pointer, work.output.pointer, tokens: count, width: width)
        recorder?.record(.afterAttention(layer), work.hidden, batch)
        norm(work.hidden, weights.attentionNorm, count, into: work.normed)
        recorder?.record(.mlpNorm(layer), work.normed, batch)
    }

    /// hidden = LayerNorm(n + Wdown · gelu(Wup n + b) + b),  n what attention has left
    private func transform(_ layer: Int, _ batch: Batch, _ recorder: (any Recorder)?) {
        let weights = model.layers[layer]
        let (width, count) = (configuration.hiddenSize, batch.count)
        compute.enter(.mlpProducts)
        apply(weights.up, work.normed, count, into: work.up)
        recorder?.record(.up(layer), work.up, batch)
        compute.enter(.mlpActivation)
        compute.geluErf(work.up.pointer, tokens: count, width: own.mlpWidth, into: work.activation.pointer)
        recorder?.record(.activation(layer), work.activation, batch)
        compute.enter(.mlpProducts)
        apply(weights.down, work.activation, count, into: work.output)
        recorder?.record(.mlpOutput(layer), work.output, batch)
        compute.enter(.norms)
        compute.add(work.output.pointer, work.normed.pointer, tokens: count, width: width)
        recorder?.record(Site(.afterMLP, layer), work.output, batch)
        norm(work.output, weights.outputNorm, count, into: work.hidden)
        recorder?.record(.hidden(layer), work.hidden, batch)
    }

    /// logits = E · LayerNorm(gelu(W h + b)) + c of the last `tokens` tokens; nil where the model has no head.
    private func predict(
        _ hidden: UnsafePointer<Float>, _ tokens: Int, _ batch: Batch?, _ recorder: (any Recorder)?
    ) -> UnsafeBufferPointer<Float>? {
        guard let head = model.head else { return nil }
        let (width, size) = (configuration.hiddenSize, configuration.vocabularySize)
        let position = batch.map { $0.positions[$0.count - tokens] } ?? 0
        func record(_ kind: SiteKind, _ values: UnsafePointer<Float>, _ width: Int) {
            recorder?.record(
                Site(kind), Activation(pointer: values, tokens: tokens, width: width, firstPosition: position))
        }
        compute.enter(.lmHead)
        compute.multiply(hidden, tokens: tokens, Product(head.transform.weight, work.query.pointer))
        compute.add(work.query.pointer, head.transform.bias.pointer, tokens: tokens, width: width, sameRow: true)
        record(.headTransform, work.query.pointer, width)
        compute.geluErf(work.query.pointer, tokens: tokens, width: width, into: work.key.pointer)
        record(.headActivation, work.key.pointer, width)
        norm(work.key, head.norm, tokens, into: work.normed)
        record(.finalNorm, work.normed.pointer, width)
        if logits.count < tokens * size { logits = FloatBuffer(count: tokens * size) }
        compute.multiply(work.normed.pointer, tokens: tokens, Product(head.output, logits.pointer))
        compute.add(logits.pointer, head.bias.pointer, tokens: tokens, width: size, sameRow: true)
        record(.logits, logits.pointer, size)
        return UnsafeBufferPointer(start: logits.pointer, count: tokens * size)
    }

    /// What each layer's hidden state would give, by the head; nothing where there is none.
    func lens(_ hidden: UnsafePointer<Float>, count: Int) -> UnsafeBufferPointer<Float> {
        work.reserve(tokens: count)
        return predict(hidden, count, nil, nil) ?? UnsafeBufferPointer(start: nil, count: 0)
    }

    /// out = W x + b
    private func apply(_ linear: BertWeights.Linear, _ x: Activations, _ tokens: Int, into out: Activations) {
        compute.multiply(x.pointer, tokens: tokens, Product(linear.weight, out.pointer))
        compute.add(out.pointer, linear.bias.pointer, tokens: tokens, width: out.width, sameRow: true)
    }

    /// out = LayerNorm(x)
    private func norm(_ x: Activations, _ norm: BertWeights.Norm, _ tokens: Int, into out: Activations) {
        compute.layerNorm(
            x.pointer, weight: norm.weight, bias: norm.bias, epsilon: own.normEpsilon, tokens: tokens,
            width: configuration.hiddenSize, into: out.pointer)
    }
}
