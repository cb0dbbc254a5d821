// The attention weights of a run. Written row by row where the engine computes them; read by every view.

/// Causal attention weights: for each query position, layer and head a row over the keys 0…query. Rows sum to 1.
///
/// Rows are stored query by query, so a decode step appends one contiguous stretch:
/// (query, layer, head, key ≤ query). Not thread-safe for growth; disjoint rows may be written from many threads.
public final class AttentionRecord: @unchecked Sendable {
    public let layers: Int
    public let heads: Int
    /// Query head h shares the keys and values of head h / (heads / keyValueHeads).
    public let keyValueHeads: Int
    /// How many query positions are filled.
    public private(set) var positions = 0
    private var storage: UnsafeMutablePointer<Float>
    private var capacityPositions: Int

    public init(layers: Int, heads: Int, keyValueHeads: Int, capacityPositions: Int = 64) {
        self.layers = layers
        self.heads = heads
        self.keyValueHeads = keyValueHeads
        self.capacityPositions = max(capacityPositions, 1)
        storage = .allocate(capacity: layers * heads * Self.triangle(max(capacityPositions, 1)))
    }

    deinit { storage.deallocate() }

    /// Values in rows 0 ..< positions of one head: n(n+1)/2.
    static func triangle(_ positions: Int) -> Int { positions * (positions + 1) / 2 }

    /// Bytes that a record of that many positions takes.
    public static func byteCount(layers: Int, heads: Int, positions: Int) -> Int {
        layers * heads * triangle(positions) * MemoryLayout<Float>.stride
    }

    public var byteCount: Int { Self.byteCount(layers: layers, heads: heads, positions: positions) }

    /// Makes room for rows up to `positions`, which must then all be written before they are read.
    public func grow(toPositions newPositions: Int) {
        if newPositions > capacityPositions {
            let wider = max(newPositions, capacityPositions + capacityPositions / 2)
            let moved = UnsafeMutablePointer<Float>.allocate(capacity: layers * heads * Self.triangle(wider))
            moved.update(from: storage, count: layers * heads * Self.triangle(positions))
            storage.deallocate()
            storage = moved
            capacityPositions = wider
        }
        positions = newPositions
    }

    /// Forgets the rows from `newPositions` on (stepping back in a session).
    public func shrink(toPositions newPositions: Int) { positions = min(positions, newPositions) }

    /// The place of a row of `query + 1` weights; nil behaviour is a bug of ours, so it traps.
    public func rowPointer(layer: Int, head: Int, query: Int) -> UnsafeMutablePointer<Float> {
        precondition(layer < layers && head < heads && query < positions)
        return storage + layers * heads * Self.triangle(query) + (layer * heads + head) * (query + 1)
    }

    /// The weights of one query over keys 0…query.
    public func row(layer: Int, head: Int, query: Int) -> [Float] {
        Array(UnsafeBufferPointer(start: rowPointer(layer: layer, head: head, query: query), count: query + 1))
    }

    /// One head as a full matrix (query, key), row-major, zeros above the diagonal.
    public func matrix(layer: Int, head: Int) -> [Float] {
        var full = [Float](repeating: 0, count: positions * positions)
        for query in 0..<positions {
            let row = rowPointer(layer: layer, head: head, query: query)
            for key in 0...query { full[query * positions + key] = row[key] }
        }
        return full
    }
}
