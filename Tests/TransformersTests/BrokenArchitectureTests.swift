// Broken folders of every architecture: each is refused, in one line that names what is wrong.
import Foundation
import Kernels
@testable import ModelFiles
import Testing

@testable import Transformers

@Suite struct BrokenArchitectureTests {
    /// A folder of each architecture of the common decoder.
    static let folders = [
        "llama-grouped", "mistral-window", "qwen2-window", "qwen3-grouped", "gemma2-plain", "gemma3-plain",
        "phi3-plain",
        "smollm3-window", "olmo2-grouped",
    ]

    static let files = [
        "llama-biased.gguf", "qwen2-plain.gguf", "qwen3-plain.gguf", "gemma2-plain.gguf", "gemma3-stretched.gguf",
        "phi3-plain.gguf", "smollm3-plain.gguf", "olmo2-plain.gguf",
    ]

    /// Architectures with a pass of their own; BERT with its head (`bert-tied`, `bert-untied`) and without.
    static let others = [
        "gpt2-tied", "gpt2-untied", "gpt2-tied.gguf", "bert-tied", "bert-untied", "bert-base", "bert-untied.gguf",
        "bert-base.gguf",
    ]

    /// A model's tensors with one of them missing, or another in its place.
    private struct Changed: TensorSource {
        let base: TensorTable
        let broken: String
        let replacement: TensorView?
        var name: String { base.name }
        var tensors: [TensorView] { base.tensors }

        func tensor(named name: String) throws(ModelFileError) -> TensorView? {
            if name == broken { return replacement }
            return try base.tensor(named: name)
        }
    }

    private func contents(_ name: String) throws -> ModelContents {
        let path = try Fixture.path(name)
        if name.hasSuffix(".gguf") { return try ModelContents(try GGUFFile(path: path), name: nil) }
        return try ModelContents(try ModelFolder(path: path), name: nil)
    }

    private func refusal(_ contents: ModelContents, _ tensors: Changed? = nil) -> String? {
        do {
            var contents = contents
            if let tensors { contents.tensors = TensorTable(tensors) }
            _ = try contents.architecture.make(contents, Compute(threads: 1))
            return nil
        } catch { return "\(error)" }
    }

    private func refusal(_ folder: ModelFolder) -> String? {
        do { return refusal(try ModelContents(folder, name: nil)) } catch { return "\(error)" }
    }

    /// Opens a folder whose config.json has other values.
    private func refusal(_ name: String, _ changes: [String: Any]) throws -> String? {
        let path = try Fixture.path(name)
        let text = try Data(contentsOf: URL(fileURLWithPath: path + "/config.json"))
        var object = try #require(try JSONSerialization.jsonObject(with: text) as? [String: Any])
        for (key, value) in changes { object[key] = value }
        var bytes = [UInt8](try JSONSerialization.data(withJSONObject: object))
        return try bytes.withUnsafeMutableBytes { memory in
            let files = [
                "config.json": MappedFile(memory: UnsafeRawBufferPointer(memory), name: "config.json"),
                "model.safetensors": try MappedFile(path: path + "/model.safetensors"),
            ]
            return refusal(try ModelFolder(files: files, name: name))
        }
    }

    /// What a masked language model's files hold for other tasks, and an output's bias that stands there twice.
    private static func isUnused(_ tensor: String, in model: String) -> Bool {
        ["pooler.", "bert.pooler.", "cls.seq_relationship."].contains { tensor.hasPrefix($0) }
            || (model == "bert-untied" && tensor == "cls.predictions.bias")
    }

    /// A bias of the decoders is where a GGUF file has it (qwen2 always has it); BERT's output has its bias under two names.
    private static func isOptional(_ tensor: String, in model: String) -> Bool {
        if model.hasPrefix("bert") { return ["cls.predictions.bias", "cls.predictions.decoder.bias"].contains(tensor) }
        let isListed = ["qwen2", "gpt2"].contains { model.hasPrefix($0) }
        return !isListed && model.hasSuffix(".gguf") && tensor.hasSuffix(".bias")
    }

    private func isOneLine(_ message: String) -> Bool { !message.contains("\n") && message.count < 600 }

