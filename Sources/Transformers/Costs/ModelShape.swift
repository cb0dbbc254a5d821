// The sizes of a model that its costs follow from: parameters, bytes, multiply-adds. No weights are needed.

/// What a model is built of, as numbers: of a model's files, of a configuration alone, or known by name.
public struct ModelShape: Equatable, Sendable {
    /// What the model is called.
    public var name: String
    /// What files call its architecture: `llama`, `qwen2`, `bert`.
    public var architecture: String
    /// Rows of the embedding.
    public var vocabularySize: Int
    /// The most positions that the model was made for.
    public var contextLength: Int
    /// Transformer layers.
    public var layers: Int
    /// Numbers of a token's hidden state.
    public var hiddenSize: Int
    /// Query heads of a layer.
    public var heads: Int
    /// Heads whose keys and values are kept; divides `heads`.
    public var keyValueHeads: Int
    /// Numbers of a head's query, key or value.
    public var headSize: Int
    /// Numbers between the MLP's projections.
    public var mlpWidth: Int
    /// How far back each layer looks; nil for a layer that sees all. As many as there are layers.
    public var windows: [Int?]
    /// Whether the logits are made with the embedding's own weights.
    public var isTied: Bool
    /// Bits that one weight of a matrix takes, on average.
    public var bitsPerWeight: Double
    /// In what the architecture differs from a llama.
    public var traits: ModelTraits
}

/// The parts of an architecture that hold parameters beside the large matrices, and which way its attention looks.
public struct ModelTraits: Equatable, Sendable {
    /// Where the vectors that normalise queries and keys stand.
    public enum QueryKeyNorm: Equatable, Sendable {
        /// Nowhere.
        case none
        /// One of a head's size for all query heads, one for all key heads.
        case eachHead
        /// Over all heads together.
        case allHeads
    }

    /// Whether the MLP has a gate beside its two projections.
    public var isGated = true
    /// Whether norms have a bias beside their weights (LayerNorm; RMSNorm has none).
    public var normsHaveBias = false
    /// Norms of a layer, each of the hidden size.
    public var normsOfLayer = 2
    /// Norms before the first layer or after the last.
    public var normsBeside = 1
    /// The norms of queries and keys.
    public var queryKeyNorm = QueryKeyNorm.none
    /// Biases of queries, keys and values.
    public var queryKeyValueBias = false
    /// A bias of the attention's output projection.
    public var outputBias = false
    /// Biases of the MLP's projections.
    public var mlpBias = false
    /// An embedding for each position up to the context length.
    public var learnsPositions = false
    /// Embeddings of token types, beside those of tokens.
    public var tokenTypes = 0
    /// Whether attention looks both ways and nothing is generated token by token.
    public var isEncoder = false
    /// A square projection with its norm before the logits, and a bias on them (BERT's head for masks).
    public var hasMaskHead = false

    /// A llama's.
    public init() {}
}

extension ModelShape {
    /// Numbers of a token's queries in one layer.
    public var queryWidth: Int64 { Int64(heads) * Int64(headSize) }
    /// Numbers of a token's keys, or of its values, in one layer.
    public var keyValueWidth: Int64 { Int64(keyValueHeads) * Int64(headSize) }
    /// Layers that see everything, and those that see a window.
    public var windowedLayers: Int { windows.count { $0 != nil } }
}
