// Random numbers for tests.

/// A small generator with a seed (Steele, Lea, Flood 2014), so that every run tests the same cases.
public struct SplitMix64: RandomNumberGenerator {
    private var state: UInt64

    /// - Parameter state: the seed; any number is as good.
    public init(state: UInt64) { self.state = state }

    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
        return z ^ z >> 31
    }
}
