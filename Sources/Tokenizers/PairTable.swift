// The merges as a table: (left id, right id) → (rank, merged id).

/// A hash table from pairs of tokens to their merge: open addressing, linear probing, at most half full.
struct PairTable: MergeOrder, Sendable {
    struct Entry {
        var left = Vocabulary.noToken
        var right = Vocabulary.noToken
        /// The place in the list of merges; lower ranks merge first. `noRank` where the pair does not merge.
        var rank = PairTable.noRank
        var merged = Vocabulary.noToken
    }

    static let noRank: UInt32 = .max
    private var entries: [Entry]

    init(capacity: Int) { entries = [Entry](repeating: Entry(), count: tableSize(capacity)) }

    /// The merge of `left` and `right`; its rank is `noRank` when they do not merge.
    @inline(__always)
    func find(_ left: UInt32, _ right: UInt32) -> Entry {
        entries.withUnsafeBufferPointer { entries in entries[Self.slot(left, right, entries)] }
    }

    @inline(__always)
    func find(_ left: UInt32, _ right: UInt32, _ start: Int, _ end: Int) -> Entry { find(left, right) }

    mutating func begin(_ piece: UnsafeBufferPointer<UInt8>) {}

    /// Adds a merge; of two with the same pair the later one stays where `replacing`, else the earlier one. Returns
    /// whether the pair was new.
    mutating func insert(_ entry: Entry, replacing: Bool) -> Bool {
        let slot = entries.withUnsafeBufferPointer { entries in Self.slot(entry.left, entry.right, entries) }
        let isNew = entries[slot].rank == Self.noRank
        if isNew || replacing { entries[slot] = entry }
        return isNew
    }

    @inline(__always)
    private static func slot(_ left: UInt32, _ right: UInt32, _ entries: UnsafeBufferPointer<Entry>) -> Int {
        // Multiplicative hashing (Knuth, TAOCP 6.4) by 2⁶⁴/φ, the high half of the product being well mixed.
        let key = UInt64(left) << 32 | UInt64(right)
        let mask = entries.count - 1
        var slot = Int(truncatingIfNeeded: (key &* 0x9E37_79B9_7F4A_7C15) >> 32) & mask
        while entries[slot].rank != noRank, entries[slot].left != left || entries[slot].right != right {
            slot = (slot + 1) & mask
        }
        return slot
    }
}
