// qwen3 (Yang et al. 2025): each head's queries and keys are normalised before they are turned, and the size of a head is
// free of the hidden size.

enum Qwen3 {
    static let architecture = Architecture(
        "qwen3",
        DecoderRecipe(names: DecoderNames.llama.withQueryKeyNorms, headSizeWhenAbsent: 128) {
            (settings, own) throws(TransformerError) in
            try own.readBiases(settings)
            try Qwen2.readWindow(settings, &own)
        })
}
