// The printable spelling of bytes that byte-level vocabularies are written in: " the" is spelled "Ġthe".

/// The byte ↔ character table of GPT-2's vocabulary (Radford et al. 2019, `bytes_to_unicode` in its published code).
/// The 188 bytes that are printable in Latin-1 stand for themselves; the other 68 take U+0100, U+0101, … in order.
struct ByteAlphabet: Sendable {
    /// One more than the highest character of the alphabet.
    static let scalarLimit = 0x100 + 68
    private static let none: UInt16 = .max

    /// The byte of each character U+0000..<scalarLimit, `none` where the character is not in the alphabet.
    private let byteOfScalar: [UInt16]
    /// The character of each byte.
    let scalarOfByte: [Unicode.Scalar]

    init() {
        var byteOfScalar = [UInt16](repeating: Self.none, count: Self.scalarLimit)
        var scalarOfByte: [Unicode.Scalar] = []
        var next: UInt16 = 0x100
        for byte in UInt16(0)..<256 {
            let printable = (0x21...0x7E).contains(byte) || (0xA1...0xAC).contains(byte) || (0xAE...0xFF).contains(byte)
            let scalar = printable ? byte : next
            if !printable { next += 1 }
            byteOfScalar[Int(scalar)] = byte
            scalarOfByte.append(Unicode.Scalar(scalar)!)
        }
        self.byteOfScalar = byteOfScalar
        self.scalarOfByte = scalarOfByte
    }

    /// Appends to `bytes` the bytes that `text` (UTF-8) spells. Returns false, and appends nothing, when a character
    /// of the text is not in the alphabet.
    func decode(_ text: UnsafeBufferPointer<UInt8>, into bytes: inout [UInt8]) -> Bool {
        let mark = bytes.count
        var place = 0
        while place < text.count {
            var scalar = Int(text[place])
            place += 1
            if (0x21...0x7E).contains(scalar) {
                bytes.append(UInt8(scalar))
                continue
            }
            if scalar >= 0x80 {
                // All characters of the alphabet above ASCII take two bytes in UTF-8.
                guard scalar >> 5 == 0b110, place < text.count, text[place] >> 6 == 0b10 else {
                    bytes.removeSubrange(mark...)
                    return false
                }
                scalar = (scalar & 0x1F) << 6 | Int(text[place] & 0x3F)
                place += 1
            }
            guard scalar < Self.scalarLimit, byteOfScalar[scalar] != Self.none else {
                bytes.removeSubrange(mark...)
                return false
            }
            bytes.append(UInt8(byteOfScalar[scalar]))
        }
        return true
    }
}
