// The attention weights of a run. Written row by row where the engine computes them; read by every view.
// What is stored for each row is decided once, by `RecordPlan`; how to read it does not depend on that.

/// Causal attention weights: for each query position, layer and head a row over the keys 0…query. Rows sum to 1.
///
/// Rows lie query by query, (query, layer, head, key ≤ query), so a decode step appends one stretch. One thread grows
/// the record; then many may write disjoint rows, and rows that are complete may be read at any time.
public final class AttentionRecord: @unchecked Sendable {
    /// What is kept of each row.
    public enum Storage: Equatable, Sendable {
        /// Every weight as a 32-bit float.
        case float32
        /// Every weight as a 16-bit fraction, n / 65535; off by at most 7.7e-6.
        case fixed16
        /// The strongest keys of each row in 16-bit floats, and the sum of all other weights.
        case strongest(keysPerRow: Int)
        /// As read from trace.json: integers scaled by each row's largest weight; `keysPerRow` is nil when all are there.
        case codes(AttentionPrecision, keysPerRow: Int?)
    }

    /// The longest context whose attention can be recorded: keys are kept as 16-bit numbers.
    public static let positionLimit = 65536

    public let layers: Int
    public let heads: Int
    /// Query head h shares the keys and values of head h / (heads / keyValueHeads).
    public let keyValueHeads: Int
    public let storage: Storage
    /// How many query positions are filled.
    public private(set) var positions = 0

    /// Blocks of ``blockQueries`` queries each. A plain table: readers on other threads never see it move.
    private let blocks: UnsafeMutablePointer<RecordBlock?>
    private var blockCount = 0
    private static let blockQueries = 64
    private static let blockLimit = positionLimit / blockQueries
    /// By layer; only for ``Storage/codes(_:keysPerRow:)``.
    let layerCodes: [AttentionCodes]

    /// An empty record with room for some positions; it grows as needed.
    public init(
        layers: Int, heads: Int, keyValueHeads: Int, capacityPositions: Int = 0, storage: Storage = .float32
    ) {
        if case .codes = storage { preconditionFailure("codes are read from a file, not recorded") }
        self.layers = layers
        self.heads = heads
        self.keyValueHeads = keyValueHeads
        self.storage = storage
        layerCodes = []
        blocks = .allocate(capacity: Self.blockLimit)
        blocks.initialize(repeating: nil, count: Self.blockLimit)
        reserve(positions: capacityPositions)
    }

    /// A complete record as a file holds it, one entry of codes for each layer.
    init(heads: Int, keyValueHeads: Int, positions: Int, layerCodes: [AttentionCodes]) {
        layers = layerCodes.count
        self.heads = heads
        self.keyValueHeads = keyValueHeads
        self.positions = positions
        self.layerCodes = layerCodes
        storage = .codes(layerCodes.first?.precision ?? .bits16, keysPerRow: layerCodes.first?.strongest?.keysPerRow)
        blocks = .allocate(capacity: 0)
    }

    deinit {
        for index in 0..<blockCount { blocks[index]?.free() }
        blocks.deallocate()
    }

    /// Makes room for that many positions without filling them; the room takes no memory before it is written.
    public func reserve(positions wanted: Int) {
        precondition(wanted <= Self.positionLimit, "attention of more than 65536 positions is not recorded")
        while blockCount * Self.blockQueries < wanted {
            let start = blockCount * Self.blockQueries
            blocks[blockCount] = RecordBlock(byteCount: offset(start + Self.blockQueries) - offset(start))
            blockCount += 1
        }
    }

    /// Makes room for rows up to `positions`, which must then all be written before they are read.
    public func grow(toPositions newPositions: Int) {
        reserve(positions: newPositions)
        positions = newPositions
    }

    /// Forgets the rows from `newPositions` on (stepping back in a session).
    public func shrink(toPositions newPositions: Int) {
        precondition(layerCodes.isEmpty, "a record read from a file does not change")
        positions = min(positions, newPositions)
    }

    /// How many keys of each row are kept at most; nil when all are.
    public var keysPerRow: Int? {
        switch storage {
        case .float32, .fixed16: nil
        case .strongest(let keys): keys
        case .codes(_, let keys): keys
        }
    }

    // MARK: where rows lie

    /// n(n+1)/2: the weights in rows 0 ..< n of one head.
    static func triangle(_ positions: Int) -> Int { positions * (positions + 1) / 2 }

    /// How many keys of rows 0 ..< positions of one head are kept when at most `keysPerRow` of a row are.
    static func keptKeys(_ positions: Int, keysPerRow: Int) -> Int {
        let whole = min(positions, keysPerRow)
        return triangle(whole) + (positions - whole) * keysPerRow
    }

    /// Bytes of rows 0 ..< positions of one head.
    static func headBytes(_ storage: Storage, positions: Int) -> Int {
        switch storage {
        case .float32: 4 * triangle(positions)
        case .fixed16: 2 * triangle(positions)
        // Two bytes for the key, two for the weight; four for the row's tail.
        case .strongest(let keysPerRow): 4 * keptKeys(positions, keysPerRow: keysPerRow) + 4 * positions
        case .codes(let precision, let keysPerRow):
            (keysPerRow.map { keptKeys(positions, keysPerRow: $0) } ?? triangle(positions)) * precision.rawValue / 8
                + 2 * positions
        }
    }

    /// Bytes that a record of that many positions takes.
    public static func byteCount(layers: Int, heads: Int, positions: Int, storage: Storage = .float32) -> Int {
        layers * heads * headBytes(storage, positions: positions)
    }

    public var byteCount: Int {
        Self.byteCount(layers: layers, heads: heads, positions: positions, storage: storage)
    }

    /// Bytes of all rows of the queries before `query`.
    private func offset(_ query: Int) -> Int { layers * heads * Self.headBytes(storage, positions: query) }

    func rowStart(layer: Int, head: Int, query: Int) -> UnsafeMutableRawPointer {
        precondition(layer < layers && head < heads && query < positions && layerCodes.isEmpty)
        let first = query / Self.blockQueries * Self.blockQueries
        let rowBytes = Self.headBytes(storage, positions: query + 1) - Self.headBytes(storage, positions: query)
        return blocks[query / Self.blockQueries]!.start + (offset(query) - offset(first))
            + (layer * heads + head) * rowBytes
    }
}
