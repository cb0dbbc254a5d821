// What a model's files may hold: every weight is used, and settings that would change the numbers are refused.
import Kernels
import Testing

@testable import ModelFiles
@testable import Transformers

@Suite struct LoaderTests {
    /// A model's tensors and one more, a copy of another under a new name.
    private struct Extended: TensorSource {
        let base: any TensorSource
        let extra: TensorView
        var name: String { base.name }
        var tensors: [TensorView] { base.tensors + [extra] }

        func tensor(named name: String) throws(ModelFileError) -> TensorView? {
            name == extra.name ? extra : try base.tensor(named: name)
        }

        init(_ base: any TensorSource, _ name: String, like other: String) throws {
            self.base = base
            let view = try base.requiredTensor(named: other)
            extra = TensorView(
                name: name, type: view.type, shape: view.shape, elementCount: view.elementCount, bytes: view.bytes,
                owner: view.owner)
        }
    }

    private func refusal(_ body: () throws -> Void) -> String? {
        do {
            try body()
            return nil
        } catch { return "\(error)" }
    }

    /// What becomes of a llama whose folder has one tensor more.
    private func llama(_ name: String, like other: String, tied: Bool = false) throws -> String? {
        try extended("llama-grouped", name, like: other, tied: tied)
    }

    /// What becomes of a folder that has one tensor more.
    private func extended(_ folder: String, _ name: String, like other: String, tied: Bool) throws -> String? {
        let (from, to) = ("\"tie_word_embeddings\": \(!tied)", "\"tie_word_embeddings\": \(tied)")
        return try withFolder(folder, replacing: from, by: to) { folder in
            var contents = try ModelContents(folder, name: nil)
            contents.tensors = TensorTable(try Extended(folder, name, like: other))
            return refusal { _ = try contents.architecture.make(contents, Compute(threads: 1)) }
        }
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

    @Test func weightsThatThePassDoesNotUseAreRefused() throws {
        let bias = "model.layers.0.self_attn.q_proj.bias"
        let message = try #require(try llama(bias, like: "model.norm.weight"))
        #expect(message.hasSuffix("the tensor \"\(bias)\" is not supported"))
        #expect(try llama("model.layers.1.self_attn.q_norm.weight", like: "model.norm.weight") != nil)
        #expect(try llama("model.layers.2.mlp.up_proj.weight", like: "model.layers.1.mlp.up_proj.weight") != nil)
        #expect(try llama("evil\u{1B}[2J", like: "model.norm.weight")?.contains("\u{1B}") == false)
    }

    @Test func whatChangesNoNumberIsIgnored() throws {
        let frequencies = "model.layers.0.self_attn.rotary_emb.inv_freq"
        #expect(try llama(frequencies, like: "model.norm.weight") == nil)
        #expect(try llama("model.layers.0.self_attn.rotary_emb.inv_freq", like: "model.norm.weight", tied: true) == nil)
        for (name, other, good) in [
            ("lm_head.weight", "transformer.wte.weight", true),
            ("transformer.h.0.attn.bias", "transformer.wpe.weight", true),
            ("transformer.h.0.attn.masked_bias", "transformer.ln_f.bias", true),
            ("transformer.h.0.crossattention.c_proj.weight", "transformer.wpe.weight", false),
        ] {
            let message = try extended("gpt2-tied", name, like: other, tied: true)
            #expect((message == nil) == good, "\(name): \(message ?? "taken")")
        }
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
            ("\"rope_type\": \"default\"", "\"rope_type\": \"yarn\"", "yarn"),
            ("\"hidden_act\": \"silu\"", "\"hidden_act\": \"gelu\"", "gelu"),
            ("\"attention_bias\": false", "\"attention_bias\": true", "attention_bias"),
            ("\"mlp_bias\": false", "\"mlp_bias\": true", "mlp_bias"),
            ("\"model_type\": \"llama\"", "\"model_type\": \"lla\\u001bma\"", "llama, gpt2"),
            ("\"head_dim\": 10", "\"head_dim\": 12", "shape"),
            ("\"num_attention_heads\": 4", "\"num_attention_heads\": 0", "1…1024"),
            ("\"num_hidden_layers\": 2", "\"num_hidden_layers\": 1", "model.layers.1."),
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
}
