// 16-bit floats (IEEE binary16) of values in 0…1, with integer arithmetic that every processor vectorises.
// Swift's own Float16 is missing on Intel Macs.

/// The binary16 bits of a weight in 0…1, rounded to the nearest, ties to even.
@inline(__always)
func halfBits(_ weight: Float) -> UInt16 {
    // Scaling by 2⁻¹¹² moves binary16's exponent range onto that of 32-bit floats, subnormals included; what is left
    // is to drop 13 bits of the fraction.
    let bits = (weight * 0x1p-112).bitPattern
    return UInt16(truncatingIfNeeded: (bits &+ 0xFFF &+ (bits >> 13 & 1)) >> 13)
}

/// The value of binary16 bits of a non-negative finite number.
@inline(__always)
func halfValue(_ bits: UInt16) -> Float { Float(bitPattern: UInt32(bits) << 13) * 0x1p112 }

/// A weight in 0…1 as the nearest n / 65535.
@inline(__always)
func fractionBits(_ weight: Float) -> UInt16 {
    // Adding 2²³ leaves the rounded integer in the low bits of the fraction.
    UInt16(truncatingIfNeeded: (weight * 65535 + 0x1p23).bitPattern)
}

/// The value of n / 65535.
@inline(__always)
func fractionValue(_ bits: UInt16) -> Float { Float(bits) * (1 / 65535) }
