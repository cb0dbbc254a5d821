// The attention record in all its forms: what is written is what is read, within the form's stated error.
import Testing
import TraceSamples

@testable import Traces

/// Rows of a made-up record, written into a record of another form.
func copied(_ source: AttentionRecord, as storage: AttentionRecord.Storage) -> AttentionRecord {
    let copy = AttentionRecord(
        layers: source.layers, heads: source.heads, keyValueHeads: source.keyValueHeads, storage: storage)
    for query in 0..<source.positions {
        copy.grow(toPositions: query + 1)
        for layer in 0..<source.layers {
            for head in 0..<source.heads {
                source.row(layer: layer, head: head, query: query).withUnsafeBufferPointer {
                    copy.write(layer: layer, head: head, query: query, weights: $0)
                }
            }
        }
    }
    return copy
}

@Suite struct AttentionRecordTests {
    // 150 positions: more than two blocks of queries.
    let source = sampleTrace(
        SampleShape {
            $0.steps = 136; $0.candidates = 2; $0.vocabularySize = 100
        }
    ).attention!

    @Test func float32IsExact() {
        let copy = copied(source, as: .float32)
        for query in [0, 1, 63, 64, 149] {
            #expect(copy.row(layer: 3, head: 5, query: query) == source.row(layer: 3, head: 5, query: query))
        }
        #expect(copy.positions == 150 && copy.byteCount == source.byteCount)
    }

    @Test func fractionsAreClose() {
        let copy = copied(source, as: .fixed16)
        #expect(copy.byteCount == source.byteCount / 2)
        for query in 0..<150 {
            for (a, b) in zip(copy.row(layer: 1, head: 4, query: query), source.row(layer: 1, head: 4, query: query)) {
                #expect(abs(a - b) <= 7.7e-6)
            }
        }
    }

    @Test(arguments: [1, 7, 64]) func theStrongestKeysAndTheTail(keysPerRow: Int) {
        let copy = copied(source, as: .strongest(keysPerRow: keysPerRow))
        for query in 0..<150 {
            let row = source.row(layer: 2, head: 3, query: query)
            let order = row.indices.sorted { row[$0] != row[$1] ? row[$0] > row[$1] : $0 < $1 }
            let kept = copy.row(layer: 2, head: 3, query: query)
            #expect(kept.indices.filter { kept[$0] > 0 } == order.prefix(keysPerRow).sorted())
            let rest = order.dropFirst(keysPerRow).reduce(0) { $0 + Double(row[$1]) }
            #expect(abs(Double(copy.tailMass(layer: 2, head: 3, query: query)) - rest) < 1e-6)
        }
    }

    @Test func equalWeightsKeepTheLowerKeys() {
        let record = AttentionRecord(layers: 1, heads: 1, keyValueHeads: 1, storage: .strongest(keysPerRow: 3))
        record.grow(toPositions: 40)
        let row = [Float](repeating: 0.02, count: 20) + [0.1] + [Float](repeating: 0.02, count: 19)
        row.withUnsafeBufferPointer { record.write(layer: 0, head: 0, query: 39, weights: $0) }
        let kept = record.row(layer: 0, head: 0, query: 39)
        #expect(kept.indices.filter { kept[$0] > 0 } == [0, 1, 20])
    }

    @Test func halfPrecisionRoundsToTheNearest() {
        // Exact values of binary16, the ties between them (to even), its subnormals, and both ends.
        for bits in UInt16(0)...0x3C00 { #expect(halfBits(halfValue(bits)) == bits) }
        for bits in UInt16(0)..<0x3C00 {
            let middle = (halfValue(bits) + halfValue(bits + 1)) / 2
            #expect(halfBits(middle) == bits + (bits & 1))
            // Below 6e-5 the 32-bit floats in between are subnormal themselves: the nearest 2⁻³⁷ decides.
            let step = bits < 0x400 ? 0x1p-37 : middle.ulp
            #expect(halfBits(middle + step) == bits + 1 && halfBits(middle - step) == bits)
        }
    }

    @Test func shrinkingForgetsAndGrowsAgain() {
        let copy = copied(source, as: .float32)
        copy.shrink(toPositions: 70)
        #expect(copy.positions == 70 && copy.matrix(layer: 0, head: 0).count == 4900)
        copy.grow(toPositions: 71)
        copy.rowPointer(layer: 0, head: 0, query: 70).update(repeating: 0.5, count: 71)
        #expect(copy.row(layer: 0, head: 0, query: 70) == Array(repeating: 0.5, count: 71))
        #expect(copy.row(layer: 0, head: 0, query: 69) == source.row(layer: 0, head: 0, query: 69))
    }

    @Test func matrixHasZerosAboveTheDiagonal() {
        let matrix = source.matrix(layer: 1, head: 2)
        for query in [0, 7, 149] {
            let row = Array(matrix[(query * 150)..<((query + 1) * 150)])
            #expect(Array(row.prefix(query + 1)) == source.row(layer: 1, head: 2, query: query))
            #expect(row.dropFirst(query + 1).allSatisfy { $0 == 0 })
        }
    }

    /// Every encoding of every form comes back within the stated error.
    @Test(arguments: [AttentionPrecision.bits8, .bits16], [nil, 5, 300])
    func codesAreWithinTheirError(precision: AttentionPrecision, keysPerRow: Int?) {
        let codes = source.codes(layer: 1, precision: precision, keysPerRow: keysPerRow)
        let few = copied(source, as: .strongest(keysPerRow: keysPerRow ?? 150))
        let read = AttentionRecord(heads: 6, keyValueHeads: 2, positions: 150, layerCodes: [codes])
        for head in 0..<6 {
            for query in 0..<150 {
                let want =
                    keysPerRow == nil
                    ? source.row(layer: 1, head: head, query: query) : few.row(layer: 1, head: head, query: query)
                let row = read.row(layer: 0, head: head, query: query)
                let error = zip(row, want).map { abs(Double($0) - Double($1)) }.max()!
                let half = keysPerRow == nil ? 0 : 0.00025  // the form that is compared with is in 16-bit floats
                #expect(error <= precision.maximumError + half)
                let tail = Double(few.tailMass(layer: 1, head: head, query: query))
                #expect(abs(Double(read.tailMass(layer: 0, head: head, query: query)) - tail) < 1.0 / 65535)
            }
        }
    }
}
