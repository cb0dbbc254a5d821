// Configurations that make no model are refused: everything behind the check relies on the sizes.
import Testing

@testable import Transformers

@Suite struct ConfigurationTests {
    private func refusal(_ change: (inout Configuration) -> Void) -> String? {
        var configuration = Configuration(
            architecture: .llama, name: "t", vocabularySize: 64, contextLength: 48, layers: 2, hiddenSize: 24, heads: 4,
            keyValueHeads: 2, headSize: 6, mlpWidth: 36, normEpsilon: 1e-5)
        change(&configuration)
        do {
            _ = try configuration.checked(file: "t.gguf")
            return nil
        } catch {
            return "\(error)"
        }
    }

    @Test func goodOnesPass() {
        #expect(refusal { _ in } == nil)
        #expect(refusal { $0.headSize = 10 } == nil, "llama's heads need not fill the hidden size")
        #expect(refusal { ($0.architecture, $0.keyValueHeads) = (.gpt2, 4) } == nil)
        #expect(refusal { $0.endTokens = [0, 63] } == nil)
    }

    @Test func sizesOutOfRange() {
        #expect(refusal { $0.layers = 0 }?.contains("1…1024") == true)
        #expect(refusal { $0.heads = 1 << 40 } != nil)
        #expect(refusal { $0.keyValueHeads = 0 } != nil)
        #expect(refusal { $0.keyValueHeads = 3 } == "t.gguf: 3 key/value heads do not divide 4 heads")
        #expect(refusal { $0.headSize = 5 }?.contains("even") == true)
        #expect(refusal { $0.headSize = -6 } != nil)
        #expect(refusal { $0.contextLength = .max } != nil)
        #expect(refusal { $0.ropeBase = .nan } != nil)
        #expect(refusal { $0.ropeBase = 0 } != nil)
        #expect(refusal { $0.normEpsilon = -1 } != nil)
        #expect(refusal { $0.endTokens = [64] } != nil)
    }

    @Test func headsOfGPT2FillTheHiddenSize() {
        // Queries, keys and values come out of one matrix: other sizes would reach past the activations.
        #expect(refusal { ($0.architecture, $0.keyValueHeads, $0.headSize) = (.gpt2, 4, 1024) } != nil)
        #expect(refusal { ($0.architecture, $0.keyValueHeads, $0.headSize) = (.gpt2, 4, 4) } != nil)
        #expect(refusal { ($0.architecture, $0.keyValueHeads) = (.gpt2, 2) } != nil)
    }
}
