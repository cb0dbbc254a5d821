// The tokens of one forward pass and where they stand.

/// Tokens to run through the model together.
public struct Batch: Sendable {
    public var tokens: [Int]
    /// The context position of each token.
    public var positions: [Int]
    /// The cache slot that each token's key and value go to.
    public var slots: [Int]
    /// For each token the slots it sees, by position, its own last; nil when slot and position are the same for all
    /// (one sequence), which is the fast case.
    public var paths: [[Int32]]?
    /// The same for the threads of the attention.
    let slotTable: SlotTable?

    /// Consecutive tokens of one sequence whose slots are their positions.
    public init(tokens: [Int], from position: Int) {
        self.tokens = tokens
        positions = Array(position..<position + tokens.count)
        slots = positions
        paths = nil
        slotTable = nil
    }

    /// Tokens of branches or beams; each path ends with the token's own slot.
    public init(tokens: [Int], paths: [[Int32]]) {
        precondition(tokens.count == paths.count)
        self.tokens = tokens
        positions = paths.map { $0.count - 1 }
        slots = paths.map { Int($0.last!) }
        // A path that is 0, 1, 2, … needs no table.
        let plain = paths.allSatisfy { path in path.indices.allSatisfy { Int(path[$0]) == $0 } }
        let together = zip(positions, positions.dropFirst()).allSatisfy { $1 == $0 + 1 }
        self.paths = plain && together ? nil : paths
        slotTable = plain && together ? nil : SlotTable(paths)
    }

    public var count: Int { tokens.count }
}

/// For which tokens of a batch logits are computed.
public enum LogitsRequest: Sendable {
    case none, last, all
}
