// Which slots of the key/value cache are in use.
internal import Transformers

/// The cache slots of a family of sessions: branches take fresh slots behind those in use and share the rest.
final class SlotStore {
    let cache: KeyValueCache
    /// No slot from this one on is in use.
    private(set) var next: Int32 = 0
    /// Slots that were in use at once, at most.
    private(set) var most = 0
    /// How many slots were ever taken: token positions that went through the model.
    private(set) var taken = 0
    /// Slots below `next` that came back, falling.
    private var free: [Int32] = []

    init(_ cache: KeyValueCache) { self.cache = cache }

    /// Consecutive slots behind all in use.
    func takeRun(_ count: Int) -> [Int32] {
        let run = (0..<Int32(count)).map { next + $0 }
        next += Int32(count)
        note(count)
        return run
    }

    /// The lowest slots that are free, so that slots in use lie close together: attention reads them in blocks.
    func takeLowest(_ count: Int) -> [Int32] {
        let reused = (0..<min(count, free.count)).map { _ in free.removeLast() }
        let fresh = (0..<Int32(count - reused.count)).map { next + $0 }
        next += Int32(fresh.count)
        note(count)
        return reused + fresh
    }

    /// Gives slots back whose keys and values nobody will read again.
    func release(_ slots: [Int32]) {
        free = (free + slots).sorted(by: >)
        let kept = free.drop { slot in
            if slot != next - 1 { return false }
            next -= 1
            return true
        }
        free = Array(kept)
    }

    private func note(_ count: Int) {
        taken += count
        most = max(most, Int(next))
    }
}
