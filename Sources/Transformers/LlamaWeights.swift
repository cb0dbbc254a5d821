// The weights of the llama architecture, from GGUF names or Hugging Face names.
internal import Kernels
internal import ModelFiles

struct LlamaWeights {
    struct Layer {
        let attentionNorm: FloatBuffer  // (hiddenSize)
        let query: PackedMatrix  // (queryWidth, hiddenSize)
        let key: PackedMatrix  // (keyValueWidth, hiddenSize)
        let value: PackedMatrix  // (keyValueWidth, hiddenSize)
        let output: PackedMatrix  // (hiddenSize, queryWidth)
        let mlpNorm: FloatBuffer  // (hiddenSize)
        let gate: PackedMatrix  // (mlpWidth, hiddenSize)
        let up: PackedMatrix  // (mlpWidth, hiddenSize)
        let down: PackedMatrix  // (hiddenSize, mlpWidth)
    }

    let embedding: PackedMatrix  // (vocabulary, hiddenSize)
    let layers: [Layer]
    let finalNorm: FloatBuffer  // (hiddenSize)
    /// The embedding itself where the model ties them.
    let output: PackedMatrix  // (vocabulary, hiddenSize)
    let summary: WeightSummary

    /// The names of the tensors; `layer` puts the layer's number in.
    struct Names {
        let embedding, finalNorm, output: String
        let attentionNorm, query, key, value, attentionOutput, mlpNorm, gate, up, down: String
        let layerPrefix: @Sendable (Int) -> String

        static let gguf = Names(
            embedding: "token_embd.weight", finalNorm: "output_norm.weight", output: "output.weight",
            attentionNorm: "attn_norm.weight", query: "attn_q.weight", key: "attn_k.weight", value: "attn_v.weight",
            attentionOutput: "attn_output.weight", mlpNorm: "ffn_norm.weight", gate: "ffn_gate.weight",
            up: "ffn_up.weight", down: "ffn_down.weight", layerPrefix: { "blk.\($0)." })

        static let huggingFace = Names(
            embedding: "model.embed_tokens.weight", finalNorm: "model.norm.weight", output: "lm_head.weight",
            attentionNorm: "input_layernorm.weight", query: "self_attn.q_proj.weight", key: "self_attn.k_proj.weight",
            value: "self_attn.v_proj.weight", attentionOutput: "self_attn.o_proj.weight",
            mlpNorm: "post_attention_layernorm.weight", gate: "mlp.gate_proj.weight", up: "mlp.up_proj.weight",
            down: "mlp.down_proj.weight", layerPrefix: { "model.layers.\($0)." })
    }

    /// - Parameter tied: the output is the embedding; nil to decide by whether the file has an output matrix.
    init(
        _ source: any TensorSource, _ names: Names, _ configuration: Configuration, tied: Bool?, pool: ThreadPool
    ) throws(TransformerError) {
        var load = WeightLoader(source, pool)
        let (hidden, vocabulary) = (configuration.hiddenSize, configuration.vocabularySize)
        embedding = try load.matrix(names.embedding, rows: vocabulary, columns: hidden)
        var layers: [Layer] = []
        for number in 0..<configuration.layers {
            let prefix = names.layerPrefix(number)
            layers.append(
                Layer(
                    attentionNorm: try load.vector(prefix + names.attentionNorm, count: hidden),
                    query: try load.matrix(prefix + names.query, rows: configuration.queryWidth, columns: hidden),
                    key: try load.matrix(prefix + names.key, rows: configuration.keyValueWidth, columns: hidden),
                    value: try load.matrix(prefix + names.value, rows: configuration.keyValueWidth, columns: hidden),
                    output: try load.matrix(
                        prefix + names.attentionOutput, rows: hidden, columns: configuration.queryWidth),
                    mlpNorm: try load.vector(prefix + names.mlpNorm, count: hidden),
                    gate: try load.matrix(prefix + names.gate, rows: configuration.mlpWidth, columns: hidden),
                    up: try load.matrix(prefix + names.up, rows: configuration.mlpWidth, columns: hidden),
                    down: try load.matrix(prefix + names.down, rows: hidden, columns: configuration.mlpWidth)))
        }
        self.layers = layers
        finalNorm = try load.vector(names.finalNorm, count: hidden)
        let hasOutput = try load.has(names.output)
        output = tied ?? !hasOutput ? embedding : try load.matrix(names.output, rows: vocabulary, columns: hidden)
        // Frequencies that are computed, and an output that the embedding stands in for.
        try load.refuseOthers { $0.hasSuffix(".rotary_emb.inv_freq") || tied == true && $0 == names.output }
        summary = load.summary
    }
}
