// Writing and reading the rows of an attention record: the engine writes what a query sees, views read whole rows.

extension AttentionRecord {
    /// The place of a row's weights, one for each key of ``keys(layer:query:)``, for an engine that computes them where
    /// they are kept.
    ///
    /// Only with ``Storage/float32``; ``write(layer:head:query:weights:)`` serves every storage.
    public func rowPointer(layer: Int, head: Int, query: Int) -> UnsafeMutablePointer<Float> {
        precondition(storage == .float32, "only 32-bit rows can be written in place")
        return rowStart(layer: layer, head: head, query: query).assumingMemoryBound(to: Float.self)
    }

    /// Keeps a row: a weight for each key of ``keys(layer:query:)``. Disjoint rows may be written from many threads.
    public func write(layer: Int, head: Int, query: Int, weights: UnsafeBufferPointer<Float>) {
        let keys = keys(layer: layer, query: query)
        precondition(weights.count == keys.count)
        let start = rowStart(layer: layer, head: head, query: query)
        switch storage {
        case .float32:
            start.copyMemory(from: weights.baseAddress!, byteCount: weights.count * MemoryLayout<Float>.stride)
        case .fixed16:
            let row = start.assumingMemoryBound(to: UInt16.self)
            for place in 0..<weights.count { row[place] = fractionBits(weights[place]) }
        case .strongest(let keysPerRow):
            writeStrongest(weights, firstKey: keys.lowerBound, keysPerRow: keysPerRow, at: start)
        case .codes: preconditionFailure("a record read from a file does not change")
        }
    }

    /// The weights of one query from key 0 to the last one it sees; keys that it does not see are 0, and so are those that
    /// were not kept (see ``tailMass(layer:head:query:)``).
    public func row(layer: Int, head: Int, query: Int) -> [Float] {
        let length = rowLength(layer: layer, query: query)
        return [Float](unsafeUninitializedCapacity: length) { row, count in
            read(layer: layer, head: head, query: query, into: row)
            count = length
        }
    }

    /// The same row without an array: in `buffer`, which has room for it, or where it stands.
    public func row(
        layer: Int, head: Int, query: Int, buffer: UnsafeMutableBufferPointer<Float>
    ) -> UnsafeBufferPointer<Float> {
        let length = rowLength(layer: layer, query: query)
        if storage == .float32, keys(layer: layer, query: query).lowerBound == 0 {
            return UnsafeBufferPointer(start: rowPointer(layer: layer, head: head, query: query), count: length)
        }
        read(layer: layer, head: head, query: query, into: buffer)
        return UnsafeBufferPointer(rebasing: buffer[..<length])
    }

    /// Reads a row into the first ``rowLength(layer:query:)`` elements of `row`.
    public func read(layer: Int, head: Int, query: Int, into row: UnsafeMutableBufferPointer<Float>) {
        let (keys, length) = (keys(layer: layer, query: query), rowLength(layer: layer, query: query))
        precondition(row.count >= length)
        for key in 0..<keys.lowerBound { row[key] = 0 }
        switch storage {
        case .float32:
            let stored = rowPointer(layer: layer, head: head, query: query)
            for key in keys { row[key] = stored[key - keys.lowerBound] }
        case .fixed16:
            let stored = rowStart(layer: layer, head: head, query: query).assumingMemoryBound(to: UInt16.self)
            for key in keys { row[key] = fractionValue(stored[key - keys.lowerBound]) }
        case .strongest:
            let stored = strongestRow(layer: layer, head: head, query: query)
            for key in keys { row[key] = 0 }
            for place in 0..<stored.count { row[Int(stored.keys[place])] = halfValue(stored.weights[place]) }
        case .codes:
            precondition(head < heads && query < positions)
            layerCodes[layer].read(head: head, query: query, positions: positions, into: row)
        }
    }

    /// Whether a row is what a file keeps of it: few keys of many.
    public var isKeptInPart: Bool {
        guard case .codes = storage else { return false }
        return layerCodes.contains { if case .window = $0.pattern { true } else { $0.strongest != nil } }
    }

    /// Hands each key that a file keeps of a row to `body`, with its weight; those between them are 0. For whoever looks at
    /// all rows: a file of few keys each has many.
    public func forEachKept(layer: Int, head: Int, query: Int, _ body: (_ key: Int, _ weight: Float) -> Void) {
        precondition(layer < layerCodes.count && head < heads && query < positions)
        layerCodes[layer].forEachKept(head: head, query: query, positions: positions, body)
    }

