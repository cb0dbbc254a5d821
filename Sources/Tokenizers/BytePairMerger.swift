// Byte-pair encoding of one piece: merges neighbours, the lowest rank first and the leftmost of equals, until none merge.

/// What says which symbols merge.
protocol MergeOrder {
    /// The merge of the neighbours `left` and `right`, which cover the piece's bytes `start..<end`; its rank is
    /// `PairTable.noRank` where they do not merge. A lower rank merges first.
    func find(_ left: UInt32, _ right: UInt32, _ start: Int, _ end: Int) -> PairTable.Entry
    /// Another piece is to be merged.
    mutating func begin(_ piece: UnsafeBufferPointer<UInt8>)
}

/// The workspace of merging, reused from piece to piece.
///
/// The algorithm is that of Sennrich et al. 2016: of all neighbouring pairs take the one with the lowest rank.
/// Short pieces scan for it, which beats everything else at their size; long ones keep the pairs in a heap, so that a
/// megabyte without a break costs n·log n and not n².
struct BytePairMerger<Order: MergeOrder> {
    /// A merge taken. `index` counts in the symbols as they stood before it.
    struct Taken {
        var rank: Int
        var index: Int
        var left: UInt32
        var right: UInt32
    }

    /// Pieces of at most so many symbols are scanned.
    private var scanLimit: Int { 64 }
    var pairs: Order
    private let recording: Bool
    /// The symbols of the piece: before `run`, its bytes; after, its tokens.
    var ids: [UInt32] = []
    /// Where each symbol begins in the source text.
    var starts: [Int] = []
    private(set) var taken: [Taken] = []
    private var candidates: [PairTable.Entry] = []
    /// Where the piece ends.
    private var end = 0

    init(pairs: Order, recording: Bool) {
        self.pairs = pairs
        self.recording = recording
    }

    mutating func removeAll() {
        ids.removeAll(keepingCapacity: true)
        starts.removeAll(keepingCapacity: true)
        taken.removeAll(keepingCapacity: true)
    }

    mutating func append(_ id: UInt32, _ start: Int) {
        ids.append(id)
        starts.append(start)
    }

    /// Merges the symbols of a piece of `count` bytes.
    mutating func run(_ count: Int) {
        if ids.count < 2 { return }
        end = count
        if ids.count <= scanLimit { scan() } else { mergeByHeap() }
    }

    /// The merge of symbol `left` and the one after it, `right`, which ends where `next` begins.
    @inline(__always)
    private func find(_ left: Int, _ right: Int, _ next: Int) -> PairTable.Entry {
        pairs.find(ids[left], ids[right], starts[left], next < starts.count ? starts[next] : end)
    }

    /// Merging by scanning all pairs for the lowest rank, again after each merge.
    mutating func scan() {
        // candidates[i] is the merge of symbols i and i + 1.
        candidates.removeAll(keepingCapacity: true)
        for i in 0..<ids.count - 1 { candidates.append(find(i, i + 1, i + 2)) }
        while true {
            var best = 0
            var lowest = PairTable.noRank
            for i in 0..<candidates.count where candidates[i].rank < lowest {
                lowest = candidates[i].rank
                best = i
            }
            if lowest == PairTable.noRank { return }
            if recording { taken.append(Taken(rank: Int(lowest), index: best, left: ids[best], right: ids[best + 1])) }
            ids[best] = candidates[best].merged
            ids.remove(at: best + 1)
            starts.remove(at: best + 1)
            candidates.remove(at: best)
            if best > 0 { candidates[best - 1] = find(best - 1, best, best + 1) }
            if best < candidates.count { candidates[best] = find(best, best + 1, best + 2) }
        }
    }

    /// Merging with the symbols in a linked list and the pairs in a heap ordered by rank, then place.
    mutating func mergeByHeap() {
        let count = ids.count
        var next = Array(1...count)  // next[i] is the symbol after i, `count` after the last
        var previous = Array(-1..<count - 1)
        var alive = recording ? PrefixCounts(ones: count) : PrefixCounts(ones: 0)
        // Rank in the high half, place in the low one: one comparison orders pairs.
        var heap = KeyHeap()
        for i in 0..<count - 1 { push(i, i + 1, i + 2, &heap) }
        while let key = heap.popMin() {
            let rank = UInt32(key >> 32)
            let left = Int(key & 0xFFFF_FFFF)
            let right = next[left]
            // A pair that a merge has changed since it was pushed is no longer this one.
            guard right < count, ids[left] != Vocabulary.noToken else { continue }
            let entry = find(left, right, next[right])
            if entry.rank != rank { continue }
            if recording {
                let index = alive.count(before: left)
                taken.append(Taken(rank: Int(rank), index: index, left: ids[left], right: ids[right]))
                alive.remove(at: right)
            }
            ids[left] = entry.merged
            ids[right] = Vocabulary.noToken
            next[left] = next[right]
            if next[left] < count {
                previous[next[left]] = left
                push(left, next[left], next[next[left]], &heap)
            }
            if previous[left] >= 0 { push(previous[left], left, next[left], &heap) }
        }
        compact()
    }

    private func push(_ left: Int, _ right: Int, _ next: Int, _ heap: inout KeyHeap) {
        let rank = find(left, right, next).rank
        if rank != PairTable.noRank { heap.insert(UInt64(rank) << 32 | UInt64(left)) }
    }

    /// Drops the symbols that merges have emptied.
    private mutating func compact() {
        var kept = 0
        for i in 0..<ids.count where ids[i] != Vocabulary.noToken {
            ids[kept] = ids[i]
            starts[kept] = starts[i]
            kept += 1
        }
        ids.removeSubrange(kept...)
        starts.removeSubrange(kept...)
    }
}

/// How many symbols before a place are still there: a Fenwick tree (Fenwick 1994), log n for both operations.
private struct PrefixCounts {
    private var sums: [Int32]

    init(ones count: Int) {
        // sums[i] covers the i & −i places that end at i, each of them holding 1.
        sums = (0...count).map { Int32($0 & -$0) }
    }

    mutating func remove(at place: Int) {
        var i = place + 1
        while i < sums.count {
            sums[i] -= 1
            i += i & -i
        }
    }

    func count(before place: Int) -> Int {
        var i = place
        var total = 0
        while i > 0 {
            total += Int(sums[i])
            i -= i & -i
        }
        return total
    }
}
