// The fingerprint of files and texts (FIPS 180-4, SHA-256): of a model's weights, of a run, of the page's script and style.
//
// Ours, because a package of cryptography costs a minute of every build for this one function, and because it also runs
// where no such package does: inside the page.
internal import CKernels

/// A SHA-256 digest.
public struct SHA256Digest: Equatable, Sendable {
    let words: SIMD8<UInt32>

    /// The digest's 32 bytes.
    public var bytes: [UInt8] {
        (0..<32).map { UInt8(truncatingIfNeeded: words[$0 / 4] >> UInt32(24 - $0 % 4 * 8)) }
    }

    /// The digest as 64 hexadecimal digits.
    public var hexadecimal: String {
        (0..<8).map { index in
            let digits = String(words[index], radix: 16)
            return String(repeating: "0", count: 8 - digits.count) + digits
        }.joined()
    }
}

/// The SHA-256 of bytes.
public func sha256(of bytes: [UInt8]) -> SHA256Digest { bytes.withUnsafeBytes { sha256(of: $0) } }

/// The SHA-256 of bytes in memory, such as a mapped file's.
public func sha256(of bytes: UnsafeRawBufferPointer) -> SHA256Digest { sha256(of: bytes, usesInstructions: true) }

/// The same, piece by piece: `done` is told each piece once it is no longer needed.
///
/// - Parameter pieceBytes: bytes of a piece, the last but for its rest; rounded up to whole blocks of 64.
public func sha256(
    of bytes: UnsafeRawBufferPointer, pieceBytes: Int, done: (UnsafeRawBufferPointer) -> Void
) -> SHA256Digest {
    sha256(of: bytes, usesInstructions: true, pieceBytes: pieceBytes, done: done)
}

/// - Parameter usesInstructions: whether the processor's own instructions may be used, where it has them.
func sha256(
    of bytes: UnsafeRawBufferPointer, usesInstructions: Bool, pieceBytes: Int = .max,
    done: (UnsafeRawBufferPointer) -> Void = { _ in }
) -> SHA256Digest {
    var hash = SHA256(usesInstructions: usesInstructions)
    let wholeBlocks = bytes.count / SHA256.blockBytes * SHA256.blockBytes
    let step = max(1, (min(pieceBytes, wholeBlocks) + SHA256.blockBytes - 1) / SHA256.blockBytes) * SHA256.blockBytes
    for start in stride(from: 0, to: wholeBlocks, by: step) {
        let piece = UnsafeRawBufferPointer(rebasing: bytes[start..<min(start + step, wholeBlocks)])
        hash.update(piece)
        done(piece)
    }
    // The padding: the rest, a 1 bit, zeros, and the length in bits as a big-endian 64-bit number.
    var tail = Array(bytes[wholeBlocks...])
    tail.append(0x80)
    while tail.count % SHA256.blockBytes != SHA256.blockBytes - 8 { tail.append(0) }
    withUnsafeBytes(of: (UInt64(bytes.count) * 8).bigEndian) { tail.append(contentsOf: $0) }
    tail.withUnsafeBytes { hash.update($0) }
    return SHA256Digest(words: hash.state)
}

private struct SHA256 {
    static let blockBytes = 64

    // The first 32 bits of the fractional parts of the square roots of the first 8 primes.
    private(set) var state: SIMD8<UInt32> = [
        0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19,
    ]

    let usesInstructions: Bool

    init(usesInstructions: Bool) { self.usesInstructions = usesInstructions }

