// What it costs to compare texts. Swift takes texts that are canonically equivalent for equal: before two are compared or
// hashed, the accents of each character are put in order, each among those before it. A stranger's text may have a hundred
// thousand on one letter.
package import Phrases

/// What the accents of a text cost whoever compares it: of each run the square of its length, where that is worth counting.
///
/// - Parameter text: UTF-8, or bytes of which text may be made.
package func markCost(_ text: UnsafeBufferPointer<UInt8>) -> Int64 {
    var (cost, run, place) = (Int64(0), Int64(0), 0)
    func runCost() -> Int64 { run > shortRun ? run * run : 0 }
    while place < text.count {
        let first = text[place]
        // Below U+0300 nothing joins what is before it, nor does any character from U+4000 to U+9FFF. What is no UTF-8 is
        // gone through byte by byte.
        if first < 0xCC || (0xE4...0xE9).contains(first) {
            if run > 0 { (cost, run) = (cost + runCost(), 0) }
            place += first < 0xC0 ? 1 : first < 0xCC ? 2 : 3
            continue
        }
        let length = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4
        var value = UInt32(first) & (0x7F >> UInt32(length))
        for byte in text[min(place + 1, text.count)..<min(place + length, text.count)] {
            value = value << 6 | UInt32(byte & 0x3F)
        }
        if let scalar = Unicode.Scalar(value), isPutInOrder(scalar) {
            run += 1
        } else {
            (cost, run) = (cost + runCost(), 0)
        }
        place += length
    }
    return cost + runCost()
}

/// The same of a text that is at hand.
package func markCost(_ text: String) -> Int64 {
    var text = text
    return text.withUTF8 { markCost($0) }
}

/// Whether a character may change its place among those beside it: one of a combining class, or that is made of such.
private func isPutInOrder(_ scalar: Unicode.Scalar) -> Bool {
    scalar.properties.canonicalCombiningClass != .notReordered || [0xF73, 0xF75, 0xF81].contains(scalar.value)
}

/// Runs up to here cost no more than other text does.
private let shortRun: Int64 = 64

/// What the accents of a file or a message may cost in all: eight thousand on one letter, a thousand on each of sixty.
package let mostMarkCost: Int64 = mostAccents * mostAccents
package let mostAccents: Int64 = 8192

/// What those of one text may cost of which a record is made, which has it several times: two thousand on one letter.
package let mostMarkCostOfText: Int64 = mostMarkCost / 16

/// What is wrong with a text whose accents cost more.
package let tooManyAccents = Phrase("a character has thousands of accents", "有一個字元帶了數千個附加符號")
