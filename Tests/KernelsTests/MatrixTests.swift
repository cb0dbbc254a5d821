// Products of packed matrices in every format on every kernel set, against double precision and against themselves.
import CKernels
import Kernels
import ModelFiles
import Testing
import TestTools

@Suite struct MatrixTests {
    /// Widths in which each format can be stored: whole blocks; for the float formats also odd ones.
    static func widths(_ type: TensorType) -> [Int] {
        switch type.blockSize {
        case 1: [1, 7, 40, 112, 288]
        case 32: [32, 96, 288]
        case 64: [64, 192, 320]
        default: [256, 512]
        }
    }

    static let heights = [1, 15, 17]
    static let batches = [1, 2, 3, 4, 5, 8, 9, 11, 12, 13, 15, 16, 17, 29, 37]

    /// How many roundings a product of this width can add up: a unit of 32 columns in order, Σ x of it, then one or two
    /// per unit and scale; twice that where products are rounded on their own.
    static func roundings(_ columns: Int) -> Double { Double(2 * (32 + 8 + 4 * (columns + 31) / 32)) }

    @Test(arguments: TensorType.allCases)
    func equalsTheDoubleProduct(type: TensorType) {
        for columns in Self.widths(type) {
            for rows in Self.heights + ([288, 320, 512].contains(columns) ? [600] : []) {
                let stored = StoredMatrix(type, rows: rows, columns: columns, seed: UInt64(rows * 1000 + columns))
                check(stored, PackedBytes(stored))
            }
        }
    }

    /// All batches on all sets: within the bound, the same bits whatever the batch, the same bits on all sets.
    private func check(_ stored: StoredMatrix, _ packed: PackedBytes) {
        var random = SplitMix64(state: 99)
        let tokens = Self.batches.max()!
        let x = random.normals(tokens * stored.columns)
        let row = { (token: Int) in Array(x[token * stored.columns..<(token + 1) * stored.columns]) }
        let place = "\(stored.type.name) \(stored.rows) × \(stored.columns)"
        var reference: [Float]?
        for set in KernelSet.available {
            let alone = (0..<tokens).flatMap { packed.multiply(row($0), tokens: 1, set) }
            for token in 0..<tokens {
                let wanted = stored.product(row(token), roundings: Self.roundings(stored.columns))
                let wrong = (0..<stored.rows).first {
                    !(abs(Double(alone[token * stored.rows + $0]) - wanted[$0].value) <= wanted[$0].bound)
                }
                #expect(wrong == nil, "\(place), \(set.name), token \(token): row \(wrong ?? 0)")
            }
            for batch in Self.batches {
                let together = packed.multiply(Array(x[..<(batch * stored.columns)]), tokens: batch, set)
                let place = firstDifference(together, Array(alone[..<(batch * stored.rows)]))
                #expect(
                    place == nil, "\(stored.type.name), \(set.name), \(batch) tokens together: number \(place ?? 0)")
            }
            if let reference {
                #expect(firstDifference(alone, reference) == nil, "\(place): \(set.name) and the set before it differ")
            }
            reference = alone
        }
    }

    @Test(arguments: TensorType.allCases)
    func rowsAreWhatTheFormatDefines(type: TensorType) {
        for columns in Self.widths(type) {
            let stored = StoredMatrix(type, rows: 17, columns: columns, seed: 5)
            let packed = PackedBytes(stored)
            for set in KernelSet.available {
                for row in 0..<17 {
                    let wanted = Array(stored.weights[row * columns..<(row + 1) * columns])
                    let place = firstDifference(packed.row(row, set), wanted)
                    #expect(place == nil, "\(type.name) of \(columns) columns, \(set.name): row \(row), \(place ?? 0)")
                }
            }
        }
    }

    @Test(arguments: TensorType.allCases.filter { $0.blockSize == 1 })
    func transposedFilesPackTheSame(type: TensorType) {
        for (rows, columns) in [(1, 7), (15, 40), (17, 1), (48, 33)] {
            let stored = StoredMatrix(type, rows: rows, columns: columns, seed: 8)
            #expect(PackedBytes(stored).memory.array == PackedBytes(stored, transposed: true).memory.array)
        }
    }

    @Test func infiniteAndSubnormalHalvesAreExact() {
        // Every half float, sixteen rows side by side.
        let columns = 65536 / 16
        let halves = (0..<65536).map { UInt16($0) }
        let bytes = halves.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] }
        let group = Guarded<UInt8>(bytes)
        let out = Guarded<Float>(columns, repeating: 0)
        for set in KernelSet.available {
            var matrix = sg_matrix(
                bytes: group.pointer, rows: 16, columns: Int64(columns), group_bytes: Int64(bytes.count),
                format: Int32(TensorType.f16.number))
            for row in 0..<16 {
                set.functions.pointee.unpack_row(&matrix, Int64(row), out.pointer)
                let wrong = (0..<columns).first {
                    let wanted = float(half: halves[$0 * 16 + row])
                    // A processor may quiet a NaN; that it is one stays.
                    return out.pointer[$0].bitPattern != wanted.bitPattern && !(out.pointer[$0].isNaN && wanted.isNaN)
                }
                #expect(wrong == nil, "\(set.name): half \(wrong.map { halves[$0 * 16 + row] } ?? 0)")
            }
        }
    }

    /// Bits a weight in memory: as many as in the file where codes stay what they are, more where signs are kept apart and
    /// scales in fractions of a byte.
    @Test func packedSizesAreThoseThatAreStated() {
        let bits: [TensorType: Double] = [
            .iq1S: 3.3125, .iq1M: 3.5625, .iq2XXS: 3.3125, .iq2XS: 3.5625, .iq2S: 3.5625, .iq3XXS: 4.3125,
            .iq3S: 4.3125,
            .iq4NL: 4.5, .iq4XS: 4.3125, .tq1_0: 2.0625, .tq2_0: 2.0625, .mxfp4: 4.25, .nvfp4: 5, .f8E4M3: 16,
            .f8E5M2: 16, .bf16: 16, .q4_0: 4.5, .q4K: 4.625,
        ]
        for (type, wanted) in bits {
            let bytes = PackedMatrix.byteCount(format: Int32(type.number), rows: 16, columns: 256)!
            #expect(Double(bytes * 8) / (16 * 256) == wanted, "\(type.name)")
        }
    }

    @Test func unsupportedShapesHaveNoSize() {
        #expect(PackedMatrix.byteCount(format: 3, rows: 17, columns: 64) == 2 * 2 * 320)
        #expect(PackedMatrix.byteCount(format: 3, rows: 17, columns: 48) == nil)
        #expect(PackedMatrix.byteCount(format: 12, rows: 1, columns: 128) == nil)
        #expect(PackedMatrix.byteCount(format: 0, rows: 0, columns: 4) == nil)
        #expect(PackedMatrix.byteCount(format: 0, rows: 4, columns: 0) == nil)
        #expect(PackedMatrix.byteCount(format: 9, rows: 16, columns: 256) == nil)
        #expect(PackedMatrix.byteCount(format: 40, rows: 1, columns: 32) == nil)
        #expect(PackedMatrix.byteCount(format: 0, rows: .max - 15, columns: 1 << 40) == nil)
        #expect(PackedMatrix.byteCount(format: 0, rows: 16, columns: .max) == nil)
    }
}
