// The forward pass of GPT-2 (Radford et al. 2019): LayerNorm, learned positions, one matrix for queries, keys and
// values, a GELU MLP. Called by: Generation through `Transformer`.
internal import Kernels
internal import ModelFiles
internal import Traces

final class GPT2Model: Transformer {
    let configuration: Configuration
    let compute: Compute
    var ablated: Set<LayerHead> = []
    let sites = SiteTable.gpt2
    private let model: GPT2Weights
    private let attention: Attention
    private let work: Work
    private var logitsBuffer: FloatBuffer

    /// The values between the steps of a layer, each (token, width).
    private struct Work {
        let hidden, normed, joined, query, key, value, mix, output, up, activation: Activations

        init(_ c: Configuration) {
            (hidden, normed) = (Activations(width: c.hiddenSize), Activations(width: c.hiddenSize))
            joined = Activations(width: 3 * c.hiddenSize)
            (query, key, value) = (
                Activations(width: c.hiddenSize), Activations(width: c.hiddenSize), Activations(width: c.hiddenSize)
            )
            (mix, output) = (Activations(width: c.hiddenSize), Activations(width: c.hiddenSize))
            (up, activation) = (Activations(width: c.mlpWidth), Activations(width: c.mlpWidth))
        }

        func reserve(tokens: Int) {
            for values in [hidden, normed, joined, query, key, value, mix, output, up, activation] {
                values.reserve(tokens: tokens)
            }
        }
    }

    init(_ configuration: Configuration, _ weights: GPT2Weights, _ compute: Compute) {
        self.configuration = configuration
        self.compute = compute
        model = weights
        attention = Attention(configuration, compute)
        work = Work(configuration)
        logitsBuffer = FloatBuffer(count: configuration.vocabularySize)
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
        return output(batch, logits, recorder)
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
                batch: batch, layer: layer, cache: cache, queries: work.query.pointer, out: work.mix.pointer,
                recorder: recorder, ablated: ablatedHeads(layer)))
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
        let (hidden, wide) = (configuration.hiddenSize, configuration.mlpWidth)
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

    /// logits = Woutput · LayerNorm(hidden), for the tokens asked for.
    private func output(_ batch: Batch, _ request: LogitsRequest, _ recorder: (any Recorder)?) -> UnsafeBufferPointer<
        Float
    > {
        let vocabulary = configuration.vocabularySize
        if request == .none { return UnsafeBufferPointer(start: nil, count: 0) }
        norm(model.finalNorm, model.finalNormBias, batch.count)
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
        compute.layerNorm(
            hidden, weight: model.finalNorm, bias: model.finalNormBias, epsilon: configuration.normEpsilon, tokens: 1,
            width: configuration.hiddenSize, into: work.normed.pointer)
        compute.multiply(work.normed.pointer, tokens: 1, Product(model.output, logitsBuffer.pointer))
        return UnsafeBufferPointer(start: logitsBuffer.pointer, count: configuration.vocabularySize)
    }

    /// normed = LayerNorm(hidden)
    private func norm(_ weight: FloatBuffer, _ bias: FloatBuffer, _ tokens: Int) {
        compute.layerNorm(
            work.hidden.pointer, weight: weight, bias: bias, epsilon: configuration.normEpsilon, tokens: tokens,
            width: configuration.hiddenSize, into: work.normed.pointer)
    }

    private func ablatedHeads(_ layer: Int) -> Set<Int> {
        ablated.isEmpty ? [] : Set(ablated.lazy.filter { $0.layer == layer }.map(\.head))
    }
}
