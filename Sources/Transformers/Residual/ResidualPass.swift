// What a pass of one token adds to the residual stream, kept while it runs, and read as parts of a logit (direct logit
// attribution: Elhage et al. 2021).
public import Kernels
public import Traces

/// Keeps what the last token of a pass has at the places where the residual stream is written. Reads only.
public final class ResidualPass: Recorder {
    /// The vectors that a layer adds, (hiddenSize) each but for the mix.
    struct Layer {
        var mix: [Float] = []  // (heads · headSize)
        /// Before and behind the norm on the way; the same where there is none.
        var attentionOutput: [Float] = []
        var attention: [Float] = []
        var mlp: [Float] = []
        /// The stream behind the layer.
        var hidden: [Float] = []
    }

    private(set) var embedding: [Float] = []  // (hiddenSize)
    private(set) var layers: [Layer] = []

    /// A recorder for one pass.
    public init() {}

    public var wantsAttention: Bool { false }

    public func record(_ site: Site, _ activation: Activation) {
        let values = { Array(activation.values.suffix(activation.width)) }
        guard let number = site.layer else {
            if site.kind == .embedding { embedding = values() }
            return
        }
        while layers.count <= number { layers.append(Layer()) }
        switch site.kind {
        case .attentionMix: layers[number].mix = values()
        case .attentionOutput:
            layers[number].attentionOutput = values()
            layers[number].attention = layers[number].attentionOutput
        case .attentionPostNorm: layers[number].attention = values()
        case .mlpOutput, .mlpPostNorm: layers[number].mlp = values()
        case .hidden: layers[number].hidden = values()
        default: break
        }
    }

    public func recordAttention(_ row: AttentionRow) {}

    /// The hidden states behind the embedding and behind each layer, as the logit lens reads them.
    public var hidden: [[Float]] { [embedding] + layers.map { $0.hidden } }
}

/// A stream read as a sum, without what only a tokenizer knows of it.
public struct ResidualSum {
    /// What entered the first layer.
    public var embedding: (values: [Float], part: ResidualPart)
    /// In the model's order.
    public var layers: [ResidualLayer]
    /// What the final norm multiplies with, before its weights.
    public var scale: Float
    /// What the final norm's bias adds to the logit.
    public var constant: Float
    /// All parts together.
    public var logit: Float
}

extension ResidualWeights {
    /// What each part of a pass adds to a token's logit, the scales of the norms held as they were:
    ///
    ///     logit = W · (s · (h − μ) ⊙ w + b) = W·b + Σ d · part,  d = s · (W ⊙ w), its own mean taken off for LayerNorm
    ///
    /// since h is the sum of the parts, and Σ dᵢ (xᵢ − mean x) = Σ (dᵢ − mean d) xᵢ.
    ///
    /// - Parameter heads: of each layer.
    public func sum(_ pass: ResidualPass, token: Int, heads: Int, compute: Compute) -> ResidualSum {
        let last = pass.layers.last?.hidden ?? pass.embedding
        let scale = finalNorm.scale(of: last)
        let direction = direction(of: token, scale: scale, compute)
        var constant = 0.0
        if let bias = finalNorm.bias {
            let row = row(of: output, token, compute)
            for place in row.indices { constant += Double(row[place]) * Double(bias.pointer[place]) }
        }
        let part = { (values: [Float]) in
            ResidualPart(length: length(values), logit: Float(dot(direction, values)))
        }
        var read = [(lengths: [Float], logits: [Float])](repeating: ([], []), count: layers.count)
        read.withUnsafeMutableBufferPointer { read in
            // Each layer by itself, in whatever order: none reads what another writes.
            compute.eachToken(layers.count) { number in
                read[number] = self.heads(of: number, pass.layers[number], direction, count: heads, compute)
            }
        }
        return ResidualSum(
            embedding: (pass.embedding, part(pass.embedding)),
            layers: pass.layers.indices.map { number in
                let layer = pass.layers[number]
                return ResidualLayer(
                    attention: part(layer.attention), headLengths: read[number].lengths,
                    headLogits: read[number].logits, mlp: part(layer.mlp), length: length(layer.hidden))
            },
            scale: Float(scale), constant: Float(constant), logit: Float(constant + dot(direction, last)))
    }

