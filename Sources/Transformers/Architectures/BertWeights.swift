// BERT's configuration and weights, and what files call them.
internal import Kernels
internal import ModelFiles
internal import Traces

struct BertConfiguration {
    var sizes: Configuration
    var mlpWidth: Int
    /// Kinds of segments that a token may be of; a single text is of the first.
    var tokenTypes: Int
    var normEpsilon: Float
}

extension BertConfiguration {
    static let sizeKeys = SizeKeys(
        contextLength: SettingKey("context_length", "max_position_embeddings"),
        layers: SettingKey("block_count", "num_hidden_layers"),
        hiddenSize: SettingKey("embedding_length", "hidden_size"),
        heads: SettingKey("attention.head_count", "num_attention_heads"),
        keyValueHeads: SettingKey("attention.head_count_kv"), headSize: SettingKey("attention.key_length"))
    static let mlpWidthKey = SettingKey("feed_forward_length", "intermediate_size")
    private static let epsilonKey = SettingKey("attention.layer_norm_epsilon", "layer_norm_eps")
    private static let tokenTypesKey = SettingKey(nil, "type_vocab_size")

    init(_ contents: ModelContents) throws(TransformerError) {
        let settings = contents.settings
        try settings.refuse(SettingKey(nil, "hidden_act"), "the activation function", unless: ["gelu"])
        try settings.refuse(SettingKey(nil, "position_embedding_type"), unless: ["absolute"])
        for key in [SettingKey("attention.causal"), SettingKey(nil, "is_decoder")] {
            if try settings.bool(key) != true { continue }
            throw .unsupported(file: settings.file, what: "BERT that sees only what came before")
        }
        let heads = try settings.requiredInt(Self.sizeKeys.heads)
        let hidden = try settings.requiredInt(Self.sizeKeys.hiddenSize)
        if heads < 1 || hidden < 1 || hidden % heads != 0 {
            throw .hiddenSizeDoesNotDivide(file: settings.file, hiddenSize: hidden, heads: heads)
        }
        sizes = try Configuration(contents, Self.sizeKeys) { _ in .full }
        mlpWidth = try settings.int(Self.mlpWidthKey, or: ByFormat(gguf: nil, huggingFace: nil))
        normEpsilon = Float(try settings.double(Self.epsilonKey, or: ByFormat(gguf: nil, huggingFace: 1e-12)))
        tokenTypes = try Self.tokenTypes(contents)
        try settings.refuseExperts()
        settings.markAsUsed(BertWeights.tiedKey)
        try settings.refuseUnknown(
            folder: KnownSettings(
                always: ["directionality", "model_max_length"],
                prefixes: ["pooler_"]),
            gguf: KnownSettings(always: ["attention.value_length"]))
        try check(file: settings.file)
    }

    /// GGUF files say it by the tensor's shape alone.
    private static func tokenTypes(_ contents: ModelContents) throws(TransformerError) -> Int {
        if contents.format == .huggingFace {
            return try contents.settings.int(tokenTypesKey, or: ByFormat(gguf: nil, huggingFace: 2))
        }
        do throws(ModelFileError) {
            return try contents.tensors.requiredTensor(named: BertWeights.Names.gguf.tokenTypes + ".weight").rows
        } catch {
            throw .file(error)
        }
    }

    /// Throws when the numbers do not make a BERT.
    private func check(file: String) throws(TransformerError) {
        if let problem = widthProblem(mlpWidth, file) { throw problem }
        if let problem = epsilonProblem(normEpsilon, file) { throw problem }
        if !(1...1024).contains(tokenTypes) {
            throw .sizeOutOfRange(file: file, name: "number of token types", value: tokenTypes, range: 1...1024)
        }
        if sizes.queryWidth != sizes.hiddenSize || sizes.keyValueHeads != sizes.heads {
            let heads =
                "\(sizes.heads) heads of \(sizes.headSize) numbers, \(sizes.keyValueHeads) of them for keys and values"
            throw .unsupported(file: file, what: "BERT with \(heads), in a hidden size of \(sizes.hiddenSize)")
        }
    }
}

struct BertWeights {
    /// W and b of W x + b.
    struct Linear {
        let weight: PackedMatrix  // (outputs, inputs)
        let bias: FloatBuffer  // (outputs)
    }

    /// Weight and bias of a LayerNorm, each (hiddenSize).
    struct Norm {
        let weight, bias: FloatBuffer
    }

    struct Layer {
        let query, key, value, output: Linear  // (hiddenSize, hiddenSize)
        let attentionNorm: Norm
        let up: Linear  // (mlpWidth, hiddenSize)
        let down: Linear  // (hiddenSize, mlpWidth)
        let outputNorm: Norm
    }

    /// What makes a token's hidden state into logits; a model that only gives hidden states has none.
    struct Head {
        let transform: Linear  // (hiddenSize, hiddenSize)
        let norm: Norm
        /// The embedding itself where the model ties them.
        let output: PackedMatrix  // (vocabulary, hiddenSize)
        let bias: FloatBuffer  // (vocabulary)
    }

    let embedding: PackedMatrix  // (vocabulary, hiddenSize)
    let positions: PackedMatrix  // (contextLength, hiddenSize)
    let tokenTypes: PackedMatrix  // (tokenTypes, hiddenSize)
    let embeddingNorm: Norm
    let layers: [Layer]
    let head: Head?
    let summary: WeightSummary

    static let tiedKey = SettingKey(nil, "tie_word_embeddings")

