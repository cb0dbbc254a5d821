// The random numbers of a run.
package import Traces

/// PCG64 (XSL-RR 128/64, O'Neill 2014), seeded through NumPy's `SeedSequence`.
///
/// `numpy.random.Generator(numpy.random.PCG64(seed)).random()` gives the same doubles, draw by draw. A value: a copy
/// continues on its own, so keeping one is enough to rewind.
public struct PCG64: Equatable, Sendable {
    /// As NumPy's `bit_generator.state["state"]`: the two 128-bit numbers that say everything.
    public private(set) var state: UInt128
    /// What each step adds to the state; odd. NumPy's `bit_generator.state["state"]["inc"]`.
    public let increment: UInt128
    /// How many doubles were drawn since seeding.
    public private(set) var draws = 0

    // The multiplier of the 128-bit linear congruential generator in O'Neill's pcg-cpp.
    private static let multiplier = UInt128(2_549_297_995_355_413_924) << 64 | UInt128(4_865_540_595_714_422_341)

    /// A generator as NumPy's `PCG64(seed)` makes it.
    public init(seed: UInt128) {
        let words = SeedSequence(entropy: seed).words(count: 4)
        let initial = UInt128(words[0]) << 64 | UInt128(words[1])
        increment = (UInt128(words[2]) << 64 | UInt128(words[3])) << 1 | 1
        state = 0
        advance()
        state &+= initial
        advance()
    }

    /// Restores a generator from its record.
    public init(state: UInt128, increment: UInt128, draws: Int = 0) {
        self.state = state
        self.increment = increment
        self.draws = draws
    }

    /// Reads a seed in decimal digits, 0…2^128 − 1.
    ///
    /// - Throws: ``SettingsError/outOfRange`` when the text is no such number.
    public init(seed text: String) throws(SettingsError) {
        guard !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let seed = UInt128(text) else {
            throw .outOfRange(
                option: "seed", value: text.isEmpty ? "empty" : text, range: .seed, suggestion: .option("seed", "7"))
        }
        self.init(seed: seed)
    }

    private mutating func advance() { state = state &* Self.multiplier &+ increment }

    /// The next 64 random bits: the halves of the state xored, rotated right by its top six bits.
    public mutating func nextBits() -> UInt64 {
        advance()
        let mixed = UInt64(truncatingIfNeeded: state >> 64) ^ UInt64(truncatingIfNeeded: state)
        let turn = UInt64(truncatingIfNeeded: state >> 122)
        return mixed >> turn | mixed << ((64 &- turn) & 63)
    }

    /// Uniform in [0, 1): the upper 53 of the next 64 bits over 2^53, as NumPy's `random()`.
    public mutating func uniform() -> Double {
        draws += 1
        return Double(nextBits() >> 11) * 0x1p-53
    }
}

extension GeneratorState {
    package init(_ generator: PCG64) { self.init(state: generator.state, increment: generator.increment) }
}

/// NumPy's `SeedSequence` for one unsigned integer without spawn keys: spreads a seed over a pool of four 32-bit words.
struct SeedSequence {
    private var pool: [UInt32] = []

    // Constants of NumPy's bit_generator (after O'Neill's seed_seq_fe).
    private static let poolSize = 4
    private static let shift: UInt32 = 16

    init(entropy: UInt128) {
        var words: [UInt32] = []
        var rest = entropy
        repeat {
            words.append(UInt32(truncatingIfNeeded: rest))
            rest >>= 32
        } while rest > 0
        var hash: UInt32 = 0x43b0_d7e5
        func hashed(_ word: UInt32) -> UInt32 {
            let value = word ^ hash
            hash = hash &* 0x931e_8875
            let product = value &* hash
            return product ^ product >> Self.shift
        }
        // A 128-bit entropy has at most four words, so none is left over for a second round.
        for place in 0..<Self.poolSize { pool.append(hashed(place < words.count ? words[place] : 0)) }
        for source in 0..<Self.poolSize {
            for target in 0..<Self.poolSize where source != target {
                let mixed = 0xca01_f9dd &* pool[target] &- 0x4973_f715 &* hashed(pool[source])
                pool[target] = mixed ^ mixed >> Self.shift
            }
        }
    }

    /// `generate_state(count, uint64)`: the low 32 bits of each word come first.
    func words(count: Int) -> [UInt64] {
        var hash: UInt32 = 0x8b51_f9dd
        let halves = (0..<2 * count).map { place -> UInt64 in
            let value = pool[place % Self.poolSize] ^ hash
            hash = hash &* 0x58f3_8ded
            let product = value &* hash
            return UInt64(product ^ product >> Self.shift)
        }
        return (0..<count).map { halves[2 * $0] | halves[2 * $0 + 1] << 32 }
    }
}
