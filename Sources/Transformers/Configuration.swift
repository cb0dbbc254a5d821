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
        func check(_ name: String, _ value: Int, _ range: ClosedRange<Int>) throws(TransformerError) {
            if !range.contains(value) { throw .sizeOutOfRange(file: file, name: name, value: value, range: range) }
        }
        try check("vocabulary size", vocabularySize, 1...4_000_000)
        try check("context length", contextLength, 1...16_000_000)
        try check("number of layers", layers, 1...1024)
        try check("hidden size", hiddenSize, 1...65_536)
        try check("number of heads", heads, 1...1024)
        try check("number of key/value heads", keyValueHeads, 1...heads)
        try check("head size", headSize, 1...1024)
        try check("MLP width", mlpWidth, 1...1_048_576)
        if heads % keyValueHeads != 0 {
            throw .headsDoNotDivide(file: file, heads: heads, keyValueHeads: keyValueHeads)
        }
        // One matrix makes GPT-2's queries, keys and values, each as wide as the hidden state.
        if architecture == .gpt2 && (queryWidth != hiddenSize || keyValueHeads != heads) {
            throw .unsupported(
                file: file,
                what: "GPT-2 with \(heads) heads of \(headSize) numbers, \(keyValueHeads) of them for keys and values, "
                    + "in a hidden size of \(hiddenSize)")
        }
        if architecture == .llama && headSize % 2 != 0 { throw .oddHeadSize(file: file, headSize: headSize) }
        if architecture == .llama && !(ropeBase.isFinite && ropeBase > 0) {
            throw .badNumber(file: file, name: "rotary base", value: ropeBase)
        }
        if !(normEpsilon.isFinite && normEpsilon >= 0) {
            throw .badNumber(file: file, name: "norm epsilon", value: Double(normEpsilon))
        }
        for token in endTokens + (beginToken.map { [$0] } ?? []) {
            try check("special token id", token, 0...vocabularySize - 1)
        }
        return self
    }
}
