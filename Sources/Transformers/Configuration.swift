// The sizes that every model has, checked. What only one architecture has stands in that architecture's file.
public import Traces

/// The sizes of a model, as its file gives them.
public struct Configuration: Sendable {
    /// The architecture's name, as files give it: "llama", "gpt2".
    public var architecture: String
    /// What the model is called.
    public var name: String
    /// Token ids, and so the logits of a position.
    public var vocabularySize: Int
    /// The most positions that a text may fill.
    public var contextLength: Int
    /// Transformer layers.
    public var layers: Int
    /// Floats of a token's hidden state.
    public var hiddenSize: Int
    /// Query heads of a layer.
    public var heads: Int
    /// Divides `heads`; equal to it without grouped-query attention.
    public var keyValueHeads: Int
    /// Floats of a head's query, key or value.
    public var headSize: Int
    /// Which keys the queries of each layer see.
    public var attention = AttentionPatterns([])
    /// Whether the model makes logits of its hidden states. An encoder that was saved without its head does not.
    public var hasHead = true
    /// The ids that end generation; may be empty.
    public var endTokens: [Int] = []
    /// The id that stands before a text; nil when the model has none.
    public var beginToken: Int?

    /// Whether tokens see what comes after them: such a model reads a whole text at once and cannot go on writing it.
    public var isEncoder: Bool { attention.layers.contains(.full) }

    /// Floats of a token's queries in one layer: (heads, headSize).
    public var queryWidth: Int { heads * headSize }
    /// Floats of a token's keys, or of its values, in one layer: (keyValueHeads, headSize).
    public var keyValueWidth: Int { keyValueHeads * headSize }

    /// Bytes the keys and values of `positions` take: 2 · layers · key/value heads · head size · positions · 4.
    public func cacheByteCount(positions: Int) -> Int64 {
        Int64(2 * layers * keyValueHeads) * Int64(headSize * MemoryLayout<Float>.stride) * Int64(positions)
    }

    /// Throws when the numbers do not make a model; everything later relies on what is checked here.
    func check(file: String) throws(TransformerError) {
        if let problem = problem(file) { throw problem }
    }

    private func problem(_ file: String) -> TransformerError? {
        var sizes: [(name: String, value: Int, range: ClosedRange<Int>)] = [
            ("vocabulary size", vocabularySize, 1...ModelInfo.largestVocabulary),
            ("context length", contextLength, 1...16_000_000),
            ("number of layers", layers, 1...ModelInfo.largestDepth), ("hidden size", hiddenSize, 1...65_536),
            ("number of heads", heads, 1...ModelInfo.largestDepth),
            ("number of key/value heads", keyValueHeads, 1...max(1, heads)),
            ("head size", headSize, 1...1024),
        ]
        let special = endTokens + (beginToken.map { [$0] } ?? [])
        sizes += special.map { ("special token id", $0, 0...max(0, vocabularySize - 1)) }
        for size in sizes where !size.range.contains(size.value) {
            return .sizeOutOfRange(file: file, name: size.name, value: size.value, range: size.range)
        }
        return heads % keyValueHeads == 0
            ? nil : .headsDoNotDivide(file: file, heads: heads, keyValueHeads: keyValueHeads)
    }
}

/// What is wrong with an MLP's width; nil when nothing is.
func widthProblem(_ width: Int, _ file: String) -> TransformerError? {
    let range = 1...1_048_576
    return range.contains(width) ? nil : .sizeOutOfRange(file: file, name: "MLP width", value: width, range: range)
}

/// What is wrong with the number that a norm adds below its root; nil when nothing is.
func epsilonProblem(_ value: Float, _ file: String) -> TransformerError? {
    value.isFinite && value >= 0 ? nil : .badNumber(file: file, name: "norm epsilon", value: Double(value))
}

/// What an architecture's files call the sizes that every model has.
struct SizeKeys: Sendable {
    let contextLength, layers, hiddenSize, heads: SettingKey
    /// As many as there are heads where the setting is absent.
    let keyValueHeads: SettingKey
    /// The hidden size shared among the heads where the setting is absent.
    let headSize: SettingKey
}

extension Configuration {
    /// Reads and checks the sizes.
    ///
    /// - Parameter attention: the pattern of a layer.
    init(
        _ contents: ModelContents, _ keys: SizeKeys, attention: (_ layer: Int) -> AttentionPattern
    ) throws(TransformerError) {
        let source = ShapeSource(
            settings: contents.settings, architecture: contents.architecture.name, name: contents.name,
            vocabularySize: contents.vocabularySize)
        try self.init(source, keys, attention: attention)
        (endTokens, beginToken) = (contents.endTokens, contents.beginToken)
        try check(file: source.settings.file)
    }

    /// Reads and checks what settings alone say.
    init(
        _ source: ShapeSource, _ keys: SizeKeys, attention: (_ layer: Int) -> AttentionPattern
    ) throws(TransformerError) {
        let settings = source.settings
        let heads = try settings.requiredInt(keys.heads)
        let hidden = try settings.requiredInt(keys.hiddenSize)
        self.init(
            architecture: source.architecture, name: source.name, vocabularySize: source.vocabularySize,
            contextLength: try settings.requiredInt(keys.contextLength), layers: try settings.requiredInt(keys.layers),
            hiddenSize: hidden, heads: heads, keyValueHeads: try settings.int(keys.keyValueHeads) ?? heads,
            headSize: try settings.int(keys.headSize) ?? (heads > 0 ? hidden / heads : 0))
        try check(file: settings.file)
        self.attention = AttentionPatterns((0..<layers).map(attention))
    }
}
