// The record of a beam search.

public import Traces

extension BeamSearch {
    /// The tree of all expanded nodes and the hypotheses, best first.
    ///
    /// - Parameters:
    ///   - token: a token with its bytes and text, given its id and the generated ids before it.
    ///   - text: the text of generated ids (without end token, cut before a stop string).
    public func tree(token: (Int, [Int]) -> Token, text: ([Int], FinishReason) -> String) -> BeamTree {
        var paths: [[Int]] = []
        var recorded: [BeamNode] = []
        for (id, node) in nodes.enumerated() {
            let before = node.parent.map { paths[$0] } ?? []
            paths.append(before + [node.token])
            recorded.append(
                BeamNode(
                    id: id, parent: node.parent, depth: node.depth, token: token(node.token, before),
                    logProbability: node.logProbability, sumLogProbability: node.sum,
                    score: groups[0].pool.score(sum: node.sum, length: node.depth + 1), state: node.state,
                    why: node.why))
        }
        var tree = BeamTree(
            beams: settings.beams, lengthPenalty: settings.lengthPenalty,
            earlyStopping: settings.earlyStopping.rawValue, nodes: recorded, hypotheses: [])
        tree.rank(groups.flatMap { $0.pool.entries }, poolSize: groups[0].pool.capacity, text: text)
        return tree
    }
}

extension BeamTree {
    /// The tokens from the prompt to the node at a place.
    ///
    /// - Parameter parents: ``parentPlaces()``.
    func path(to place: Int, _ parents: [Int?]) -> [Int] {
        var tokens: [Int] = []
        var next: Int? = place
        while let place = next {
            tokens.append(nodes[place].token.id)
            next = parents[place]
        }
        return tokens.reversed()
    }

    /// Writes the hypotheses from the pools' entries, marks the path of the best one, and says of the other finished
    /// nodes that they were displaced.
    mutating func rank(_ entries: [BeamPool.Entry], poolSize: Int, text: ([Int], FinishReason) -> String) {
        let best = entries.enumerated().sorted {
            ($1.element.score, $0.offset) < ($0.element.score, $1.offset)
        }.map { $0.element }
        let kept = Set(best.map { $0.node })
        for id in nodes.indices {
            guard let reason = nodes[id].finish else { continue }
            nodes[id].why =
                kept.contains(id) ? .finished(reason) : .displaced(reason, width: poolSize)
        }
        let parents = parentPlaces()
        hypotheses = best.map { entry in
            let tokens = path(to: entry.node, parents)
            let finish = nodes[entry.node].finish ?? .length
            return BeamHypothesis(
                tokens: tokens, text: text(tokens, finish), sumLogProbability: nodes[entry.node].sumLogProbability,
                score: entry.score, finish: finish)
        }
        var next = best.first?.node
        while let place = next {
            nodes[place].state = .chosen
            next = parents[place]
        }
    }
}
