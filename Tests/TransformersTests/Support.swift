// What the tests of this target share: goldens, the models of the fixtures, recorders.
import Foundation
import JSONText
import Kernels
import ModelFiles
import Synchronization
import Testing
import Traces

@testable import Transformers

/// The golden files beside the tests; `make_fixtures.py` makes them.
enum Fixture {
    static func path(_ name: String) throws -> String {
        let folder = try #require(Bundle.module.url(forResource: "Fixtures", withExtension: nil))
        return folder.appendingPathComponent(name).path
    }

    static func json(_ name: String) throws -> JSONValue {
        try JSONValue(parsing: [UInt8](try Data(contentsOf: URL(fileURLWithPath: try path(name)))))
    }
}

/// Arrays of floats by name.
struct Golden {
    private let file: SafetensorsFile

    init(_ name: String) throws { file = try SafetensorsFile(path: try Fixture.path(name)) }

    /// Row-major, with its shape.
    subscript(name: String) -> (values: [Float], shape: [Int]) {
        get throws {
            let tensor = try #require(try file.tensor(named: name), "the goldens have no \(name)")
            return (floats(tensor), tensor.shape)
        }
    }
}

func floats(_ tensor: TensorView) -> [Float] {
    var values = [Float](repeating: 0, count: tensor.elementCount)
    values.withUnsafeMutableBufferPointer { dequantize(tensor, into: $0) }
    return values
}

extension JSONValue {
    /// A list of whole numbers.
    var integers: [Int] {
        get throws { try #require(array).map { try #require($0.int) } }
    }
}

/// A model of the fixtures: a folder, or a file that ends in .gguf.
func smallModel(
    _ name: String, threads: Int = 2, kernels: KernelSet = .best
) throws -> (model: any Transformer, source: any TensorSource) {
    let compute = Compute(kernels: kernels, threads: threads)
    let path = try Fixture.path(name)
    if name.hasSuffix(".gguf") {
        let file = try GGUFFile(path: path)
        return (try loadTransformer(file, compute: compute), file)
    }
    let folder = try ModelFolder(path: path)
    return (try loadTransformer(folder, compute: compute), folder)
}

/// Keeps everything a pass hands out.
final class EverythingRecorder: Recorder, @unchecked Sendable {
    struct Row: Hashable {
        let layer, head, query: Int
    }

    /// The sites in the order they came; attention where its first row did.
    private(set) var order: [Site] = []
    /// (token, width), over all passes.
    private(set) var values: [Site: [Float]] = [:]
    let wantsAttention = true
    private let rows = Mutex<[Row: [Float]]>([:])
    private let attendedLayers = Mutex<Set<Int>>([])

    /// The weights of one query over the keys that it sees, with zeros before them.
    var attention: [Row: [Float]] { rows.withLock { $0 } }

    func record(_ site: Site, _ activation: Activation) {
        if site.kind == .attentionMix, let layer = site.layer, attendedLayers.withLock({ $0.contains(layer) }) {
            order.append(.attention(layer))
        }
        order.append(site)
        values[site, default: []] += activation.values
    }

    func recordAttention(_ row: AttentionRow) {
        let weights = [Float](repeating: 0, count: row.firstKey) + row.weights
        rows.withLock { $0[Row(layer: row.layer, head: row.head, query: row.query)] = weights }
        attendedLayers.withLock { _ = $0.insert(row.layer) }
    }
}

extension Transformer {
    /// Logits (token, vocabulary) of a sequence in a cache of its own, `chunk` tokens a pass.
    func logits(_ tokens: [Int], chunk: Int = .max, slots: Int? = nil, recorder: (any Recorder)? = nil) -> [Float] {
        let cache = KeyValueCache(configuration, slots: slots ?? tokens.count)
        var all: [Float] = []
        for start in stride(from: 0, to: tokens.count, by: min(chunk, tokens.count)) {
            let batch = Batch(tokens: Array(tokens[start...].prefix(chunk)), from: start)
            all += forward(batch, cache: cache, logits: .all, recorder: recorder)
        }
        return all
    }
}

/// The place of the largest number, the first of equals.
func argmax(_ values: some Collection<Float>) -> Int {
    var best = (place: 0, value: -Float.infinity)
    for (place, value) in values.enumerated() where value > best.value { best = (place, value) }
    return best.place
}

/// The largest difference of two rows.
func distance(_ a: some Collection<Float>, _ b: some Collection<Float>) -> Float {
    precondition(a.count == b.count)
    return zip(a, b).reduce(0) { $1.0 == $1.1 ? $0 : max($0, ($1.0 - $1.1).isNaN ? .infinity : abs($1.0 - $1.1)) }
}

/// Whether two rows are the same bit by bit.
func sameBits(_ a: [Float], _ b: [Float]) -> Bool {
    a.count == b.count && zip(a, b).allSatisfy { $0.bitPattern == $1.bitPattern }
}
