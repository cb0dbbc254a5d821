// What a model costs, computed from its shape alone: parameters by part, bytes of weights and cache, multiply-adds.

/// The parameters of a model by part.
public struct ParameterCounts: Equatable, Sendable {
    /// The embeddings of tokens, and of positions and token types where the model learns them.
    public var embedding: Int64
    /// The projections of queries, keys and values and of the attention's output, biases and norms of queries and keys
    /// with them, of all layers.
    public var attention: Int64
    /// The MLPs of all layers, with their biases.
    public var mlp: Int64
    /// All norms of the hidden state.
    public var norms: Int64
    /// What makes logits and is not the embedding's own: 0 where it is shared.
    public var head: Int64

    /// All of them.
    public var total: Int64 { embedding + attention + mlp + norms + head }
}

/// Multiply-adds by part; the norms, activations and stages beside them do not count.
public struct MultiplyAdds: Equatable, Sendable {
    /// The projections of queries, keys, values and outputs: in proportion to the tokens.
    public var projections: Int64
    /// The MLPs: in proportion to the tokens.
    public var mlp: Int64
    /// Scores and mixes of the attention: as the square of the tokens, where no window ends it.
    public var attention: Int64
    /// The logits.
    public var head: Int64

    /// All of them.
    public var total: Int64 { projections + mlp + attention + head }
}

extension ModelShape {
    /// How many parameters each part has.
    public var parameters: ParameterCounts {
        let (hidden, layers, vocabulary) = (Int64(hiddenSize), Int64(layers), Int64(vocabularySize))
        let positions = traits.learnsPositions ? Int64(contextLength) : 0
        var attention = projectionWeights
        switch traits.queryKeyNorm {
        case .none: break
        case .eachHead: attention += 2 * Int64(headSize)
        case .allHeads: attention += queryWidth + keyValueWidth
        }
        if traits.queryKeyValueBias { attention += queryWidth + 2 * keyValueWidth }
        if traits.outputBias { attention += hidden }
        var mlp = mlpWeights
        if traits.mlpBias { mlp += hidden + (traits.isGated ? 2 : 1) * Int64(mlpWidth) }
        let norm = hidden * (traits.normsHaveBias ? 2 : 1)
        var head = isTied ? 0 : vocabulary * hidden
        if traits.hasMaskHead { head += hidden * hidden + hidden + norm + vocabulary }
        return ParameterCounts(
            embedding: (vocabulary + positions + Int64(traits.tokenTypes)) * hidden, attention: layers * attention,
            mlp: layers * mlp, norms: (layers * Int64(traits.normsOfLayer) + Int64(traits.normsBeside)) * norm,
            head: head)
    }

    /// Bytes of the weights at ``bitsPerWeight``.
    public var weightBytes: Int64 { Int64(Double(parameters.total) * bitsPerWeight / 8) }

    /// Bytes that the keys and values of `positions` take: what each layer still sees of them.
    ///
    /// - Parameter bytesPerNumber: 4 as here; 2 where a cache is kept in half precision.
    public func cacheBytes(positions: Int, bytesPerNumber: Int = 4) -> Int64 {
        if traits.isEncoder { return 0 }
        let kept = windows.reduce(Int64(0)) { $0 + Int64(min(positions, $1 ?? positions)) }
        return 2 * keyValueWidth * Int64(bytesPerNumber) * kept
    }

    /// Reading `tokens` at once: every token goes through the layers, and only the last one makes logits (of an encoder
    /// with a head, each).
    public func prefill(tokens: Int) -> MultiplyAdds {
        let count = Int64(tokens)
        return MultiplyAdds(
            projections: count * Int64(layers) * projectionWeights, mlp: count * Int64(layers) * mlpWeights,
            attention: windows.reduce(0) { $0 + 2 * queryWidth * pairs(tokens, window: $1) },
            head: traits.isEncoder ? (traits.hasMaskHead ? count * headWeights : 0) : headWeights)
    }

    /// One step of decoding whose token is the `context`th, itself included.
    public func decode(context: Int) -> MultiplyAdds {
        MultiplyAdds(
            projections: Int64(layers) * projectionWeights, mlp: Int64(layers) * mlpWeights,
            attention: windows.reduce(0) { $0 + 2 * queryWidth * Int64(min(context, $1 ?? context)) },
            head: headWeights)
    }

    /// Bytes that one step of decoding moves: all matrices once, one row of the embedding, the keys and values that it
    /// sees.
    public func decodeBytes(context: Int, bytesPerNumber: Int = 4) -> Int64 {
        let matrices = Int64(layers) * (projectionWeights + mlpWeights) + headWeights + Int64(hiddenSize)
        return Int64(Double(matrices) * bitsPerWeight / 8)
            + cacheBytes(positions: context, bytesPerNumber: bytesPerNumber)
    }

    /// Query and key pairs of a layer in a text of so many tokens.
    private func pairs(_ tokens: Int, window: Int?) -> Int64 {
        let count = Int64(tokens)
        if traits.isEncoder { return count * count }
        let seen = Int64(min(tokens, window ?? tokens))
        return seen * (seen + 1) / 2 + (count - seen) * seen
    }

    private var projectionWeights: Int64 { Int64(hiddenSize) * (2 * queryWidth + 2 * keyValueWidth) }
    private var mlpWeights: Int64 { Int64(hiddenSize) * Int64(mlpWidth) * (traits.isGated ? 3 : 2) }
    private var headWeights: Int64 {
        Int64(hiddenSize) * Int64(vocabularySize) + (traits.hasMaskHead ? Int64(hiddenSize) * Int64(hiddenSize) : 0)
    }
}

/// What a machine does a second.
public struct MachineSpeed: Equatable, Sendable {
    /// Bytes that it reads from memory.
    public var bytes: Double
    /// Multiply-adds of matrix products with many tokens.
    public var multiplyAdds: Double

    /// - Parameters:
    ///   - bytes: a second, read from memory.
    ///   - multiplyAdds: a second.
    public init(bytes: Double, multiplyAdds: Double) {
        self.bytes = bytes
        self.multiplyAdds = multiplyAdds
    }
}

extension ModelShape {
    /// The least seconds from a prompt to its first token: the slower of its arithmetic and of reading the weights once.
    public func secondsToFirstToken(prompt: Int, on speed: MachineSpeed) -> Double {
        max(Double(prefill(tokens: prompt).total) / speed.multiplyAdds, Double(weightBytes) / speed.bytes)
    }

    /// The least seconds of one step of decoding: the slower of what it computes and of what it moves.
    public func secondsPerToken(context: Int, on speed: MachineSpeed) -> Double {
        max(
            Double(decode(context: context).total) / speed.multiplyAdds,
            Double(decodeBytes(context: context)) / speed.bytes)
    }
}
