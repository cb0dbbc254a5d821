// Writing and reading the rows of an attention record.
// Called by: the engine (writing), every view (reading).

extension AttentionRecord {
    /// The place of a row of `query + 1` weights, for an engine that computes them where they are kept.
    ///
    /// Only with ``Storage/float32``; ``write(layer:head:query:weights:)`` serves every storage.
    public func rowPointer(layer: Int, head: Int, query: Int) -> UnsafeMutablePointer<Float> {
        precondition(storage == .float32, "only 32-bit rows can be written in place")
        return rowStart(layer: layer, head: head, query: query).assumingMemoryBound(to: Float.self)
    }

    /// Keeps a row of `query + 1` weights. Disjoint rows may be written from many threads.
    public func write(layer: Int, head: Int, query: Int, weights: UnsafeBufferPointer<Float>) {
        precondition(weights.count == query + 1)
        let start = rowStart(layer: layer, head: head, query: query)
        switch storage {
        case .float32:
            start.copyMemory(from: weights.baseAddress!, byteCount: weights.count * MemoryLayout<Float>.stride)
        case .fixed16:
            let row = start.assumingMemoryBound(to: UInt16.self)
            for key in 0..<weights.count { row[key] = fractionBits(weights[key]) }
        case .strongest(let keysPerRow):
            writeStrongest(weights, keysPerRow: keysPerRow, at: start)
        case .codes: preconditionFailure("a record read from a file does not change")
        }
    }

    /// The weights of one query over the keys 0…query; keys that were not kept are 0 (see ``tailMass(layer:head:query:)``).
    public func row(layer: Int, head: Int, query: Int) -> [Float] {
        [Float](unsafeUninitializedCapacity: query + 1) { row, count in
            read(layer: layer, head: head, query: query, into: row)
            count = query + 1
        }
    }

    /// Reads a row into the first `query + 1` elements of `row`.
    public func read(layer: Int, head: Int, query: Int, into row: UnsafeMutableBufferPointer<Float>) {
        precondition(row.count > query)
        switch storage {
        case .float32:
            let stored = rowPointer(layer: layer, head: head, query: query)
            for key in 0...query { row[key] = stored[key] }
        case .fixed16:
            let stored = rowStart(layer: layer, head: head, query: query).assumingMemoryBound(to: UInt16.self)
            for key in 0...query { row[key] = fractionValue(stored[key]) }
        case .strongest(let keysPerRow):
            let stored = StrongestRow(
                rowStart(layer: layer, head: head, query: query), count: min(query + 1, keysPerRow))
            for key in 0...query { row[key] = 0 }
            for place in 0..<stored.count { row[Int(stored.keys[place])] = halfValue(stored.weights[place]) }
        case .codes:
            precondition(head < heads && query < positions)
            layerCodes[layer].read(head: head, query: query, positions: positions, into: row)
        }
    }

    /// One weight of a row, 0 for a key that was not kept; for questions that look at few keys of many rows.
    public func weight(layer: Int, head: Int, query: Int, key: Int) -> Float {
        precondition(key >= 0 && key <= query)
        switch storage {
        case .float32: return rowPointer(layer: layer, head: head, query: query)[key]
        case .fixed16:
            return fractionValue(
                rowStart(layer: layer, head: head, query: query).assumingMemoryBound(to: UInt16.self)[key])
        case .strongest(let keysPerRow):
            let stored = StrongestRow(
                rowStart(layer: layer, head: head, query: query), count: min(query + 1, keysPerRow))
            let keys = UnsafeBufferPointer(start: stored.keys, count: stored.count)
            return keys.firstIndex(of: UInt16(truncatingIfNeeded: key)).map { halfValue(stored.weights[$0]) } ?? 0
        case .codes:
            precondition(head < heads && query < positions)
            return layerCodes[layer].weight(head: head, query: query, key: key, positions: positions)
        }
    }

    /// The sum of the weights of a row that were not kept; 0 when all were.
    public func tailMass(layer: Int, head: Int, query: Int) -> Float {
        switch storage {
        case .float32, .fixed16: return 0
        case .strongest(let keysPerRow):
            let count = min(query + 1, keysPerRow)
            return StrongestRow(rowStart(layer: layer, head: head, query: query), count: count).tail.pointee
        case .codes:
            precondition(head < heads && query < positions)
            return layerCodes[layer].strongest.map { Float($0.tails[head * positions + query]) / 65535 } ?? 0
        }
    }

    /// One head as a full matrix (query, key), row-major, zeros above the diagonal.
    public func matrix(layer: Int, head: Int) -> [Float] {
        let positions = positions
        return [Float](unsafeUninitializedCapacity: positions * positions) { full, count in
            full.initialize(repeating: 0)
            for query in 0..<positions {
                let row = UnsafeMutableBufferPointer(rebasing: full[(query * positions)..<((query + 1) * positions)])
                read(layer: layer, head: head, query: query, into: row)
            }
            count = positions * positions
        }
    }
}

/// A row's strongest keys in memory: the tail's mass, then the keys (ascending), then their weights.
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
    _ weights: UnsafeBufferPointer<Float>, keysPerRow: Int, at start: UnsafeMutableRawPointer
) {
    let row = StrongestRow(start, count: min(weights.count, keysPerRow))
    var kept = 0.0
    withStrongestKeys(of: weights, count: row.count) { keys in
        for (place, key) in keys.enumerated() {
            row.keys[place] = UInt16(truncatingIfNeeded: key)
            row.weights[place] = halfBits(weights[Int(key)])
            kept += Double(weights[Int(key)])
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
