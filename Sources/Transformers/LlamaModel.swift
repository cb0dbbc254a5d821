// The forward pass of the llama architecture: RMSNorm, rotary positions, grouped-query attention, SwiGLU.
// (Touvron et al. 2023; SmolLM2 is one.) Called by: Generation through `Transformer`.
internal import Kernels
internal import ModelFiles
internal import Traces

final class LlamaModel: Transformer {
    let configuration: Configuration
    let compute: Compute
    var ablated: Set<LayerHead> = []
    let sites = SiteTable.llama
    private let model: LlamaWeights
    private let attention: Attention
    private let rotary: Rotary
    private let work: Work
    private var logitsBuffer: FloatBuffer

    /// The values between the steps of a layer, each (token, width).
    private struct Work {
        let hidden, normed, query, key, value, mix, output, gate, up, activation: Activations

        init(_ c: Configuration) {
            (hidden, normed, output) = (
                Activations(width: c.hiddenSize), Activations(width: c.hiddenSize), Activations(width: c.hiddenSize)
            )
            (query, mix) = (Activations(width: c.queryWidth), Activations(width: c.queryWidth))
            (key, value) = (Activations(width: c.keyValueWidth), Activations(width: c.keyValueWidth))
            (gate, up, activation) = (
                Activations(width: c.mlpWidth), Activations(width: c.mlpWidth), Activations(width: c.mlpWidth)
            )
        }

        func reserve(tokens: Int) {
            for values in [hidden, normed, query, key, value, mix, output, gate, up, activation] {
                values.reserve(tokens: tokens)
            }
        }
    }

    init(_ configuration: Configuration, _ weights: LlamaWeights, _ compute: Compute) {
        self.configuration = configuration
        self.compute = compute
        model = weights
        attention = Attention(configuration, compute)
        rotary = Rotary(headSize: configuration.headSize, base: configuration.ropeBase, pairs: configuration.ropePairs)
        work = Work(configuration)
        logitsBuffer = FloatBuffer(count: configuration.vocabularySize)
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
            work.hidden.pointer, weight: model.layers[0].attentionNorm, epsilon: configuration.normEpsilon,
            tokens: batch.count, width: configuration.hiddenSize, into: work.normed.pointer)
        recorder?.record(.embedding, work.hidden, batch)
        for layer in 0..<configuration.layers {
            attend(layer, batch, cache, recorder)
            transform(layer, batch, recorder)
        }
        return output(batch, logits, recorder)
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
                batch: batch, layer: layer, cache: cache, queries: work.query.pointer, out: work.mix.pointer,
                recorder: recorder, ablated: ablatedHeads(layer)))
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
            gate: work.gate.pointer, up: work.up.pointer, tokens: batch.count, width: configuration.mlpWidth,
            into: work.activation.pointer)
        recorder?.record(.activation(layer), work.activation, batch)

        compute.multiply(work.activation.pointer, tokens: batch.count, Product(weights.down, work.output.pointer))
        recorder?.record(.mlpOutput(layer), work.output, batch)
        let isLast = layer + 1 == configuration.layers
        addOutput(batch.count, thenNorm: isLast ? model.finalNorm : model.layers[layer + 1].attentionNorm)
        recorder?.record(.hidden(layer), work.hidden, batch)
    }

    /// logits = Woutput · RMSNorm(hidden), for the tokens asked for.
    private func output(_ batch: Batch, _ request: LogitsRequest, _ recorder: (any Recorder)?) -> UnsafeBufferPointer<
        Float
    > {
        let vocabulary = configuration.vocabularySize
        if request == .none { return UnsafeBufferPointer(start: nil, count: 0) }
        recorder?.record(.finalNorm, work.normed, batch)
        let first = request == .all ? 0 : batch.count - 1
        let count = batch.count - first
        if logitsBuffer.count < count * vocabulary { logitsBuffer = FloatBuffer(count: count * vocabulary) }
        compute.multiply(work.normed.row(first), tokens: count, Product(model.output, logitsBuffer.pointer))
        recorder?.record(
            .logits,
            Activation(
                pointer: logitsBuffer.pointer, tokens: count, width: vocabulary, firstPosition: batch.positions[first]))
        return UnsafeBufferPointer(start: logitsBuffer.pointer, count: count * vocabulary)
    }

    func lens(_ hidden: UnsafePointer<Float>) -> UnsafeBufferPointer<Float> {
        compute.rmsNorm(
            hidden, weight: model.finalNorm, epsilon: configuration.normEpsilon, tokens: 1,
            width: configuration.hiddenSize, into: work.normed.pointer)
        compute.multiply(work.normed.pointer, tokens: 1, Product(model.output, logitsBuffer.pointer))
        return UnsafeBufferPointer(start: logitsBuffer.pointer, count: configuration.vocabularySize)
    }

    /// hidden += output, then normed = RMSNorm(hidden) · weight: the input of what comes next.
    private func addOutput(_ tokens: Int, thenNorm weight: FloatBuffer) {
        compute.addThenNorm(
            work.hidden.pointer, work.output.pointer, weight: weight, epsilon: configuration.normEpsilon,
            tokens: tokens, width: configuration.hiddenSize, into: work.normed.pointer)
    }

    private func ablatedHeads(_ layer: Int) -> Set<Int> {
        ablated.isEmpty ? [] : Set(ablated.lazy.filter { $0.layer == layer }.map(\.head))
    }
}
