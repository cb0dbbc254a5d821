// The arithmetic of quantised products as it is defined: fixed-point inputs, exact sums, one order of rounding. The same
// bits from every set and on every processor, on ordinary numbers and beyond them.
import CKernels
import Kernels
import ModelFiles
import Testing

@Suite struct FixedPointTests {
    static let quantised = TensorType.allCases.filter { $0.blockSize > 1 }

    /// The definition once more, from the file's bytes and in the plainest way. Blocks of Q8_0 and Q4_1 only.
    private func defined(_ stored: StoredMatrix, row: Int, _ x: ArraySlice<Float>) -> Float {
        let (type, columns) = (stored.type, stored.columns)
        var total: Float = 0
        for unit in 0..<columns / 32 {
            let start = row * stored.rowBytes + unit * type.blockBytes
            let block = stored.bytes[start..<start + type.blockBytes]
            let half = { (place: Int) in
                float(half: UInt16(block[start + place]) | UInt16(block[start + place + 1]) << 8)
            }
            let weights: [Int64]
            if type == .q8_0 {
                weights = (0..<32).map { Int64(Int8(bitPattern: block[start + 2 + $0])) }
            } else {
                weights = (0..<32).map { Int64(block[start + 4 + $0 % 16] >> ($0 < 16 ? 0 : 4) & 15) }
            }
            let from = x.startIndex + unit * 32
            let fixed = fixedPoint(Array(x[from..<from + 32]))
            var digits: [Int64] = [0, 0, 0]  // Σ weight · digit, lowest first
            for (weight, number) in zip(weights, fixed.numbers) {
                let low = Int64(Int8(truncatingIfNeeded: number))
                let middle = Int64(Int8(truncatingIfNeeded: (number - low) >> 8))
                let high = ((number - low) >> 8 - middle) >> 8
                #expect((-128...127).contains(high))
                digits[0] += weight * low
                digits[1] += weight * middle
                digits[2] += weight * high
            }
            let part = Float(digits[0]).addingProduct(Float(digits[2] * 256 + digits[1]), 256)
            total.addProduct(half(0) * fixed.scale, part)
            if type == .q4_1 { total.addProduct(half(2), Float(fixed.numbers.reduce(0, +)) * fixed.scale) }
        }
        return total
    }

    /// rint(x · 2^k) and 2^−k, k the largest for which no number passes 8,355,711.
    private func fixedPoint(_ x: [Float]) -> (numbers: [Int64], scale: Float) {
        if x.contains(where: { !$0.isFinite }) { return (x.map { _ in 0 }, .nan) }
        let largest = x.map { Double(abs($0)) }.max()!
        if largest < 0x1p-121 { return (x.map { _ in 0 }, 0) }
        var k = 200
        while largest * 1.00394 * Double(sign: .plus, exponent: k, significand: 1) >= 0x1p23 { k -= 1 }
        let scale = Double(sign: .plus, exponent: k, significand: 1)
        return (x.map { Int64((Double($0) * scale).rounded(.toNearestOrEven)) }, Float(1 / scale))
    }

    @Test(arguments: [TensorType.q8_0, .q4_1])
    func productsAreAsDefined(type: TensorType) {
        let stored = StoredMatrix(type, rows: 17, columns: 96, seed: 21)
        let packed = PackedBytes(stored)
        for kind in Numbers.allCases {
            let x = kind.make(20 * 96, seed: 4)
            for set in KernelSet.available {
                let results = packed.multiply(x, tokens: 20, set)
                for token in 0..<20 {
                    let wanted = (0..<17).map { defined(stored, row: $0, x[token * 96..<(token + 1) * 96]) }
                    let place = firstDifference(Array(results[token * 17..<(token + 1) * 17]), wanted, anyNaN: true)
                    #expect(place == nil, "\(type.name), \(set.name), \(kind), token \(token), row \(place ?? 0)")
                }
            }
        }
    }

    /// What an input is made of.
    enum Numbers: CaseIterable {
        case ordinary, ones, anyBits, tiny, manySizes

        func make(_ count: Int, seed: UInt64) -> [Float] {
            var random = SplitMix64(state: seed)
            return (0..<count).map { _ in
                let float = Float.random(in: -1...1, using: &random)
                switch self {
                case .ordinary: return float
                case .ones: return float < 0 ? -1 : 1
                case .anyBits: return Float(bitPattern: UInt32(truncatingIfNeeded: random.next()))
                case .tiny:
                    return float * 0x1p-110 * Float(sign: .plus, exponent: -Int(random.next() % 39), significand: 1)
                case .manySizes:
                    return Float(sign: .plus, exponent: Int(random.next() % 240) - 120, significand: float)
                }
            }
        }
    }

