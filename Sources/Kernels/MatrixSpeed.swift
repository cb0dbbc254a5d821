// How near the product of a matrix with one token comes to the memory's speed.
internal import CKernels

/// What one format's product reads a second, beside what plain reading does.
public struct MatrixSpeed: Sendable {
    /// The name of the matrix's number format, as "Q4_K".
    public let format: String
    /// Bytes of the packed matrix.
    public let byteCount: Int
    /// Bytes a second: the product, and the fastest plain read of as many bytes; medians of interleaved runs.
    public let bytesPerSecond: Double
    /// The plain read's bytes a second.
    public let readBytesPerSecond: Double
    /// The product's bytes a second with each hint for fetching ahead; ``bytesPerSecond`` is that of the hint in use.
    public let bytesPerSecondByHint: [FetchHint: Double]
}

extension Compute {
    /// Measures the product of matrices of about 100 MB with one token.
    ///
    /// - Parameter formats: names and GGUF numbers, with the columns a matrix of the format gets and its bytes a row.
    public func matrixSpeeds(_ formats: [(name: String, number: Int32, columns: Int, rowBytes: Int)]) -> [MatrixSpeed] {
        let target = 100 << 20
        let plain = FloatBuffer(count: target / 4)
        for index in 0..<plain.count { plain.pointer[index] = 1 }
        return formats.map { format in
            let rows = target / format.rowBytes / 16 * 16
            // Every byte 0x25: scales and weights are ordinary numbers in every format.
            let source = [UInt8](repeating: 0x25, count: rows * format.rowBytes)
            let matrix = source.withUnsafeBytes {
                PackedMatrix(
                    format: format.number, rows: rows, columns: format.columns, source: $0.baseAddress!,
                    rowBytes: format.rowBytes, pool: pool)
            }
            let x = [Float](repeating: 1, count: format.columns)
            let out = FloatBuffer(count: rows)
            let chosen = FetchHint.current
            defer { chosen.use() }
            var products: [FetchHint: [Double]] = [:]
            var reads: [Double] = []
            for _ in 0..<Self.speedRounds {
                for hint in FetchHint.allCases {
                    hint.use()
                    products[hint, default: []].append(
                        seconds { multiply(x, tokens: 1, Product(matrix, out.pointer)) })
                }
                reads.append(seconds { read(plain) })
            }
            let speeds = products.mapValues { Double(matrix.byteCount) / $0.sorted()[Self.speedRounds / 2] }
            return MatrixSpeed(
                format: format.name, byteCount: matrix.byteCount, bytesPerSecond: speeds[chosen]!,
                readBytesPerSecond: Double(plain.count * 4) / reads.sorted()[Self.speedRounds / 2],
                bytesPerSecondByHint: speeds)
        }
    }

    private static let speedRounds = 15

    /// Reads every float once, in parallel: the cheapest use of memory there is.
    private func read(_ buffer: FloatBuffer) {
        pool.run(buffer.count, chunk: (buffer.count + pool.threadCount - 1) / pool.threadCount) { range in
            _ = kernels.functions.pointee.maximum(buffer.pointer + range.lowerBound, Int64(range.count))
        }
    }

    private func seconds(_ body: () -> Void) -> Double {
        let clock = SteadyClock()
        let start = clock.now
        body()
        return clock.now - start
    }
}
