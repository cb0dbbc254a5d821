// Where a text may be cut without any token being cut: between characters that stand side by side in no token.

/// All pairs of characters that stand side by side in some token.
///
/// Merges join neighbours into tokens, so none ever reaches over a pair that is not here: to cut a text there changes no
/// id. It makes words of a text that its tokenizer takes as one piece, which is faster and easier to follow.
struct Neighbours: Sendable, Equatable {
    /// first << 32 | second; `empty` where there is none. Linear probing, at most half full.
    private var slots = [UInt64](repeating: Neighbours.empty, count: 1024)
    private var count = 0
    private static let empty: UInt64 = .max
    /// Characters that are in no token stay together, as where neighbouring ones become one unknown token.
    var joinsUnknown = false
    /// Stands as the second of a pair for "is in some token": beyond all characters.
    private static let anywhere: UInt64 = 0x11_0000

    /// Adds the pairs of a token's text.
    mutating func insert(_ text: UnsafeBufferPointer<UInt8>) {
        var place = 0
        var before: Unicode.Scalar?
        while place < text.count {
            guard let (scalar, length) = decodeScalar(text, place, text.count) else {
                before = nil
                place += 1
                continue
            }
            if let before { insert(Self.key(before, scalar)) }
            insert(Self.key(scalar))
            before = scalar
            place += length
        }
    }

    private mutating func insert(_ key: UInt64) {
        let place = slot(of: key)
        if slots[place] == key { return }
        slots[place] = key
        count += 1
        if 2 * count <= slots.count { return }
        let old = slots
        slots = [UInt64](repeating: Self.empty, count: 2 * old.count)
        for key in old where key != Self.empty { slots[slot(of: key)] = key }
    }

    /// Cuts `text[start..<end]` and appends the ends of the parts. Bytes that are no UTF-8 are parts of their own.
    func cut(_ text: UnsafeBufferPointer<UInt8>, _ start: Int, _ end: Int, into ends: inout [Int]) {
        var place = start
        var before: Unicode.Scalar?
        while place < end {
            let next = decodeScalar(text, place, end)
            if place > start {
                if !joins(before, next?.scalar) { ends.append(place) }
            }
            before = next?.scalar
            place += next?.length ?? 1
        }
        ends.append(end)
    }

    /// Whether the two must stay in one part; nil is a byte that is no UTF-8.
    private func joins(_ first: Unicode.Scalar?, _ second: Unicode.Scalar?) -> Bool {
        if let first, let second, has(Self.key(first, second)) { return true }
        return joinsUnknown && !(first.map { has(Self.key($0)) } ?? false)
            && !(second.map { has(Self.key($0)) } ?? false)
    }

    private func has(_ key: UInt64) -> Bool { slots[slot(of: key)] != Self.empty }

    private static func key(_ scalar: Unicode.Scalar) -> UInt64 { UInt64(scalar.value) << 32 | anywhere }

    private static func key(_ first: Unicode.Scalar, _ second: Unicode.Scalar) -> UInt64 {
        UInt64(first.value) << 32 | UInt64(second.value)
    }

    private func slot(of key: UInt64) -> Int {
        let mask = slots.count - 1
        var slot = Int(truncatingIfNeeded: (key &* 0x9E37_79B9_7F4A_7C15) >> 33) & mask
        while slots[slot] != Self.empty, slots[slot] != key { slot = (slot + 1) & mask }
        return slot
    }
}
