// Turns bytes that arrive token by token into text: a character appears when its last byte does.

/// Assembles UTF-8 from pieces that may cut characters in two.
///
/// All texts it hands out, joined, are `String(decoding: all bytes, as: UTF8.self)`: U+FFFD stands for bytes that are no
/// UTF-8 once that is certain, never for a character that is still unfinished.
public struct TextAssembler: Sendable, Equatable {
    /// The first bytes of an unfinished character, at most three.
    public private(set) var pending: [UInt8] = []

    /// At the beginning of a text.
    public init() {}

    /// Takes a token's bytes and returns the characters that they complete.
    public mutating func feed(_ bytes: some BidirectionalCollection<UInt8>) -> String {
        guard let last = bytes.last else { return "" }
        // Most tokens begin and end with a character.
        if pending.isEmpty && last < 0x80 { return String(decoding: bytes, as: UTF8.self) }
        let all = pending + bytes
        let tail = unfinishedCount(all)
        pending = Array(all.suffix(tail))
        return String(decoding: all.dropLast(tail), as: UTF8.self)
    }

    /// What `feed` would return, without taking the bytes: what a candidate would show at this place.
    public func peek(_ bytes: some BidirectionalCollection<UInt8>) -> String {
        var copy = self
        return copy.feed(bytes)
    }

    /// The end of the text: U+FFFD for an unfinished character, empty when there is none.
    public mutating func flush() -> String {
        defer { pending = [] }
        return String(decoding: pending, as: UTF8.self)
    }
}

/// How many bytes at the end begin a character that more bytes may complete (Unicode 3.9, table 3-7).
private func unfinishedCount(_ bytes: [UInt8]) -> Int {
    for count in 1...3 where count <= bytes.count {
        let lead = bytes[bytes.count - count]
        if lead >> 6 == 0b10 { continue }
        let length = lead < 0xC2 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : lead < 0xF5 ? 4 : 1
        if count >= length { return 0 }
        if count == 1 { return 1 }
        let second = bytes[bytes.count - count + 1]
        let allowed: ClosedRange<UInt8> =
            switch lead {
            case 0xE0: 0xA0...0xBF
            case 0xED: 0x80...0x9F
            case 0xF0: 0x90...0xBF
            case 0xF4: 0x80...0x8F
            default: 0x80...0xBF
            }
        return allowed.contains(second) ? count : 0
    }
    return 0
}
