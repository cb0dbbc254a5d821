// A record of the first positions of another: what a branch of a run begins with.

extension AttentionRecord {
    /// A record of its own that holds the rows below `count`; all of them where a layer attends to all keys.
    public func copy(positions count: Int) -> AttentionRecord {
        precondition(count <= positions)
        let copy = AttentionRecord(
            patterns: patterns, heads: heads, keyValueHeads: keyValueHeads, capacityPositions: count, storage: storage)
        copy.grow(toPositions: count)
        for query in 0..<count {
            // All layers and heads of a query lie together.
            copy.rowStart(layer: 0, head: 0, query: query).copyMemory(
                from: rowStart(layer: 0, head: 0, query: query), byteCount: queryBytes(query))
        }
        return copy
    }
}
