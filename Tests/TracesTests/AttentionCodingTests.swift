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
        #expect(try #require(Double(lines[1])) < (precision == .bits16 ? 0.001 : 0.02))
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
