// Long texts out of short inputs. What costs the square of a text's length (accents without end, one sign for ever) is not
// seen in the few hundred bytes that a search makes thousands of in a second: three bytes stand for the hundred thousand.
#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// Stands in an input for "what is before this, again and again", with one more byte: its low three bits say how many bytes
/// are before it (less one), its high four how often they are doubled. No UTF-8 has the two bytes.
let fuzzStretch: [UInt8] = [0xF8, 0xF9]

/// The most bytes that stretches add to an input.
private let stretchLimit = 150_000

/// Gives `take` the input as it is meant: with its stretches written out.
func stretched(_ bytes: UnsafeRawBufferPointer, _ take: (UnsafeRawBufferPointer) -> Void) {
    guard let base = bytes.baseAddress, memchr(base, Int32(fuzzStretch[0]), bytes.count) != nil else {
        return take(bytes)
    }
    var whole: [UInt8] = []
    whole.reserveCapacity(bytes.count)
    var (place, added) = (0, 0)
    while place < bytes.count {
        guard bytes[place] == fuzzStretch[0], place + 2 < bytes.count, bytes[place + 1] == fuzzStretch[1] else {
            whole.append(bytes[place])
            place += 1
            continue
        }
        var piece = Array(whole.suffix(Int(bytes[place + 2] & 7) + 1))
        let doublings = bytes[place + 2] >> 4
        let size = piece.count << Int(doublings)
        if added + size <= stretchLimit {
            added += size
            // Arrays at once: byte by byte, most of a search went into this.
            for _ in 0..<doublings { piece += piece }
            whole += piece
        }
        place += 3
    }
    whole.withUnsafeBytes(take)
}

/// A piece and that it comes 2^`doublings` times more.
private func again(_ piece: String, _ doublings: UInt8) -> [UInt8] {
    let bytes = Array(piece.utf8.prefix(8))
    return bytes + fuzzStretch + [doublings << 4 | UInt8(bytes.count - 1)]
}

/// What texts are long of: accents that have to be put in order, syllables made of parts, signs glued to one, and plain ones.
/// Of the accents once more than readers take, and once as many as they just do.
let longPieces: [[UInt8]] = [
    again("\u{301}\u{316}", 14), again("\u{301}\u{316}", 11), again("\\u0301", 14), again("\u{1161}", 14),
    again("\u{200D}\u{1F469}", 13), again("\u{1F1F9}", 14), again("a", 15), again(" ", 15), again("\n", 15),
    again("9", 15), again("[", 15), again("- a\n", 14),
]

/// A few of the seeds, each with one long piece behind one of its letters.
func withLongPieces(_ seeds: [[UInt8]]) -> [[UInt8]] {
    guard !seeds.isEmpty else { return [] }
    return longPieces.enumerated().flatMap { number, piece in
        (1...2).compactMap { part -> [UInt8]? in
            let seed = seeds[(number * 7 + part * 3) % seeds.count]
            let letters = seed.indices.filter { (0x61...0x7A).contains(seed[$0] | 0x20) }
            guard !letters.isEmpty else { return nil }
            let place = letters[(number * 13 + part * letters.count / 3) % letters.count] + 1
            return seed[..<place] + piece + seed[place...]
        }
    }
}
