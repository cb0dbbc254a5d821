// A queue of numbers that gives the smallest first.

/// A binary heap (Williams 1964): `insert` and `popMin` take log n.
struct KeyHeap {
    // No number is smaller than its parent, which stands at half its place.
    private var keys: [UInt64] = []

    mutating func insert(_ key: UInt64) {
        keys.append(key)
        keys.withUnsafeMutableBufferPointer { keys in
            var place = keys.count - 1
            while place > 0 {
                let parent = (place - 1) / 2
                if keys[parent] <= key { break }
                keys[place] = keys[parent]
                place = parent
            }
            keys[place] = key
        }
    }

    mutating func popMin() -> UInt64? {
        guard let last = keys.popLast() else { return nil }
        if keys.isEmpty { return last }
        return keys.withUnsafeMutableBufferPointer { keys in
            let least = keys[0]
            var place = 0
            while true {
                var child = 2 * place + 1
                if child >= keys.count { break }
                if child + 1 < keys.count, keys[child + 1] < keys[child] { child += 1 }
                if keys[child] >= last { break }
                keys[place] = keys[child]
                place = child
            }
            keys[place] = last
            return least
        }
    }
}
