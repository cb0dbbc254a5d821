// exp, log, pow, sin, cos and erf with the same bits on every machine, in the page too: no C library's own.

internal import CKernels

extension Double {
    /// e^x.
    package static func exp(_ x: Double) -> Double { stepglass_exponential(x) }

    /// ln x; not a number below 0.
    package static func log(_ x: Double) -> Double { stepglass_log(x) }

    /// The logarithm of x to base 2; not a number below 0.
    package static func log2(_ x: Double) -> Double { stepglass_log2(x) }

    /// base^exponent, with the special cases of C's `pow`.
    package static func pow(_ base: Double, _ exponent: Double) -> Double { stepglass_pow(base, exponent) }

    /// The sine of x in radians, −2³¹…2³¹.
    package static func sin(_ x: Double) -> Double { stepglass_sin(x) }

    /// The error function: 2/√π · ∫ e^(−t²) from 0 to x, within 10⁻¹⁵.
    package static func erf(_ x: Double) -> Double { stepglass_erf(x) }

    /// The cosine of x in radians, −2³¹…2³¹.
    package static func cos(_ x: Double) -> Double { stepglass_cos(x) }
}
