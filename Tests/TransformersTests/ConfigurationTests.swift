// Configurations that make no model are refused: everything behind the check relies on the sizes.
import Testing

@testable import Transformers

@Suite struct ConfigurationTests {
    private let sizes = Configuration(
        architecture: "llama", name: "t", vocabularySize: 64, contextLength: 48, layers: 2, hiddenSize: 24, heads: 4,
        keyValueHeads: 2, headSize: 6)

    private func message(_ body: () throws -> Void) -> String? {
        do {
            try body()
            return nil
        } catch { return "\(error)" }
    }

    private func refusal(_ change: (inout Configuration) -> Void) -> String? {
        var sizes = sizes
        change(&sizes)
        return message { try sizes.check(file: "t.gguf") }
    }

    private func llama(_ change: (inout DecoderConfiguration) -> Void) -> String? {
        var own = DecoderConfiguration(
            sizes: sizes, mlpWidth: 36, normEpsilon: 1e-5, rotary: [nil, RotarySettings()], ropePairs: .neighbours)
        change(&own)
        return message { try own.check(file: "t.gguf") }
    }

    private func gpt2(_ change: (inout GPT2Configuration) -> Void) -> String? {
        var own = GPT2Configuration(sizes: sizes, mlpWidth: 36, normEpsilon: 1e-5)
        change(&own)
        return message { try own.check(file: "t.gguf") }
    }

    @Test func goodOnesPass() {
        #expect(refusal { _ in } == nil)
        #expect(refusal { $0.headSize = 10 } == nil, "llama's heads need not fill the hidden size")
        #expect(llama { $0.sizes.headSize = 10 } == nil)
        #expect(gpt2 { $0.sizes.keyValueHeads = 4 } == nil)
        #expect(refusal { $0.endTokens = [0, 63] } == nil)
    }

    @Test func sizesOutOfRange() {
        #expect(refusal { $0.layers = 0 }?.contains("1…1024") == true)
        #expect(refusal { $0.heads = 1 << 40 } != nil)
        #expect(refusal { $0.heads = 0 }?.contains("number of heads is 0") == true)
        #expect(refusal { $0.vocabularySize = 0 } != nil)
        #expect(refusal { $0.keyValueHeads = 0 } != nil)
        #expect(refusal { $0.keyValueHeads = 3 } == "t.gguf: 3 key/value heads do not divide 4 heads")
        #expect(llama { $0.sizes.headSize = 5 }?.contains("even") == true)
        #expect(refusal { $0.headSize = -6 } != nil)
        #expect(refusal { $0.contextLength = .max } != nil)
        #expect(llama { $0.rotary[1]?.base = .nan } != nil)
        #expect(llama { $0.rotary[1]?.base = 0 } != nil)
        #expect(llama { $0.rotary[1]?.dimensions = 8 } != nil && llama { $0.rotary[1]?.dimensions = 3 } != nil)
        #expect(llama { $0.rotary[1]?.dimensions = 4 } == nil)
        #expect(llama { $0.attentionScale = .nan } != nil && llama { $0.attentionCap = 0 } != nil)
        #expect(llama { $0.logitCap = -30 }?.contains("cap of the logits") == true)
        #expect(llama { $0.normEpsilon = -1 } != nil)
        #expect(gpt2 { ($0.sizes.keyValueHeads, $0.normEpsilon) = (4, .infinity) }?.contains("epsilon") == true)
        #expect(llama { $0.mlpWidth = 0 }?.contains("MLP width") == true)
        #expect(refusal { $0.endTokens = [64] } != nil)
        #expect(refusal { $0.beginToken = -1 } != nil)
    }

    @Test func headsOfGPT2FillTheHiddenSize() {
        // Queries, keys and values come out of one matrix: other sizes would reach past the activations.
        #expect(gpt2 { ($0.sizes.keyValueHeads, $0.sizes.headSize) = (4, 1024) } != nil)
        #expect(gpt2 { ($0.sizes.keyValueHeads, $0.sizes.headSize) = (4, 4) } != nil)
        #expect(gpt2 { $0.sizes.keyValueHeads = 2 } != nil)
    }

    /// The list of architectures is what loading and the message of an unknown one go by.
    @Test func theListOfArchitectures() throws {
        let names = [
            "llama", "gpt2", "mistral", "qwen2", "qwen3", "gemma2", "gemma3", "phi3", "smollm3", "olmo2", "bert",
        ]
        #expect(Architecture.all.map { $0.name } == names)
        #expect(try Architecture.named("gemma3_text", file: "t").name == "gemma3")
        let message = message { _ = try Architecture.named("mamba", file: "t.gguf") }
        #expect(
            message
                == "t.gguf: the architecture \"mamba\" is not supported; these are: \(names.joined(separator: ", "))")
    }

    @Test(arguments: [
        ("SmolLM2-135M-Instruct", true), ("Llama 3.2 1B Instruct", true), ("Mistral-7B-Instruct-v0.3", true),
        ("gemma-3-270m", true), ("Phi 3 mini 4k", true), ("Mixtral 8x7B", true), ("Step by Step", true),
        ("Smollm2 135M 8k Lc100K Mix1 Ep2", false), ("llama-step1000", false), ("my_model-checkpoint-500", false),
        ("phi ckpt", false), ("/home/me/models/phi", false), ("8c22764a7e3675c50d4c7c9a4edb474456022b16", false),
        ("", false), ("  ", false), ("evil\u{1B}[2J", false), (String(repeating: "x", count: 81), false),
    ])
    func namesFitToShow(name: String, fit: Bool) {
        #expect(isFitToShow(name) == fit)
    }
}