    /// What one number more of the stream adds to the token's logit, for each of its numbers.
    private func direction(of token: Int, scale: Double, _ compute: Compute) -> [Double] {
        let row = row(of: output, token, compute)
        var direction = row.indices.map { scale * Double(row[$0]) * Double(finalNorm.weight.pointer[$0]) }
        if finalNorm.centres {
            let mean = direction.reduce(0, +) / Double(direction.count)
            for place in direction.indices { direction[place] -= mean }
        }
        return direction
    }

    /// The length of what each head adds, and what it adds to the logit: the product of attention's output, in the parts
    /// that it is the sum of. A norm behind it is held as it was, too.
    private func heads(
        of number: Int, _ pass: ResidualPass.Layer, _ direction: [Double], count: Int, _ compute: Compute
    ) -> (lengths: [Float], logits: [Float]) {
        let (matrix, norm) = (layers[number].attentionOutput, layers[number].attentionPostNorm)
        let size = matrix.columns / count
        let scale = norm.map { $0.scale(of: pass.attentionOutput) } ?? 1
        var (squares, logits) = ([Double](repeating: 0, count: count), [Double](repeating: 0, count: count))
        withUnsafeTemporaryAllocation(of: Float.self, capacity: matrix.columns) { row in
            for place in 0..<matrix.rows {
                matrix.row(place, kernels: compute.kernels, into: row.baseAddress!)
                let weight = norm.map { scale * Double($0.weight.pointer[place]) } ?? 1
                for head in 0..<count {
                    var sum = 0.0
                    for column in head * size..<(head + 1) * size {
                        sum += Double(row[column]) * Double(pass.mix[column])
                    }
                    sum *= weight
                    squares[head] += sum * sum
                    logits[head] += direction[place] * sum
                }
            }
        }
        return (squares.map { Float($0.squareRoot()) }, logits.map { Float($0) })
    }

    private func row(of matrix: PackedMatrix, _ row: Int, _ compute: Compute) -> [Float] {
        [Float](unsafeUninitializedCapacity: matrix.columns) { values, count in
            matrix.row(row, kernels: compute.kernels, into: values.baseAddress!)
            count = matrix.columns
        }
    }
}

// MARK: the vocabulary

extension ResidualWeights {
    /// √Σx² of each token's row of the embedding.
    public func embeddingLengths(_ compute: Compute) -> [Float] {
        var lengths = [Float](repeating: 0, count: embedding.rows)
        lengths.withUnsafeMutableBufferPointer { lengths in
            compute.eachToken(embedding.rows) { lengths[$0] = length(row(of: embedding, $0, compute)) }
        }
        return lengths
    }

    /// The tokens whose rows of the embedding point most nearly where a token's own does, nearest first; the token itself is
    /// left out, and rows of zeros, which point nowhere.
    ///
    /// - Parameter lengths: of all rows, as ``embeddingLengths(_:)`` gives them.
    public func neighbours(
        of token: Int, count: Int, lengths: [Float], compute: Compute
    ) -> [(id: Int, cosine: Float)] {
        let own = row(of: embedding, token, compute)
        var products = [Float](repeating: 0, count: embedding.rows)
        own.withUnsafeBufferPointer { own in
            products.withUnsafeMutableBufferPointer { products in
                compute.multiply(own.baseAddress!, tokens: 1, Product(embedding, products.baseAddress!))
            }
        }
        var best: [(id: Int, cosine: Float)] = []
        for id in products.indices where id != token {
            let lengths = lengths[id] * lengths[token]
            if lengths == 0 { continue }
            let cosine = products[id] / lengths
            if best.count == count, let last = best.last, cosine <= last.cosine { continue }
            let place = best.firstIndex { $0.cosine < cosine } ?? best.count
            best.insert((id, cosine), at: place)
            if best.count > count { best.removeLast() }
        }
        return best
    }
}

private func length(_ values: [Float]) -> Float {
    Float(values.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot())
}

private func dot(_ direction: [Double], _ values: [Float]) -> Double {
    var sum = 0.0
    for place in direction.indices { sum += direction[place] * Double(values[place]) }
    return sum
}
