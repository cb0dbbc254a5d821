// The attention of trace.json, decoded by a notebook's ten lines and compared with the record.
import Foundation
import JSONText
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

@Suite struct AttentionCodingTests {
    @Test(arguments: [12, 420]) func aNotebookReadsTheWeights(steps: Int) throws {
        let trace = sampleTrace(
            SampleShape {
                $0.steps = steps; $0.vocabularySize = 150; $0.candidates = 2
            })
        let record = try #require(trace.attention)
        let precision: AttentionPrecision = steps == 12 ? .bits16 : .bits8
        let printed = try withFile(try traceJSON(trace), named: "trace.json") { path in
            try Python.run(notebook, [path])
        }
        let lines = printed.split(separator: "\n")
        let read = lines[0].split(separator: " ").compactMap { Double($0) }
        let row = record.row(layer: 2, head: 1, query: record.positions - 1)
        #expect(read.count == row.count)
        let error = zip(read, row).map { abs($0 - Double($1)) }.max()!
        #expect(error <= precision.maximumError)
        #expect(try #require(Double(lines[1])) < (precision == .bits16 ? 0.001 : 0.02))
    }
}
