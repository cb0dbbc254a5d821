// What is known of each architecture's shape before its files are read: one row for each.
internal import ModelFiles

/// How an architecture differs from a llama in what costs something, and what its configuration calls its sizes.
struct ShapeFamily: Sendable {
    let names: [String]
    var keys = ShapeKeys()
    var traits = ModelTraits()
    /// The MLP is this many times as wide as the hidden state where the files do not say.
    var mlpFactor: Int?
    var isTiedWhenAbsent = false
    var headSizeWhenAbsent: Int?
    /// Flags of a folder that say whether projections have biases.
    var readsBiases = false
    /// Which layers see a window, of so many keys, where the files have no list.
    var windows = WindowRule.none

    static let all: [ShapeFamily] = [
        ShapeFamily(names: ["llama"], readsBiases: true),
        ShapeFamily(names: ["mistral"], windows: .all),
        ShapeFamily(names: ["qwen2"], traits: ModelTraits { $0.queryKeyValueBias = true }, windows: .fromLayer),
        ShapeFamily(
            names: ["qwen3"], traits: ModelTraits { $0.queryKeyNorm = .eachHead }, readsBiases: true,
            windows: .fromLayer),
        ShapeFamily(
            names: ["gemma2"], traits: ModelTraits { $0.normsOfLayer = 4 }, isTiedWhenAbsent: true,
            headSizeWhenAbsent: 256, windows: .every(2, usual: 4096)),
        ShapeFamily(
            names: ["gemma3", "gemma3_text"],
            traits: ModelTraits {
                $0.normsOfLayer = 4
                $0.queryKeyNorm = .eachHead
            }, isTiedWhenAbsent: true, headSizeWhenAbsent: 256, windows: .every(6, usual: 4096)),
        ShapeFamily(names: ["phi3"], windows: .all),
        ShapeFamily(names: ["smollm3"], isTiedWhenAbsent: true, readsBiases: true),
        ShapeFamily(names: ["olmo2"], traits: ModelTraits { $0.queryKeyNorm = .allHeads }, readsBiases: true),
        ShapeFamily(
            names: ["gpt2"], keys: .gpt2,
            traits: ModelTraits {
                $0.isGated = false
                $0.normsHaveBias = true
                $0.queryKeyValueBias = true
                $0.outputBias = true
                $0.mlpBias = true
                $0.learnsPositions = true
            }, mlpFactor: 4, isTiedWhenAbsent: true),
        ShapeFamily(
            names: ["bert"],
            traits: ModelTraits {
                $0.isGated = false
                $0.normsHaveBias = true
                $0.queryKeyValueBias = true
                $0.outputBias = true
                $0.mlpBias = true
                $0.learnsPositions = true
                $0.tokenTypes = 2
                $0.isEncoder = true
            }, isTiedWhenAbsent: true),
    ]

    /// The row of an architecture; nil for one that nothing is known of.
    static func named(_ name: String) -> ShapeFamily? { all.first { $0.names.contains(name) } }
}

/// Which layers see a window.
enum WindowRule: Sendable {
    case none
    /// All, where the files give a width.
    case all
    /// From a layer on that the files name, where they switch it on (Qwen).
    case fromLayer
    /// All but each so manieth, with a usual width (Gemma).
    case every(Int, usual: Int)
}

/// What files call the sizes.
struct ShapeKeys: Sendable {
    var vocabulary = SettingKey("vocab_size", "vocab_size", "text_config.vocab_size")
    var context = SettingKey("context_length", "max_position_embeddings", "text_config.max_position_embeddings")
    var layers = SettingKey("block_count", "num_hidden_layers", "text_config.num_hidden_layers")
    var hidden = SettingKey("embedding_length", "hidden_size", "text_config.hidden_size")
    var heads = SettingKey("attention.head_count", "num_attention_heads", "text_config.num_attention_heads")
    var keyValueHeads = SettingKey(
        "attention.head_count_kv", "num_key_value_heads", "text_config.num_key_value_heads")
    var headSize = SettingKey("attention.key_length", "head_dim", "text_config.head_dim")
    var mlp = SettingKey("feed_forward_length", "intermediate_size", "text_config.intermediate_size")
    var isTied = SettingKey(nil, "tie_word_embeddings", "text_config.tie_word_embeddings")

    static let gpt2 = ShapeKeys(
        context: SettingKey("context_length", "n_positions", "n_ctx"), layers: SettingKey("block_count", "n_layer"),
        hidden: SettingKey("embedding_length", "n_embd"), heads: SettingKey("attention.head_count", "n_head"),
        mlp: SettingKey("feed_forward_length", "n_inner"))
}

extension ModelTraits {
    /// A llama's, changed.
    init(_ change: (inout ModelTraits) -> Void) {
        self.init()
        change(&self)
    }
}
