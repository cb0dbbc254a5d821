// SentencePiece's table of what characters are rewritten to before a text is cut (`precompiled_charsmap`).

/// Texts of a few characters, and what each becomes.
///
/// The table is a double array (Yata et al. 2007, "A compact static double-array keeping character codes"): a unit of 32
/// bits for a node, whose child by a byte stands at the node's place ⊕ its offset ⊕ the byte.
struct Charsmap: Sendable, Equatable {
    private let units: [UInt32]
    /// What texts become, each ended by a zero byte; units point into it.
    private let replacements: [UInt8]
    /// The bytes of the longest replacement.
    let longest: Int
    /// Whether the text is gone through by characters as people count them, of which the shortest text that is in the table
    /// is replaced: as the `tokenizers` library does. Else the longest text that stands at a place is replaced, as in
    /// SentencePiece itself and llama.cpp.
    let byCharacter: Bool

    /// Reads the table: the length of the units in bytes, the units, the replacements.
    ///
    /// - Throws: where it is too short, or points outside itself.
    init(_ bytes: [UInt8], byCharacter: Bool, place: String) throws(TokenizerError) {
        func number(_ at: Int) -> UInt32 { (0..<4).reduce(0) { $0 | UInt32(bytes[at + $1]) << (8 * $1) } }
        guard bytes.count >= 8, let length = Int(exactly: number(0)), length >= 4, length % 4 == 0,
            length <= bytes.count - 4
        else { throw .malformed(place: place, expected: "a table with its length in front") }
        units = (0..<length / 4).map { number(4 + 4 * $0) }
        replacements = Array(bytes[(4 + length)...])
        self.byCharacter = byCharacter
        longest = replacements.split(separator: 0).reduce(0) { max($0, $1.count) }
        // A unit without a child by the byte 0 has no value; those with one say where the replacement begins.
        if !replacements.isEmpty, replacements.last != 0 {
            throw .malformed(place: place, expected: "a table whose last text has an end")
        }
    }

    /// The text rewritten, nil where nothing changes.
    func apply(_ text: UnsafeBufferPointer<UInt8>, _ budget: inout EncodingBudget) -> Rewriting? {
        var result = Rewriting(atMost: budget.bytesLeft)
        var kept = 0
        func replace(_ range: Range<Int>, _ match: Match) {
            result.keep(text, kept..<range.lowerBound)
            result.append(replacement(match), source: range.lowerBound)
            kept = range.upperBound
        }
        var place = 0
        while place < text.count, result.length < .max {
            guard byCharacter else {
                let (match, steps) = self.match(text, place, text.count, shortest: false)
                // A table may lead in a circle, and so through all of a text from each of its places.
                if !budget.take(walkSteps: steps) { return nil }
                if let match { replace(place..<match.end, match) }
                place = match?.end ?? place + (decodeScalar(text, place, text.count)?.length ?? 1)
                continue
            }
            let end = place + characterLength(text, place)
            if end - place < 6, let match = match(text, place, end, shortest: true).match {
                replace(place..<end, match)
                place = end
            }
            while place < end {
                let length = decodeScalar(text, place, end)?.length ?? 1
                if let match = match(text, place, place + length, shortest: true).match {
                    replace(place..<place + length, match)
                }
                place += length
            }
        }
        if kept == 0 { return nil }
        result.keep(text, kept..<text.count)
        result.finish(text.count)
        return result
    }

    private struct Match {
        var end: Int
        /// Where the replacement begins.
        var value: Int
    }

    /// The shortest or longest text of the table that begins at `place`, and how many bytes were gone through.
    private func match(
        _ text: UnsafeBufferPointer<UInt8>, _ place: Int, _ end: Int, shortest: Bool
    ) -> (match: Match?, steps: Int) {
        var node = offset(units[0])
        var found: Match?
        var steps = 0
        for next in place..<end {
            steps += 1
            let byte = UInt32(text[next])
            if byte == 0 { break }
            node ^= Int(byte)
            guard units.indices.contains(node), units[node] & 0x8000_00FF == byte else { break }
            let unit = units[node]
            node ^= offset(unit)
            if unit & 0x100 == 0 { continue }
            guard units.indices.contains(node) else { break }
            found = Match(end: next + 1, value: Int(units[node] & 0x7FFF_FFFF))
            if shortest { break }
        }
        return (found, steps)
    }

    private func offset(_ unit: UInt32) -> Int { Int((unit >> 10) << ((unit & 0x200) >> 6)) }

    private func replacement(_ match: Match) -> [UInt8] {
        if match.value >= replacements.count { return [] }
        return Array(replacements[match.value...].prefix { $0 != 0 })
    }

    /// The bytes of the character, as people count them, at `place`: an extended grapheme cluster.
    private func characterLength(_ text: UnsafeBufferPointer<UInt8>, _ place: Int) -> Int {
        // ASCII followed by ASCII is one character each, but for a carriage return with its line feed.
        if text[place] < 0x80, place + 1 >= text.count || text[place + 1] < 0x80 {
            return text[place] == 0x0D && place + 1 < text.count && text[place + 1] == 0x0A ? 2 : 1
        }
        // Characters of more than 32 scalars are gone through by those all the same.
        var scalars = ""
        var end = place
        for _ in 0..<32 {
            guard end < text.count, let (scalar, length) = decodeScalar(text, end, text.count) else { break }
            scalars.unicodeScalars.append(scalar)
            if scalars.count > 1 { break }
            end += length
        }
        return max(1, end - place)
    }
}

/// The bytes that Base64 spells (RFC 4648), nil where it is none.
func base64Decoded(_ text: String) -> [UInt8]? {
    var bytes: [UInt8] = []
    var (bits, count) = (UInt32(0), 0)
    for digit in text.utf8 {
        let value: UInt8
        switch digit {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): value = digit - UInt8(ascii: "A")
        case UInt8(ascii: "a")...UInt8(ascii: "z"): value = digit - UInt8(ascii: "a") + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): value = digit - UInt8(ascii: "0") + 52
        case UInt8(ascii: "+"): value = 62
        case UInt8(ascii: "/"): value = 63
        case UInt8(ascii: "="): continue
        default: return nil
        }
        bits = bits << 6 | UInt32(value)
        count += 6
        if count < 8 { continue }
        count -= 8
        bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
    }
    return bytes
}