    @Test(arguments: quantised)
    func everySetHasTheSameBitsOnEveryInput(type: TensorType) {
        let columns = type.blockSize == 32 ? 96 : 512
        let stored = StoredMatrix(type, rows: 33, columns: columns, seed: 31)
        let packed = PackedBytes(stored)
        for kind in Numbers.allCases {
            let x = kind.make(23 * columns, seed: 5)
            let wanted = packed.multiply(x, tokens: 23, KernelSet.named("plain")!)
            for set in KernelSet.available {
                for batch in [1, 23] {
                    let results = packed.multiply(Array(x[..<(batch * columns)]), tokens: batch, set)
                    let place = firstDifference(results, Array(wanted[..<(batch * 33)]), anyNaN: true)
                    #expect(place == nil, "\(type.name), \(set.name), \(kind), \(batch) tokens: number \(place ?? 0)")
                }
            }
        }
    }

    @Test func whatIsNoNumberStaysVisibleAndAlone() {
        let stored = StoredMatrix(.q4_1, rows: 16, columns: 64, seed: 3)
        let packed = PackedBytes(stored)
        for bad in [Float.nan, .infinity, -.infinity] {
            var x = [Float](repeating: 1, count: 9 * 64)
            x[4 * 64 + 40] = bad
            for set in KernelSet.available {
                let results = packed.multiply(x, tokens: 9, set)
                for token in 0..<9 {
                    let row = results[token * 16..<(token + 1) * 16]
                    #expect(row.allSatisfy { $0.isNaN == (token == 4) }, "\(set.name), token \(token)")
                }
            }
        }
    }

    /// The sum of squared differences from double precision is no larger than that of plain single precision: one
    /// multiply-add a column, in order.
    @Test(arguments: quantised)
    func errorsAreNoLargerThanPlainSinglePrecisions(type: TensorType) {
        let (rows, columns) = (48, 1536)
        let stored = StoredMatrix(type, rows: rows, columns: columns, seed: 41)
        var random = SplitMix64(state: 43)
        let x = random.normals(columns)
        let results = PackedBytes(stored).multiply(x, tokens: 1, .best)
        var (own, single) = (0.0, 0.0)
        for row in 0..<rows {
            let first = row * columns
            var (exact, plain): (Double, Float) = (0, 0)
            for column in 0..<columns {
                exact += Double(stored.weights[first + column]) * Double(x[column])
                plain.addProduct(stored.weights[first + column], x[column])
            }
            own += (Double(results[row]) - exact) * (Double(results[row]) - exact)
            single += (Double(plain) - exact) * (Double(plain) - exact)
        }
        #expect(own <= single, "\(type.name): rms \((own / single).squareRoot()) of single precision's")
    }

    /// Bits that another kind of processor must come to as well.
    private static let goldenBits: [String: UInt64] = [
        "F32": 0xD387F0F2C30D274C,
        "F16": 0x7B12E99E05EEA18,
        "Q8_0": 0xB5DEF8FF94F1C06B,
        "Q4_0": 0x945D342BC5312623,
        "BF16": 0x83A40E7F07C06B8A,
        "Q4_1": 0x12E141E0B590BDF9,
        "Q5_0": 0x1AE70367E91B8BE8,
        "Q5_1": 0xCB008DC51ED16216,
        "Q2_K": 0xE3E64B9BFD8697D3,
        "Q3_K": 0x8D551696FF6EC9FC,
        "Q4_K": 0x22BDC40377B43840,
        "Q5_K": 0x1B9BA5C45F6EAA41,
        "Q6_K": 0xEBA3F06C1E8206BD,
    ]

    @Test(arguments: TensorType.allCases)
    func bitsAreThoseOfEveryProcessor(type: TensorType) {
        let columns = 512
        let stored = StoredMatrix(type, rows: 40, columns: columns, seed: 51)
        let packed = PackedBytes(stored)
        let x = Numbers.ordinary.make(19 * columns, seed: 6)
        for set in KernelSet.available {
            let bits = fingerprint(packed.multiply(x, tokens: 19, set))
            #expect(bits == Self.goldenBits[type.name], "\(type.name), \(set.name): 0x\(String(bits, radix: 16))")
        }
    }
}

/// FNV-1a over the bits of the numbers.
private func fingerprint(_ numbers: [Float]) -> UInt64 {
    numbers.reduce(0xCBF2_9CE4_8422_2325) { hash, number in
        (hash ^ UInt64(number.bitPattern)) &* 0x100_0000_01B3
    }
}
