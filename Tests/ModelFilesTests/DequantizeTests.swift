// Dequantisation against the `gguf` Python package, bit by bit, on random blocks with extreme scales.

import ModelFiles
import Testing
import TestTools

@Suite struct DequantizeTests {
    @Test(arguments: TensorType.allCases)
    func equalsThePythonPackage(type: TensorType) throws {
        let blocks = try Fixture.bytes("\(type.name).blocks")
        let expected = try Fixture.bytes("\(type.name).floats")
        let count = expected.bytes.count / 4
        var floats = [Float](repeating: -1, count: count)
        floats.withUnsafeMutableBufferPointer { dequantize(blocks.bytes, type: type, into: $0) }
        for index in 0..<count {
            let want = Float(bitPattern: expected.bytes.loadUnaligned(fromByteOffset: 4 * index, as: UInt32.self))
            // Which NaN an operation gives is not defined; that it is one, is.
            let isEqual = floats[index].bitPattern == want.bitPattern || (floats[index].isNaN && want.isNaN)
            #expect(isEqual, "\(type.name), weight \(index): \(floats[index]) instead of \(want)")
            if !isEqual { return }
        }
        #expect(count == blocks.bytes.count / type.blockBytes * type.blockSize)
    }

    @Test func rowsAreThePartsOfTheTensor() throws {
        var file = GGUFMaker()
        var random = SplitMix64(state: 7)
        let data = (0..<3 * 2 * 20).map { _ in UInt8(truncatingIfNeeded: random.next()) & 0x3F }
        file.tensors = [.init(name: "w", type: TensorType.q4_1.number, dimensions: [64, 3], data: data)]
        let gguf = try file.open()
        let tensor = try gguf.requiredTensor(named: "w", shape: [3, 64])
        #expect((tensor.rows, tensor.columns, tensor.rowBytes) == (3, 64, 40))
        var all = [Float](repeating: 0, count: tensor.elementCount)
        all.withUnsafeMutableBufferPointer { dequantize(tensor, into: $0) }
        for row in 0..<3 {
            var part = [Float](repeating: 0, count: 64)
            part.withUnsafeMutableBufferPointer { dequantize(tensor, row: row, into: $0) }
            #expect(part == Array(all[row * 64..<row * 64 + 64]))
        }
    }

    #if !(os(macOS) && arch(x86_64))
        @Test func everyHalfEqualsTheProcessorsOwn() {
            for bits in UInt16.min...UInt16.max {
                let (ours, theirs) = (float(half: bits), Float(Float16(bitPattern: bits)))
                if ours.bitPattern != theirs.bitPattern && !(ours.isNaN && theirs.isNaN) {
                    Issue.record("half \(bits): \(ours) instead of \(theirs)")
                    return
                }
            }
        }
    #endif

    @Test func byteCountsAreCheckedForOverflow() {
        #expect(TensorType.q4_1.byteCount(elements: 64) == 40)
        #expect(TensorType.q4_1.byteCount(elements: 63) == nil)
        #expect(TensorType.q6K.byteCount(elements: 0) == 0)
        #expect(TensorType.f32.byteCount(elements: -4) == nil)
        #expect(TensorType.f32.byteCount(elements: Int.max / 4) == Int.max / 4 * 4)
        #expect(TensorType.f32.byteCount(elements: Int.max / 4 + 1) == nil)
        #expect(TensorType.f16.byteCount(elements: Int.max) == nil)
    }

    @Test func namesAndNumbersGoBothWays() {
        for type in TensorType.allCases where type.number < 256 {
            #expect(TensorType.from(ggufID: type.number) == type)
        }
        #expect(TensorType.from(ggufID: 9) == nil)
        // GGUF has no 8-bit floats.
        #expect(TensorType.from(ggufID: TensorType.f8E4M3.number) == nil)
        #expect(TensorType.from(ggufID: .max) == nil)
    }
}