    /// One weight of a row, 0 for a key that is not seen or was not kept; for questions that look at few keys of many
    /// rows.
    public func weight(layer: Int, head: Int, query: Int, key: Int) -> Float {
        precondition(key >= 0 && key < rowLength(layer: layer, query: query))
        let keys = keys(layer: layer, query: query)
        if !keys.contains(key) { return 0 }
        switch storage {
        case .float32: return rowPointer(layer: layer, head: head, query: query)[key - keys.lowerBound]
        case .fixed16:
            let stored = rowStart(layer: layer, head: head, query: query).assumingMemoryBound(to: UInt16.self)
            return fractionValue(stored[key - keys.lowerBound])
        case .strongest:
            let stored = strongestRow(layer: layer, head: head, query: query)
            let kept = UnsafeBufferPointer(start: stored.keys, count: stored.count)
            return kept.firstIndex(of: UInt16(truncatingIfNeeded: key)).map { halfValue(stored.weights[$0]) } ?? 0
        case .codes:
            precondition(head < heads && query < positions)
            return layerCodes[layer].weight(head: head, query: query, key: key, positions: positions)
        }
    }

    /// The sum of the weights of a row that were not kept; 0 when all were.
    public func tailMass(layer: Int, head: Int, query: Int) -> Float {
        switch storage {
        case .float32, .fixed16: return 0
        case .strongest: return strongestRow(layer: layer, head: head, query: query).tail.pointee
        case .codes:
            precondition(head < heads && query < positions)
            return layerCodes[layer].strongest.map { Float($0.tails[head * positions + query]) / 65535 } ?? 0
        }
    }

    /// One head as a full matrix (query, key), row-major, zeros for keys that are not seen.
    public func matrix(layer: Int, head: Int) -> [Float] {
        matrix(layer: layer, head: head, queries: 0..<positions)
    }

    /// Some rows of a head as they stand in its full matrix: (query of `queries`, key), all ``positions`` keys of each.
    public func matrix(layer: Int, head: Int, queries: Range<Int>) -> [Float] {
        let positions = positions
        return [Float](unsafeUninitializedCapacity: queries.count * positions) { rows, count in
            rows.initialize(repeating: 0)
            for (place, query) in queries.enumerated() {
                let row = UnsafeMutableBufferPointer(rebasing: rows[(place * positions)..<((place + 1) * positions)])
                read(layer: layer, head: head, query: query, into: row)
            }
            count = queries.count * positions
        }
    }

    private func strongestRow(layer: Int, head: Int, query: Int) -> StrongestRow {
        StrongestRow(
            rowStart(layer: layer, head: head, query: query),
            count: min(keys(layer: layer, query: query).count, keysPerRow!))
    }
}

/// A row's strongest keys in memory: the tail's mass, then the keys (positions, ascending), then their weights.
struct StrongestRow {
    let tail: UnsafeMutablePointer<Float>
    let keys: UnsafeMutablePointer<UInt16>
    let weights: UnsafeMutablePointer<UInt16>
    let count: Int

    init(_ start: UnsafeMutableRawPointer, count: Int) {
        tail = start.assumingMemoryBound(to: Float.self)
        keys = (start + 4).assumingMemoryBound(to: UInt16.self)
        weights = keys + count
        self.count = count
    }
}

private func writeStrongest(
    _ weights: UnsafeBufferPointer<Float>, firstKey: Int, keysPerRow: Int, at start: UnsafeMutableRawPointer
) {
    let row = StrongestRow(start, count: min(weights.count, keysPerRow))
    var kept = 0.0
    withStrongestKeys(of: weights, count: row.count) { keys in
        for (place, seen) in keys.enumerated() {
            row.keys[place] = UInt16(truncatingIfNeeded: firstKey + Int(seen))
            row.weights[place] = halfBits(weights[Int(seen)])
            kept += Double(weights[Int(seen)])
        }
    }
    row.tail.pointee = row.count == weights.count ? 0 : Float(max(0, sum(weights) - kept))
}

/// Σ of non-negative weights in double precision, four partial sums at a time.
private func sum(_ weights: UnsafeBufferPointer<Float>) -> Double {
    var parts = SIMD4<Double>()
    let whole = weights.count / 4 * 4
    for start in stride(from: 0, to: whole, by: 4) {
        parts += SIMD4<Double>(
            Double(weights[start]), Double(weights[start + 1]), Double(weights[start + 2]), Double(weights[start + 3]))
    }
    var sum = parts.sum()
    for key in whole..<weights.count { sum += Double(weights[key]) }
    return sum
}
