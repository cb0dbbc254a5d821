// The few largest of many weights, without sorting them.

/// Calls `body` with the keys of the `count` largest weights in ascending order; of equal weights the lower key wins.
///
/// Weights are not negative, so their bits order as they do. A binary search over the bits finds the bar that `count`
/// weights reach: some ten to twenty passes that only compare and count, which become vector code everywhere; then one
/// pass collects the keys.
func withStrongestKeys(
    of weights: UnsafeBufferPointer<Float>, count: Int, _ body: (UnsafeBufferPointer<UInt32>) -> Void
) {
    weights.withMemoryRebound(to: Int32.self) { bits in
        let (bar, spare) = bar(of: bits, count: count)
        withUnsafeTemporaryAllocation(of: UInt32.self, capacity: max(count, 1)) { keys in
            collect(bits, bar: bar, spare: spare, into: keys)
            body(UnsafeBufferPointer(rebasing: keys[..<count]))
        }
    }
}

/// The largest bar that at least `count` values reach, and how many of those on the bar itself are too many.
private func bar(of bits: UnsafeBufferPointer<Int32>, count: Int) -> (bar: Int32, spare: Int) {
    if count >= bits.count { return (0, 0) }
    var reached: Int32 = 0  // at least `count` values reach this bar,
    var missed = Int32(bitPattern: Float.infinity.bitPattern)  // and fewer this one.
    var reaching = bits.count
    while missed - reached > 1, reaching != count {
        let middle = reached + (missed - reached) / 2
        // Arithmetic on the sign instead of a comparison: −1 for each value at or above the middle.
        var above: Int32 = 0
        for place in 0..<bits.count { above &+= (middle &- 1 &- bits[place]) >> 31 }
        if -above >= count {
            reached = middle
            reaching = Int(-above)
        } else {
            missed = middle
        }
    }
    return (reached, reaching - count)
}

/// The places of all values at or above the bar but the last `spare` of those on it.
private func collect(
    _ bits: UnsafeBufferPointer<Int32>, bar: Int32, spare: Int, into keys: UnsafeMutableBufferPointer<UInt32>
) {
    var onBar = 0
    if spare > 0 { for value in bits where value == bar { onBar += 1 } }
    var room = onBar - spare  // values on the bar that still fit
    let block = 16
    var found = 0
    for start in stride(from: 0, to: bits.count, by: block) {
        let end = min(start + block, bits.count)
        if end - start == block {
            var below: Int32 = -1
            for place in start..<end { below &= bits[place] &- bar }
            if below < 0 { continue }
        }
        for place in start..<end where bits[place] >= bar {
            if spare > 0, bits[place] == bar {
                if room == 0 { continue }
                room -= 1
            }
            keys[found] = UInt32(truncatingIfNeeded: place)
            found += 1
        }
    }
}
