// The tokens of a model: bytes ↔ ids, and what each is for.

/// The tokens `0..<count` of a vocabulary.
///
/// Tokens are bytes, never `String`: string equality would make one token of the two spellings of "é".
public struct Vocabulary: Sendable {
    /// What a token is for. The raw values are those of GGUF's `tokenizer.ggml.token_type`.
    public enum Kind: UInt8, Sendable {
        /// An ordinary token, reached by merges.
        case normal = 1
        /// Stands for what no other token can express.
        case unknown = 2
        /// A control token (`<|im_end|>`), which plain text never becomes.
        case control = 3
        /// Added by the model's makers and matched in any text before merges run.
        case userDefined = 4
        /// In the vocabulary, never in a text.
        case unused = 5
        /// A single byte, for what no other token spells.
        case byte = 6
    }

    /// Ids must fit 32 bits with room for the hash table's "empty".
    public static let maximumCount = 1 << 24
    /// All tokens have fewer bytes than this together, as a ``ByteTrie`` has nodes for. Real vocabularies have 2 MB.
    static let maximumBytes = 1 << 24

    /// All tokens' bytes, one after another; token `id` is `bytes[offsets[id]..<offsets[id + 1]]`.
    var bytes: [UInt8] = []
    var offsets: [UInt32] = [0]
    /// What each token is for.
    public internal(set) var kinds: [Kind] = []
    /// Open addressing with linear probing over the tokens that pieces can become: hash << 32 | id, `emptySlot` where
    /// there is none. The hash stands beside the id so that a probe reads a token's bytes only when it is the one.
    private var slots: [UInt64] = []
    private static let emptySlot: UInt64 = .max

    static let noToken: UInt32 = .max

    /// The number of tokens; ids are `0..<count`.
    public var count: Int { kinds.count }

    /// Ends the token that the bytes behind the last one's belong to.
    mutating func endToken(_ kind: Kind) throws(TokenizerError) {
        if count >= Self.maximumCount { throw .badTokenCount(count + 1) }
        guard bytes.count < Self.maximumBytes, let end = UInt32(exactly: bytes.count) else {
            throw .unsupported(
                what: "a vocabulary", value: "of \(Self.maximumBytes) bytes",
                supported: "fewer in all its tokens together")
        }
        offsets.append(end)
        kinds.append(kind)
    }

    /// The bytes that token `id` stands for. `id` must be in `0..<count`.
    public func bytes(of id: Int) -> [UInt8] { Array(bytes[span(of: id)]) }

    func span(of id: Int) -> Range<Int> { Int(offsets[id])..<Int(offsets[id + 1]) }

    /// The token with exactly these bytes among those that pieces can become, or nil.
    public func id(of text: [UInt8]) -> Int? {
        text.withUnsafeBufferPointer { buffer in find(buffer).map(Int.init) }
    }

    func find(_ text: UnsafeBufferPointer<UInt8>) -> UInt32? {
        let slot = slots[slot(of: text, hash: byteHash(text))]
        return slot == Self.emptySlot ? nil : UInt32(truncatingIfNeeded: slot)
    }

    /// Room for the hash table of `count` tokens; at most half full, so that probes stay short.
    mutating func reserveSlots(_ count: Int) {
        slots = [UInt64](repeating: Self.emptySlot, count: tableSize(count))
    }

    /// Puts `id` into the hash table; returns the token that has the same bytes already, if any.
    mutating func insert(_ id: Int) -> Int? {
        let (slot, hash) = bytes.withUnsafeBufferPointer { all in
            let text = UnsafeBufferPointer(rebasing: all[span(of: id)])
            let hash = byteHash(text)
            return (self.slot(of: text, hash: hash), hash)
        }
        if slots[slot] != Self.emptySlot { return Int(slots[slot] & 0xFFFF_FFFF) }
        slots[slot] = UInt64(hash) << 32 | UInt64(id)
        return nil
    }

    /// Where `text` stands in the table, or the empty place where it would.
    private func slot(of text: UnsafeBufferPointer<UInt8>, hash: UInt32) -> Int {
        let mask = slots.count - 1
        var slot = Int(truncatingIfNeeded: hash) & mask
        while slots[slot] != Self.emptySlot {
            if slots[slot] >> 32 == UInt64(hash), holds(Int(slots[slot] & 0xFFFF_FFFF), text) { break }
            slot = (slot + 1) & mask
        }
        return slot
    }

    private func holds(_ id: Int, _ text: UnsafeBufferPointer<UInt8>) -> Bool {
        let span = span(of: id)
        if span.count != text.count { return false }
        for i in 0..<text.count where bytes[span.lowerBound + i] != text[i] { return false }
        return true
    }
}

/// The power of two that keeps a table of `count` entries at most half full.
func tableSize(_ count: Int) -> Int {
    var size = 16
    while size < 2 * count { size *= 2 }
    return size
}

/// Swift's own hash, which is another in every run: nobody can write a file whose tokens all have the same. Nothing that is
/// found depends on it.
private func byteHash(_ text: UnsafeBufferPointer<UInt8>) -> UInt32 {
    var hasher = Hasher()
    hasher.combine(bytes: UnsafeRawBufferPointer(text))
    return UInt32(truncatingIfNeeded: hasher.finalize())
}
