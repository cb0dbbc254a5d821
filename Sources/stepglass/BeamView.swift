// The hypotheses of a recorded beam search and the nodes of one of its steps, as lines; ranked anew without the model when
// another length penalty or stopping rule is asked for. Called by: the show command.
internal import Phrases
internal import Debugging
internal import Generation
internal import Traces

struct BeamView {
    private let recorded: BeamTree
    private let tree: BeamTree
    private let note: String?
    private let settings: Settings

    init(_ trace: Trace, lengthPenalty: Double?, earlyStopping: EarlyStopping?) throws {
        guard let beam = trace.beam else {
            throw Failure("this run searched no beams; make one that does: stepglass trace PROMPT --beams 4")
        }
        recorded = beam
        settings = trace.settings
        if lengthPenalty == nil && earlyStopping == nil {
            tree = beam
            note = nil
        } else {
            let texts = BeamTexts(beam, settings: trace.settings)
            (tree, note) = try beam.reranked(
                lengthPenalty: lengthPenalty ?? beam.lengthPenalty,
                earlyStopping: earlyStopping ?? trace.settings.earlyStopping, settings: trace.settings,
                room: (trace.settings.context > 0 ? trace.settings.context : trace.model.contextLength)
                    - trace.prompt.tokens.count,
                text: texts.text)
        }
    }

    /// What was searched with, then the hypotheses, best first; each one's recorded place when it moved.
    func hypotheses(columns: Int) -> String {
        let out = Terminal.out
        var lines = [
            out.style("1", "\(tree.beams) beams")
                + "  length penalty \(change(recorded.lengthPenalty, tree.lengthPenalty))"
                + "  early stopping \(change(recorded.earlyStopping, tree.earlyStopping))",
            "\(tree.nodes.count) nodes: " + counts(),
            "",
            out.style("2", "  #   was       score  sum log p  length  ended by  text"),
        ]
        let texts = tree.hypotheses.map { visibleText($0.text) }
        let fits = texts.allSatisfy { displayWidth($0) <= columns - Self.textColumn }
        var placed: Set<Int> = []
        for (place, hypothesis) in tree.hypotheses.enumerated() {
            let before = recorded.hypotheses.indices.first {
                !placed.contains($0) && recorded.hypotheses[$0].tokens == hypothesis.tokens
            }
            // Groups may find the same tokens: each is its own.
            before.map { _ = placed.insert($0) }
            let line =
                padded("\(place + 1)", 3) + padded(before.map { "\($0 + 1)" } ?? "new", 6)
                + padded(fixed(hypothesis.score, 4), 12) + padded(fixed(hypothesis.sumLogProbability, 4), 11)
                + padded("\(hypothesis.tokens.count)", 8) + "  " + filled(hypothesis.finish.rawValue, 8) + "  "
            let text = visibleText(hypothesis.text)
            let own = fits ? [line + text] : [line] + below(text, after: place == 0 ? nil : texts[place - 1], columns)
            lines += own.map { place == 0 ? out.style("1", $0) : $0 }
        }
        for hypothesis in recorded.hypotheses where !tree.hypotheses.contains(where: { $0.tokens == hypothesis.tokens })
        {
            lines.append(clipped("  no longer among them: \(visibleText(hypothesis.text))", columns))
        }
        if let note { lines.append("note: \(note)") }
        return lines.joined(separator: "\n")
    }

    private static let textColumn = 52

    /// A text on lines of its own; what it has in common with the one before is left out but for its end.
    private func below(_ text: String, after previous: String?, _ columns: Int) -> [String] {
        let common = previous.map { zip($0, text).prefix { $0 == $1 }.count } ?? 0
        let shown = common > 24 ? "…" + text.dropFirst(common - 12) : text
        return wrapped(shown, to: columns - 6).map { "      " + $0 }
    }

    /// Every node expanded in a step, best sum first, with what became of it.
    func level(_ depth: Int, columns: Int) throws -> String {
        let nodes = tree.nodes.filter { $0.depth == depth }
        if nodes.isEmpty {
            throw Failure("the search has no step \(depth); it has 0…\((tree.nodes.map(\.depth).max() ?? 0))")
        }
        let out = Terminal.out
        // The reason must not fall off the edge; a score follows from the sum and the length.
        let hasScores = columns >= 110
        var lines = [
            out.style("1", "step \(depth)") + "  \(nodes.count) nodes expanded",
            out.style(
                "2", "   node  after  token          log p        sum" + (hasScores ? "      score" : "") + "  became"),
        ]
        for node in nodes.sorted(by: { ($1.sumLogProbability, $0.id) < ($0.sumLogProbability, $1.id) }) {
            let line =
                padded("\(node.id)", 7) + padded(node.parent.map(String.init) ?? "–", 7) + "  "
                + filled(clipped(visible(node.token), 12), 12) + padded(fixed(node.logProbability, 3), 9)
                + padded(fixed(node.sumLogProbability, 3), 11)
                + (hasScores ? padded(fixed(node.score, 4), 11) : "") + "  "
            let state = node.state.rawValue + (node.why.map { ": \($0)" } ?? "")
            let whole = clipped(line + state, max(columns, displayWidth(line) + 9))
            lines.append(node.state == .chosen ? out.style("1", whole) : whole)
        }
        if let note { lines.append("note: \(note)") }
        return lines.joined(separator: "\n")
    }

    private func change<Value: Equatable>(_ before: Value, _ now: Value) -> String {
        before == now ? "\(now)" : "\(now) (recorded: \(before))"
    }

    private func counts() -> String {
        BeamNode.State.allCases.compactMap { state in
            let count = tree.nodes.count { $0.state == state }
            return count == 0 ? nil : "\(count) \(state.rawValue)"
        }.joined(separator: ", ")
    }
}

/// Texts of hypotheses from the tokens that the tree itself holds.
private struct BeamTexts {
    private let bytes: [Int: [UInt8]]
    private let stop: [String]

    init(_ tree: BeamTree, settings: Settings) {
        bytes = Dictionary(tree.nodes.map { ($0.token.id, $0.token.bytes) }, uniquingKeysWith: { first, _ in first })
        stop = settings.stop
    }

    func text(_ tokens: [Int], _ finish: FinishReason) -> String {
        var rules = StopRules(
            endTokens: finish == .eos ? tokens.suffix(1) : [], stop: stop.map { Array($0.utf8) })
        var shown: [UInt8] = []
        for id in tokens where rules.finish == nil { shown += rules.feed(token: id, bytes: bytes[id] ?? []).emit }
        // What may begin a stop string was held back; nothing follows it here.
        if rules.finish == nil { shown = tokens.flatMap { bytes[$0] ?? [] } }
        return String(decoding: shown, as: UTF8.self)
    }
}
