// The small float formats as 32-bit floats. Every value of them is a 32-bit float, so nothing is rounded.
// Written with bits because Swift's Float16 does not exist on every processor we build for.

/// An IEEE 754 half-precision number: sign 1 bit, exponent 5 (bias 15), fraction 10.
@inlinable
public func float(half bits: UInt16) -> Float {
    let sign = UInt32(bits & 0x8000) << 16
    let exponent = UInt32(bits >> 10) & 0x1F
    let fraction = UInt32(bits) & 0x3FF
    switch exponent {
    case 0:
        // Zero and the subnormal numbers: fraction · 2⁻²⁴, exact in 32 bits.
        let magnitude = Float(fraction) * 0x1p-24
        return Float(bitPattern: sign | magnitude.bitPattern)
    case 0x1F:
        // Infinity and NaN, the payload kept.
        return Float(bitPattern: sign | 0x7F80_0000 | fraction << 13)
    default:
        // The exponent's bias goes from 15 to 127.
        return Float(bitPattern: sign | (exponent + 112) << 23 | fraction << 13)
    }
}

/// A bfloat16 number: the upper half of a 32-bit float.
@inlinable
public func float(bfloat16 bits: UInt16) -> Float { Float(bitPattern: UInt32(bits) << 16) }

/// An 8-bit float: sign 1 bit, exponent 4 (bias 7), fraction 3. No infinity: all bits but the sign set are no number, and the
/// largest is 448. (The other one of 8 bits is the upper half of a half-precision number.)
@inlinable
public func float(e4m3 bits: UInt8) -> Float {
    let sign = UInt32(bits & 0x80) << 24
    let magnitude = UInt32(bits & 0x7F)
    if magnitude == 0x7F { return Float(bitPattern: sign | 0x7FC0_0000) }
    // Zero and the subnormal numbers: fraction · 2⁻⁹; else the exponent's bias goes from 7 to 127.
    if magnitude < 8 { return Float(bitPattern: sign | (Float(magnitude) * 0x1p-9).bitPattern) }
    return Float(bitPattern: sign | (magnitude + 120 * 8) << 20)
}
