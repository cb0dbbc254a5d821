// Random weight matrices as files store them, in every format, with what ModelFiles says they mean.
import CKernels
import Kernels
import ModelFiles
import TestTools

/// A matrix of one format: the file's bytes, its weights, and the sizes that error bounds are made of.
struct StoredMatrix {
    let type: TensorType
    let rows: Int
    let columns: Int
    let bytes: [UInt8]
    let weights: [Float]  // (rows, columns)
    /// |scale · q| + |minimum| of each weight, the numbers that a product adds up.
    let magnitudes: [Double]  // (rows, columns)

    var format: Int32 { Int32(type.number) }
    var rowBytes: Int { bytes.count / rows }

    init(_ type: TensorType, rows: Int, columns: Int, seed: UInt64) {
        var random = SplitMix64(state: seed)
        let count = type.byteCount(elements: rows * columns)!
        var bytes = [UInt8](repeating: 0, count: count)
        if type.blockSize == 1 {
            Self.fillFloats(type, &bytes, &random)
        } else {
            for place in 0..<count { bytes[place] = UInt8(truncatingIfNeeded: random.next()) }
            for start in stride(from: 0, to: count, by: type.blockBytes) {
                for offset in Self.halfOffsets(type) { put(random.normal() * 0.05, &bytes, start + offset) }
                Self.putScales(type, &bytes, start, &random)
            }
        }
        self.type = type
        self.rows = rows
        self.columns = columns
        self.bytes = bytes
        weights = Self.dequantized(type, bytes)
        magnitudes = Self.parts(type, bytes).reduce([Double](repeating: 0, count: rows * columns)) { sum, part in
            zip(sum, Self.dequantized(type, part)).map { $0 + Double(abs($1)) }
        }
    }

    /// Where a block keeps the half-precision numbers that scale all of it: the scale, then the minimum if it has one.
    private static func halfOffsets(_ type: TensorType) -> [Int] {
        switch type {
        case .f32, .f16, .bf16, .f8E4M3, .f8E5M2, .iq1M, .mxfp4, .nvfp4: []
        case .q8_0, .q4_0, .q5_0, .iq1S, .iq2XXS, .iq2XS, .iq2S, .iq3XXS, .iq3S, .iq4NL, .iq4XS: [0]
        case .tq1_0: [52]
        case .tq2_0: [64]
        case .q4_1, .q5_1, .q4K, .q5K: [0, 2]
        case .q2K: [80, 82]
        case .q3K: [108]
        case .q6K: [208]
        }
    }

    /// The scales that are no halves in one piece, of ordinary size.
    private static func putScales(
        _ type: TensorType, _ bytes: inout [UInt8], _ start: Int, _ random: inout SplitMix64
    ) {
        switch type {
        case .iq1M:
            // The upper four bits of four numbers of 16 bits.
            var half: [UInt8] = [0, 0]
            put(random.normal() * 0.05, &half, 0)
            for (place, four) in [half[0] & 15, half[0] >> 4, half[1] & 15, half[1] >> 4].enumerated() {
                bytes[start + 49 + 2 * place] = bytes[start + 49 + 2 * place] & 15 | four << 4
            }
        case .mxfp4: bytes[start] = UInt8.random(in: 118...126, using: &random)
        case .nvfp4: for part in 0..<4 { bytes[start + part] = UInt8.random(in: 0...0x40, using: &random) }
        default: break
        }
    }

    /// The blocks with all but one of the halves set to zero: their weights add up to the weights.
    private static func parts(_ type: TensorType, _ bytes: [UInt8]) -> [[UInt8]] {
        let offsets = halfOffsets(type)
        if offsets.count < 2 { return [bytes] }
        return offsets.map { kept in
            var part = bytes
            for start in stride(from: 0, to: part.count, by: type.blockBytes) {
                for offset in offsets where offset != kept { put(0, &part, start + offset) }
            }
            return part
        }
    }

    /// Floats of ordinary size; halves include zeros of both signs and subnormal ones, but no infinity.
    private static func fillFloats(_ type: TensorType, _ bytes: inout [UInt8], _ random: inout SplitMix64) {
        for place in stride(from: 0, to: bytes.count, by: type.blockBytes) {
            let float = random.normal()
            switch type {
            case .f32: for i in 0..<4 { bytes[place + i] = UInt8(truncatingIfNeeded: float.bitPattern >> (8 * i)) }
            case .bf16:
                for i in 0..<2 { bytes[place + i] = UInt8(truncatingIfNeeded: float.bitPattern >> (8 * i + 16)) }
            case .f8E4M3: bytes[place] = UInt8.random(in: 0...0x7E, using: &random) | (float < 0 ? 0x80 : 0)
            case .f8E5M2: bytes[place] = UInt8.random(in: 0...0x4B, using: &random) | (float < 0 ? 0x80 : 0)
            default:
                let exponent = UInt16.random(in: 0...18, using: &random)
                let bits = UInt16(truncatingIfNeeded: random.next()) & 0x83FF | exponent << 10
                (bytes[place], bytes[place + 1]) = (UInt8(bits & 255), UInt8(bits >> 8))
            }
        }
    }

