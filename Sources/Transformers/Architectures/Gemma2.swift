// gemma2 (Gemma Team 2024): embeddings scaled by √hiddenSize, norms with 1 + w before and behind attention and MLP, a GELU
// gate, every other layer windowed, scores and logits capped.

enum Gemma2 {
    static let architecture = Architecture(
        "gemma2",
        Gemma.recipe(names: Gemma.names) { (settings, own) throws(TransformerError) in
            let scoreKey = SettingKey("attn_logit_softcapping", "attn_logit_softcapping")
            let logitKey = SettingKey("final_logit_softcapping", "final_logit_softcapping")
            own.attentionCap = try Gemma.cap(settings, scoreKey, whenAbsent: 50)
            own.logitCap = try Gemma.cap(settings, logitKey, whenAbsent: 30)
            try Gemma.readAttention(settings, &own, layersOfLargest: 46)
            try own.readLayerKinds(settings, window: try settings.window(whenAbsent: 4096)) { $0 % 2 == 0 }
        })
}

/// What the models of the family share.
enum Gemma {
    /// A llama's names, with norms behind attention and MLP: in folders the name of the norm before the MLP is theirs.
    static let names = DecoderNames.llama.withPostNorms.changed { _ in
    } huggingFace: {
        $0.mlpNorm = "pre_feedforward_layernorm.weight"
    }

    static func recipe(
        names: ByFormat<DecoderNames>, bidirectional: Bool = false,
        _ details: @escaping @Sendable (ModelSettings, inout DecoderConfiguration) throws(TransformerError) -> Void
    ) -> DecoderRecipe {
        DecoderRecipe(
            names: names, activation: .gelu, activationKey: SettingKey(nil, "hidden_activation", "hidden_act"),
            // A folder's norms multiply by 1 + w; a GGUF file holds the sums.
            normOffset: ByFormat(gguf: 0, huggingFace: 1), tiedWhenAbsent: true, headSizeWhenAbsent: 256,
            withoutEffect: ByFormat(
                gguf: KnownSettings(always: ["attention.layer_norm_epsilon"]),
                huggingFace: KnownSettings(
                    always: ["cache_implementation"], only: ["use_bidirectional_attention": ["false"]]))
        ) { (settings, own) throws(TransformerError) in
            own.embeddingScale = Float(Double(own.sizes.hiddenSize).squareRoot())
            try own.readBiases(settings)
            try details(settings, &own)
        }
    }

    /// A cap; nil where a folder says null, or a GGUF file 0.
    static func cap(
        _ settings: ModelSettings, _ key: SettingKey, whenAbsent: Float?
    ) throws(TransformerError) -> Float? {
        if settings.isNull(key) { return nil }
        guard let value = try settings.double(key) else { return whenAbsent }
        return settings.format == .gguf && value == 0 ? nil : Float(value)
    }

    /// What scores are multiplied with: 1/√query_pre_attn_scalar. A GGUF file has no such setting; all models of a family
    /// have the head size there but for the largest, which is known by its layers, as in llama.cpp.
    static func readAttention(
        _ settings: ModelSettings, _ own: inout DecoderConfiguration, layersOfLargest: Int
    ) throws(TransformerError) {
        var divisor = 256.0
        switch settings.format {
        case .huggingFace: divisor = try settings.double(SettingKey(nil, "query_pre_attn_scalar")) ?? divisor
        case .gguf:
            let sizes = own.sizes
            let isLargest = sizes.layers == layersOfLargest
            divisor = Double(isLargest ? sizes.hiddenSize / sizes.heads : sizes.headSize)
        }
        own.attentionScale = Float(1 / divisor.squareRoot())
    }
}
