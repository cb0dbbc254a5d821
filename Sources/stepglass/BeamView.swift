// The hypotheses of a recorded beam search and the nodes of one of its steps, as lines; ranked anew without the model when
// another length penalty or stopping rule is asked for.
internal import Phrases
internal import Debugging
internal import Generation
internal import Traces

struct BeamView {
    private let recorded: BeamTree
    private let tree: BeamTree
    private let note: Phrase?
    private let settings: Settings

    init(_ trace: Trace, lengthPenalty: Double?, earlyStopping: EarlyStopping?) throws {
        guard let beam = trace.beam else {
            throw Failure(
                "this run searched no beams; make one that does: stepglass trace PROMPT --beams 4",
                "這次執行沒有集束搜尋；要有的話：stepglass trace 提示 --beams 4")
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

    /// The tree as it is ranked now; with a step, only the nodes expanded there.
    func shown(step: Int?) throws -> BeamTree {
        guard let step else { return tree }
        var part = tree
        part.nodes.removeAll { $0.depth != step }
        if part.nodes.isEmpty { throw noStep(step) }
        return part
    }

    private func noStep(_ depth: Int) -> Failure {
        let last = tree.nodes.map(\.depth).max() ?? 0
        return Failure("the search has no step \(depth); it has 0…\(last)", "搜尋沒有第 \(depth) 步；有第 0…\(last) 步")
    }

    /// What was searched with, then the hypotheses, best first; each one's recorded place when it moved.
    func hypotheses(columns: Int) -> String {
        let out = Terminal.out
        let endings = tree.hypotheses.map { $0.finish.phrase[Console.language] }
        let ends = endings.map(displayWidth).max().map { max($0, 8) } ?? 8
        var lines = [
            out.style("1", say("\(tree.beams) beams", "集束寬度 \(tree.beams)"))
                + say("  length penalty ", "  長度懲罰 ") + change(recorded.lengthPenalty, tree.lengthPenalty)
                + say("  early stopping ", "  提前停止 ") + change(recorded.earlyStopping, tree.earlyStopping),
            say("\(tree.nodes.count) nodes: ", "\(tree.nodes.count) 個節點：") + counts(),
            "",
            out.style("2", header(ends)),
        ]
        let texts = tree.hypotheses.map { visible($0.text) }
        let fits = texts.allSatisfy { displayWidth($0) <= columns - 44 - ends }
        // Groups may find the same tokens: each is its own.
        var places = Dictionary(grouping: recorded.hypotheses.indices.reversed()) { recorded.hypotheses[$0].tokens }
        for (place, hypothesis) in tree.hypotheses.enumerated() {
            let before = places[hypothesis.tokens]?.popLast()
            let line =
                padded("\(place + 1)", 3) + padded(before.map { "\($0 + 1)" } ?? say("new", "新"), 6)
                + padded(fixed(hypothesis.score, 4), 12) + padded(fixed(hypothesis.sumLogProbability, 4), 11)
                + padded("\(hypothesis.tokens.count)", 8) + "  " + filled(endings[place], ends) + "  "
            let text = visible(hypothesis.text)
            let own = fits ? [line + text] : [line] + below(text, after: place == 0 ? nil : texts[place - 1], columns)
            lines += own.map { place == 0 ? out.style("1", $0) : $0 }
        }
        let kept = Set(tree.hypotheses.map { $0.tokens })
        for hypothesis in recorded.hypotheses where !kept.contains(hypothesis.tokens) {
            lines.append(clipped(say("  no longer among them: ", "  不再列入：") + visible(hypothesis.text), columns))
        }
        if let note { lines.append(noteLine(note)[Console.language]) }
        return lines.joined(separator: "\n")
    }

    private func header(_ ends: Int) -> String {
        padded("#", 3) + padded(say("was", "原為"), 6) + padded(say("score", "分數"), 12)
            + padded(say("sum log p", "總和"), 11) + padded(say("length", "長度"), 8) + "  "
            + filled(say("ended by", "結束"), ends) + "  " + say("text", "文字")
    }

    /// A text on lines of its own; what it has in common with the one before is left out but for its end.
    private func below(_ text: String, after previous: String?, _ columns: Int) -> [String] {
        let common = previous.map { zip($0, text).prefix { $0 == $1 }.count } ?? 0
        let shown = common > 24 ? "…" + text.dropFirst(common - 12) : text
        return wrapped(shown, to: columns - 6).map { "      " + $0 }
    }

    /// Every node expanded in a step, best sum first, with what became of it.
    func level(_ depth: Int, columns: Int) throws -> String {
        let nodes = tree.nodes.filter { $0.depth == depth }
        if nodes.isEmpty { throw noStep(depth) }
        let out = Terminal.out
        // The reason must not fall off the edge; a score follows from the sum and the length.
        let hasScores = columns >= 110
        var lines = [
            out.style("1", say("step \(depth)", "第 \(depth) 步"))
                + say("  \(nodes.count) nodes expanded", "  展開 \(nodes.count) 個節點"),
            out.style("2", levelHeader(hasScores)),
        ]
        for node in nodes.sorted(by: { ($1.sumLogProbability, $0.id) < ($0.sumLogProbability, $1.id) }) {
            let line =
                padded("\(node.id)", 7) + padded(node.parent.map(String.init) ?? "–", 7) + "  "
                + filled(clipped(visible(node.token), 12), 12) + padded(fixed(node.logProbability, 3), 9)
                + padded(fixed(node.sumLogProbability, 3), 11)
                + (hasScores ? padded(fixed(node.score, 4), 11) : "") + "  "
            let reason = node.why.map { Phrase(": ", "：") + $0.phrase } ?? Phrase("", "")
            let state = (node.state.phrase + reason)[Console.language]
            let whole = clipped(line + state, max(columns, displayWidth(line) + 9))
            lines.append(node.state == .chosen ? out.style("1", whole) : whole)
        }
        if let note { lines.append(noteLine(note)[Console.language]) }
        return lines.joined(separator: "\n")
    }

    private func levelHeader(_ hasScores: Bool) -> String {
        let english =
            "   node  after  token          log p        sum" + (hasScores ? "      score" : "") + "  became"
        let chinese =
            padded("節點", 7) + padded("接在", 7) + "  " + filled("詞元", 12) + padded("log p", 9) + padded("總和", 11)
            + (hasScores ? padded("分數", 11) : "") + "  結果"
        return say(english, chinese)
    }

    private func change<Value: Equatable>(_ before: Value, _ now: Value) -> String {
        before == now ? "\(now)" : say("\(now) (recorded: \(before))", "\(now)（紀錄：\(before)）")
    }

    private func counts() -> String {
        BeamNode.State.allCases.compactMap { state in
            let count = tree.nodes.count { $0.state == state }
            return count == 0 ? nil : say("\(count) \(state.rawValue)", "\(state.phrase.chinese) \(count)")
        }.joined(separator: say(", ", "、"))
    }
}

/// Texts of hypotheses from the tokens that the tree itself holds.
private struct BeamTexts {
    private let bytes: [Int: [UInt8]]
    private let rules: StopRules

    init(_ tree: BeamTree, settings: Settings) {
        bytes = Dictionary(tree.nodes.map { ($0.token.id, $0.token.bytes) }, uniquingKeysWith: { first, _ in first })
        rules = StopRules(endTokens: [], stop: settings.stop.map { Array($0.utf8) })
    }

    func text(_ tokens: [Int], _ finish: FinishReason) -> String {
        var rules = rules.with(endTokens: finish == .eos ? tokens.suffix(1) : [])
        var shown: [UInt8] = []
        for id in tokens where rules.finish == nil { shown += rules.feed(token: id, bytes: bytes[id] ?? []).emit }
        // What may begin a stop string was held back; nothing follows it here.
        if rules.finish == nil { shown = tokens.flatMap { bytes[$0] ?? [] } }
        return String(decoding: shown, as: UTF8.self)
    }
}
