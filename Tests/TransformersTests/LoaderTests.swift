// What a model's files may hold: tensors under several names, some without a place, and settings that are refused.
import Kernels
import Testing

@testable import ModelFiles
@testable import Transformers

@Suite struct LoaderTests {
    /// A model's tensors under other names, without some, and with copies of some.
    private struct Changed: TensorSource {
        let base: any TensorSource
        /// New name to old.
        var names: [String: String]
        var name: String { base.name }
        var tensors: [TensorView] {
            names.sorted { $0.key < $1.key }.map { name, old in
                let view = base.tensors.first { $0.name == old }!
                return TensorView(
                    name: name, type: view.type, shape: view.shape, elementCount: view.elementCount, bytes: view.bytes,
                    owner: view.owner)
            }
        }

        func tensor(named name: String) throws(ModelFileError) -> TensorView? { tensors.first { $0.name == name } }

        init(_ base: any TensorSource) {
            self.base = base
            names = Dictionary(uniqueKeysWithValues: base.tensors.map { ($0.name, $0.name) })
        }
    }

    private func refusal(_ body: () throws -> Void) -> String? {
        do {
            try body()
            return nil
        } catch { return "\(error)" }
    }

    /// Loads a folder of the fixtures with other settings and other tensors.
    private func load(
        _ folder: String, replacing text: String = "", by other: String = "",
        _ change: (inout [String: String]) -> Void
    ) throws -> any Transformer {
        try withFolder(folder, replacing: text, by: other) { folder in
            var contents = try ModelContents(folder, name: nil)
            var changed = Changed(folder)
            change(&changed.names)
            contents.tensors = TensorTable(changed)
            return try contents.architecture.make(contents, Compute(threads: 1))
        }
    }

    /// The notes about a model that is loaded with one tensor more.
    private func notes(_ folder: String = "llama-grouped", with name: String, like other: String) throws -> [String] {
        try load(folder) { $0[name] = other }.weights.notes
    }

    /// Opens a folder of the fixtures with other text in its config.json.
    private func withFolder<T>(
        _ name: String, replacing text: String, by other: String, _ body: (ModelFolder) throws -> T
    ) throws -> T {
        let path = try Fixture.path(name)
        let config = try MappedFile(path: path + "/config.json")
        var bytes = Array(String(decoding: config.bytes, as: UTF8.self).replacing(text, with: other).utf8)
        return try bytes.withUnsafeMutableBytes { memory in
            let files = [
                "config.json": MappedFile(memory: UnsafeRawBufferPointer(memory), name: "config.json"),
                "model.safetensors": try MappedFile(path: path + "/model.safetensors"),
            ]
            return try body(try ModelFolder(files: files, name: name))
        }
    }

    @Test func tensorsWithoutAPlaceAreNoted() throws {
        func note(_ tensors: String) -> [String] { ["the model has no place for \(tensors): not used"] }
        let bias = "model.layers.0.self_attn.q_proj.bias"
        #expect(try notes(with: bias, like: "model.norm.weight") == note("1 tensor (\"\(bias)\")"))
        #expect(try notes(with: "evil\u{1B}[2J", like: "model.norm.weight") == note("1 tensor (\"evil\\u{1B}[2J\")"))
        #expect(try notes("gpt2-tied", with: "x", like: "transformer.ln_f.bias") == note("1 tensor (\"x\")"))
        let fewer = try load("llama-grouped", replacing: "hidden_layers\": 2", by: "hidden_layers\": 1") { _ in }
        #expect(fewer.weights.notes.count == 1)
        #expect(fewer.weights.notes[0].hasPrefix("the model has no place for 9 tensors (\"model.layers.1."))
        #expect(fewer.weights.notes[0].hasSuffix(" and 6 more): not used"))
        // What transformers leaves out without a word.
        #expect(try notes(with: "model.layers.0.self_attn.rotary_emb.inv_freq", like: "model.norm.weight") == [])
        #expect(try notes("gpt2-tied", with: "transformer.h.0.attn.bias", like: "transformer.wpe.weight") == [])
        #expect(try notes("gpt2-tied", with: "transformer.h.0.attn.masked_bias", like: "transformer.ln_f.bias") == [])
    }

    private let ids = [3, 17, 60, 2, 9]

