// Another length penalty or early stopping on a finished tree, without the model.
public import Phrases
public import Stages
public import Traces

extension BeamTree {
    /// Ranks the hypotheses anew.
    ///
    /// Which beams stay live depends on the sums alone, so the search is replayed step by step over the recorded nodes: the
    /// result is exactly what a new search would have given, as far as the record reaches. Where the new settings would
    /// have gone on beyond the recorded last step, the note says so. Nodes after an earlier end are marked as pruned.
    ///
    /// - Parameters:
    ///   - settings: those of the run; `beams`, `beamGroups` and `maxTokens` are used, the other two replaced.
    ///   - room: how many tokens fit behind the prompt.
    ///   - text: the text of generated ids.
    public func reranked(
        lengthPenalty: Double, earlyStopping: EarlyStopping, settings: Settings, room: Int = .max,
        text: ([Int], FinishReason) -> String
    ) throws(SettingsError) -> (tree: BeamTree, note: Phrase?) {
        var changed = settings
        changed.lengthPenalty = lengthPenalty
        changed.earlyStopping = earlyStopping
        try changed.validate()
        var tree = self
        tree.lengthPenalty = lengthPenalty
        tree.earlyStopping = earlyStopping.rawValue
        let groupCount = max(settings.beamGroups, 1)
        let empty = BeamPool(
            capacity: max(beams / groupCount, 1), lengthPenalty: lengthPenalty, earlyStopping: earlyStopping,
            maxLength: min(settings.maxTokens, room))
        for id in tree.nodes.indices {
            if tree.nodes[id].state == .chosen {
                tree.nodes[id].state = nodes[id].finish == nil ? .live : .finished
            }
            tree.nodes[id].score = empty.score(sum: nodes[id].sumLogProbability, length: nodes[id].depth + 1)
        }
        let groups = tree.groups(count: groupCount)
        var pools = [BeamPool](repeating: empty, count: groupCount)
        var open: [Int] = []
        for group in 0..<groupCount {
            let members = tree.nodes.indices.filter { groups[$0] == group }
            if tree.replay(members, &pools[group]) { open.append(group) }
        }
        tree.rank(pools.flatMap { $0.entries }, poolSize: empty.capacity, text: text)
        let steps = (nodes.map { $0.depth }.max() ?? -1) + 1
        if !open.isEmpty {
            let note = Phrase(
                "the recorded search ended after \(steps) steps; with these settings it would have gone on",
                "紀錄的搜尋在 \(steps) 步後結束；以這些設定還會繼續")
            return (tree, note)
        }
        return (tree, tree.noteOnGroups(groups, settings))
    }

    /// Groups look at each other while they run: one that ends earlier than in the record would have left the later steps
    /// of the others different.
    private func noteOnGroups(_ groups: [Int], _ settings: Settings) -> Phrase? {
        guard settings.beamGroups > 1, settings.beamDiversity > 0 || settings.beamSample else { return nil }
        let left = nodes.indices.filter { nodes[$0].why == .notReached }
        guard let first = left.map({ nodes[$0].depth }).min() else { return nil }
        let early = Set(left.filter { nodes[$0].depth == first }.map { groups[$0] })
        let others = nodes.indices.contains {
            nodes[$0].depth >= first && nodes[$0].why != .notReached && !early.contains(groups[$0])
        }
        if !others { return nil }
        let group = (early.min() ?? 0) + 1
        return Phrase(
            "group \(group) ends at step \(first) with these settings, earlier than recorded; a new "
                + "search of the other groups would differ from there on",
            "以這些設定，第 \(group) 組在第 \(first) 步結束，比紀錄早；重新搜尋時其他組從那裡開始會不同")
    }

    /// Fills the pool step by step from one group's nodes; true when the search would have gone on after the last step.
    private mutating func replay(_ members: [Int], _ pool: inout BeamPool) -> Bool {
        var goesOn = true
        for (depth, step) in levels(of: members).enumerated() {
            if !goesOn {
                for id in step {
                    nodes[id].state = .pruned
                    nodes[id].why = .notReached
                }
                continue
            }
            for id in step where nodes[id].finish != nil { pool.add(node: id, score: nodes[id].score) }
            let live = step.filter { nodes[$0].state == .live }.map { nodes[$0].sumLogProbability }
            goesOn = pool.goesOn(bestLiveSum: live.max(), length: depth + 1)
        }
        return goesOn
    }

    /// Places of nodes by their depth, in their order.
    private func levels(of members: [Int]) -> [[Int]] {
        let last = members.map { nodes[$0].depth }.max() ?? -1
        var levels = [[Int]](repeating: [], count: last + 1)
        for place in members { levels[nodes[place].depth].append(place) }
        return levels
    }

    /// The group of each node. Groups take the same number of first tokens, one group after the other.
    private func groups(count: Int) -> [Int] {
        let first = nodes.count { $0.depth == 0 }
        var groups: [Int] = []
        for (place, parent) in parentPlaces().enumerated() {
            groups.append(parent.map { groups[$0] } ?? min(place * count / max(first, 1), count - 1))
        }
        return groups
    }
}
