// Exponentials and logarithms in double precision.

internal import CKernels
internal import ElementaryFunctions

/// e^x, the same bits on every machine; 0 below −708.
package func exponential(_ x: Double) -> Double { stepglass_exp(x) }

/// ln x.
package func logarithm(_ x: Double) -> Double { Double.log(x) }

/// ln 2: natural units divided by it are bits.
package let natsPerBit = 0.693_147_180_559_945_3

/// base^exponent.
func power(_ base: Double, _ exponent: Int) -> Double { Double.pow(base, Double(exponent)) }

/// base^exponent for a real exponent.
package func realPower(_ base: Double, _ exponent: Double) -> Double { Double.pow(base, exponent) }
