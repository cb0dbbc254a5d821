// The two 16-bit float formats as 32-bit floats. Every value of both is a 32-bit float, so nothing is rounded.
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
