// The weights of GPT-2, from GGUF names or Hugging Face names (whose matrices are stored as (input, output)).
internal import Kernels
internal import ModelFiles

struct GPT2Weights {
    struct Layer {
        let attentionNorm, attentionNormBias: FloatBuffer  // (hiddenSize)
        let queryKeyValue: PackedMatrix  // (3 · hiddenSize, hiddenSize): queries, keys, values one after another
        let queryKeyValueBias: FloatBuffer  // (3 · hiddenSize)
        let output: PackedMatrix  // (hiddenSize, hiddenSize)
        let outputBias: FloatBuffer  // (hiddenSize)
        let mlpNorm, mlpNormBias: FloatBuffer  // (hiddenSize)
        let up: PackedMatrix  // (mlpWidth, hiddenSize)
        let upBias: FloatBuffer  // (mlpWidth)
        let down: PackedMatrix  // (hiddenSize, mlpWidth)
        let downBias: FloatBuffer  // (hiddenSize)
    }

    let embedding: PackedMatrix  // (vocabulary, hiddenSize)
    let positions: PackedMatrix  // (contextLength, hiddenSize)
    let layers: [Layer]
    let finalNorm, finalNormBias: FloatBuffer  // (hiddenSize)
    /// The embedding itself where the model ties them.
    let output: PackedMatrix  // (vocabulary, hiddenSize)
    let summary: WeightSummary

    struct Names {
        let embedding, positions, finalNorm, output: String
        let attentionNorm, queryKeyValue, attentionOutput, mlpNorm, up, down: String
        let layerPrefix: @Sendable (Int) -> String
        /// The file holds (input, output).
        let transposed: Bool

        static let gguf = Names(
            embedding: "token_embd", positions: "position_embd", finalNorm: "output_norm", output: "output",
            attentionNorm: "attn_norm", queryKeyValue: "attn_qkv", attentionOutput: "attn_output", mlpNorm: "ffn_norm",
            up: "ffn_up", down: "ffn_down", layerPrefix: { "blk.\($0)." }, transposed: false)

        /// `prefix` is "transformer." in files that transformers saved, and empty in the original ones.
        static func huggingFace(prefix: String) -> Names {
            Names(
                embedding: prefix + "wte", positions: prefix + "wpe", finalNorm: prefix + "ln_f", output: "lm_head",
                attentionNorm: "ln_1", queryKeyValue: "attn.c_attn", attentionOutput: "attn.c_proj", mlpNorm: "ln_2",
                up: "mlp.c_fc", down: "mlp.c_proj", layerPrefix: { "\(prefix)h.\($0)." }, transposed: true)
        }
    }

    /// - Parameter tied: the output is the embedding; nil to decide by whether the file has an output matrix.
    init(
        _ source: any TensorSource, _ names: Names, _ configuration: Configuration, tied: Bool?, pool: ThreadPool
    ) throws(TransformerError) {
        var load = WeightLoader(source, pool)
        let (hidden, vocabulary) = (configuration.hiddenSize, configuration.vocabularySize)
        embedding = try load.matrix(names.embedding + ".weight", rows: vocabulary, columns: hidden)
        positions = try load.matrix(names.positions + ".weight", rows: configuration.contextLength, columns: hidden)
        var layers: [Layer] = []
        for number in 0..<configuration.layers {
            layers.append(try Self.layer(&load, names, names.layerPrefix(number), configuration))
        }
        self.layers = layers
        finalNorm = try load.vector(names.finalNorm + ".weight", count: hidden)
        finalNormBias = try load.vector(names.finalNorm + ".bias", count: hidden)
        let hasOutput = try load.has(names.output + ".weight")
        output =
            tied ?? !hasOutput
            ? embedding : try load.matrix(names.output + ".weight", rows: vocabulary, columns: hidden)
        // The causal mask, and an output that the embedding stands in for.
        try load.refuseOthers {
            $0.hasSuffix(".attn.bias") || $0.hasSuffix(".attn.masked_bias")
                || tied == true && $0 == names.output + ".weight"
        }
        summary = load.summary
    }

    private static func layer(
        _ load: inout WeightLoader, _ names: Names, _ prefix: String, _ configuration: Configuration
    ) throws(TransformerError) -> Layer {
        let (hidden, wide, transposed) = (configuration.hiddenSize, configuration.mlpWidth, names.transposed)
        return Layer(
            attentionNorm: try load.vector(prefix + names.attentionNorm + ".weight", count: hidden),
            attentionNormBias: try load.vector(prefix + names.attentionNorm + ".bias", count: hidden),
            queryKeyValue: try load.matrix(
                prefix + names.queryKeyValue + ".weight", rows: 3 * hidden, columns: hidden, transposed: transposed),
            queryKeyValueBias: try load.vector(prefix + names.queryKeyValue + ".bias", count: 3 * hidden),
            output: try load.matrix(
                prefix + names.attentionOutput + ".weight", rows: hidden, columns: hidden, transposed: transposed),
            outputBias: try load.vector(prefix + names.attentionOutput + ".bias", count: hidden),
            mlpNorm: try load.vector(prefix + names.mlpNorm + ".weight", count: hidden),
            mlpNormBias: try load.vector(prefix + names.mlpNorm + ".bias", count: hidden),
            up: try load.matrix(prefix + names.up + ".weight", rows: wide, columns: hidden, transposed: transposed),
            upBias: try load.vector(prefix + names.up + ".bias", count: wide),
            down: try load.matrix(prefix + names.down + ".weight", rows: hidden, columns: wide, transposed: transposed),
            downBias: try load.vector(prefix + names.down + ".bias", count: hidden))
    }
}
