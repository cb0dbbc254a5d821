// A record of the first positions of another: what a branch of a run begins with. Called by: the session's forks.

extension AttentionRecord {
    /// A record of its own that holds the rows below `positions`.
    public func copy(positions count: Int) -> AttentionRecord {
        precondition(count <= positions)
        let copy = AttentionRecord(
            layers: layers, heads: heads, keyValueHeads: keyValueHeads, capacityPositions: count, storage: storage)
        copy.grow(toPositions: count)
        for query in 0..<count {
            // All layers and heads of a query lie together.
            let bytes = layers * heads * rowByteCount(query)
            copy.rowStart(layer: 0, head: 0, query: query).copyMemory(
                from: rowStart(layer: 0, head: 0, query: query), byteCount: bytes)
        }
        return copy
    }

    private func rowByteCount(_ query: Int) -> Int {
        Self.headBytes(storage, positions: query + 1) - Self.headBytes(storage, positions: query)
    }
}