    static func dequantized(_ type: TensorType, _ bytes: [UInt8]) -> [Float] {
        var floats = [Float](repeating: 0, count: bytes.count / type.blockBytes * type.blockSize)
        bytes.withUnsafeBytes { bytes in
            floats.withUnsafeMutableBufferPointer { dequantize(bytes, type: type, into: $0) }
        }
        return floats
    }

    /// The file's bytes of the transposed matrix (columns, rows); float formats only.
    var transposedBytes: [UInt8] {
        let size = type.blockBytes
        var out = [UInt8](repeating: 0, count: bytes.count)
        for row in 0..<rows {
            for column in 0..<columns {
                for byte in 0..<size {
                    out[(column * rows + row) * size + byte] = bytes[(row * columns + column) * size + byte]
                }
            }
        }
        return out
    }

    /// Σ_column weights · x and the bound of its error, for every row, in double precision.
    func product(_ x: [Float], roundings: Double) -> [(value: Double, bound: Double)] {
        (0..<rows).map { row in
            var (sum, size) = (0.0, 0.0)
            for column in 0..<columns {
                sum += Double(weights[row * columns + column]) * Double(x[column])
                size += magnitudes[row * columns + column] * Double(abs(x[column]))
            }
            return (sum, roundings * roundoff * size)
        }
    }
}

/// Writes a float as a half-precision number; small and normal ones only.
private func put(_ float: Float, _ bytes: inout [UInt8], _ place: Int) {
    let bits = float.bitPattern
    let exponent = Int(bits >> 23 & 255) - 112
    let half = exponent <= 0 ? 0 : UInt16(bits >> 16 & 0x8000) | UInt16(exponent) << 10 | UInt16(bits >> 13 & 0x3FF)
    (bytes[place], bytes[place + 1]) = (UInt8(half & 255), UInt8(half >> 8))
}

/// A matrix packed into memory that ends where the packed bytes do.
final class PackedBytes {
    let memory: Guarded<UInt8>
    private(set) var matrix: sg_matrix

    init(_ stored: StoredMatrix, transposed: Bool = false) {
        let group = sg_group_bytes(stored.format, Int64(stored.columns))
        let groups = (stored.rows + 15) / 16
        memory = Guarded(groups * Int(group), repeating: 0xAA)
        let source = Guarded(transposed ? stored.transposedBytes : stored.bytes)
        for index in 0..<groups {
            sg_pack_group(
                stored.format, Int64(stored.rows), Int64(stored.columns), source.pointer, Int64(stored.rowBytes),
                transposed, Int64(index), memory.pointer + index * Int(group))
        }
        matrix = sg_matrix(
            bytes: memory.pointer, rows: Int64(stored.rows), columns: Int64(stored.columns), group_bytes: group,
            format: stored.format)
    }

    /// The product with `tokens` rows of x, (token, row); x: (token, columns).
    func multiply(_ x: [Float], tokens: Int, _ set: KernelSet) -> [Float] {
        let (rows, columns) = (Int(matrix.rows), Int(matrix.columns))
        let input = Guarded(x)
        let functions = set.functions.pointee
        let layout = functions.layout(matrix.format, Int64(tokens))
        let laid = Guarded<UInt8>(
            (Int(sg_input_bytes(layout, Int64(tokens), Int64(columns))) + 63) / 64 * 64, repeating: 0xFF)
        let out = Guarded<Float>(tokens * rows, repeating: .nan)
        functions.lay_out(
            layout, input.pointer, Int64(columns), Int64(tokens), Int64(columns), 0, Int64(columns), laid.pointer)
        functions.multiply(
            &matrix, 0, Int64((rows + 15) / 16), laid.pointer, Int64(tokens), out.pointer, Int64(rows))
        return out.array
    }

    func row(_ row: Int, _ set: KernelSet) -> [Float] {
        let out = Guarded<Float>(Int(matrix.columns), repeating: .nan)
        set.functions.pointee.unpack_row(&matrix, Int64(row), out.pointer)
        return out.array
    }
}
