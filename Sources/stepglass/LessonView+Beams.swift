// A beam search in a lesson's terminal: at each step the texts that stayed and the best of those that fell out, then what
// was found.
internal import Lessons
internal import Phrases
internal import Traces

extension LessonView {
    /// How many of the texts that fell out are listed at each step.
    private static let limitPruned = 2

    func beams(_ trace: Trace) {
        guard let tree = trace.beam else {
            return out(say("(this run searched no beams)", "（這次執行沒有集束搜尋）"))
        }
        for depth in 0...(tree.nodes.map(\.depth).max() ?? 0) {
            out(bold(say("after step \(depth)", "第 \(depth) 步之後")))
            let nodes = tree.nodes.indices.filter { tree.nodes[$0].depth == depth }
                .sorted { tree.nodes[$0].score > tree.nodes[$1].score }
            var pruned = 0
            for place in nodes {
                let node = tree.nodes[place]
                let isKept = node.state != .pruned
                if !isKept { pruned += 1 }
                if !isKept && pruned > Self.limitPruned { continue }
                out(
                    " " + (isKept ? "█" : "✗") + " " + padded(fixed(node.score, 3), to: 8, right: true) + "  "
                        + visible(text(upTo: place, tree)))
            }
        }
        out(bold(say("found, best first", "找到的，最好的在前")))
        for found in tree.hypotheses.prefix(4) {
            out("   " + padded(fixed(found.score, 3), to: 8, right: true) + "  " + visible(found.text))
        }
        text(
            Phrase(
                "The number is the score: the sum of the logarithms ÷ tokens ^ length penalty (here \(fixed(tree.lengthPenalty, 1))).",
                "數字是分數：對數的總和 ÷ 詞元數 ^ 長度懲罰（這裡是 \(fixed(tree.lengthPenalty, 1))）。"))
    }

    /// The tokens from the root to a node.
    private func text(upTo place: Int, _ tree: BeamTree) -> String {
        let parents = tree.parentPlaces()
        var (texts, next) = ([String](), Optional(place))
        while let place = next {
            texts.append(tree.nodes[place].token.text)
            next = parents[place]
        }
        return texts.reversed().joined()
    }
}