    struct Names {
        let embedding, positions, tokenTypes, embeddingNorm: String
        let query, key, value, attentionOutput, attentionNorm, up, down, outputNorm: String
        let layerPrefix: @Sendable (Int) -> String

        static let gguf = Names(
            embedding: "token_embd", positions: "position_embd", tokenTypes: "token_types",
            embeddingNorm: "token_embd_norm", query: "attn_q", key: "attn_k", value: "attn_v",
            attentionOutput: "attn_output", attentionNorm: "attn_output_norm", up: "ffn_up", down: "ffn_down",
            outputNorm: "layer_output_norm", layerPrefix: { "blk.\($0)." })

        static let huggingFace = Names(
            embedding: "bert.embeddings.word_embeddings", positions: "bert.embeddings.position_embeddings",
            tokenTypes: "bert.embeddings.token_type_embeddings", embeddingNorm: "bert.embeddings.LayerNorm",
            query: "attention.self.query", key: "attention.self.key", value: "attention.self.value",
            attentionOutput: "attention.output.dense", attentionNorm: "attention.output.LayerNorm",
            up: "intermediate.dense", down: "output.dense", outputNorm: "output.LayerNorm",
            layerPrefix: { "bert.encoder.layer.\($0)." })
    }

    init(_ contents: ModelContents, _ own: BertConfiguration, pool: ThreadPool) throws(TransformerError) {
        // A model saved without its head has no "bert." before the names.
        let basePrefix = ByFormat(gguf: "", huggingFace: "bert.")[contents.format]
        var load = WeightLoader(contents, basePrefix: basePrefix, pool)
        let names = ByFormat(gguf: Names.gguf, huggingFace: Names.huggingFace)[contents.format]
        let (rows, hidden) = (own.sizes.vocabularySize, own.sizes.hiddenSize)
        let tied = try contents.settings.bool(Self.tiedKey) ?? true
        let stem = "cls.predictions."
        let embeddingName = names.embedding + ".weight"
        // Files of the GGUF format have no place for a head. Where a part of one is, all of it must be.
        if contents.format == .huggingFace, load.source.tensorNames.contains(where: { $0.hasPrefix(stem) }) {
            let output: PackedMatrix
            (embedding, output) = try load.vocabulary(
                embedding: embeddingName, output: stem + "decoder.weight", tied: tied, rows: rows, columns: hidden)
            // Tied, the output's bias is the head's own; a file of an output of its own may hold both.
            let (first, second) = (stem + "bias", stem + "decoder.bias")
            let (hasFirst, hasSecond) = (try load.has(first), try load.has(second))
            let bias = hasSecond && (!tied || !hasFirst) ? second : first
            head = Head(
                transform: try Self.linear(&load, stem + "transform.dense", hidden, hidden),
                norm: try Self.norm(&load, stem + "transform.LayerNorm", hidden), output: output,
                bias: try load.vector(bias, count: rows))
        } else {
            embedding = try load.matrix(embeddingName, rows: rows, columns: hidden)
            head = nil
        }
        positions = try load.matrix(names.positions + ".weight", rows: own.sizes.contextLength, columns: hidden)
        tokenTypes = try load.matrix(names.tokenTypes + ".weight", rows: own.tokenTypes, columns: hidden)
        embeddingNorm = try Self.norm(&load, names.embeddingNorm, hidden)
        var layers: [Layer] = []
        for number in 0..<own.sizes.layers {
            layers.append(try Self.layer(&load, names, names.layerPrefix(number), own))
        }
        self.layers = layers
        // The pooler serves other tasks, and so does the guess whether one sentence follows another.
        summary = load.finished {
            $0.hasSuffix("position_ids") || $0.hasPrefix("pooler.") || $0.hasPrefix("bert.pooler.")
                || $0.hasPrefix("cls.seq_relationship.") || $0 == stem + "decoder.bias" || $0 == stem + "bias"
        }
    }

    private static func layer(
        _ load: inout WeightLoader, _ names: Names, _ prefix: String, _ own: BertConfiguration
    ) throws(TransformerError) -> Layer {
        let (hidden, wide) = (own.sizes.hiddenSize, own.mlpWidth)
        return Layer(
            query: try linear(&load, prefix + names.query, hidden, hidden),
            key: try linear(&load, prefix + names.key, hidden, hidden),
            value: try linear(&load, prefix + names.value, hidden, hidden),
            output: try linear(&load, prefix + names.attentionOutput, hidden, hidden),
            attentionNorm: try norm(&load, prefix + names.attentionNorm, hidden),
            up: try linear(&load, prefix + names.up, wide, hidden),
            down: try linear(&load, prefix + names.down, hidden, wide),
            outputNorm: try norm(&load, prefix + names.outputNorm, hidden))
    }

    private static func linear(
        _ load: inout WeightLoader, _ name: String, _ outputs: Int, _ inputs: Int
    ) throws(TransformerError) -> Linear {
        Linear(
            weight: try load.matrix(name + ".weight", rows: outputs, columns: inputs),
            bias: try load.vector(name + ".bias", count: outputs))
    }

    /// The oldest files call the two gamma and beta.
    private static func norm(
        _ load: inout WeightLoader, _ name: String, _ count: Int
    ) throws(TransformerError) -> Norm {
        let isOld = try load.has(name + ".gamma")
        return Norm(
            weight: try load.vector(name + (isOld ? ".gamma" : ".weight"), count: count),
            bias: try load.vector(name + (isOld ? ".beta" : ".bias"), count: count))
    }
}
