// The attention of trace.json, decoded by a notebook's ten lines and compared with the record.
import Foundation
import JSONText
import TestTools
import Testing
import TraceSamples

@testable import Traces

/// What a notebook does to read one layer; prints the weights of head 1's last query, then the largest row-sum error.
private let notebook = """
    import base64, json, sys, zlib
    import numpy as np
    a = json.load(open(sys.argv[1], encoding="utf8"))["attention"]
    n, part = a["positions"], a["parts"][2]
    unpack = lambda text: np.frombuffer(zlib.decompress(base64.b64decode(text)), np.uint8)
    codes = unpack(part["weights"]).astype(np.float64)
    if a["bits"] == 16: codes = codes[: len(codes) // 2] * 256 + codes[len(codes) // 2 :]
    weights = np.zeros((a["heads"], n, n))
    weights[:, *np.tril_indices(n)] = ((codes / (2 ** a["bits"] - 1)) ** a["power"]).reshape(a["heads"], -1)
    weights *= unpack(part["scales"]).view("<u2").reshape(a["heads"], n, 1) / 65535
    print(*weights[1, -1])
    print(np.abs(weights.sum(-1) - 1).max())
    """

/// The same for the strongest keys: prints the row as (key, weight) pairs, then its tail.
private let strongestNotebook = """
    import base64, json, sys, zlib
    import numpy as np
    a = json.load(open(sys.argv[1], encoding="utf8"))["attention"]
    n, part, most = a["positions"], a["parts"][2], a["keysPerRow"]
    unpack = lambda key: np.frombuffer(zlib.decompress(base64.b64decode(part[key])), np.uint8)
    high_low = lambda b: b[: len(b) // 2].astype(int) * 256 + b[len(b) // 2 :]
    starts = np.cumsum([0] + [min(q + 1, most) for q in range(n)] * a["heads"])
    row = 1 * n + n - 1
    place = slice(starts[row], starts[row + 1])
    codes = high_low(unpack("weights")) if a["bits"] == 16 else unpack("weights")
    weights = (codes[place] / (2 ** a["bits"] - 1)) ** a["power"] * unpack("scales").view("<u2")[row] / 65535
    print(*np.cumsum(high_low(unpack("gaps"))[place]))
    print(*weights)
    print(unpack("tails").view("<u2")[row] / 65535)
    """

@Suite struct AttentionCodingTests {
    @Test(.needs(.python), arguments: [12, 420]) func aNotebookReadsTheWeights(steps: Int) throws {
        let trace = sampleTrace(
            SampleShape {
                $0.steps = steps; $0.vocabularySize = 150; $0.candidates = 2
            })
        let record = try #require(trace.attention)
        let precision: AttentionPrecision = steps == 12 ? .bits16 : .bits8
        let printed = try withFile(try traceJSON(trace), named: "trace.json") { path in
            try pythonOutput(notebook, [path])
        }
        let lines = printed.split(separator: "\n")
        let read = lines[0].split(separator: " ").compactMap { Double($0) }
        let row = record.row(layer: 2, head: 1, query: record.positions - 1)
        #expect(read.count == row.count)
        let error = zip(read, row).map { abs($0 - Double($1)) }.max()!
        #expect(error <= precision.maximumError)
        #expect(try #require(Double(lines[1])) < (precision == .bits16 ? 0.001 : 0.01))
    }

    /// Attention as models have it: a sink in the first token, a few keys that count, and many that hardly do.
    private func likely(heads: Int, positions: Int) -> AttentionRecord {
        let record = AttentionRecord(layers: 1, heads: heads, keyValueHeads: 1)
        var random = SplitMix64(state: 7)
        for query in 0..<positions {
            record.grow(toPositions: query + 1)
            for head in 0..<heads {
                var scores = (0...query).map { _ in
                    // A sum of uniform numbers is near enough to a normal one.
                    (0..<6).reduce(0.0) { sum, _ in sum + Double.random(in: -1...1, using: &random) }
                }
                scores[0] += 5
                scores[query] += Double(head) / 3
                let sum = scores.reduce(0) { $0 + exp($1) }
                scores.map { Float(exp($0) / sum) }.withUnsafeBufferPointer {
                    record.write(layer: 0, head: head, query: query, weights: $0)
                }
            }
        }
        return record
    }

    @Test func manyWeightsTakeAboutHalfAByteEach() throws {
        let (heads, positions) = (9, 256)
        let record = likely(heads: heads, positions: positions)
        let codes = record.codes(layer: 0, precision: .bits8)
        var worst: (weight: Float, sum: Float) = (0, 0)
        for head in 0..<heads {
            for query in 0..<positions {
                var read = [Float](repeating: 0, count: query + 1)
                read.withUnsafeMutableBufferPointer {
                    codes.read(head: head, query: query, positions: positions, into: $0)
                }
                let row = record.row(layer: 0, head: head, query: query)
                for (read, was) in zip(read, row) { worst.weight = max(worst.weight, abs(read - was)) }
                worst.sum = max(worst.sum, abs(read.reduce(0, +) - 1))
            }
        }
        #expect(worst.weight <= Float(AttentionPrecision.bits8.maximumError))
        #expect(worst.sum < 0.01)
        #expect(try deflated(codes.codes, looksFor: .frequentBytes).count * 9 < codes.codes.count * 5)
    }

    @Test(.needs(.python)) func aNotebookReadsTheStrongestKeys() throws {
        var trace = sampleTrace()
        let record = copied(try #require(trace.attention), as: .strongest(keysPerRow: 5))
        trace.attention = record
        let printed = try withFile(try traceJSON(trace), named: "trace.json") { path in
            try pythonOutput(strongestNotebook, [path])
        }
        let numbers = printed.split(separator: "\n").map { $0.split(separator: " ").compactMap { Double($0) } }
        let query = record.positions - 1
        let row = record.row(layer: 2, head: 1, query: query)
        let kept = row.indices.filter { row[$0] > 0 }
        #expect(numbers[0] == kept.map(Double.init))
        for (read, key) in zip(numbers[1], kept) { #expect(abs(read - Double(row[key])) < 0.000016) }
        #expect(abs(numbers[2][0] - Double(record.tailMass(layer: 2, head: 1, query: query))) < 0.00001)
    }
}
