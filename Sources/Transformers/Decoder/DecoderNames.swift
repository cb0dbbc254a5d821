// What the files of a decoder call its tensors. A tensor that has no name here is one that the decoder does not have: the
// names say which norms there are, and whether matrices lie in one tensor.

/// The names of a decoder's tensors in one file format.
struct DecoderNames: Sendable {
    var embedding, finalNorm, output: String
    // Of a layer, behind `layerPrefix`.
    /// Before the projections of attention.
    var attentionNorm: String?
    var query, key, value, attentionOutput: String
    /// One tensor with the rows of queries, keys and values; those three have no tensors of their own then.
    var queryKeyValue: String?
    /// Of queries and keys before they are turned.
    var queryNorm, keyNorm: String?
    /// Of the attention output before it is added.
    var attentionPostNorm: String?
    /// Before the MLP.
    var mlpNorm: String?
    var gate, up, down: String
    /// One tensor with the rows of gate and up.
    var gateUp: String?
    /// Of the MLP's output before it is added.
    var mlpPostNorm: String?
    var layerPrefix: @Sendable (Int) -> String

    /// The names of a llama, which most others keep.
    static let llama = ByFormat(gguf: llamaGGUF, huggingFace: llamaFolder)

    private static let llamaGGUF = DecoderNames(
        embedding: "token_embd.weight", finalNorm: "output_norm.weight", output: "output.weight",
        attentionNorm: "attn_norm.weight", query: "attn_q.weight", key: "attn_k.weight", value: "attn_v.weight",
        attentionOutput: "attn_output.weight", mlpNorm: "ffn_norm.weight", gate: "ffn_gate.weight",
        up: "ffn_up.weight", down: "ffn_down.weight", layerPrefix: { "blk.\($0)." })
    private static let llamaFolder = DecoderNames(
        embedding: "model.embed_tokens.weight", finalNorm: "model.norm.weight", output: "lm_head.weight",
        attentionNorm: "input_layernorm.weight", query: "self_attn.q_proj.weight", key: "self_attn.k_proj.weight",
        value: "self_attn.v_proj.weight", attentionOutput: "self_attn.o_proj.weight",
        mlpNorm: "post_attention_layernorm.weight", gate: "mlp.gate_proj.weight", up: "mlp.up_proj.weight",
        down: "mlp.down_proj.weight", layerPrefix: { "model.layers.\($0)." })
}

extension ByFormat<DecoderNames> {
    /// The same names but for those that `change` sets.
    func changed(
        gguf change: (inout DecoderNames) -> Void, huggingFace other: (inout DecoderNames) -> Void
    ) -> ByFormat {
        var (first, second) = (gguf, huggingFace)
        change(&first)
        other(&second)
        return ByFormat(gguf: first, huggingFace: second)
    }

    /// With norms of queries and keys.
    var withQueryKeyNorms: ByFormat {
        changed {
            ($0.queryNorm, $0.keyNorm) = ("attn_q_norm.weight", "attn_k_norm.weight")
        } huggingFace: {
            ($0.queryNorm, $0.keyNorm) = ("self_attn.q_norm.weight", "self_attn.k_norm.weight")
        }
    }

    /// With norms of what attention and the MLP give, before it is added.
    var withPostNorms: ByFormat {
        changed {
            ($0.attentionPostNorm, $0.mlpPostNorm) = ("post_attention_norm.weight", "post_ffw_norm.weight")
        } huggingFace: {
            ($0.attentionPostNorm, $0.mlpPostNorm) = (
                "post_attention_layernorm.weight", "post_feedforward_layernorm.weight"
            )
        }
    }
}
