// The arithmetic of quantised products as it is defined: fixed-point inputs, exact sums, one order of rounding. The same
// bits from every set and on every processor, on ordinary numbers and beyond them.
import CKernels
import Kernels
import ModelFiles
import Testing
import TestTools

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
            var unit = half(0) * part
            if type == .q4_1 { unit = (half(2) * Float(fixed.numbers.reduce(0, +))).addingProduct(half(0), part) }
            total.addProduct(unit, fixed.scale)
        }
        return total
    }

    /// rint(x / scale), and the scale: 1.00394 · max |x| / 2^23.
    private func fixedPoint(_ x: [Float]) -> (numbers: [Int64], scale: Float) {
        if x.contains(where: { !$0.isFinite }) { return (x.map { _ in 0 }, .nan) }
        let largest = x.map { abs($0) }.max()!
        if largest < 0x1p-102 { return (x.map { _ in 0 }, 0) }
        let scale = largest * (1.00394 * 0x1p-23)
        return (x.map { Int64(($0 / scale).rounded(.toNearestOrEven)) }, scale)
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
                    return float * 0x1p-90 * Float(sign: .plus, exponent: -Int(random.next() % 39), significand: 1)
                case .manySizes:
                    return Float(sign: .plus, exponent: Int(random.next() % 240) - 120, significand: float)
                }
            }
        }
    }

    @Test(arguments: quantised)
    func everySetHasTheSameBitsOnEveryInput(type: TensorType) {
        let columns = [32: 96, 64: 192][type.blockSize] ?? 512
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

    /// The root mean square error against double precision is no larger than that of the products as a good library of
    /// single precision computes them: sixteen sums side by side, each of every sixteenth column, one multiply-add a
    /// column, the sums added in pairs at the end. The rows of one input share its errors, hence many inputs.
    @Test(arguments: quantised)
    func errorsAreNoLargerThanThoseOfSixteenSumsInSinglePrecision(type: TensorType) {
        let (rows, columns, tokens) = (16, 1536, 64)
        let stored = StoredMatrix(type, rows: rows, columns: columns, seed: 41)
        var random = SplitMix64(state: 43)
        let x = random.normals(tokens * columns)
        let results = PackedBytes(stored).multiply(x, tokens: tokens, .best)
        var (own, single) = (0.0, 0.0)
        for token in 0..<tokens {
            for row in 0..<rows {
                var exact = 0.0
                var sums = [Float](repeating: 0, count: 16)
                for column in 0..<columns {
                    let (weight, number) = (stored.weights[row * columns + column], x[token * columns + column])
                    exact += Double(weight) * Double(number)
                    sums[column % 16].addProduct(weight, number)
                }
                while sums.count > 1 { sums = zip(sums, sums[(sums.count / 2)...]).map { $0 + $1 } }
                let errors = (Double(results[token * rows + row]) - exact, Double(sums[0]) - exact)
                own += errors.0 * errors.0
                single += errors.1 * errors.1
            }
        }
        #expect(own <= single, "\(type.name): rms \((own / single).squareRoot()) of single precision's")
    }

    /// Bits that another kind of processor must come to as well.
    private static let goldenBits: [String: UInt64] = [
        "F32": 0xD387F0F2C30D274C,
        "F16": 0x7B12E99E05EEA18,
        "Q8_0": 0x48E90386F9C5C6E1,
        "Q4_0": 0x88B5A17B1E8935AA,
        "BF16": 0x83A40E7F07C06B8A,
        "Q4_1": 0x859AA0985097A066,
        "Q5_0": 0x40878A9587FE2DA1,
        "Q5_1": 0x82084AA859EB9C8C,
        "Q2_K": 0x5479E22BDE1823CE,
        "Q3_K": 0xB8822C7D39C02794,
        "Q4_K": 0x1493287C0F249CBD,
        "Q5_K": 0xF5B4D957FF344724,
        "Q6_K": 0x299C157E0E98DF51,
        "IQ1_S": 0x81CC3BBCD64569B6,
        "IQ1_M": 0xFB7E7D94EE6BAE91,
        "IQ2_XXS": 0x153356F5D028E060,
        "IQ2_XS": 0xA324284C7B01488,
        "IQ2_S": 0x33C8A8D0E67EC86F,
        "IQ3_XXS": 0x8CA1CD0E1B8F1D7A,
        "IQ3_S": 0xA7F0BAE2ED9E9AEA,
        "IQ4_NL": 0x2BA06039905D411C,
        "IQ4_XS": 0x5654D2EF38900B0E,
        "TQ1_0": 0x30E7DECB0AD552CF,
        "TQ2_0": 0xCEFF3EB6D6AC2585,
        "MXFP4": 0x85AE7C88506CCDF4,
        "NVFP4": 0xE239CD4CA79F74FA,
        "F8_E4M3": 0x8744487CA7E9438A,
        "F8_E5M2": 0x5F316F2D909ABDF2,
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