    @Test(arguments: folders + files + others)
    func everyTensorIsNeededInItsShape(name: String) throws {
        let contents = try contents(name)
        let table = contents.tensors
        #expect(refusal(contents) == nil)
        #expect(table.tensorNames.count >= 12)
        for broken in table.tensorNames where !Self.isUnused(broken, in: name) {
            // Ends a file's own tie of embedding and output.
            if broken == "output.weight" { continue }
            let missing = refusal(contents, Changed(base: table, broken: broken, replacement: nil))
            if !Self.isOptional(broken, in: name) {
                let message = try #require(missing, "\(broken)")
                #expect(message.contains(broken) && isOneLine(message), "\(message)")
            }
            let own = try #require(try table.tensor(named: broken))
            // The rows of BERT's token types are what the file says they are; their width is not.
            let ownWidth = broken.contains("token_type") ? own.shape.last : nil
            let other = try #require(
                table.tensors.first {
                    $0.shape.reduce(1, *) != own.shape.reduce(1, *) && $0.shape.last != ownWidth
                })
            let wrong = TensorView(
                name: broken, type: other.type, shape: other.shape, elementCount: other.elementCount,
                bytes: other.bytes, owner: other.owner)
            let message = try #require(refusal(contents, Changed(base: table, broken: broken, replacement: wrong)))
            #expect(message.contains(broken) && message.contains("shape") && isOneLine(message), "\(message)")
        }
    }

    /// What every architecture reads, with values that make no model.
    private static let absurd: [(key: String, value: any Sendable)] = [
        ("num_hidden_layers", 0), ("num_hidden_layers", -1), ("num_hidden_layers", 4_000_000),
        ("num_hidden_layers", "two"), ("hidden_size", 0), ("hidden_size", 1 << 40), ("hidden_size", 17),
        ("num_attention_heads", 0), ("num_attention_heads", 7), ("num_key_value_heads", 0),
        ("num_key_value_heads", 1000), ("head_dim", 5), ("head_dim", -2), ("head_dim", 1 << 20),
        ("intermediate_size", 0), ("intermediate_size", 1 << 50), ("rms_norm_eps", -1.0), ("rms_norm_eps", "small"),
        ("max_position_embeddings", 0), ("vocab_size", 0), ("vocab_size", 1 << 40), ("vocab_size", 63),
        ("num_local_experts", 8), ("rope_parameters", "fast"), ("rope_parameters", ["rope_type": "spiral"]),
        ("quantization_config", ["bits": 4]), ("unheard_of", 3),
    ]

    @Test(arguments: folders)
    func absurdSettingsAreRefused(name: String) throws {
        for (key, value) in Self.absurd {
            let message = try #require(try refusal(name, [key: value]), "\(key) = \(value) was taken")
            #expect(isOneLine(message) && message.contains(":"), "\(message)")
        }
        let activation = name.hasPrefix("gemma") ? "hidden_activation" : "hidden_act"
        #expect(try refusal(name, [activation: "relu"])?.contains("relu") == true)
    }

    /// The same for those whose settings have names of their own; 20 and more each.
    private static let absurdOfOthers: [String: [(key: String, value: any Sendable)]] = [
        "gpt2-tied": [
            ("n_layer", 0), ("n_layer", -1), ("n_layer", 4_000_000), ("n_layer", "two"), ("n_embd", 0),
            ("n_embd", 1 << 40),
            ("n_embd", 17), ("n_head", 0), ("n_head", 7), ("n_head", -4), ("n_inner", 0), ("n_inner", 1 << 50),
            ("n_inner", 3), ("layer_norm_epsilon", -1.0), ("layer_norm_epsilon", "small"), ("n_positions", 0),
            ("n_positions", -8), ("vocab_size", 0), ("vocab_size", 1 << 40), ("vocab_size", 63),
            ("activation_function", "relu"), ("quantization_config", ["bits": 4]), ("unheard_of", 3),
        ],
        "bert-untied": [
            ("num_hidden_layers", 0), ("num_hidden_layers", -1), ("num_hidden_layers", 4_000_000),
            ("num_hidden_layers", "two"), ("hidden_size", 0), ("hidden_size", 1 << 40), ("hidden_size", 17),
            ("num_attention_heads", 0), ("num_attention_heads", 7), ("num_attention_heads", -4),
            ("intermediate_size", 0), ("intermediate_size", 1 << 50), ("intermediate_size", 3),
            ("layer_norm_eps", -1.0), ("layer_norm_eps", "small"), ("max_position_embeddings", 0),
            ("max_position_embeddings", 1 << 40), ("vocab_size", 0), ("vocab_size", 1 << 40), ("vocab_size", 63),
            ("type_vocab_size", 0), ("position_embedding_type", "relative_key"), ("hidden_act", "relu"),
            ("quantization_config", ["bits": 4]), ("unheard_of", 3),
        ],
    ]

    @Test(arguments: ["gpt2-tied", "bert-untied"])
    func absurdSettingsOfOthersAreRefused(name: String) throws {
        let absurd = try #require(Self.absurdOfOthers[name])
        #expect(absurd.count >= 20)
        #expect(try refusal(name, [:]) == nil)
        for (key, value) in absurd {
            let message = try #require(try refusal(name, [key: value]), "\(key) = \(value) was taken")
            #expect(isOneLine(message) && message.contains(":"), "\(message)")
        }
    }

    @Test func windowsThatAreNone() throws {
        for (name, window) in [("gemma3-plain", -3), ("gemma2-plain", 0), ("mistral-window", 1 << 40)] {
            #expect(try refusal(name, ["sliding_window": window])?.contains("window") == true)
        }
        for name in ["gemma3-plain", "qwen2-window", "smollm3-window"] {
            #expect(try refusal(name, ["layer_types": ["full_attention"]])?.contains("layer_types") == true)
        }
        let kinds = [String](repeating: "chunked_attention", count: 7)
        #expect(try refusal("gemma3-plain", ["layer_types": kinds])?.contains("chunked_attention") == true)
        #expect(try refusal("gemma3-plain", ["sliding_window": NSNull()])?.contains("sliding_window") == true)
        #expect(try refusal("gemma2-plain", ["attn_logit_softcapping": -1])?.contains("cap") == true)
        #expect(try refusal("gemma3-plain", ["attn_logit_softcapping": 5])?.contains("softcapping") == true)
        #expect(try refusal("gemma3-plain", ["use_bidirectional_attention": true]) != nil)
        #expect(try refusal("smollm3-window", ["no_rope_layers": [1]])?.contains("no_rope_layers") == true)
        #expect(
            try refusal("phi3-plain", ["rope_parameters": ["rope_type": "yarn", "factor": 2]])?.contains("yarn") == true
        )
    }
}
