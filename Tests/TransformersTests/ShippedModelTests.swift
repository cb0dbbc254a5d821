// The model that is built into the command, against transformers on the same files.
import CTinyModel
import JSONText
import Kernels
import ModelFiles
import Testing
import Traces
import Transformers

@Suite struct ShippedModelTests {
    /// The folder as the command opens it: from memory.
    func folder() throws -> ModelFolder {
        var files: [String: MappedFile] = [:]
        var index: Int32 = 0
        while let file = sg_tiny_file_at(index), let name = file.pointee.name.map({ String(cString: $0) }) {
            let bytes = UnsafeRawBufferPointer(start: file.pointee.bytes, count: file.pointee.count)
            files[name] = MappedFile(memory: bytes, name: name)
            index += 1
        }
        return try ModelFolder(files: files, name: "stepglass-tiny")
    }

    /// Positions that the cache has lost, against a mask that leaves out their columns: in one pass, token by token, and
    /// where they are lost only behind the prompt, which no token of the prompt knows of.
    @Test func lostEntriesEqualTransformers() throws {
        let (json, golden) = (try Fixture.json("tiny.json"), try Golden("tiny.golden.safetensors"))
        let ids = try #require(try json["prompts"]?.array?[0]["ids"]?.integers)
        let lost = try #require(try json["dropped"]?.integers)
        let model = try loadTransformer(try folder(), compute: Compute(threads: 2))
        let (c, plain, recorder) = (model.configuration, EverythingRecorder(), EverythingRecorder())
        let before = model.logits(ids, recorder: plain)
        model.dropped = lost
        let logits = model.logits(ids, recorder: recorder)
        #expect(distance(logits.suffix(2 * c.vocabularySize), try golden["dropped.logits"].values) < 1e-4)
        #expect(sameBits(model.logits(ids, chunk: 1), logits))
        let attention = try golden["dropped.attention"].values
        for (row, weights) in recorder.attention {
            let start = ((row.layer * c.heads + row.head) * ids.count + row.query) * ids.count
            #expect(distance(weights, attention[start...].prefix(row.query + 1)) < 1e-5, "\(row)")
            for key in lost where key < row.query { #expect(weights[key] == 0) }
            // Up to the first that is lost, and in its own row, all is as it was.
            if row.query <= lost[0] { #expect(weights == plain.attention[row]) }
        }
        model.dropped = []
        #expect(sameBits(model.logits(ids), before))
    }

    @Test(arguments: 0..<3)
    func equalsTransformers(prompt number: Int) throws {
        let json = try Fixture.json("tiny.json")
        let folder = try folder()
        try #require(
            json["sha256"]?.string == folder.weights[0].mapping.sha256,
            "the model was trained anew: run Tests/TransformersTests/make_tiny_golden.py")
        let golden = try Golden("tiny.golden.safetensors")
        let prompt = try #require(json["prompts"]?.array?[number])
        let ids = try #require(try prompt["ids"]?.integers)
        let model = try loadTransformer(folder, compute: Compute(threads: 2))
        let c = model.configuration
        let recorder = EverythingRecorder()
        let logits = model.logits(ids, recorder: recorder)
        #expect(distance(logits.suffix(2 * c.vocabularySize), try golden["\(number).logits"].values) < 1e-4)

        let (attention, shape) = try golden["\(number).attention"]
        #expect(shape == [c.layers, c.heads, ids.count, ids.count])
        #expect(recorder.attention.count == c.layers * c.heads * ids.count)
        for (row, weights) in recorder.attention {
            let start = ((row.layer * c.heads + row.head) * ids.count + row.query) * ids.count
            #expect(distance(weights, attention[start...].prefix(row.query + 1)) < 1e-5, "\(row)")
        }

        let cache = KeyValueCache(c, slots: 64)
        var last = Array(model.forward(Batch(tokens: ids, from: 0), cache: cache, logits: .last, recorder: nil))
        for (step, token) in try #require(try prompt["greedy"]?.integers).enumerated() {
            #expect(argmax(last) == token, "step \(step)")
            let batch = Batch(tokens: [token], from: ids.count + step)
            last = Array(model.forward(batch, cache: cache, logits: .last, recorder: nil))
        }
    }
}
