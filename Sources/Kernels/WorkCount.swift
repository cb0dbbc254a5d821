// What passes have cost in bytes and multiplications, and what this machine can do at most of either.
internal import CKernels

/// Work of matrix products and of attention, to be held against what the machine can do.
public struct WorkCount: Sendable {
    /// Bytes of weights, keys and values that were read, once for each product or query.
    public var readBytes: Int64 = 0
    /// Multiplications with their additions, by the weights' format as GGUF numbers it.
    public var multiplyAdds: [Int32: Int64] = [:]

    /// Nothing yet.
    public init() {}

    /// What came after `earlier`.
    public func since(_ earlier: WorkCount) -> WorkCount {
        var difference = self
        difference.readBytes -= earlier.readBytes
        for (format, count) in earlier.multiplyAdds { difference.multiplyAdds[format]! -= count }
        return difference
    }
}

extension Compute {
    private static let speedRounds = 9

    /// Bytes a second of plain reading, on all threads, of a stretch of so many bytes: a small one stays in a cache.
    public func readingSpeed(byteCount: Int) -> Double {
        let buffer = FloatBuffer(count: max(byteCount / 4, 1 << 16))
        for index in 0..<buffer.count { buffer.pointer[index] = 1 }
        let functions = kernels.functions
        let share = (buffer.count + pool.threadCount - 1) / pool.threadCount
        return Double(buffer.count * 4)
            / median {
                pool.run(buffer.count, chunk: share) { range in
                    _ = functions.pointee.maximum(buffer.pointer + range.lowerBound, Int64(range.count))
                }
            }
    }

    /// Multiply-adds a second of products with many tokens whose weights stay in the caches.
    ///
    /// - Parameter format: of the weights, as GGUF numbers it; one that ``WorkCount/multiplyAdds`` names.
    public func productPeak(format: Int32) -> Double {
        let (rows, columns, tokens) = (512, 1024, 256)
        // The largest row of any format; scales and weights are ordinary numbers in all of them.
        let source = [UInt8](repeating: 0x25, count: rows * columns * 4)
        let matrix = source.withUnsafeBytes {
            PackedMatrix(
                format: format, rows: rows, columns: columns, source: $0.baseAddress!, rowBytes: columns * 4, pool: pool
            )
        }
        let x = [Float](repeating: 1, count: columns * tokens)
        let out = FloatBuffer(count: rows * tokens)
        return Double(rows * columns * tokens) / median { multiply(x, tokens: tokens, Product(matrix, out.pointer)) }
    }

    /// The middle of some rounds' seconds.
    private func median(_ body: () -> Void) -> Double {
        let clock = SteadyClock()
        let times = (0..<Self.speedRounds).map { _ in
            let start = clock.now
            body()
            return clock.now - start
        }
        return times.sorted()[Self.speedRounds / 2]
    }
}
