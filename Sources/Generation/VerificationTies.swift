// Where other kernels may choose differently, and beam trees side by side. Called by: Verifier.
internal import Traces

extension ValueComparison {
    /// Says why two runs may take different tokens here; nil when the choice was clear.
    func nearTie(_ old: Step, _ new: Step) -> String? {
        let (a, b) = (old.token, new.token)
        let parted = "“\(a.text)” (token \(a.id)) was chosen, “\(b.text)” (token \(b.id)) is here"
        if let draw = old.draw {
            let edge = min(abs(draw.uniform - draw.low), abs(draw.high - draw.uniform))
            if edge > 2 * finalMargin { return nil }
            return "\(parted): u = \(draw.uniform) lies \(edge) from the edge of an interval, within the margin of "
                + "\(2 * finalMargin); the run goes on with the recorded token"
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
        return
            "\(parted): their logits \(left) and \(right) lie within the margin of \(2 * finalMargin); the run goes on "
            + "with the recorded token"
    }

    /// The first node or hypothesis that differs.
    mutating func tree(_ old: BeamTree, _ new: BeamTree, notes: inout [String]) -> VerificationDifference? {
        for (left, right) in zip(old.nodes, new.nodes) {
            let name = "node \(left.id) of the beam tree"
            if left.parent != right.parent || left.token != right.token || left.depth != right.depth {
                let distance = abs(left.sumLogProbability - right.sumLogProbability)
                if !isExact && distance <= margin * Double(left.depth + 1) {
                    notes.append(
                        "\(name): two continuations whose sums lie within \(margin * Double(left.depth + 1)) change places; the trees are compared up to here"
                    )
                    treesPart = true
                    return nil
                }
                let words = { (node: BeamNode) in
                    "“\(node.token.text)” (token \(node.token.id)) after \(node.parent.map { "node \($0)" } ?? "the prompt")"
                }
                return text("\(name), step \(left.depth)", words(left), words(right), step: nil)
            }
            let room = margin * Double(left.depth + 1)
            let found =
                number(
                    "log-probability of \(name)", left.logProbability, right.logProbability, within: margin, step: nil)
                ?? number("sum of \(name)", left.sumLogProbability, right.sumLogProbability, within: room, step: nil)
                ?? number("score of \(name)", left.score, right.score, within: room * Double(left.depth + 1), step: nil)
                ?? text("state of \(name)", left.state.rawValue, right.state.rawValue, step: nil)
                ?? text("why \(name) ended", left.why ?? "none", right.why ?? "none", step: nil)
            if let found { return found }
        }
        if old.nodes.count != new.nodes.count {
            return text("the number of nodes", "\(old.nodes.count)", "\(new.nodes.count)", step: nil)
        }
        return hypotheses(old, new)
    }

    private mutating func hypotheses(_ old: BeamTree, _ new: BeamTree) -> VerificationDifference? {
        for (place, (left, right)) in zip(old.hypotheses, new.hypotheses).enumerated() {
            let name = "hypothesis \(place + 1)"
            let room = margin * Double(left.tokens.count)
            let found =
                text("the tokens of \(name)", "\(left.tokens)", "\(right.tokens)", step: nil)
                ?? text("the text of \(name)", left.text, right.text, step: nil)
                ?? number(
                    "the sum of \(name)", left.sumLogProbability, right.sumLogProbability, within: room, step: nil)
                ?? number(
                    "the score of \(name)", left.score, right.score, within: room * Double(left.tokens.count), step: nil
                )
                ?? text("the end of \(name)", left.finish.rawValue, right.finish.rawValue, step: nil)
            if let found { return found }
        }
        if old.hypotheses.count == new.hypotheses.count { return nil }
        return text("the number of hypotheses", "\(old.hypotheses.count)", "\(new.hypotheses.count)", step: nil)
    }
}