    /// Takes whole blocks in.
    mutating func update(_ bytes: UnsafeRawBufferPointer) {
        guard let start = bytes.baseAddress else { return }
        if usesInstructions && useInstructions(start, blocks: bytes.count / Self.blockBytes) { return }
        Self.constants.withUnsafeBufferPointer { constants in
            withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 64) { schedule in
                for block in 0..<bytes.count / Self.blockBytes {
                    compress(start + block * Self.blockBytes, constants, schedule)
                }
            }
        }
    }

    /// The same with the processor's instructions; false where it has none.
    private mutating func useInstructions(_ start: UnsafeRawPointer, blocks: Int) -> Bool {
        withUnsafeMutableBytes(of: &state) { words in
            sg_sha256_blocks(
                words.baseAddress!.assumingMemoryBound(to: UInt32.self), start.assumingMemoryBound(to: UInt8.self),
                Int64(blocks), Self.constants)
        }
    }

    @inline(__always)
    private static func rotate(_ x: UInt32, _ count: UInt32) -> UInt32 { x &>> count | x &<< (32 &- count) }

    /// One round; `sum` is the round's constant plus its schedule word. The caller renames the variables instead of
    /// moving their values.
    @inline(__always)
    private static func round(
        _ a: UInt32, _ b: UInt32, _ c: UInt32, _ d: inout UInt32, _ e: UInt32, _ f: UInt32, _ g: UInt32,
        _ h: inout UInt32, _ sum: UInt32
    ) {
        let choice = g ^ (e & (f ^ g))
        let majority = (a & b) | (c & (a | b))
        let first = h &+ (rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)) &+ choice &+ sum
        d = d &+ first
        h = first &+ (rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) &+ majority
    }

    @inline(__always)
    private mutating func compress(
        _ block: UnsafeRawPointer, _ constants: UnsafeBufferPointer<UInt32>,
        _ schedule: UnsafeMutableBufferPointer<UInt32>
    ) {
        // The unchecked base addresses: `schedule` and `constants` have 64 elements each.
        let (w, k) = (schedule.baseAddress!, constants.baseAddress!)
        for t in 0..<16 { w[t] = UInt32(bigEndian: block.loadUnaligned(fromByteOffset: 4 &* t, as: UInt32.self)) }
        for t in 16..<64 {
            let (x, y) = (w[t &- 15], w[t &- 2])
            let low = Self.rotate(x, 7) ^ Self.rotate(x, 18) ^ x &>> 3
            let high = Self.rotate(y, 17) ^ Self.rotate(y, 19) ^ y &>> 10
            w[t] = w[t &- 16] &+ low &+ w[t &- 7] &+ high
        }
        var (a, b, c, d) = (state[0], state[1], state[2], state[3])
        var (e, f, g, h) = (state[4], state[5], state[6], state[7])
        var t = 0
        while t < 64 {
            Self.round(a, b, c, &d, e, f, g, &h, k[t] &+ w[t])
            Self.round(h, a, b, &c, d, e, f, &g, k[t &+ 1] &+ w[t &+ 1])
            Self.round(g, h, a, &b, c, d, e, &f, k[t &+ 2] &+ w[t &+ 2])
            Self.round(f, g, h, &a, b, c, d, &e, k[t &+ 3] &+ w[t &+ 3])
            Self.round(e, f, g, &h, a, b, c, &d, k[t &+ 4] &+ w[t &+ 4])
            Self.round(d, e, f, &g, h, a, b, &c, k[t &+ 5] &+ w[t &+ 5])
            Self.round(c, d, e, &f, g, h, a, &b, k[t &+ 6] &+ w[t &+ 6])
            Self.round(b, c, d, &e, f, g, h, &a, k[t &+ 7] &+ w[t &+ 7])
            t &+= 8
        }
        state = state &+ SIMD8(a, b, c, d, e, f, g, h)
    }

    // The first 32 bits of the fractional parts of the cube roots of the first 64 primes.
    private static let constants: [UInt32] = [
        0x428a_2f98, 0x7137_4491, 0xb5c0_fbcf, 0xe9b5_dba5, 0x3956_c25b, 0x59f1_11f1, 0x923f_82a4, 0xab1c_5ed5,
        0xd807_aa98, 0x1283_5b01, 0x2431_85be, 0x550c_7dc3, 0x72be_5d74, 0x80de_b1fe, 0x9bdc_06a7, 0xc19b_f174,
        0xe49b_69c1, 0xefbe_4786, 0x0fc1_9dc6, 0x240c_a1cc, 0x2de9_2c6f, 0x4a74_84aa, 0x5cb0_a9dc, 0x76f9_88da,
        0x983e_5152, 0xa831_c66d, 0xb003_27c8, 0xbf59_7fc7, 0xc6e0_0bf3, 0xd5a7_9147, 0x06ca_6351, 0x1429_2967,
        0x27b7_0a85, 0x2e1b_2138, 0x4d2c_6dfc, 0x5338_0d13, 0x650a_7354, 0x766a_0abb, 0x81c2_c92e, 0x9272_2c85,
        0xa2bf_e8a1, 0xa81a_664b, 0xc24b_8b70, 0xc76c_51a3, 0xd192_e819, 0xd699_0624, 0xf40e_3585, 0x106a_a070,
        0x19a4_c116, 0x1e37_6c08, 0x2748_774c, 0x34b0_bcb5, 0x391c_0cb3, 0x4ed8_aa4a, 0x5b9c_ca4f, 0x682e_6ff3,
        0x748f_82ee, 0x78a5_636f, 0x84c8_7814, 0x8cc7_0208, 0x90be_fffa, 0xa450_6ceb, 0xbef9_a3f7, 0xc671_78f2,
    ]
}
