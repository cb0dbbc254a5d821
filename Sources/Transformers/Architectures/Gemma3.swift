// gemma3 (Gemma Team 2025), the models of text: as gemma2, with norms of queries and keys in place of the cap on scores,
// five windowed layers to one that sees all, and two rotary bases: one for each kind of layer.
internal import JSONText
internal import ModelFiles

enum Gemma3 {
    static let architecture = Architecture(
        "gemma3", alsoCalled: ["gemma3_text"],
        Gemma.recipe(names: Gemma.names.withQueryKeyNorms) { (settings, own) throws(TransformerError) in
            let logitKey = SettingKey("final_logit_softcapping", "final_logit_softcapping")
            own.logitCap = try Gemma.cap(settings, logitKey, whenAbsent: nil)
            try Gemma.readAttention(settings, &own, layersOfLargest: 62)
            try readLayers(settings, &own)
        })

    private static func readLayers(
        _ settings: ModelSettings, _ own: inout DecoderConfiguration
    ) throws(TransformerError) {
        let window = try settings.window(whenAbsent: settings.format == .huggingFace ? 4096 : nil)
        let patternKey = SettingKey("attention.sliding_window_pattern", "sliding_window_pattern")
        let period = try settings.period(patternKey, whenAbsent: 6)
        try own.readLayerKinds(settings, window: window) { ($0 + 1) % period != 0 }
        try checkObject(settings)
        // An older folder has one object, for the layers that see all, and the two bases beside it.
        var all = RotaryKeys(usualBase: 1_000_000, objects: ["rope_scaling", "rope_parameters.full_attention"])
        all.base = SettingKey("rope.freq_base", "rope_theta")
        let near = RotaryKeys(
            base: SettingKey("rope.freq_base_swa", "rope_local_base_freq"),
            objects: ["rope_parameters.sliding_attention"], isScaled: false)
        let (size, context) = (own.sizes.headSize, own.sizes.contextLength)
        let far = try settings.rotary(headSize: size, contextLength: context, in: all)
        let close = try settings.rotary(headSize: size, contextLength: context, in: near)
        var rotary: [RotarySettings?] = []
        for layer in 0..<own.sizes.layers { rotary.append(own.isWindowed(layer) ? close : far) }
        own.rotary = rotary
    }

    /// Throws when `rope_parameters` is something else than an object for each kind of layer.
    private static func checkObject(_ settings: ModelSettings) throws(TransformerError) {
        let name = "rope_parameters"
        guard case .huggingFace(let values) = settings.source, let value = values[name] else { return }
        guard let object = value.object else {
            throw .file(.wrongType(file: settings.file, key: name, found: value.kind, expected: "an object or null"))
        }
        for (key, value) in object.members where key != "full_attention" && key != "sliding_attention" {
            throw .unknownSetting(file: settings.file, key: "\(name).\(key)", value: value.kind, known: nil)
        }
    }
}
