// qwen2 (Yang et al. 2024; Qwen2.5 too): biases on queries, keys and values, and in some models a window in the later
// layers.

enum Qwen2 {
    static let architecture = Architecture(
        "qwen2",
        DecoderRecipe(hasAttentionBias: true) { (settings, own) throws(TransformerError) in
            try readWindow(settings, &own)
        })

    /// The window of Qwen's models: from layer `max_window_layers` on, where `use_sliding_window` says so.
    static func readWindow(_ settings: ModelSettings, _ own: inout DecoderConfiguration) throws(TransformerError) {
        guard settings.format == .huggingFace else { return }
        let isUsed = try settings.bool(SettingKey(nil, "use_sliding_window")) ?? false
        let first = try settings.int(SettingKey(nil, "max_window_layers")) ?? 28
        try own.readLayerKinds(settings, window: isUsed ? try settings.window(whenAbsent: 4096) : nil) { $0 >= first }
    }
}
