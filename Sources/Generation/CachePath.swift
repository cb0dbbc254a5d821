// Where one session's positions lie in the cache that its family shares.
internal import Transformers

/// The slots of a sequence, one for each position that has been run through the model.
struct CachePath {
    let store: SlotStore
    /// The slot of every position.
    private(set) var slots: [Int32]
    /// Whether positions and slots may differ and slots may have other readers: after the first fork of the family.
    private(set) var isShared: Bool

    init(_ store: SlotStore) {
        self.store = store
        slots = []
        isShared = false
    }

    /// A branch's path: the first `positions` positions of its parent's.
    init(branchOf parent: CachePath, positions: Int) {
        store = parent.store
        slots = Array(parent.slots.prefix(positions))
        isShared = true
    }

    var count: Int { slots.count }

    /// From now on others may read these slots.
    mutating func share() { isShared = true }

    /// Fresh slots for the tokens behind the sequence, and the batch that runs them there.
    mutating func extend(by tokens: [Int]) -> Batch {
        let first = slots.count
        slots += store.takeRun(tokens.count)
        if slots.last == Int32(slots.count - 1) && !isShared { return Batch(tokens: tokens, from: first) }
        return Batch(tokens: tokens, paths: tokens.indices.map { Array(slots[...(first + $0)]) })
    }

    /// Forgets the positions from `count` on. Their slots are free again unless a branch may share them.
    mutating func truncate(to count: Int) {
        let dropped = Array(slots[count...])
        slots.removeLast(dropped.count)
        if !isShared { store.release(dropped) }
    }
}
