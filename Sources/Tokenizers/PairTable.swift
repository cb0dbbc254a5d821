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
    private let scattering: Scattering

    init(capacity: Int) {
        entries = [Entry](repeating: Entry(), count: tableSize(capacity))
        scattering = Scattering(over: entries.count)
    }

    /// The merge of `left` and `right`; its rank is `noRank` when they do not merge.
    @inline(__always)
    func find(_ left: UInt32, _ right: UInt32) -> Entry {
        entries.withUnsafeBufferPointer { entries in entries[slot(left, right, entries)] }
    }

    @inline(__always)
    func find(_ left: UInt32, _ right: UInt32, _ start: Int, _ end: Int) -> Entry { find(left, right) }

    mutating func begin(_ piece: UnsafeBufferPointer<UInt8>) {}

    /// Adds a merge; of two with the same pair the later one stays where `replacing`, else the earlier one. Returns
    /// whether the pair was new.
    mutating func insert(_ entry: Entry, replacing: Bool) -> Bool {
        let slot = entries.withUnsafeBufferPointer { entries in self.slot(entry.left, entry.right, entries) }
        let isNew = entries[slot].rank == Self.noRank
        if isNew || replacing { entries[slot] = entry }
        return isNew
    }

    @inline(__always)
    private func slot(_ left: UInt32, _ right: UInt32, _ entries: UnsafeBufferPointer<Entry>) -> Int {
        let mask = entries.count - 1
        var slot = scattering.place(of: UInt64(left) << 32 | UInt64(right))
        while entries[slot].rank != Self.noRank, entries[slot].left != left || entries[slot].right != right {
            slot = (slot + 1) & mask
        }
        return slot
    }
}
