// Paths through the cache, laid out flat for threads that read them at once.

/// For each path its slots by position, and the blocks of 16 slots that hold them.
struct SlotTable: Sendable {
    /// The slots of all paths, one after the other; path i is starts[i] ..< starts[i + 1].
    private(set) var slots: [Int32] = []
    private(set) var starts = [0]
    /// Runs of consecutive blocks; those of path i are runStarts[i] ..< runStarts[i + 1].
    private(set) var runs: [Range<Int>] = []
    private(set) var runStarts = [0]
    /// Where on its path each token stands.
    private let positions: [Int]

    init(_ paths: [[Int32]], positions: [Int]) {
        self.positions = positions
        for path in paths {
            slots += path
            starts.append(slots.count)
            appendRuns(path)
            runStarts.append(runs.count)
        }
    }

    private mutating func appendRuns(_ path: [Int32]) {
        var isUsed = [Bool](repeating: false, count: Int(path.max() ?? 0) / 16 + 1)
        for slot in path { isUsed[Int(slot) / 16] = true }
        let first = runs.count
        for block in isUsed.indices where isUsed[block] {
            if runs.count > first, runs[runs.count - 1].upperBound == block {
                runs[runs.count - 1] = runs[runs.count - 1].lowerBound..<block + 1
            } else {
                runs.append(block..<block + 1)
            }
        }
    }

    /// Calls `body` with the table as plain memory.
    func withPointers(_ body: (Pointers) -> Void) {
        slots.withUnsafeBufferPointer { slots in
            starts.withUnsafeBufferPointer { starts in
                runs.withUnsafeBufferPointer { runs in
                    runStarts.withUnsafeBufferPointer { runStarts in
                        positions.withUnsafeBufferPointer { positions in
                            body(
                                Pointers(
                                    slots: slots, starts: starts, runs: runs, runStarts: runStarts,
                                    positions: positions))
                        }
                    }
                }
            }
        }
    }

    struct Pointers {
        fileprivate let slots: UnsafeBufferPointer<Int32>
        fileprivate let starts: UnsafeBufferPointer<Int>
        fileprivate let runs: UnsafeBufferPointer<Range<Int>>
        fileprivate let runStarts: UnsafeBufferPointer<Int>
        fileprivate let positions: UnsafeBufferPointer<Int>

        func position(_ index: Int) -> Int { positions[index] }

        func path(_ index: Int) -> UnsafeBufferPointer<Int32> {
            UnsafeBufferPointer(rebasing: slots[starts[index]..<starts[index + 1]])
        }

        func blocks(_ index: Int) -> UnsafeBufferPointer<Range<Int>> {
            UnsafeBufferPointer(rebasing: runs[runStarts[index]..<runStarts[index + 1]])
        }
    }
}
