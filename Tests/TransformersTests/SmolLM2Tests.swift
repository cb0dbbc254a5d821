// The real model against transformers: eager attention, float32, the same dequantised weights (see make_fixtures.py).
import Foundation
import JSONText
import Kernels
import ModelFiles
import Synchronization
import TestTools
import Testing
import Traces
import Transformers

/// SmolLM2, loaded once for each number of threads. The tests that use it run one after another.
private final class RealModel: @unchecked Sendable {
    let transformer: any Transformer
    private static let loaded = Mutex<[Int: RealModel]>([:])

    private init(_ transformer: any Transformer) { self.transformer = transformer }

    static func with(threads: Int) throws -> any Transformer {
        try loaded.withLock { models in
            if let model = models[threads] { return model }
            let file = try GGUFFile(path: TestMachine.smolLM2)
            let model = RealModel(try loadTransformer(file, compute: Compute(threads: threads)))
            models[threads] = model
            return model
        }.transformer
    }
}

@Suite(.serialized, .needs(.smolLM2)) struct SmolLM2Tests {
    static let prompts = ["fact", "code", "mountain", "explain", "chat", "numbers"]
    /// Where the reference's two best tokens lie closer than twice the tolerance, either may come first.
    static let closeMargin: Float = 4e-3
    static let logitTolerance: Float = 2e-3
    static let attentionTolerance: Float = 1e-4

    private let golden: Golden
    private let json: JSONValue

    init() throws {
        golden = try Golden("smollm2.safetensors")
        json = try Fixture.json("smollm2.json")
    }

    private func prompt(_ name: String) throws -> JSONValue { try #require(json["prompts"]?[name]) }

    /// The largest logits of some positions, as the goldens list them.
    private func checkTop(_ logits: [Float], vocabulary: Int, _ entry: JSONValue, _ name: String) throws {
        let values = try golden["\(name).top"].values
        let positions = try #require(try entry["positions"]?.integers)
        let ids = try #require(entry["topIDs"]?.array).flatMap { try $0.integers }
        #expect(ids.count == positions.count * 50)
        let ours = ids.enumerated().map { logits[positions[$0 / 50] * vocabulary + $1] }
        #expect(distance(ours, values) < Self.logitTolerance, "logits of \(name)")
    }

    private func checkAttention(_ recorder: EverythingRecorder, _ entry: JSONValue, _ name: String) throws {
        let (values, shape) = try golden["\(name).attention"]
        let rows = try #require(entry["rows"]?.array).map { try $0.integers }
        #expect(shape[0] == rows.count)
        for (place, row) in rows.enumerated() {
            let key = EverythingRecorder.Row(layer: row[0], head: row[1], query: row[2])
            let ours = try #require(recorder.attention[key])
            let wanted = values[place * shape[1]..<(place + 1) * shape[1]]
            #expect(distance(ours, wanted.prefix(ours.count)) < Self.attentionTolerance, "\(name), \(key)")
            #expect(wanted.dropFirst(ours.count).allSatisfy { $0 == 0 })
        }
    }

    @Test(arguments: prompts)
    func equalsTransformers(name: String) throws {
        let model = try RealModel.with(threads: 2)
        let entry = try prompt(name)
        let ids = try #require(try entry["ids"]?.integers)
        let recorder = EverythingRecorder()
        let logits = model.logits(ids, recorder: recorder)
        let c = model.configuration
        try checkTop(logits, vocabulary: c.vocabularySize, entry, name)
        try checkAttention(recorder, entry, name)

        let logSumExp = try golden["\(name).log_sum_exp"].values
        let best = try #require(try entry["argmax"]?.integers)
        let margins = try golden["\(name).argmax_margins"].values
        let (norms, shape) = try golden["\(name).hidden_norms"]
        #expect(shape == [c.layers + 1, ids.count])
        for position in ids.indices {
            let row = logits[position * c.vocabularySize..<(position + 1) * c.vocabularySize]
            let sums = row.withUnsafeBufferPointer { model.compute.exponentials($0) }
            #expect(abs(Float(sums.logSumExp) - logSumExp[position]) < Self.logitTolerance)
            #expect(argmax(row) == best[position] || margins[position] < Self.closeMargin, "\(name), \(position)")
            for layer in 0...c.layers {
                let hidden = try #require(recorder.values[layer == 0 ? .embedding : .hidden(layer - 1)])
                let square = hidden[position * c.hiddenSize..<(position + 1) * c.hiddenSize].reduce(0.0) {
                    $0 + Double($1) * Double($1)
                }
                let wanted = Double(norms[layer * ids.count + position])
                #expect(abs(square.squareRoot() - wanted) < 1e-5 * wanted, "\(name), layer \(layer), \(position)")
            }
        }
    }

    @Test(arguments: prompts)
    func choosesTheSameTokens(name: String) throws {
        let model = try RealModel.with(threads: 2)
        let entry = try prompt(name)
        let ids = try #require(try entry["ids"]?.integers)
        let wanted = try #require(try entry["greedy"]?.integers)
        let margins = try golden["\(name).greedy_margins"].values
        #expect((wanted.count, margins.count) == (40, 40))
        let cache = KeyValueCache(model.configuration, slots: ids.count + 40)
        var logits = model.forward(Batch(tokens: ids, from: 0), cache: cache, logits: .last, recorder: nil)
        for (step, token) in wanted.enumerated() {
            let ours = argmax(logits)
            #expect(ours == token || margins[step] < Self.closeMargin, "\(name), step \(step): \(ours), not \(token)")
            // The reference's token goes on, so that one close call does not hide the rest.
            let batch = Batch(tokens: [token], from: ids.count + step)
            logits = model.forward(batch, cache: cache, logits: .last, recorder: nil)
        }
    }

    @Test func aLongPromptEqualsTransformers() throws {
        let model = try RealModel.with(threads: 2)
        let entry = try #require(json["long"])
        let ids = try #require(try entry["ids"]?.integers)
        let rows = try #require(entry["rows"]?.array).map { try $0.integers }
        let recorder = LastRowRecorder(Set(rows.map { $0[0] }), query: ids.count - 1)
        let vocabulary = model.configuration.vocabularySize
        let positions = try #require(try entry["positions"]?.integers)
        // As a session runs it: in chunks, logits where they are needed.
        let cache = KeyValueCache(model.configuration, slots: ids.count)
        var logits = [Float](repeating: 0, count: ids.count * vocabulary)
        for start in stride(from: 0, to: ids.count, by: 64) {
            let chunk = Array(ids[start...].prefix(64))
            let end = start + chunk.count
            let wanted = positions.contains { (start..<end).contains($0) }
            let batch = Batch(tokens: chunk, from: start)
            let result = model.forward(batch, cache: cache, logits: wanted ? .all : .none, recorder: recorder)
            if wanted { logits.replaceSubrange(start * vocabulary..<end * vocabulary, with: result) }
        }
        try checkTop(logits, vocabulary: vocabulary, entry, "long")
        let (values, shape) = try golden["long.attention"]
        for (place, row) in rows.enumerated() {
            let ours = try #require(recorder.rows.withLock { $0[[row[0], row[1]]] })
            let wanted = values[place * shape[1]..<(place + 1) * shape[1]]
            #expect(distance(ours, wanted) < Self.attentionTolerance, "layer \(row[0]), head \(row[1])")
        }
    }

    @Test(arguments: ["fact", "chat"])
    func anAblatedHeadIsZero(name: String) throws {
        let model = try RealModel.with(threads: 2)
        let head = try #require(try json["ablatedHead"]?.integers)
        let ids = try #require(try prompt(name)["ids"]?.integers)
        let entry = try #require(try prompt(name)["ablated"])
        model.ablated = [LayerHead(layer: head[0], head: head[1])]
        defer { model.ablated = [] }
        #expect(head == [12, 3])
        let logits = model.logits(ids)
        try checkTop(logits, vocabulary: model.configuration.vocabularySize, entry, "\(name).ablated")
        #expect(sameBits(model.logits(ids, chunk: 1), logits))
    }

    @Test func bitsDoNotDependOnThreadsOrRecording() throws {
        let ids = Array(try #require(try json["long"]?["ids"]?.integers).prefix(150))
        var first: [Float]?
        for threads in [1, 2, 4] {
            let model = try RealModel.with(threads: threads)
            let plain = model.logits(ids, chunk: 100)
            let recorded = model.logits(ids, chunk: 141, recorder: EverythingRecorder())
            #expect(sameBits(plain, recorded))
            #expect(sameBits(plain, first ?? plain), "\(threads) threads")
            first = plain
        }
    }
}

/// Keeps the attention rows of one query in some layers.
private final class LastRowRecorder: Recorder, Sendable {
    let wantsAttention = true
    let rows = Mutex<[[Int]: [Float]]>([:])
    private let layers: Set<Int>
    private let query: Int

    init(_ layers: Set<Int>, query: Int) {
        self.layers = layers
        self.query = query
    }

    func record(_ site: Site, _ activation: Activation) {}

    func recordAttention(_ row: AttentionRow) {
        guard row.query == query, layers.contains(row.layer) else { return }
        let weights = Array(row.weights)
        rows.withLock { $0[[row.layer, row.head]] = weights }
    }
}
