// The fields of a beam search: the tree of its nodes, and the sequences it ended with.
import JSONText

extension BeamNode {
    static let table = FieldTable<BeamNode>(
        "beamNode", "One token appended to its parent's sequence.",
        blank: BeamNode(
            id: 0, parent: nil, depth: 0, token: Token.table.blank, logProbability: 0, sumLogProbability: 0, score: 0,
            state: .live, why: nil),
        [
            Field("id", .count, { $0.id }, { $0.id = $1 }),
            Field("parent", .orNull(.count), "null for the children of the prompt.", { $0.parent }, { $0.parent = $1 }),
            Field(
                "depth", .count.drawable(to: 262_144), "0 for the first generated token.",
                { $0.depth }, { $0.depth = $1 }),
            Field("token", .object(Token.table), { $0.token }, { $0.token = $1 }),
            Field("logProbability", .number, { $0.logProbability }, { $0.logProbability = $1 }),
            Field("sumLogProbability", .number, { $0.sumLogProbability }, { $0.sumLogProbability = $1 }),
            Field("score", .number, "sum / length ^ lengthPenalty.", { $0.score }, { $0.score = $1 }),
            Field("state", .word, { $0.state }, { $0.state = $1 }),
            Field("why", .orNull(.beamReason), "Why it was pruned or how it finished.", { $0.why }, { $0.why = $1 }),
        ])
}

extension BeamHypothesis {
    static let table = FieldTable<BeamHypothesis>(
        "hypothesis", "A whole sequence that the search ended with.",
        blank: BeamHypothesis(tokens: [], text: "", sumLogProbability: 0, score: 0, finish: .eos),
        [
            Field("tokens", .list(.tokenID), { $0.tokens }, { $0.tokens = $1 }),
            Field("text", .text, { $0.text }, { $0.text = $1 }),
            Field("sumLogProbability", .number, { $0.sumLogProbability }, { $0.sumLogProbability = $1 }),
            Field("score", .number, { $0.score }, { $0.score = $1 }),
            Field("finish", .word, { $0.finish }, { $0.finish = $1 }),
        ])
}

extension BeamTree {
    static let table = FieldTable<BeamTree>(
        "beam", "A beam search: every expanded node and the finished hypotheses.",
        blank: BeamTree(beams: 1, lengthPenalty: 1, earlyStopping: "false", nodes: [], hypotheses: []),
        [
            Field(
                "beams", .size(to: BeamTree.mostBeams).drawable(to: Double(BeamTree.mostBeams)), { $0.beams },
                { $0.beams = $1 }),
            Field("lengthPenalty", .number, { $0.lengthPenalty }, { $0.lengthPenalty = $1 }),
            Field(
                "earlyStopping", .word(of: EarlyStopping.self), { $0.earlyStopping }, { $0.earlyStopping = $1 }),
            Field(
                "nodes", .list(.object(BeamNode.table), lines: true), "Parents before their children.",
                { $0.nodes }, { $0.nodes = $1 }, check: { (tree) throws(TraceError) in try tree.checkParents() }),
            Field(
                "hypotheses", .list(.object(BeamHypothesis.table), lines: true), "Best first.",
                { $0.hypotheses }, { $0.hypotheses = $1 }),
        ])

    /// Parents come first and lie one level up, so that no path can go in a circle.
    private func checkParents() throws(TraceError) {
        var depths: [Int: Int] = [:]
        for (place, node) in nodes.enumerated() {
            do { try node.checkParent(&depths) } catch { throw error.inside("[\(place)]") }
        }
    }
}

extension BeamNode {
    /// - Parameter depths: of the nodes before this one, by id; this one's is added.
    fileprivate func checkParent(_ depths: inout [Int: Int]) throws(TraceError) {
        if let parent {
            guard let depth = depths[parent] else {
                throw .field(path: "parent", problem: "is \(parent), which is no node before this one")
            }
            guard self.depth == depth + 1 else {
                throw .field(path: "depth", problem: "is \(self.depth) below a parent of depth \(depth)")
            }
        } else if depth != 0 {
            throw .field(path: "depth", problem: "is \(depth) without a parent")
        }
        guard depths.updateValue(depth, forKey: id) == nil else {
            throw .field(path: "id", problem: "is \(id) for a second time")
        }
    }
}

extension Form where Value == BeamReason {
    /// The sentence that a file keeps.
    static var beamReason: Form {
        Form(.text, write: { value, json, _ in json.value(value.text) }) {
            (value, _) throws(TraceError) in BeamReason(text: try plainText(value))
        }
    }
}
