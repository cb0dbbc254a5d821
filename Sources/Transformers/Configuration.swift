// The sizes that every model has, checked. What only one architecture has stands in that architecture's file.
public import Traces

public struct Configuration: Sendable {
    /// The architecture's name, as files give it: "llama", "gpt2".
    public var architecture: String
    /// What the model is called.
    public var name: String
    public var vocabularySize: Int
    public var contextLength: Int
    public var layers: Int
    public var hiddenSize: Int
    public var heads: Int
    /// Divides `heads`; equal to it without grouped-query attention.
    public var keyValueHeads: Int
    public var headSize: Int
    /// Which keys the queries of each layer see.
    public var attention = AttentionPatterns([])
    public var endTokens: [Int] = []
    public var beginToken: Int?

    public var queryWidth: Int { heads * headSize }
    public var keyValueWidth: Int { keyValueHeads * headSize }

    /// Bytes the keys and values of `positions` take: 2 · layers · key/value heads · head size · positions · 4.
    public func cacheByteCount(positions: Int) -> Int {
        2 * layers * keyValueHeads * headSize * positions * MemoryLayout<Float>.stride
    }

    /// Throws when the numbers do not make a model; everything later relies on what is checked here.
    func checked(file: String) throws(TransformerError) -> Configuration {
        try require("vocabulary size", vocabularySize, in: 1...4_000_000, file)
        try require("context length", contextLength, in: 1...16_000_000, file)
        try require("number of layers", layers, in: 1...1024, file)
        try require("hidden size", hiddenSize, in: 1...65_536, file)
        try require("number of heads", heads, in: 1...1024, file)
        try require("number of key/value heads", keyValueHeads, in: 1...heads, file)
        try require("head size", headSize, in: 1...1024, file)
        for id in endTokens { try require("special token id", id, in: 0...vocabularySize - 1, file) }
        if let beginToken { try require("special token id", beginToken, in: 0...vocabularySize - 1, file) }
        if heads % keyValueHeads != 0 {
            throw .headsDoNotDivide(file: file, heads: heads, keyValueHeads: keyValueHeads)
        }
        return self
    }

    /// The widths of an MLP that are taken.
    static let mlpWidths = 1...1_048_576
}

/// Throws when a size is out of its range.
func require(_ name: String, _ value: Int, in range: ClosedRange<Int>, _ file: String) throws(TransformerError) {
    if !range.contains(value) { throw .sizeOutOfRange(file: file, name: name, value: value, range: range) }
}

/// Throws when a number that a norm adds below its root is none.
func requireEpsilon(_ value: Float, _ file: String) throws(TransformerError) {
    if !(value.isFinite && value >= 0) { throw .badNumber(file: file, name: "norm epsilon", value: Double(value)) }
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
        let settings = contents.settings
        let heads = try settings.requiredInt(keys.heads)
        let hidden = try settings.requiredInt(keys.hiddenSize)
        let sizes = Configuration(
            architecture: contents.architecture.name, name: contents.name, vocabularySize: contents.vocabularySize,
            contextLength: try settings.requiredInt(keys.contextLength), layers: try settings.requiredInt(keys.layers),
            hiddenSize: hidden, heads: heads, keyValueHeads: try settings.int(keys.keyValueHeads) ?? heads,
            headSize: try settings.int(keys.headSize) ?? (heads > 0 ? hidden / heads : 0),
            endTokens: contents.endTokens, beginToken: contents.beginToken)
        self = try sizes.checked(file: settings.file)
        self.attention = AttentionPatterns((0..<layers).map(attention))
    }
}
