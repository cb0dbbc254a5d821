// mistral (Jiang et al. 2023): a llama all of whose layers look back over a window, where the file has one. A name of
// folders; GGUF files of it are called llama.

enum Mistral {
    static let architecture = Architecture(
        "mistral",
        DecoderRecipe(pairs: ByFormat(gguf: .neighbours, huggingFace: .halves)) {
            (settings, own) throws(TransformerError) in
            // A folder that does not say it means the first model's; null is none.
            let usual = settings.format == .gguf ? nil : 4096
            try own.readLayerKinds(settings, window: try settings.window(whenAbsent: usual)) { _ in true }
        })
}
