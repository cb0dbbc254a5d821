// Small random models that transformers saved and ran: every architecture, both file formats, several head counts, windows
// shorter than the prompts.
import JSONText
import Kernels
import Testing
import Traces

@testable import Transformers

@Suite struct SmallModelTests {
    static let names = [
        "llama-grouped", "llama-grouped.gguf", "llama-shards", "llama-q8.gguf", "gpt2-tied", "gpt2-tied.gguf",
        "gpt2-untied", "llama-biased", "llama-biased.gguf", "llama-stretched", "llama-stretched.gguf",
    ]

    /// The models of the common decoder: what make_decoder_models.py made, a row there for each.
    static let decoders = (try? entries("decoders.json"))?.compactMap { $0["model"]?.string } ?? []

    private static func entries(_ file: String) throws -> [JSONValue] {
        try #require(try Fixture.json(file)["models"]?.array)
    }

    private func entry(_ name: String) throws -> JSONValue {
        let models = try Self.entries("small.json")
        #expect(models.map { $0["model"]?.string } == Self.names, "every model of the fixtures is tested")
        return try #require((models + Self.entries("decoders.json")).first { $0["model"]?.string == name })
    }

    /// Three configurations of each architecture at least, and a GGUF file of each that has a name there.
    @Test func everyArchitectureHasItsModels() throws {
        for architecture in Architecture.all where !["llama", "gpt2"].contains(architecture.name) {
            let models = (Self.decoders + BertTests.names).filter { $0.hasPrefix(architecture.name + "-") }
            #expect(models.count { !$0.hasSuffix(".gguf") } >= 3, "\(architecture.name)")
            #expect(models.contains { $0.hasSuffix(".gguf") }, "\(architecture.name)")
        }
    }

    @Test(arguments: names + decoders, KernelSet.available.map(\.name))
    func equalsTransformers(name: String, set: String) throws {
        let entry = try entry(name)
        let golden = try Golden(try #require(entry["golden"]?.string))
        let (model, _) = try smallModel(name, kernels: try #require(KernelSet.named(set)))
        let ids = try #require(try entry["ids"]?.integers)
        let recorder = EverythingRecorder()
        let logits = model.logits(ids, recorder: recorder)
        #expect(distance(logits, try golden["logits"].values) < 1e-4)

        let (attention, shape) = try golden["attention"]
        let c = model.configuration
        #expect(shape == [c.layers, c.heads, ids.count, ids.count])
        for (row, weights) in recorder.attention {
            let start = ((row.layer * c.heads + row.head) * ids.count + row.query) * ids.count
            let wanted = attention[start..<start + ids.count]
            #expect(distance(weights, wanted.prefix(row.query + 1)) < 1e-5, "\(row)")
        }
        #expect(recorder.attention.count == c.layers * c.heads * ids.count)
    }

    @Test(arguments: names + decoders)
    func continuesAsTransformersDoes(name: String) throws {
        let entry = try entry(name)
        let (model, _) = try smallModel(name)
        let cache = KeyValueCache(model.configuration, slots: 1)
        var ids = Array(try #require(try entry["ids"]?.integers).prefix(5))
        var logits = Array(model.forward(Batch(tokens: ids, from: 0), cache: cache, logits: .last, recorder: nil))
        let wanted = try #require(try entry["greedy"]?.integers)
        for _ in wanted {
            ids.append(argmax(logits))
            let batch = Batch(tokens: [ids.last!], from: ids.count - 1)
            logits = Array(model.forward(batch, cache: cache, logits: .last, recorder: nil))
        }
        #expect(Array(ids.dropFirst(5)) == wanted)
    }

    @Test func sizesAndTypesAreReported() throws {
        let grouped = try smallModel("llama-grouped.gguf").model
        let c = grouped.configuration
        #expect((c.heads, c.keyValueHeads, c.headSize, c.hiddenSize) == (4, 2, 10, 24))
        #expect(grouped.weights.types == ["F16": 16, "F32": 5])
        // 2 · 2 layers · 2 heads · 10 numbers · 100 positions · 4 bytes
        #expect(c.cacheByteCount(positions: 100) == 32_000)
        let shards = try smallModel("llama-shards").model
        #expect(shards.weights.types == ["BF16": 20])
        #expect((shards.weights.parameters, shards.weights.byteCount) == (14_496, 28_992))
    }

    @Test func endTokensBeyondTheVocabularyAreAbsent() throws {
        // As transformers saves a small GPT-2: eos_token_id 50256 of 64 tokens.
        let c = try smallModel("gpt2-tied").model.configuration
        #expect(c.endTokens.isEmpty)
        #expect(c.beginToken == nil)
        #expect(try smallModel("llama-shards").model.configuration.endTokens == [1])
    }
}
