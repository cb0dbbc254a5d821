// Numbers as the figures print them: typeset, by the one implementation; and round numbers for axes.
internal import Phrases

#if canImport(Darwin)
    internal import Darwin
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Glibc
#endif

func fixed(_ value: Double, _ digits: Int) -> String { fixed(value, digits, style: .typeset) }

/// A number for a caption: up to `digits` decimals, zeros at the end dropped.
func short(_ value: Double, _ digits: Int) -> String { trimmed(value, digits, style: .typeset) }

func grouped(_ value: Int) -> String { grouped(value, style: .typeset) }

func percent(_ probability: Double) -> String { percent(probability, style: .typeset) }

/// A step of 1, 2 or 5 times a power of ten that cuts `span` into at most `count` parts.
func niceStep(span: Double, count: Int) -> Double {
    guard span > 0, span.isFinite, count > 0 else { return 1 }
    let rough = span / Double(count)
    // A span of the smallest numbers has no share.
    guard rough >= .leastNormalMagnitude else { return 1 }
    let power = pow(10, log10(rough).rounded(.down))
    for factor in [1.0, 2, 5, 10] where factor * power >= rough * 0.999_999 { return factor * power }
    return 10 * power
}

/// The next whole step of 1, 2, 5, 10, 20, 50 … that is at least `least`: for labels that skip positions.
func niceStride(_ least: Int) -> Int {
    var power = 1
    while true {
        for factor in [1, 2, 5] where factor * power >= least { return factor * power }
        power *= 10
    }
}
