// The tokens of one forward pass and where they stand.

/// Tokens to run through the model together.
public struct Batch {
    /// The token ids.
    public let tokens: [Int]
    /// The context position of each token.
    public let positions: [Int]
    /// The cache slot that each token's key and value go to.
    public let slots: [Int]
    /// For each token the head whose output is zero for it alone; empty when there is none.
    let ablated: [LayerHead?]
    /// The slots of each token's text by position, for the threads of the attention; nil when slot and position are the
    /// same for all (one sequence), which is the fast case.
    let slotTable: SlotTable?
    /// By token, what its run's own pass would have; empty where all tokens are of one run.
    let owners: [RowOwner]

    /// Consecutive tokens of one sequence whose slots are their positions. Where a layer attends to all keys, the batch is
    /// the whole text.
    public init(tokens: [Int], from position: Int) {
        self.tokens = tokens
        positions = Array(position..<position + tokens.count)
        slots = positions
        (ablated, owners) = ([], [])
        slotTable = nil
    }

    /// Tokens of branches or beams; each path ends with the token's own slot.
    ///
    /// - Parameter ablated: for each token a head to be left out of its pass; empty for none.
    public init(tokens: [Int], paths: [[Int32]], ablated: [LayerHead?] = []) {
        self.init(tokens: tokens, positions: paths.map { $0.count - 1 }, paths: paths, ablated: ablated)
    }

    /// Tokens that stand at `positions` of their paths. A path is all slots of the token's text, by position; it may go on
    /// behind the token, for layers that see what comes later.
    public init(tokens: [Int], positions: [Int], paths: [[Int32]], ablated: [LayerHead?] = []) {
        precondition(tokens.count == paths.count && tokens.count == positions.count)
        precondition(ablated.isEmpty || ablated.count == tokens.count)
        (self.ablated, owners) = (ablated, [])
        self.tokens = tokens
        self.positions = positions
        slots = zip(paths, positions).map { path, position in Int(path[position]) }
        // Paths that are 0, 1, 2, … and end with their tokens need no table.
        let plain = zip(paths, positions).allSatisfy { path, position in
            path.count == position + 1 && path.indices.allSatisfy { Int(path[$0]) == $0 }
        }
        let together = zip(positions, positions.dropFirst()).allSatisfy { $1 == $0 + 1 }
        slotTable = plain && together ? nil : SlotTable(paths, positions: positions)
    }

    /// One token of each of several runs, at the ends of their paths.
    init(_ rows: [RunRow]) {
        tokens = rows.map { $0.token }
        positions = rows.map { $0.path.count - 1 }
        slots = rows.map { Int($0.path[$0.path.count - 1]) }
        ablated = []
        slotTable = SlotTable(rows.map { $0.path }, positions: positions)
        owners = rows.map { $0.owner }
    }

    /// How many tokens run together.
    public var count: Int { tokens.count }
}

/// For which tokens of a batch logits are computed.
public enum LogitsRequest: Sendable {
    /// For none of them, for the last alone, or for each.
    case none, last, all
}
