// The attention weights of a run. Written row by row where the engine computes them; read by every view.
// What is stored for each row is decided once, by `RecordPlan`; how to read it does not depend on that.

/// Attention weights: for each query position, layer and head a row over the keys that the layer's pattern has the query
/// see. Rows sum to 1.
///
/// Rows lie query by query, (query, layer, head, seen key), so a decode step appends one stretch. One thread grows the
/// record; then many may write disjoint rows, and rows that are complete may be read at any time.
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

    /// Which keys each layer's rows have: what decides the rows' shape, here and in every file.
    public let patterns: AttentionPatterns
    /// How many layers the model has; a row's `layer` is in 0 ..< layers.
    public let layers: Int
    /// Query heads of each layer; a row's `head` is in 0 ..< heads.
    public let heads: Int
    /// Query head h shares the keys and values of head h / (heads / keyValueHeads).
    public let keyValueHeads: Int
    /// In which form the rows are kept, decided before the first one.
    public let storage: Storage
    /// How many query positions are filled.
    public private(set) var positions = 0
    /// How many keys the rows of a layer with ``AttentionPattern/full`` have.
    private let side: Int

    /// Blocks of ``blockQueries`` queries each. A plain table: readers on other threads never see it move.
    private let blocks: UnsafeMutablePointer<RecordBlock?>
    private var blockCount = 0
    private static let blockQueries = 64
    private static let blockLimit = positionLimit / blockQueries
    /// By layer; only for ``Storage/codes(_:keysPerRow:)``.
    let layerCodes: [AttentionCodes]

    /// An empty record with room for some positions; it grows as needed. With a layer that attends to all keys it is
    /// for exactly `capacityPositions`, since that is how long the rows are.
    public init(
        patterns: AttentionPatterns, heads: Int, keyValueHeads: Int, capacityPositions: Int = 0,
        storage: Storage = .float32
    ) {
        if case .codes = storage { preconditionFailure("codes are read from a file, not recorded") }
        self.patterns = patterns
        layers = patterns.layers.count
        side = capacityPositions
        self.heads = heads
        self.keyValueHeads = keyValueHeads
        self.storage = storage
        layerCodes = []
        blocks = .allocate(capacity: Self.blockLimit)
        blocks.initialize(repeating: nil, count: Self.blockLimit)
        reserve(positions: capacityPositions)
    }

    /// An empty record of a causal model.
    public convenience init(
        layers: Int, heads: Int, keyValueHeads: Int, capacityPositions: Int = 0, storage: Storage = .float32
    ) {
        self.init(
            patterns: AttentionPatterns(.causal, layers: layers), heads: heads, keyValueHeads: keyValueHeads,
            capacityPositions: capacityPositions, storage: storage)
    }

    /// A complete record as a file holds it, one entry of codes for each layer.
    init(heads: Int, keyValueHeads: Int, positions: Int, layerCodes: [AttentionCodes]) {
        var layers: [AttentionPattern] = []
        for codes in layerCodes { layers.append(codes.pattern) }
        patterns = AttentionPatterns(layers)
        self.layers = layers.count
        side = positions
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
            blocks[blockCount] = RecordBlock(byteCount: Int(offset(start + Self.blockQueries) - offset(start)))
            blockCount += 1
        }
    }

    /// Makes room for rows up to `positions`, which must then all be written before they are read.
    public func grow(toPositions newPositions: Int) {
        precondition(newPositions == side || !patterns.kinds.contains(.full), "a square of another size")
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

    /// The keys that a row has.
    @inline(__always)
    public func keys(layer: Int, query: Int) -> Range<Int> {
        patterns.layers[layer].keys(of: query, positions: side)
    }

    /// How long a row is for those who read it: it begins at key 0, whatever the first key seen is.
    public func rowLength(layer: Int, query: Int) -> Int {
        patterns.layers[layer].rowLength(of: query, positions: side)
    }

    /// Bytes of rows 0 ..< queries of one head in a text of `positions` tokens.
    @inline(__always)
    private static func headBytes(
        _ storage: Storage, _ pattern: AttentionPattern, queries: Int, positions: Int
    ) -> Int64 {
        let count = { (keysPerRow: Int?) in
            pattern.weightCount(queries: queries, positions: positions, keysPerRow: keysPerRow)
        }
        return switch storage {
        case .float32: 4 * count(nil)
        case .fixed16: 2 * count(nil)
        // Two bytes for the key, two for the weight; four for the row's tail.
        case .strongest(let keysPerRow): 4 * count(keysPerRow) + 4 * Int64(queries)
        case .codes(let precision, let keysPerRow):
            count(keysPerRow) * Int64(precision.rawValue / 8) + 2 * Int64(queries)
        }
    }

    /// Bytes that a record of that many positions takes.
    public static func byteCount(
        patterns: AttentionPatterns, heads: Int, positions: Int, storage: Storage = .float32
    ) -> Int64 {
        Int64(heads) * patterns.sum { headBytes(storage, $0, queries: positions, positions: positions) }
    }

    /// Bytes that the filled rows take in their form; room that was reserved beyond them does not count.
    public var byteCount: Int {
        Int(Self.byteCount(patterns: patterns, heads: heads, positions: positions, storage: storage))
    }

    @inline(__always)
    private func headBytes(_ pattern: AttentionPattern, queries: Int) -> Int64 {
        Self.headBytes(storage, pattern, queries: queries, positions: side)
    }

    @inline(__always)
    private func rowBytes(_ pattern: AttentionPattern, _ query: Int) -> Int64 {
        headBytes(pattern, queries: query + 1) - headBytes(pattern, queries: query)
    }

    /// Bytes of all rows of one query.
    func queryBytes(_ query: Int) -> Int { Int(offset(query + 1) - offset(query)) }

    /// Bytes of all rows of the queries before `query`.
    private func offset(_ query: Int) -> Int64 { Int64(heads) * patterns.sum { headBytes($0, queries: query) } }

    func rowStart(layer: Int, head: Int, query: Int) -> UnsafeMutableRawPointer {
        precondition(layer < layers && head < heads && query < positions && layerCodes.isEmpty)
        let first = query / Self.blockQueries * Self.blockQueries
        let earlierLayers = Int64(heads) * patterns.sum(before: layer) { rowBytes($0, query) }
        let earlierHeads = Int64(head) * rowBytes(patterns.layers[layer], query)
        return blocks[query / Self.blockQueries]!.start
            + Int(offset(query) - offset(first) + earlierLayers + earlierHeads)
    }
}
