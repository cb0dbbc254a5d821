// The real Gemma 3 270M against transformers: eager attention, float32, the same dequantised weights (see
// make_gemma_golden.py). Ids are given: this is about the pass.
import JSONText
import Kernels
import ModelFiles
import TestTools
import Testing
import Traces

@testable import Transformers

@Suite(.serialized, .needs(.gemma3)) struct Gemma3Tests {
    private let model: any Transformer
    private let cases: JSONValue

    init() throws {
        model = try loadTransformer(try GGUFFile(path: TestMachine.gemma3), compute: Compute(threads: 2))
        cases = try #require(try Fixture.json("gemma3.json")["cases"])
    }

    @Test(arguments: ["sentence", "long"])
    func logitsAndAttention(name: String) throws {
        let entry = try #require(cases[name])
        let ids = try #require(try entry["ids"]?.integers)
        let recorder = EverythingRecorder()
        let (logits, vocabulary) = (model.logits(ids, recorder: recorder), model.configuration.vocabularySize)
        for row in try #require(entry["positions"]?.array) {
            let position = try #require(row["position"]?.int)
            let tokens = try #require(try row["ids"]?.integers)
            let wanted = try #require(row["logits"]?.array).map { Float(try #require($0.double)) }
            #expect(tokens.count >= 100)
            #expect(distance(tokens.map { logits[position * vocabulary + $0] }, wanted) < 2e-3, "at \(position)")
        }
        for row in try #require(entry["attention"]?.array) {
            let (layer, head) = (try #require(row["layer"]?.int), try #require(row["head"]?.int))
            let wanted = try #require(row["weights"]?.array).map { Float(try #require($0.double)) }
            let ours = try #require(
                recorder.attention[EverythingRecorder.Row(layer: layer, head: head, query: ids.count - 1)])
            #expect(distance(ours, wanted) < 1e-4, "layer \(layer), head \(head)")
        }
        // Five layers see a window of 512, the sixth everything.
        let kinds = model.configuration.attention.layers
        #expect(kinds.enumerated().allSatisfy { $1 == ($0 % 6 == 5 ? .causal : .window(512)) })
    }

    /// The same tokens as the reference's, up to where two of them are as good.
    @Test func continuesAsTransformersDoes() throws {
        let entry = try #require(cases["sentence"])
        var ids = try #require(try entry["ids"]?.integers)
        let wanted = try #require(try entry["greedy"]?.integers)
        let margins = try #require(entry["margins"]?.array).map { try #require($0.double) }
        let cache = KeyValueCache(model.configuration, slots: 64)
        var batch = Batch(tokens: ids, from: 0)
        var compared = 0
        for (token, margin) in zip(wanted, margins) {
            if margin < 4e-3 { break }
            let logits = model.forward(batch, cache: cache, logits: .last, recorder: nil)
            #expect(argmax(Array(logits)) == token)
            ids.append(token)
            batch = Batch(tokens: [token], from: ids.count - 1)
            compared += 1
        }
        #expect(compared >= 8)
    }
}
