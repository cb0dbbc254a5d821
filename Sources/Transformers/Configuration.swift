// The sizes and constants of a model, checked. Made by: the loaders. Read by: the forward passes, the cache, the trace.

/// The architectures that have a forward pass.
public enum Architecture: String, Sendable, CaseIterable {
    case llama, gpt2
}

/// How rotary embedding pairs the numbers of a head.
public enum RotaryPairs: Sendable {
    /// (0, 1), (2, 3), …: how GGUF files of the llama architecture order their rows.
    case neighbours
    /// (0, n/2), (1, n/2 + 1), …: how Hugging Face folders do.
    case halves
}

public struct Configuration: Sendable {
    public var architecture: Architecture
    public var name: String
    public var vocabularySize: Int
    public var contextLength: Int
    public var layers: Int
    public var hiddenSize: Int
    public var heads: Int
    /// Divides `heads`; equal to it without grouped-query attention.
    public var keyValueHeads: Int
    public var headSize: Int
    public var mlpWidth: Int
    public var normEpsilon: Float
    /// θ of the rotary frequencies θ^(−2i/headSize); unused by GPT-2.
    public var ropeBase: Double = 10_000
    public var ropePairs = RotaryPairs.neighbours
    public var endTokens: [Int] = []
    public var beginToken: Int?
    /// Whether the model expects its begin token before the text.
    public var addsBeginToken = false

    public var queryWidth: Int { heads * headSize }
    public var keyValueWidth: Int { keyValueHeads * headSize }

    /// Bytes the keys and values of `positions` take: 2 · layers · key/value heads · head size · positions · 4.
    public func cacheByteCount(positions: Int) -> Int {
        2 * layers * keyValueHeads * headSize * positions * MemoryLayout<Float>.stride
    }

    /// Throws when the numbers do not make a model; everything later relies on what is checked here.
    func checked(file: String) throws(TransformerError) -> Configuration {
        if let problem = sizeProblem(file) ?? shapeProblem(file) { throw problem }
        return self
    }

    /// The first size that is out of its range.
    private func sizeProblem(_ file: String) -> TransformerError? {
        var sizes: [(name: String, value: Int, range: ClosedRange<Int>)] = [
            ("vocabulary size", vocabularySize, 1...4_000_000), ("context length", contextLength, 1...16_000_000),
            ("number of layers", layers, 1...1024), ("hidden size", hiddenSize, 1...65_536),
            ("number of heads", heads, 1...1024), ("number of key/value heads", keyValueHeads, 1...max(1, heads)),
            ("head size", headSize, 1...1024), ("MLP width", mlpWidth, 1...1_048_576),
        ]
        let special = endTokens + (beginToken.map { [$0] } ?? [])
        sizes += special.map { ("special token id", $0, 0...max(0, vocabularySize - 1)) }
        return sizes.first { !$0.range.contains($0.value) }.map {
            .sizeOutOfRange(file: file, name: $0.name, value: $0.value, range: $0.range)
        }
    }

    /// What does not fit together.
    private func shapeProblem(_ file: String) -> TransformerError? {
        if heads % keyValueHeads != 0 {
            return .headsDoNotDivide(file: file, heads: heads, keyValueHeads: keyValueHeads)
        }
        // One matrix makes GPT-2's queries, keys and values, each as wide as the hidden state.
        if architecture == .gpt2 && (queryWidth != hiddenSize || keyValueHeads != heads) {
            let sizes = "\(heads) heads of \(headSize) numbers, \(keyValueHeads) of them for keys and values"
            return .unsupported(file: file, what: "GPT-2 with \(sizes), in a hidden size of \(hiddenSize)")
        }
        if architecture == .llama && headSize % 2 != 0 { return .oddHeadSize(file: file, headSize: headSize) }
        if architecture == .llama && !(ropeBase.isFinite && ropeBase > 0) {
            return .badNumber(file: file, name: "rotary base", value: ropeBase)
        }
        if !(normEpsilon.isFinite && normEpsilon >= 0) {
            return .badNumber(file: file, name: "norm epsilon", value: Double(normEpsilon))
        }
        return nil
    }
}
