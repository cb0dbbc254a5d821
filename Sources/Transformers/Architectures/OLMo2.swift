// olmo2 (OLMo Team 2025): no norms before attention and MLP but behind them, and queries and keys normalised all heads
// together.

enum OLMo2 {
    static let architecture = Architecture(
        "olmo2",
        DecoderRecipe(
            names: DecoderNames.llama.withQueryKeyNorms.withPostNorms.changed {
                ($0.attentionNorm, $0.mlpNorm) = (nil, nil)
            } huggingFace: {
                ($0.attentionNorm, $0.mlpNorm) = (nil, nil)
            }, normsEachHead: false, epsilonWhenAbsent: 1e-5
        ) { (settings, own) throws(TransformerError) in try own.readBiases(settings) })
}
