// The types whose weights are places in a codebook: IQ1 to IQ4, and four-bit floats; and the TQ types, of three values.
// Layouts: byte offset: content. d is half precision.
//
// The codebooks of IQ1, IQ2 and IQ3 are points of a lattice (see grids.c): a place stands for eight weights, or four of IQ3,
// each a digit. Signs: bit k of a byte belongs to weight k, 1 for minus; where seven are stored, the eighth makes the number
// of minus signs even. Every product here is exact in 32 bits, whatever its order.
internal import CKernels

/// What a digit of IQ2's points and of IQ3_XXS's stands for; IQ3_S's digit k: 2k + 1; IQ1's: k − 1.
private let iq2Steps: [Float] = [8, 25, 43]
private let iq3XXSSteps: [Float] = [4, 12, 20, 28, 36, 44, 52, 62]
/// The sixteen steps of IQ4.
private let iq4Steps: [Float] = [-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113]
/// Twice what a four-bit float (E2M1) says; the upper eight are the negative ones.
private let fp4Steps: [Float] = [0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12]

/// The digits of a codebook's points, one after another.
private func grid(_ type: TensorType) -> UnsafePointer<UInt8> { sg_grid(Int32(type.number))! }

/// A 32-bit number, little-endian.
@inline(__always)
private func doubleWord(_ block: UnsafeRawPointer, _ offset: Int) -> UInt32 {
    UInt32(littleEndian: block.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
}

/// Seven signs with the eighth.
@inline(__always)
private func eightSigns(_ seven: UInt32) -> UInt32 {
    let signs = seven & 127
    return signs | UInt32(signs.nonzeroBitCount & 1) << 7
}

/// The four bits at place i of bytes that hold two each, the lower first.
@inline(__always)
private func fourBits(_ bytes: UnsafeRawPointer, _ i: Int) -> UInt8 { byte(bytes, i / 2) >> UInt8(i % 2 * 4) & 0xF }

/// `count` weights: scale · step of the digit, with its sign.
@inline(__always)
private func put(
    _ weights: UnsafeMutablePointer<Float>, _ digits: UnsafePointer<UInt8>, count: Int, signs: UInt32, scale: Float,
    _ step: (UInt8) -> Float
) {
    for k in 0..<count {
        let sign: Float = signs >> UInt32(k) & 1 == 0 ? 1 : -1
        weights[k] = scale * step(digits[k]) * sign
    }
}

// MARK: IQ2: w = d · (½ + scale) / 4 · step · sign

/// IQ2_XXS, 66 bytes: 0: d, 2: eight times, for 32 weights, four bytes of places and a number of 32 bits: four times seven
/// signs, then four bits of scale.
func dequantizeIQ2XXS(_ block: UnsafeRawPointer, _ weights: UnsafeMutablePointer<Float>) {
    let (d, points) = (half(block, 0), grid(.iq2XXS))
    for eight in 0..<32 {
        let part = block + 2 + eight / 4 * 8
        let word = doubleWord(part, 4)
        let scale = d * (0.5 + Float(word >> 28)) * 0.25
        put(
            weights + 8 * eight, points + 8 * Int(byte(part, eight % 4)), count: 8,
            signs: eightSigns(word >> UInt32(7 * (eight % 4))), scale: scale
        ) { iq2Steps[Int($0)] }
    }
}

/// IQ2_XS, 74 bytes: 0: d, 2: 32 numbers of 16 bits: nine bits of place, seven signs, 66: 8 bytes of four-bit scales, one for
/// 16 weights.
func dequantizeIQ2XS(_ block: UnsafeRawPointer, _ weights: UnsafeMutablePointer<Float>) {
    let (d, points) = (half(block, 0), grid(.iq2XS))
    for eight in 0..<32 {
        let word = UInt32(word(block, 2 + 2 * eight))
        let scale = d * (0.5 + Float(fourBits(block + 66, eight / 2))) * 0.25
        put(
            weights + 8 * eight, points + 8 * Int(word & 511), count: 8, signs: eightSigns(word >> 9), scale: scale
        ) { iq2Steps[Int($0)] }
    }
}

/// IQ2_S, 82 bytes: 0: d, 2: 32 bytes of places, 34: 32 bytes of signs, 66: 8 bytes of the places' upper two bits, the first
/// lowest, 74: scales as in IQ2_XS.
func dequantizeIQ2S(_ block: UnsafeRawPointer, _ weights: UnsafeMutablePointer<Float>) {
    let (d, points) = (half(block, 0), grid(.iq2S))
    for eight in 0..<32 {
        let high = Int(byte(block, 66 + eight / 4) >> UInt8(eight % 4 * 2) & 3)
        let scale = d * (0.5 + Float(fourBits(block + 74, eight / 2))) * 0.25
        put(
            weights + 8 * eight, points + 8 * (Int(byte(block, 2 + eight)) | high << 8), count: 8,
            signs: UInt32(byte(block, 34 + eight)), scale: scale
        ) { iq2Steps[Int($0)] }
    }
}

// MARK: IQ3

/// IQ3_XXS, 98 bytes: 0: d, 2: 64 bytes of places, 66: for each 32 weights signs and scale as in IQ2_XXS.
/// w = d · (½ + scale) / 2 · step · sign
func dequantizeIQ3XXS(_ block: UnsafeRawPointer, _ weights: UnsafeMutablePointer<Float>) {
    let (d, points) = (half(block, 0), grid(.iq3XXS))
    for four in 0..<64 {
        let word = doubleWord(block, 66 + four / 8 * 4)
        let scale = d * (0.5 + Float(word >> 28)) * 0.5
        put(
            weights + 4 * four, points + 4 * Int(byte(block, 2 + four)), count: 4,
            signs: eightSigns(word >> UInt32(four / 2 % 4 * 7)) >> UInt32(four % 2 * 4), scale: scale
        ) { iq3XXSSteps[Int($0)] }
    }
}

/// IQ3_S, 110 bytes: 0: d, 2: 64 bytes of places, 66: 64 bits, the ninth of each place, 74: 32 bytes of signs, 106: 4 bytes of
/// four-bit scales, one for 32 weights. w = d · (2 scale + 1) · step · sign
func dequantizeIQ3S(_ block: UnsafeRawPointer, _ weights: UnsafeMutablePointer<Float>) {
    let (d, points) = (half(block, 0), grid(.iq3S))
    for four in 0..<64 {
        let high = Int(byte(block, 66 + four / 8) >> UInt8(four % 8) & 1)
        let scale = d * (2 * Float(fourBits(block + 106, four / 8)) + 1)
        put(
            weights + 4 * four, points + 4 * (Int(byte(block, 2 + four)) | high << 8), count: 4,
            signs: UInt32(byte(block, 74 + four / 2) >> UInt8(four % 2 * 4)), scale: scale
        ) { Float(2 * $0 + 1) }
    }
}

// MARK: IQ1: w = d · (2 scale + 1) · (digit − 1 ± ⅛)

/// IQ1_S, 50 bytes: 0: d, 2: 32 bytes of places, 34: for each 32 weights a number of 16 bits: the upper three bits of four
/// places, three bits of scale, and one that is set where the eighth is taken off.
func dequantizeIQ1S(_ block: UnsafeRawPointer, _ weights: UnsafeMutablePointer<Float>) {
    let (d, points) = (half(block, 0), grid(.iq1S))
    for eight in 0..<32 {
        let word = Int(word(block, 34 + eight / 4 * 2))
        let (scale, eighth): (Float, Float) = (d * Float(2 * (word >> 12 & 7) + 1), word >> 15 == 0 ? 0.125 : -0.125)
        let place = Int(byte(block, 2 + eight)) | (word >> (eight % 4 * 3) & 7) << 8
        put(weights + 8 * eight, points + 8 * place, count: 8, signs: 0, scale: scale) { Float($0) - 1 + eighth }
    }
}

/// IQ1_M, 56 bytes: 0: 32 bytes of places, 32: four bits for each 8 weights: the upper three of the place, and the one for the
/// eighth, 48: four numbers of 16 bits: four times three bits of scale, one for 16 weights, and four bits of d, lowest first.
func dequantizeIQ1M(_ block: UnsafeRawPointer, _ weights: UnsafeMutablePointer<Float>) {
    let points = grid(.iq1M)
    let bits = (0..<4).reduce(UInt16(0)) { $0 | (word(block, 48 + 2 * $1) >> 12) << UInt16(4 * $1) }
    let d = float(half: bits)
    for eight in 0..<32 {
        let high = Int(fourBits(block + 32, eight))
        let scale = d * Float(2 * (Int(word(block, 48 + eight / 8 * 2)) >> (eight / 2 % 4 * 3) & 7) + 1)
        let eighth: Float = high >> 3 == 0 ? 0.125 : -0.125
        let place = Int(byte(block, eight)) | (high & 7) << 8
        put(weights + 8 * eight, points + 8 * place, count: 8, signs: 0, scale: scale) { Float($0) - 1 + eighth }
    }
}

// MARK: Four bits a weight: the low half of byte j is weight j's, the high half weight j + 16's

/// IQ4_NL, 18 bytes, 32 weights: 0: d, 2: 16 bytes. w = d · step
func dequantizeIQ4NL(_ block: UnsafeRawPointer, _ weights: UnsafeMutablePointer<Float>) {
    putFours(weights, block + 2, half: 16, scale: half(block, 0), iq4Steps)
}

/// IQ4_XS, 136 bytes: 0: d, 2: 16 bits, the upper two of eight scales, 4: their lower four, 8: 16 bytes for each 32 weights.
/// w = d · (scale − 32) · step
func dequantizeIQ4XS(_ block: UnsafeRawPointer, _ weights: UnsafeMutablePointer<Float>) {
    let (d, high) = (half(block, 0), word(block, 2))
    for part in 0..<8 {
        let scale = Int(fourBits(block + 4, part)) | Int(high >> UInt16(2 * part) & 3) << 4
        putFours(weights + 32 * part, block + 8 + 16 * part, half: 16, scale: d * Float(scale - 32), iq4Steps)
    }
}

/// MXFP4, 17 bytes, 32 weights: 0: an exponent e, 1: 16 bytes. w = 2^(e − 128) · step
func dequantizeMXFP4(_ block: UnsafeRawPointer, _ weights: UnsafeMutablePointer<Float>) {
    let e = UInt32(byte(block, 0))
    // The two least are no normal numbers.
    let scale = Float(bitPattern: e < 2 ? 0x20_0000 << e : (e - 1) << 23)
    putFours(weights, block + 1, half: 16, scale: scale, fp4Steps)
}

/// NVFP4, 36 bytes, 64 weights: 0: 4 scales, floats of 8 bits (E4M3) whose sign says nothing and whose 0x7F is 0, 4: 8 bytes
/// for each 16 weights: low halves weights 0…7, high halves 8…15. w = scale / 2 · step
func dequantizeNVFP4(_ block: UnsafeRawPointer, _ weights: UnsafeMutablePointer<Float>) {
    for part in 0..<4 {
        let bits = byte(block, part)
        let scale: Float =
            switch bits {
            case 0x7F: 0
            case 0xFF: 480
            default: float(e4m3: bits & 0x7F)
            }
        putFours(weights + 16 * part, block + 4 + 8 * part, half: 8, scale: scale * 0.5, fp4Steps)
    }
}

@inline(__always)
private func putFours(
    _ weights: UnsafeMutablePointer<Float>, _ bytes: UnsafeRawPointer, half: Int, scale: Float, _ steps: [Float]
) {
    for j in 0..<half {
        weights[j] = scale * steps[Int(byte(bytes, j) & 0xF)]
        weights[j + half] = scale * steps[Int(byte(bytes, j) >> 4)]
    }
}

// MARK: Three values: w = d · (digit − 1)

/// TQ1_0, 54 bytes: 0: 32 bytes, 32: 16, 48: 4, 52: d. Five digits in a byte (four in the last ones), the first digit for as
/// many weights as there are bytes, then the second. A byte is the digits' fraction of 256, rounded up.
func dequantizeTQ1Type0(_ block: UnsafeRawPointer, _ weights: UnsafeMutablePointer<Float>) {
    let d = half(block, 52)
    var weight = 0
    for (start, count, digits) in [(0, 32, 5), (32, 16, 5), (48, 4, 4)] {
        var power: UInt8 = 1
        for _ in 0..<digits {
            for place in start..<start + count {
                weights[weight] = d * Float((Int(byte(block, place) &* power) * 3) >> 8 - 1)
                weight += 1
            }
            power &*= 3
        }
    }
}

/// TQ2_0, 66 bytes: 0: 64 bytes qs, two bits a weight as in Q2_K, 64: d.
func dequantizeTQ2Type0(_ block: UnsafeRawPointer, _ weights: UnsafeMutablePointer<Float>) {
    let d = half(block, 64)
    for i in 0..<256 {
        let digit = byte(block, i / 128 * 32 + i % 32) >> UInt8(i % 128 / 32 * 2) & 3
        weights[i] = d * Float(Int(digit) - 1)
    }
}
