// llama (Touvron et al. 2023; SmolLM2 is one), with which the common decoder began: nothing beside it but biases where a
// file has them. A GGUF file orders the rows of queries and keys so that neighbours are turned; Mistral's call themselves
// llama too, and may bring their window.

enum Llama {
    static let architecture = Architecture(
        "llama",
        DecoderRecipe(
            pairs: ByFormat(gguf: .neighbours, huggingFace: .halves),
            withoutEffect: ByFormat(
                gguf: KnownSettings(always: ["attention.layer_norm_epsilon"]),
                huggingFace: KnownSettings(always: ["max_sequence_length"]))
        ) { (settings, own) throws(TransformerError) in
            try own.readBiases(settings, mlp: true)
            if settings.format == .gguf {
                try own.readLayerKinds(settings, window: try settings.window()) { _ in true }
            }
        })
}
