// Which keys a query sees, as a value: the one place that knows the shape of attention's rows.
// The forward pass masks by it, the record lays its rows out by it, trace.json says it.

/// Which keys a query attends to. Keys and queries are context positions.
public enum AttentionPattern: Equatable, Sendable, CustomStringConvertible {
    /// Its own key and all before it: the rows are a triangle.
    case causal
    /// Its own key and the `width - 1` before it (width ≥ 1): the rows are a band.
    case window(Int)
    /// All keys of the text, later ones too: the rows are a square. The whole text is run at once.
    case full

    public var description: String {
        switch self {
        case .causal: "causal"
        case .window(let width): "window \(width)"
        case .full: "full"
        }
    }

    /// The keys that a query sees in a text of `positions` tokens.
    @inline(__always)
    public func keys(of query: Int, positions: Int) -> Range<Int> {
        switch self {
        case .causal: 0..<query + 1
        case .window(let width): max(0, query - width + 1)..<query + 1
        case .full: 0..<positions
        }
    }

    /// The length of a row as views read it: from key 0 to the last key seen, zeros for those that are not.
    @inline(__always)
    public func rowLength(of query: Int, positions: Int) -> Int {
        if case .full = self { positions } else { query + 1 }
    }

    /// How many weights rows 0 ..< queries of one head have in a text of `positions` tokens, when at most `keysPerRow`
    /// of each are kept (nil: all). 64 bits: the square of the longest text does not fit 32.
    @inline(__always)
    func weightCount(queries: Int, positions: Int, keysPerRow: Int? = nil) -> Int64 {
        switch self {
        case .causal: Self.steps(queries, most: keysPerRow ?? .max)
        case .window(let width): Self.steps(queries, most: min(width, keysPerRow ?? .max))
        case .full: Int64(queries) * Int64(min(positions, keysPerRow ?? .max))
        }
    }

    /// min(1, most) + min(2, most) + … + min(count, most).
    @inline(__always)
    private static func steps(_ count: Int, most: Int) -> Int64 {
        let rising = Int64(min(count, most))
        return rising * (rising + 1) / 2 + (Int64(count) - rising) * Int64(most)
    }
}

/// The patterns of a model's layers, with the sums over layers that places in a record are made of.
public struct AttentionPatterns: Equatable, Sendable {
    /// By layer.
    public let layers: [AttentionPattern]
    /// Each pattern once, in the order of their first layers: one or two in every model known.
    let kinds: [AttentionPattern]
    /// (layer, kind): how many layers before this one have that pattern; one row more for all of them.
    let before: [Int64]

    /// One pattern for each layer, in their order.
    public init(_ layers: [AttentionPattern]) {
        self.layers = layers
        var kinds: [AttentionPattern] = []
        for pattern in layers where !kinds.contains(pattern) { kinds.append(pattern) }
        var counts = [Int64](repeating: 0, count: kinds.count)
        var before: [Int64] = []
        for pattern in layers {
            before += counts
            counts[kinds.firstIndex(of: pattern)!] += 1
        }
        self.kinds = kinds
        self.before = before + counts
    }

    /// The same pattern in all layers.
    public init(_ pattern: AttentionPattern, layers: Int) { self.init(Array(repeating: pattern, count: layers)) }

    /// Σ over the layers before `layer` of what a layer of each pattern has.
    @inline(__always)
    func sum(before layer: Int, _ each: (AttentionPattern) -> Int64) -> Int64 {
        var sum: Int64 = 0
        for kind in kinds.indices { sum += before[layer * kinds.count + kind] * each(kinds[kind]) }
        return sum
    }

    /// Σ over all layers.
    func sum(_ each: (AttentionPattern) -> Int64) -> Int64 { sum(before: layers.count, each) }

    /// Weights of one head in each layer, all layers together.
    func weightCount(positions: Int, keysPerRow: Int? = nil) -> Int64 {
        sum { $0.weightCount(queries: positions, positions: positions, keysPerRow: keysPerRow) }
    }
}
