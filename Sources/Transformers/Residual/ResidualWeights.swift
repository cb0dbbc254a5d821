// The weights that make a model's logits a sum over what its layers add: what `Transformer.residual` hands to the reader of
// the residual stream. What architectures differ in is a value here.
internal import Kernels

/// A norm as the residual stream meets it.
public struct ResidualNorm: Sendable {
    let weight: FloatBuffer  // (hiddenSize)
    let bias: FloatBuffer?  // (hiddenSize)
    let epsilon: Float
    /// Whether the mean is taken off first: LayerNorm, in contrast to RMSNorm.
    let centres: Bool

    /// What the norm multiplies `x` with before its weights: 1 / √(mean((x − μ)²) + ε), μ = 0 for RMSNorm.
    func scale(of x: [Float]) -> Double {
        let mean = centres ? x.reduce(0.0) { $0 + Double($1) } / Double(x.count) : 0
        var sum = 0.0
        for value in x { sum += (Double(value) - mean) * (Double(value) - mean) }
        return 1 / (sum / Double(x.count) + Double(epsilon)).squareRoot()
    }
}

/// The weights behind the sum. A norm's scale depends on all that was added; held as it was, the rest is linear.
public struct ResidualWeights: Sendable {
    struct Layer: Sendable {
        let attentionOutput: PackedMatrix  // (hiddenSize, heads · headSize)
        /// What attention's output goes through before it is added; nil in most models. An RMSNorm without a bias.
        let attentionPostNorm: ResidualNorm?
    }

    let embedding: PackedMatrix  // (vocabulary, hiddenSize)
    let layers: [Layer]
    let finalNorm: ResidualNorm
    let output: PackedMatrix  // (vocabulary, hiddenSize)
}

extension DecoderModel {
    var residual: ResidualWeights? {
        let norm = { (weight: FloatBuffer) in
            ResidualNorm(weight: weight, bias: nil, epsilon: self.own.normEpsilon, centres: false)
        }
        return ResidualWeights(
            embedding: model.embedding,
            layers: model.layers.map {
                ResidualWeights.Layer(
                    attentionOutput: $0.output.matrix, attentionPostNorm: $0.attentionPostNorm.map(norm))
            },
            finalNorm: norm(model.finalNorm), output: model.output)
    }
}

extension GPT2Model {
    var residual: ResidualWeights? {
        ResidualWeights(
            embedding: model.embedding,
            layers: model.layers.map {
                ResidualWeights.Layer(attentionOutput: $0.output, attentionPostNorm: nil)
            },
            finalNorm: ResidualNorm(
                weight: model.finalNorm, bias: model.finalNormBias, epsilon: own.normEpsilon, centres: true),
            output: model.output)
    }
}

extension BertModel {
    /// BERT has no such sum: a norm stands on the stream itself behind every part, and its head is no single product.
    var residual: ResidualWeights? { nil }
}
