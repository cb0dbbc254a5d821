// smollm3 (Hugging Face 2025): a llama in which every fourth layer turns nothing: it has no positions but the order that
// attention's causality gives (NoPE, Kazemnejad et al. 2023).

enum SmolLM3 {
    static let architecture = Architecture(
        "smollm3",
        DecoderRecipe(pairs: ByFormat(gguf: .neighbours, huggingFace: .halves), tiedWhenAbsent: true) {
            (settings, own) throws(TransformerError) in
            let layers = own.sizes.layers
            try own.readBiases(settings, mlp: true)
            let interval = try settings.period(SettingKey(nil, "no_rope_layer_interval"), whenAbsent: 4)
            let turning = try settings.integers(SettingKey(nil, "no_rope_layers"))
            if let turning, turning.count != layers {
                throw .unsupported(
                    file: settings.file, what: "a list no_rope_layers of \(turning.count) for \(layers) layers")
            }
            let usual = try own.usualRotary(settings)
            var rotary: [RotarySettings?] = []
            for layer in 0..<layers {
                // The list says 1 for a layer that turns.
                let turns = turning.map { $0[layer] != 0 } ?? ((layer + 1) % interval != 0)
                rotary.append(turns ? usual : nil)
            }
            own.rotary = rotary
            if settings.format == .huggingFace {
                let isUsed = try settings.bool(SettingKey(nil, "use_sliding_window")) ?? false
                let window = try settings.window()
                try own.readLayerKinds(settings, window: isUsed ? window : nil) { rotary[$0] == nil }
            }
        })
}
