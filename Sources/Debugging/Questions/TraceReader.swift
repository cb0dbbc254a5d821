// A trace opened for questions: what many steps need is worked out once here (the text so far, where a text stands in
// the context, the beams of a level).
internal import Phrases
public import Traces

/// A recorded trace and the look-ups over it. Not for use from two threads at once.
public final class TraceReader {
    /// The run that is read.
    public let trace: Trace
    /// The output's bytes without control tokens; step s has written `output[..<outputEnds[s]]`.
    let output: [UInt8]
    let outputEnds: [Int]
    let promptBytes: [UInt8]
    private let promptCount: Int
    private var occurrences: [[UInt8]: [ClosedRange<Int>]] = [:]
    /// Texts whose places are kept at a time; a question asks for a few.
    private static let mostKept = 16
    private var levels: [[Int]]?
    private var beamParents: [Int?]?
    private var rows: AttentionRows?

    /// Cost: O(steps); the rest is worked out when first asked for.
    public init(_ trace: Trace) {
        self.trace = trace
        var output: [UInt8] = []
        var ends: [Int] = []
        ends.reserveCapacity(trace.steps.count)
        for step in trace.steps {
            if !step.token.special { output += step.token.bytes }
            ends.append(output.count)
        }
        self.output = output
        outputEnds = ends
        promptBytes = Array(trace.prompt.rendered.utf8)
        promptCount = trace.prompt.tokens.count
    }

    func token(at position: Int) -> Token {
        position < promptCount ? trace.prompt.tokens[position] : trace.steps[position - promptCount].token
    }

    var tokenCount: Int { trace.run == .fill ? promptCount : promptCount + trace.steps.count }

    /// How many tokens of the context are there once a step is made: those up to its own, or the whole text.
    func tokenCount(at step: Int) -> Int { trace.run == .fill ? promptCount : promptCount + step + 1 }

    /// The merges that made the prompt's tokens, piece by piece: left+right, blanks visible, commas between.
    private(set) lazy var mergesOfPrompt = Array(
        trace.prompt.pieces.flatMap { $0.merges }
            .map { visible($0.left) + "+" + visible($0.right) }.joined(separator: ", ").utf8)

    /// Where `text` stands in the whole context: the first and last token of each occurrence, in order.
    func places(of text: [UInt8]) -> [ClosedRange<Int>] {
        if let known = occurrences[text] { return known }
        var bytes: [UInt8] = []
        var owners: [Int32] = []
        for position in 0..<tokenCount {
            let token = token(at: position)
            bytes += token.bytes
            owners += repeatElement(Int32(position), count: token.bytes.count)
        }
        let found = TextSet([text]).places(in: bytes).map { start in
            Int(owners[start])...Int(owners[start + text.count - 1])
        }
        if occurrences.count >= Self.mostKept { occurrences = [:] }
        occurrences[text] = found
        return found
    }

    /// The attention weights of a query from key 0 to the last one it sees, valid until the next call; nil when they are not recorded.
    /// In a record of the strongest keys the others read as 0.
    func attentionRow(layer: Int, head: Int, query: Int) -> UnsafeBufferPointer<Float>? {
        guard let record = trace.attention, holds(record, layer, head, query) else { return nil }
        // A live run's record grows; the buffer is made anew when a row no longer fits.
        let rows =
            rows.flatMap { $0.capacity >= record.rowLength(layer: layer, query: query) ? $0 : nil }
            ?? AttentionRows(record)
        self.rows = rows
        return rows.row(layer: layer, head: head, query: query)
    }

    /// The sum of a row's weights over some keys that it sees; nil when the row is not recorded. A few keys are
    /// looked up one by one, which spares decoding the row.
    func attentionSum(layer: Int, head: Int, query: Int, keys: Range<Int>) -> Double? {
        guard let record = trace.attention, holds(record, layer, head, query) else { return nil }
        if keys.count <= 4 {
            return keys.reduce(0) { $0 + Double(record.weight(layer: layer, head: head, query: query, key: $1)) }
        }
        guard let row = attentionRow(layer: layer, head: head, query: query) else { return nil }
        return row[keys].reduce(0) { $0 + Double($1) }
    }

    private func holds(_ record: AttentionRecord, _ layer: Int, _ head: Int, _ query: Int) -> Bool {
        query >= 0 && query < record.positions && layer >= 0 && layer < record.layers && head >= 0
            && head < record.heads
    }

    /// Indices into the beam tree's nodes that were kept at a depth, best sum first; nil without a beam search.
    func beams(atDepth depth: Int) -> [Int]? {
        guard let tree = trace.beam else { return nil }
        if levels == nil {
            var rows: [[Int]] = []
            for (index, node) in tree.nodes.enumerated()
            where node.state != .pruned && tree.nodes.indices.contains(node.depth) {
                while rows.count <= node.depth { rows.append([]) }
                rows[node.depth].append(index)
            }
            for row in rows.indices {
                rows[row].sort { a, b in
                    let (left, right) = (tree.nodes[a], tree.nodes[b])
                    if left.sumLogProbability != right.sumLogProbability {
                        return left.sumLogProbability > right.sumLogProbability
                    }
                    return left.id < right.id
                }
            }
            levels = rows
        }
        guard let levels, depth < levels.count else { return [] }
        return levels[depth]
    }

    /// The bytes of a beam from its first token on.
    func beamBytes(_ index: Int) -> [UInt8] {
        guard let tree = trace.beam else { return [] }
        let parents = beamParents ?? tree.parentPlaces()
        beamParents = parents
        var pieces: [[UInt8]] = []
        var next: Int? = index
        while let place = next {
            let token = tree.nodes[place].token
            if !token.special { pieces.append(token.bytes) }
            next = parents[place]
        }
        return pieces.reversed().flatMap { $0 }
    }
}
