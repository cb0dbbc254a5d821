// phi3 (Abdin et al. 2024; Phi-4 too): queries, keys and values in one tensor, gate and up in another; in the models for
// long texts each pair of a head turns by a factor of its own, and in some only the first part of a head is turned.

enum Phi3 {
    static let architecture = Architecture(
        "phi3",
        DecoderRecipe(
            names: DecoderNames.llama.changed {
                ($0.queryKeyValue, $0.gateUp) = ("attn_qkv.weight", "ffn_up.weight")
            } huggingFace: {
                ($0.queryKeyValue, $0.gateUp) = ("self_attn.qkv_proj.weight", "mlp.gate_up_proj.weight")
            }, epsilonWhenAbsent: 1e-5
        ) { (settings, own) throws(TransformerError) in
            for object in ["rope_scaling", "rope_parameters"] {
                try settings.refuse(
                    SettingKey(nil, object + ".rope_type", object + ".type"), "the rotary type",
                    unless: ["default", "longrope", "su"])
            }
            try own.readLayerKinds(settings, window: try settings.window()) { _ in true }
            own.turnAllLayers(
                by: try settings.rotary(
                    headSize: own.sizes.headSize, contextLength: own.sizes.contextLength, partial: true))
            if settings.format == .gguf {
                let key = SettingKey("rope.scaling.original_context_length")
                let original = try settings.int(key) ?? own.sizes.contextLength
                let isLong = own.sizes.contextLength > original
                if isLong { settings.noteLongFactors(from: Double(original)) }
                own.rotaryFactors = isLong ? "rope_factors_long.weight" : "rope_factors_short.weight"
            }
        })
}
