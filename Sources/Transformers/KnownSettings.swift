// Settings that change none of the numbers a pass computes. What a pass asks for is used; what stands here is without
// effect, some of it only at certain values; anything else is refused by name, as it may change the numbers.
internal import JSONText
internal import ModelFiles

/// Keys without effect on the logits.
struct KnownSettings: Sendable {
    /// At any value.
    var always: Set<String> = []
    /// At these values, written as ``valueText(_:)`` does; null, and an absent key, always are.
    var only: [String: [String]] = [:]
    /// Keys that begin or end like this, at any value.
    var prefixes: [String] = []
    var suffixes: [String] = []

    func adding(_ more: KnownSettings) -> KnownSettings {
        var all = self
        all.always.formUnion(more.always)
        for (key, values) in more.only { all.only[key] = values }
        all.prefixes += more.prefixes
        all.suffixes += more.suffixes
        return all
    }

    fileprivate func hasNoEffect(_ key: String) -> Bool {
        always.contains(key) || prefixes.contains(where: key.hasPrefix) || suffixes.contains(where: key.hasSuffix)
    }

    /// What every config.json may hold.
    static let folder = KnownSettings(
        always: [
            // The file and the program that wrote it.
            "architectures", "auto_map", "dtype", "model_type", "name_or_path", "tokenizer_class", "torch_dtype",
            "transformers_version", "transformers.js_config", "unsloth_fixed", "unsloth_version", "is_llama_config",
            // Special tokens, read by others.
            "bos_token_id", "cls_token_id", "decoder_start_token_id", "eos_token_id", "mask_token_id", "pad_token_id",
            "sep_token_id", "unk_token_id",
            // Training.
            "gradient_checkpointing", "initializer_range", "neftune_noise_alpha", "use_bfloat16",
            // How a program runs it.
            "attn_implementation", "chunk_size_feed_forward", "is_decoder", "keys_to_ignore_at_inference",
            "max_window_layers",
            "num_logits_to_keep", "output_attentions", "output_hidden_states", "pretraining_tp", "return_dict",
            "tf_legacy_loss", "tie_encoder_decoder", "torchscript", "use_cache", "use_flash_attention",
            "use_flash_attn",
            // Other tasks than writing on.
            "classifier_bias", "finetuning_task", "id2label", "label2id", "num_labels", "prefix", "problem_type",
            "task_specific_params",
            // Sampling, which these programs keep elsewhere today.
            "bad_words_ids", "begin_suppress_tokens", "diversity_penalty", "do_sample", "early_stopping",
            "encoder_no_repeat_ngram_size", "encoder_repetition_penalty", "epsilon_cutoff", "eta_cutoff",
            "exponential_decay_length_penalty", "forced_bos_token_id", "forced_eos_token_id", "length_penalty",
            "max_length", "max_new_tokens", "min_length", "no_repeat_ngram_size", "num_beam_groups", "num_beams",
            "num_return_sequences", "output_scores", "penalty_alpha", "remove_invalid_values", "repetition_penalty",
            "return_dict_in_generate", "suppress_tokens", "temperature", "top_k", "top_p", "typical_p",
        ],
        only: [
            "add_cross_attention": ["false"], "is_encoder_decoder": ["false"], "layer_types": ["[full_attention]"],
            "pruned_heads": ["{}"], "quantization_config": [], "rope_interleaved": ["false"], "sliding_window": [],
            "use_sliding_window": ["false"],
        ],
        prefixes: ["_", "summary_"], suffixes: ["_dropout", "_dropout_prob", "_pdrop"])

    /// What every GGUF file may hold under its architecture's name.
    static let gguf = KnownSettings(
        always: [
            "vocab_size", "classifier.output_labels", "pooling_type", "rope.scaling.finetuned", "tensor_data_layout",
        ],
        only: [
            "attention.causal": ["true"], "attention.clamp_kqv": ["0"], "attention.max_alibi_bias": ["0"],
            "attention.scale": ["0"], "attention.sliding_window": ["0"], "attn_logit_softcapping": ["0"],
            "embedding_scale": ["0", "1"], "expert_count": ["0"], "expert_shared_count": ["0"],
            "expert_used_count": ["0"], "final_logit_softcapping": ["0"], "leading_dense_block_count": ["0"],
            "logit_scale": ["0", "1"], "nextn_predict_layers": ["0"], "residual_scale": ["0", "1"],
            // llama.cpp computes with these values whatever a llama's file says.
            "rope.scaling.yarn_beta_fast": ["32"], "rope.scaling.yarn_beta_slow": ["1"],
            "rope.scaling.yarn_attn_factor": ["1"], "rope.scaling.yarn_ext_factor": ["-1"],
            "rope.scaling.yarn_log_multiplier": ["0"], "use_parallel_residual": ["false"],
        ])
}

extension ModelSettings {
    /// Throws when the file holds a setting that was not asked for and is not known to be without effect.
    func refuseUnknown(folder: KnownSettings, gguf: KnownSettings) throws(TransformerError) {
        switch source {
        case .huggingFace(let values):
            let known = KnownSettings.folder.adding(folder)
            for (key, value) in values.values.members where !value.isNull {
                try refuse(key, shown: key, valueText(value), known)
            }
        case .gguf(let file, let prefix):
            let known = KnownSettings.gguf.adding(gguf)
            for (key, value) in file.metadata where key.hasPrefix(prefix) {
                try refuse(String(key.dropFirst(prefix.count)), shown: key, valueText(value), known)
            }
        }
    }

    private func refuse(
        _ key: String, shown: String, _ value: String, _ known: KnownSettings
    ) throws(TransformerError) {
        if isUsed(shown) || known.hasNoEffect(key) { return }
        let values = known.only[key]
        if let values, values.contains(value) { return }
        throw .unknownSetting(file: file, key: shown, value: value, known: values)
    }
}

/// A value in a word: "true", "1" (also of 1.0), "gelu", "{}", and for a list its different values: "[a, b]".
private func valueText(_ value: JSONValue) -> String {
    switch value {
    case .null: return "null"
    case .bool(let flag): return "\(flag)"
    case .number(let text): return value.double.map(numberText) ?? text
    case .string(let text): return text
    case .array(let values):
        var texts: [String] = []
        for text in values.map(valueText) where !texts.contains(text) && texts.count < 4 { texts.append(text) }
        return "[\(texts.joined(separator: ", "))]"
    case .object(let object): return object.count == 0 ? "{}" : "an object"
    }
}

private func valueText(_ value: GGUFValue) -> String {
    switch value {
    case .unsigned(let number): "\(number)"
    case .signed(let number): "\(number)"
    case .float(let number): numberText(Double(number))
    case .double(let number): numberText(number)
    case .bool(let flag): "\(flag)"
    case .string(let string): String(decoding: string.bytes, as: UTF8.self)
    case .strings, .numbers, .arrays: value.kind
    }
}

private func numberText(_ number: Double) -> String {
    Int64(exactly: number).map { "\($0)" } ?? "\(number)"
}
