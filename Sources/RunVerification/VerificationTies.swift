// Where other kernels may choose differently, and beam trees side by side.
internal import Phrases
internal import Traces

extension ValueComparison {
    /// Why two runs may take different tokens here; nil when the choice was clear.
    func nearTie(_ old: Step, _ new: Step) -> VerificationNote? {
        let (a, b) = (old.token, new.token)
        let parted = { (tie: VerificationNote.Tie) in
            VerificationNote.tie(step: old.index, recorded: .init(a), here: .init(b), tie)
        }
        if let draw = old.draw {
            let edge = min(abs(draw.uniform - draw.low), abs(draw.high - draw.uniform))
            if edge > 2 * finalMargin { return nil }
            return parted(.draw(uniform: draw.uniform, edge: edge, margin: 2 * finalMargin))
        }
        // Greedy: the logits before the stage that left one token.
        let place = max(0, (old.stages.firstIndex { $0.kept == 1 } ?? 1) - 1)
        let logit = { (id: Int) -> Double? in
            guard let path = old.candidates.first(where: { $0.id == id })?.logits, path.indices.contains(place) else {
                return nil
            }
            return path[place].map(Double.init)
        }
        guard let left = logit(a.id), let right = logit(b.id), abs(left - right) <= 2 * finalMargin else { return nil }
        return parted(.logits(left, right, margin: 2 * finalMargin))
    }

    /// The first node or hypothesis that differs.
    mutating func tree(_ old: BeamTree, _ new: BeamTree, notes: inout [VerificationNote]) -> VerificationDifference? {
        for (left, right) in zip(old.nodes, new.nodes) {
            let value = { (value: VerifiedValue.NodeValue) in VerifiedValue.node(left.id, value) }
            if left.parent != right.parent || left.token != right.token || left.depth != right.depth {
                let distance = abs(left.sumLogProbability - right.sumLogProbability)
                if !isExact && distance <= margin * Double(left.depth + 1) {
                    notes.append(.treesPart(node: left.id, margin: margin * Double(left.depth + 1)))
                    treesPart = true
                    return nil
                }
                return VerificationDifference(
                    step: nil, what: value(.place(step: left.depth)), recorded: place(of: left),
                    computed: place(of: right),
                    distance: nil)
            }
            let room = margin * Double(left.depth + 1)
            let found =
                number(
                    value(.logProbability), left.logProbability, right.logProbability, within: margin, step: nil)
                ?? number(value(.sum), left.sumLogProbability, right.sumLogProbability, within: room, step: nil)
                ?? number(value(.score), left.score, right.score, within: room * Double(left.depth + 1), step: nil)
                ?? words(value(.state), left.state.phrase, right.state.phrase, step: nil)
                ?? words(value(.reason), left.why?.phrase ?? nothing, right.why?.phrase ?? nothing, step: nil)
            if let found { return found }
        }
        if old.nodes.count != new.nodes.count {
            return text(.fact(.nodeCount), "\(old.nodes.count)", "\(new.nodes.count)", step: nil)
        }
        return hypotheses(old, new)
    }

    private func place(of node: BeamNode) -> Phrase {
        let after =
            node.parent.map { Phrase(" after node \($0)", "，接在節點 \($0) 之後") }
            ?? Phrase(" after the prompt", "，接在提示之後")
        return VerifiedValue.Subject(node.token).phrase + after
    }

    private mutating func hypotheses(_ old: BeamTree, _ new: BeamTree) -> VerificationDifference? {
        for (place, (left, right)) in zip(old.hypotheses, new.hypotheses).enumerated() {
            let value = { (value: VerifiedValue.HypothesisValue) in
                VerifiedValue.hypothesis(rank: place + 1, value)
            }
            let room = margin * Double(left.tokens.count)
            let found =
                text(value(.tokens), "\(left.tokens)", "\(right.tokens)", step: nil)
                ?? text(value(.text), left.text, right.text, step: nil)
                ?? number(
                    value(.sum), left.sumLogProbability, right.sumLogProbability, within: room, step: nil)
                ?? number(
                    value(.score), left.score, right.score, within: room * Double(left.tokens.count), step: nil
                )
                ?? words(value(.end), left.finish.phrase, right.finish.phrase, step: nil)
            if let found { return found }
        }
        if old.hypotheses.count == new.hypotheses.count { return nil }
        return text(.fact(.hypothesisCount), "\(old.hypotheses.count)", "\(new.hypotheses.count)", step: nil)
    }
}
