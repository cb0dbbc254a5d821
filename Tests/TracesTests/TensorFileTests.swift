// tensors.safetensors as Python's package reads it.
import TestTools
import Testing
import TraceSamples

@testable import Traces

/// Prints each tensor's name, type, shape and a digest that does not depend on the language: its weighted sum.
private let reader = """
    import sys
    import numpy as np
    from safetensors.numpy import load_file
    for name, tensor in sorted(load_file(sys.argv[1]).items()):
        flat = tensor.astype(np.float64).ravel()
        flat[np.isneginf(flat)] = -1
        print(name, tensor.dtype, *tensor.shape, round(float(flat @ (np.arange(len(flat)) % 97 + 1)), 3))
    """

private func digest(_ values: [Double]) -> Double {
    let sum = values.enumerated().reduce(0) {
        $0 + ($1.element == -.infinity ? -1 : $1.element) * Double($1.offset % 97 + 1)
    }
    return (sum * 1000).rounded() / 1000
}

@Suite struct TensorFileTests {
    func pythonReads(_ trace: Trace) throws -> [String] {
        var bytes: [UInt8] = []
        trace.writeTensors { bytes += $0 }
        #expect(bytes.count == trace.tensorFileBytes)
        let header = (0..<8).reduce(0) { $0 | Int(bytes[$1]) << (8 * $1) }
        #expect(header % 8 == 0)
        return try withFile(bytes, named: "tensors.safetensors") { path in
            try pythonOutput(reader, [path]).split(separator: "\n").map(String.init)
        }
    }

    /// All values of a record as the file orders them.
    func attention(_ record: AttentionRecord) -> [Double] {
        var values: [Double] = []
        for layer in 0..<record.layers {
            for head in 0..<record.heads { values += record.matrix(layer: layer, head: head).map(Double.init) }
        }
        return values
    }

    @Test(.needs(.python)) func everyTensor() throws {
        var trace = sampleTrace(
            SampleShape {
                $0.layers = 2; $0.heads = 3; $0.keyValueHeads = 1
            })
        let numbers = { (count: Int, scale: Float) in (0..<count).map { Float($0 % 13 - 6) * scale } }
        trace.tensors.rawLogits = [numbers(400, 0.5), numbers(400, 0.25)]
        trace.tensors.finalLogits = [numbers(400, 2), [-.infinity] + numbers(399, 1)]
        trace.tensors.hidden = [numbers(48 * 5, 1), numbers(48 * 5, 3), numbers(48 * 5, 7)]
        let flat = { (rows: [[Float]]) in digest(rows.flatMap { $0 }.map(Double.init)) }
        #expect(
            try pythonReads(trace) == [
                "attention float32 2 3 26 26 \(digest(attention(trace.attention!)))",
                "hidden float32 3 5 48 \(flat(trace.tensors.hidden))",
                "logits.final float32 2 400 \(flat(trace.tensors.finalLogits))",
                "logits.raw float32 2 400 \(flat(trace.tensors.rawLogits))",
            ])
    }

    @Test(.needs(.python)) func fractionsAndStrongestKeys() throws {
        var trace = sampleTrace(
            SampleShape {
                $0.layers = 2; $0.heads = 3; $0.keyValueHeads = 1
            })
        let record = trace.attention!
        trace.attention = copied(record, as: .fixed16)
        #expect(try pythonReads(trace) == ["attention float32 2 3 26 26 \(digest(attention(trace.attention!)))"])
        trace.attention = copied(record, as: .strongest(keysPerRow: 4))
        let lines = try pythonReads(trace)
        #expect(
            lines.map { $0.split(separator: " ").dropLast().joined(separator: " ") } == [
                "attention.keys uint16 2 3 26 4", "attention.tail float32 2 3 26", "attention.weights float16 2 3 26 4",
            ])
        var tails: [Double] = []
        for layer in 0..<2 {
            for head in 0..<3 {
                for query in 0..<26 {
                    tails.append(Double(trace.attention!.tailMass(layer: layer, head: head, query: query)))
                }
            }
        }
        #expect(lines[1].hasSuffix(" \(digest(tails))"))
    }

    @Test func nothingRecorded() {
        #expect(!sampleTrace(SampleShape { $0.attention = false }).hasTensors)
        #expect(sampleTrace().hasTensors)
    }
}
