// BERT against what transformers computes: logits, attention both ways, hidden states, in both file formats.
import JSONText
import Kernels
import Testing
import Traces

@testable import Transformers

@Suite struct BertTests {
    static let names = [
        "bert-tied", "bert-tied.gguf", "bert-untied", "bert-untied.gguf", "bert-base", "bert-base.gguf",
    ]

    private func entry(_ name: String) throws -> JSONValue {
        let models = try #require(try Fixture.json("bert.json")["models"]?.array)
        #expect(models.map { $0["model"]?.string } == Self.names, "every model of the fixtures is tested")
        return try #require(models.first { $0["model"]?.string == name })
    }

    @Test(arguments: names, KernelSet.available.map(\.name))
    func equalsTransformers(name: String, set: String) throws {
        let entry = try entry(name)
        let golden = try Golden(try #require(entry["golden"]?.string))
        let (model, _) = try smallModel(name, kernels: try #require(KernelSet.named(set)))
        let ids = try #require(try entry["ids"]?.integers)
        let recorder = EverythingRecorder()
        let logits = model.logits(ids, recorder: recorder)
        let c = model.configuration
        #expect(c.isEncoder && c.hasHead == (entry["head"]?.bool == true))
        if c.hasHead {
            #expect(distance(logits, try golden["logits"].values) < 1e-4)
        } else {
            #expect(logits.isEmpty)
        }
        #expect(recorder.order == model.sites.order(layers: c.layers))

        let (attention, shape) = try golden["attention"]
        #expect(shape == [c.layers, c.heads, ids.count, ids.count])
        for (row, weights) in recorder.attention {
            let start = ((row.layer * c.heads + row.head) * ids.count + row.query) * ids.count
            #expect(distance(weights, attention[start..<start + ids.count]) < 1e-5, "\(row)")
        }
        #expect(recorder.attention.count == c.layers * c.heads * ids.count)

        let hidden = try golden["hidden"].values
        let size = ids.count * c.hiddenSize
        for layer in 0...c.layers {
            let own = try #require(recorder.values[layer == 0 ? .embedding : .hidden(layer - 1)])
            #expect(distance(own, hidden[layer * size..<(layer + 1) * size]) < 1e-5, "hidden state \(layer)")
        }
    }

    @Test(arguments: ["bert-tied", "bert-base"])
    func sameBitsRecordedOrNotAndOnAnyNumberOfThreads(name: String) throws {
        let ids = try #require(try entry(name)["ids"]?.integers)
        var first: [Float]?
        for threads in [1, 2, 3] {
            for recorded in [true, false] {
                let (model, _) = try smallModel(name, threads: threads)
                let recorder = EverythingRecorder()
                let cache = KeyValueCache(model.configuration, slots: ids.count)
                var values = Array(
                    model.forward(
                        Batch(tokens: ids, from: 0), cache: cache, logits: .all, recorder: recorded ? recorder : nil))
                if !model.configuration.hasHead {
                    if !recorded { continue }
                    values = try #require(recorder.values[.hidden(model.configuration.layers - 1)])
                }
                #expect(first.map { sameBits($0, values) } ?? true)
                first = first ?? values
            }
        }
    }

    @Test func theLastLayersLensIsTheOutput() throws {
        let ids = try #require(try entry("bert-tied")["ids"]?.integers)
        let (model, _) = try smallModel("bert-tied")
        let recorder = EverythingRecorder()
        let logits = model.logits(ids, recorder: recorder)
        let hidden = try #require(recorder.values[.hidden(1)])
        let lens = hidden.withUnsafeBufferPointer { Array(model.lens($0.baseAddress!, count: ids.count)) }
        #expect(sameBits(lens, logits))
    }
}