    /// Names with and without the base model's prefix, and with it once too often, are the same model.
    @Test func theBasePrefixMayBeMissing() throws {
        for (folder, prefix) in [("llama-grouped", "model."), ("gpt2-tied", "transformer.")] {
            let whole = try load(folder) { _ in }.logits(ids)
            let without = try load(folder) { names in
                for name in names.keys where name.hasPrefix(prefix) {
                    names[String(name.dropFirst(prefix.count))] = names.removeValue(forKey: name)
                }
            }
            #expect(without.weights.notes == [])
            #expect(sameBits(without.logits(ids), whole))
            let twice = try load(folder) { names in
                for name in names.keys { names[prefix + name] = names.removeValue(forKey: name) }
            }
            #expect(sameBits(twice.logits(ids), whole))
        }
        #expect(
            refusal { _ = try load("llama-grouped") { $0["model.norm.weight"] = nil } }?.contains("missing") == true)
    }

    /// As in transformers: two matrices that differ are not tied, one that is alone serves as both.
    @Test func tiedMatricesAreCompared() throws {
        let (tied, untied) = ("\"tie_word_embeddings\": true", "\"tie_word_embeddings\": false")
        let (embedding, head) = ("model.embed_tokens.weight", "lm_head.weight")
        let own = try load("llama-grouped") { _ in }
        let other = try load("llama-grouped", replacing: untied, by: tied) { _ in }
        #expect(sameBits(own.logits(ids), other.logits(ids)))
        #expect(other.weights.notes.count == 1 && other.weights.notes[0].contains("another matrix"))
        let same = try load("llama-grouped", replacing: untied, by: tied) { $0[head] = embedding }
        let without = try load("llama-grouped", replacing: untied, by: tied) { $0[head] = nil }
        let alone = try load("llama-grouped", replacing: untied, by: tied) {
            ($0[head], $0[embedding]) = (embedding, nil)
        }
        #expect(!sameBits(without.logits(ids), own.logits(ids)))
        for model in [same, alone] {
            #expect(sameBits(model.logits(ids), without.logits(ids)))
            #expect(model.weights.notes == [])
            #expect(model.weights.parameters == without.weights.parameters, "one matrix")
        }
        #expect(refusal { _ = try load("llama-grouped") { $0[head] = nil } }?.contains(head) == true)
        #expect(refusal { _ = try load("llama-grouped") { $0[embedding] = nil } }?.contains(embedding) == true)
        let gpt2 = try load("gpt2-untied", replacing: untied, by: tied) { _ in }
        #expect(sameBits(gpt2.logits(ids), try load("gpt2-untied") { _ in }.logits(ids)))
        #expect(gpt2.weights.notes.count == 1)
    }

    /// What becomes of a folder whose config.json has another value for a key.
    private func folder(_ name: String, replacing text: String, by other: String) throws -> String? {
        let config = try MappedFile(path: try Fixture.path(name) + "/config.json")
        try #require(String(decoding: config.bytes, as: UTF8.self).contains(text))
        return try withFolder(name, replacing: text, by: other) { folder in
            refusal { _ = try loadTransformer(folder, compute: Compute(threads: 1)) }
        }
    }

    @Test func settingsThatChangeTheNumbersAreRefused() throws {
        let llama = [
            ("\"rope_type\": \"default\"", "\"rope_type\": \"linear\"", "rope_parameters.factor"),
            ("\"rope_type\": \"default\"", "\"rope_type\": \"spiral\"", "spiral"),
            ("\"rope_type\": \"default\"", "\"rope_twist\": 2", "rope_parameters.rope_twist"),
            ("\"rope_type\": \"default\"", "\"partial_rotary_factor\": 0.5", "rotary"),
            ("\"use_cache\": true", "\"logit_scale\": 2", "\"logit_scale\" (here \"2\")"),
            ("\"use_cache\": true", "\"sliding_window\": 16", "\"sliding_window\" is \"16\""),
            ("\"use_cache\": true", "\"is_encoder_decoder\": true", "is_encoder_decoder"),
            ("\"use_cache\": true", "\"quantization_config\": {\"bits\": 4}", "quantization_config"),
            ("\"use_cache\": true", "\"evil\\u001b[2J\": 4", "evil"),
            ("\"hidden_act\": \"silu\"", "\"hidden_act\": \"gelu\"", "gelu"),
            ("\"attention_bias\": false", "\"attention_bias\": true", "model.layers.0.self_attn.q_proj.bias"),
            ("\"mlp_bias\": false", "\"mlp_bias\": true", "model.layers.0.mlp.gate_proj.bias"),
            ("\"model_type\": \"llama\"", "\"model_type\": \"lla\\u001bma\"", "llama, gpt2"),
            ("\"head_dim\": 10", "\"head_dim\": 12", "shape"),
            ("\"num_attention_heads\": 4", "\"num_attention_heads\": 0", "1…1024"),
            ("\"num_hidden_layers\": 2", "\"num_hidden_layers\": 3", "model.layers.2."),
        ]
        for (text, other, expected) in llama {
            let message = try #require(try folder("llama-grouped", replacing: text, by: other), "\(other) was taken")
            #expect(message.contains(expected), "\(message)")
            #expect(!message.contains("\u{1B}"))
        }
        let gpt2 = [
            ("\"activation_function\": \"gelu_new\"", "\"activation_function\": \"relu\"", "relu"),
            ("\"scale_attn_weights\": true", "\"scale_attn_weights\": false", "scale_attn_weights"),
            (
                "\"scale_attn_by_inverse_layer_idx\": false", "\"scale_attn_by_inverse_layer_idx\": true",
                "scale_attn_by_inverse_layer_idx"
            ),
            ("\"n_head\": 3", "\"n_head\": 5", "divide"),
            ("\"n_head\": 3", "\"n_head\": 0", "divide"),
            ("\"n_positions\": 48", "\"n_positions\": 49", "shape"),
        ]
        for (text, other, expected) in gpt2 {
            let message = try #require(try folder("gpt2-tied", replacing: text, by: other), "\(other) was taken")
            #expect(message.contains(expected), "\(message)")
        }
        #expect(try folder("gpt2-tied", replacing: "\"vocab_size\": 64", by: "\"vocab_size\": 65") != nil)
    }

    @Test func settingsWithoutEffectAreTaken() throws {
        for setting in [
            "\"_name_or_path\": \"a/b\"", "\"torch_dtype\": \"float16\"", "\"hidden_dropout\": 0.5",
            "\"sliding_window\": null", "\"layer_types\": [\"full_attention\", \"full_attention\"]",
            "\"id2label\": {\"0\": \"a\"}", "\"temperature\": 0.2", "\"unheard_of\": null",
        ] {
            #expect(try folder("llama-grouped", replacing: "\"use_cache\": true", by: setting) == nil, "\(setting)")
        }
    }
}
