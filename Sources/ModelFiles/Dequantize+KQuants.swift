// The K types: super-blocks of 256 weights in sub-blocks of 16 or 32, whose scales are themselves quantised.
// Layouts: byte offset: content. d and dmin are half precision; q is a weight's small integer.
//
// Two-bit fields (`qs` of Q2_K and Q3_K, `qh` of Q6_K): weights 0…127 lie in the first 32 bytes, 128…255 in the next
// 32; byte l of such a half holds weights l, l + 32, l + 64, l + 96 from its low bits up.
// Four-bit fields of Q4_K and Q5_K: each 32 bytes hold 64 weights: low bits weights 0…31, high bits 32…63.
// One-bit fields (`hmask`, `qh` of Q5_K): 32 bytes; bit b of byte l belongs to weight 32·b + l.

/// The two bits of weight i.
@inline(__always)
private func twoBits(_ bits: UnsafeRawPointer, _ i: Int) -> UInt8 {
    byte(bits, i / 128 * 32 + i % 32) >> UInt8(i % 128 / 32 * 2) & 3
}

/// The four bits of weight i of Q4_K and Q5_K.
@inline(__always)
private func fourBits(_ bits: UnsafeRawPointer, _ i: Int) -> UInt8 {
    byte(bits, i / 64 * 32 + i % 32) >> UInt8(i % 64 / 32 * 4) & 0xF
}

/// The one bit of weight i.
@inline(__always)
private func oneBit(_ bits: UnsafeRawPointer, _ i: Int) -> UInt8 { byte(bits, i % 32) >> UInt8(i / 32) & 1 }

/// Q2_K, 84 bytes: 0: 16 bytes, a sub-block's scale in the low and its minimum in the high four bits, 16: 64 bytes qs,
/// 80: d, 82: dmin. Sub-blocks of 16. w = (d·scale)·q − dmin·minimum
func dequantizeQ2K(_ block: UnsafeRawPointer, _ weights: UnsafeMutablePointer<Float>) {
    let (d, dmin) = (half(block, 80), half(block, 82))
    for subBlock in 0..<16 {
        let packed = byte(block, subBlock)
        let (scale, minimum) = (d * Float(packed & 0xF), dmin * Float(packed >> 4))
        for i in subBlock * 16..<subBlock * 16 + 16 {
            weights[i] = scale * Float(twoBits(block + 16, i)) - minimum
        }
    }
}

/// Q3_K, 110 bytes: 0: 32 bytes hmask, 32: 64 bytes qs, 96: 12 bytes of six-bit scales, 108: d. Sub-blocks of 16.
/// A weight is its two bits, less 4 when its bit in hmask is 0. w = (d·(scale − 32))·q
func dequantizeQ3K(_ block: UnsafeRawPointer, _ weights: UnsafeMutablePointer<Float>) {
    let d = half(block, 108)
    for subBlock in 0..<16 {
        // Low four bits: bytes 0…7, sub-blocks 0…7 in their low halves, 8…15 in their high ones.
        let low = byte(block, 96 + subBlock % 8) >> UInt8(subBlock / 8 * 4) & 0xF
        // High two bits: bytes 8…11, byte k holding those of sub-blocks k, k + 4, k + 8, k + 12.
        let high = byte(block, 104 + subBlock % 4) >> UInt8(subBlock / 4 * 2) & 3
        let scale = d * Float(Int(low | high << 4) - 32)
        for i in subBlock * 16..<subBlock * 16 + 16 {
            let q = Int(twoBits(block + 32, i)) - (oneBit(block, i) == 0 ? 4 : 0)
            weights[i] = scale * Float(q)
        }
    }
}

/// Q4_K, 144 bytes: 0: d, 2: dmin, 4: 12 bytes of six-bit scales and minima, 16: 128 bytes qs. Sub-blocks of 32.
/// w = (d·scale)·q − dmin·minimum
func dequantizeQ4K(_ block: UnsafeRawPointer, _ weights: UnsafeMutablePointer<Float>) {
    let (d, dmin) = (half(block, 0), half(block, 2))
    for subBlock in 0..<8 {
        let packed = sixBits(block + 4, subBlock)
        let (scale, minimum) = (d * Float(packed.scale), dmin * Float(packed.minimum))
        for i in subBlock * 32..<subBlock * 32 + 32 {
            weights[i] = scale * Float(fourBits(block + 16, i)) - minimum
        }
    }
}

/// Q5_K, 176 bytes: as Q4_K, with 32 bytes of fifth bits before the four: 16: qh, 48: 128 bytes qs.
func dequantizeQ5K(_ block: UnsafeRawPointer, _ weights: UnsafeMutablePointer<Float>) {
    let (d, dmin) = (half(block, 0), half(block, 2))
    for subBlock in 0..<8 {
        let packed = sixBits(block + 4, subBlock)
        let (scale, minimum) = (d * Float(packed.scale), dmin * Float(packed.minimum))
        for i in subBlock * 32..<subBlock * 32 + 32 {
            let q = fourBits(block + 48, i) | oneBit(block + 16, i) << 4
            weights[i] = scale * Float(q) - minimum
        }
    }
}

/// Scale and minimum of a sub-block of Q4_K and Q5_K from their 12 bytes. The first four scales are the low six bits
/// of bytes 0…3, the first four minima those of bytes 4…7. The other four have their low four bits in bytes 8…11
/// (scale low, minimum high) and their upper two bits in what bytes 0…3 and 4…7 have left.
@inline(__always)
private func sixBits(_ packed: UnsafeRawPointer, _ subBlock: Int) -> (scale: UInt8, minimum: UInt8) {
    if subBlock < 4 { return (byte(packed, subBlock) & 0x3F, byte(packed, subBlock + 4) & 0x3F) }
    let low = byte(packed, subBlock + 4)
    return (
        low & 0xF | (byte(packed, subBlock - 4) >> 6) << 4,
        low >> 4 | (byte(packed, subBlock) >> 6) << 4
    )
}

/// Q6_K, 210 bytes: 0: 128 bytes of low four bits, 128: 64 bytes of high two bits, 192: 16 signed scales, 208: d.
/// Sub-blocks of 16. Each 64 bytes of low bits hold 128 weights: low halves weights 0…63, high halves 64…127.
/// w = (d·scale)·(q − 32)
func dequantizeQ6K(_ block: UnsafeRawPointer, _ weights: UnsafeMutablePointer<Float>) {
    let d = half(block, 208)
    for subBlock in 0..<16 {
        let scale = d * Float(Int8(bitPattern: byte(block, 192 + subBlock)))
        for i in subBlock * 16..<subBlock * 16 + 16 {
            let low = byte(block, i / 128 * 64 + i % 64) >> UInt8(i % 128 / 64 * 4) & 0xF
            let q = Int(low | twoBits(block + 128, i) << 4) - 32
            weights[i] = scale * Float(q)
        }
    }
}
