// Where the entries of hash tables stand.

/// Numbers spread over a table in another way in every run, so that nobody can write a file whose tokens all come to one place
/// (Crosby and Wallach 2003). Nothing that is found depends on it.
struct Scattering: Sendable {
    private let factor: UInt64
    private let shift: UInt64
    /// Odd, and of this run: what Swift's own tables are made of.
    private static let factorOfRun: UInt64 = {
        var factor: UInt64 = 0
        for half in 0..<2 {
            var hasher = Hasher()
            hasher.combine(half)
            factor = factor << 32 | UInt64(truncatingIfNeeded: hasher.finalize()) & 0xFFFF_FFFF
        }
        return factor | 1
    }()

    /// Over a table of `size` entries, a power of two.
    init(over size: Int) {
        factor = Self.factorOfRun
        shift = UInt64(64 - size.trailingZeroBitCount)
    }

    /// The place of a key: by Fibonacci hashing (Knuth, TAOCP 6.4), which spreads neighbours, and then by a factor that
    /// nobody knows, of whose products the high bits count (Dietzfelbinger et al. 1997).
    @inline(__always)
    func place(of key: UInt64) -> Int {
        let mixed = key &* 0x9E37_79B9_7F4A_7C15
        return Int(truncatingIfNeeded: ((mixed ^ mixed >> 32) &* factor) &>> shift)
    }
}
