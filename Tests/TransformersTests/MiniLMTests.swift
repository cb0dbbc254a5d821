// The real all-MiniLM-L6-v2, an encoder without a head, against transformers in float32 (see make_minilm_golden.py).
import JSONText
import Kernels
import ModelFiles
import TestTools
import Testing
import Traces

@testable import Transformers

@Suite(.needs(.miniLM)) struct MiniLMTests {
    @Test(arguments: KernelSet.available.map(\.name))
    func hiddenStatesAndAttention(set: String) throws {
        let compute = Compute(kernels: try #require(KernelSet.named(set)), threads: 2)
        let model = try loadTransformer(try ModelFolder(path: TestMachine.miniLMFolder), compute: compute)
        let entry = try Fixture.json("minilm.json")
        let ids = try #require(try entry["ids"]?.integers)
        let golden = try Golden("minilm.golden.safetensors")
        let recorder = EverythingRecorder()
        #expect(model.logits(ids, recorder: recorder).isEmpty)
        let c = model.configuration
        #expect(c.isEncoder && !c.hasHead && c.layers == 6 && c.heads == 12 && c.hiddenSize == 384)

        let hidden = try golden["hidden"].values
        let size = ids.count * c.hiddenSize
        for (place, layer) in try #require(try entry["hidden"]?.integers).enumerated() {
            let own = try #require(recorder.values[layer == 0 ? .embedding : .hidden(layer - 1)])
            #expect(distance(own, hidden[place * size..<(place + 1) * size]) < 1e-4, "hidden state \(layer)")
        }
        let attention = try golden["attention"].values
        for (place, layer) in try #require(try entry["attention"]?.integers).enumerated() {
            for head in 0..<c.heads {
                for query in ids.indices {
                    let own = try #require(recorder.attention[.init(layer: layer, head: head, query: query)])
                    let start = ((place * c.heads + head) * ids.count + query) * ids.count
                    #expect(distance(own, attention[start..<start + ids.count]) < 1e-5)
                }
            }
        }
    }
}
