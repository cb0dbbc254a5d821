// The tables of `info` as plain lines.
internal import Phrases
internal import Stages
internal import Traces

extension TextRenderer {
    func lines(_ table: InfoTable) -> [String] {
        switch table {
        case .candidates(let step, let count): candidates(step, count)
        case .attention(let table): attention(table)
        case .stages(let step): stages(step)
        case .kv(let state): kv(state)
        case .timing(let step, let metrics, let steps): timing(step, metrics, steps)
        case .tokens(let first, let tokens, let promptCount, let scores):
            self.tokens(first, tokens, promptCount, scores)
        case .beam(let depth, let nodes, let tree): beam(depth, nodes, tree)
        case .breakpoints(let points): breakpoints(points)
        case .branches(let branches, let current): self.branches(branches, current)
        case .watches(let series):
            series.isEmpty ? [say("no watches", "沒有 watch")] : series.flatMap { lines($0) }
        case .displays(let answers):
            answers.isEmpty
                ? [say("no displays (or no step yet)", "沒有 display（或還沒有步驟）")] : answers.flatMap { lines($0) }
        case .checkpoints(let checkpoints): self.checkpoints(checkpoints)
        case .listing(let tokens): listing(tokens)
        case .settings(let rows): settings(rows)
        }
    }

    private func candidates(_ step: Step, _ count: Int) -> [String] {
        var table = TextTable(columns: [
            .init(title: ""), .init(title: say("rank", "名次"), right: true),
            .init(title: say("token", "詞元"), flexible: true), .init(title: "#", right: true),
            .init(title: say("logit raw", "原始 logit"), right: true), .init(title: say("final", "最終"), right: true),
            .init(title: say("p raw", "原始機率"), right: true), .init(title: say("final", "最終"), right: true),
            .init(title: say("removed by", "移除者")),
        ])
        // The chosen token is shown wherever it stands.
        for (place, candidate) in step.candidates.enumerated() where place < count || candidate.id == step.token.id {
            table.rows.append([
                candidate.id == step.token.id ? ">" : " ", "\(candidate.rank)", named(candidate.bytes, candidate.text),
                "\(candidate.id)", logit(candidate.logits.first ?? nil), logit(candidate.logits.last ?? nil),
                fixed(candidate.rawProbability, 4), fixed(candidate.probability, 4),
                candidate.removedBy.map { readable($0) } ?? "",
            ])
        }
        var result = table.lines(width: width)
        if count < step.candidates.count {
            let all = step.candidates.count
            result.append(
                clipped(
                    say("  \(all) are listed: info candidates \(all)", "  共列出 \(all) 個：info candidates \(all)"),
                    to: width))
        }
        let tail = step.tail
        let (raw, final) = (short(tail.rawProbability), short(tail.probability))
        let more = say(
            "  \(tail.count) more tokens are not listed, p raw \(raw), final \(final)",
            "  另有 \(tail.count) 個詞元未列出，機率原始 \(raw)、最終 \(final)")
        return result + wrapped(more, to: width)
    }

    private func logit(_ value: Float?) -> String { value.map { fixed(Double($0), 3) } ?? "-" }

    private func attention(_ table: AttentionTable) -> [String] {
        let of =
            switch (table.layer, table.head) {
            case (let layer?, let head?): say("head \(layer).\(head)", "頭 \(layer).\(head)")
            case (let layer?, nil): say("layer \(layer), mean of its heads", "第 \(layer) 層各頭平均")
            default: say("mean of all layers and heads", "所有層與頭的平均")
            }
        var rows = TextTable(columns: [
            .init(title: say("position", "位置"), right: true), .init(title: say("token", "詞元"), flexible: true),
            .init(title: say("attention", "注意力"), right: true), .init(title: ""),
        ])
        for (place, token) in zip(table.places, table.tokens) {
            let bar = String(repeating: "█", count: min(20, max(0, Int(exactly: (place.weight * 20).rounded()) ?? 0)))
            rows.rows.append(["\(place.key)", quoted(token.bytes), fixed(place.weight, 4), bar])
        }
        return [say("what position \(table.query) looked at: ", "位置 \(table.query) 看向：") + of]
            + rows.lines(width: width, indent: 2)
    }

    private func stages(_ step: Step) -> [String] {
        var table = TextTable(columns: [
            .init(title: say("stage", "階段")), .init(title: say("parameters", "參數"), flexible: true),
            .init(title: say("in play", "尚存"), right: true), .init(title: say("removed", "移除"), right: true),
            .init(title: say("chosen's logit", "選中者 logit"), right: true),
        ])
        for (place, stage) in step.stages.enumerated() {
            let parameters = stage.parameters.map { "\(readable($0.name)) \(plain($0.value))" }.joined(separator: ", ")
            let logits = step.chosen?.logits ?? []
            table.rows.append([
                self.stage(stage.name), parameters, "\(stage.kept)", "\(stage.removed)",
                logit(place < logits.count ? logits[place] : nil),
            ])
        }
        var result = table.lines(width: width)
        let token = quoted(step.token.bytes)
        if let draw = step.draw {
            result.append(
                clipped(
                    say("draw: u ", "抽選：u ") + fixed(draw.uniform, 6) + say(" fell into ", " 落在 ")
                        + "\(fixed(draw.low, 6))…\(fixed(draw.high, 6)): " + token, to: width))
        } else {
            result.append(say("nothing drawn: ", "沒有抽選：") + token)
        }
        return result
    }

    private func kv(_ state: CacheState) -> [String] {
        var lines = [
            say("key/value cache at this step", "這一步的鍵值快取"),
            say("  positions  ", "  位置    ") + "\(state.positions)"
                + (state.sharedPositions.map { say(" (\($0) shared with the parent)", "（\($0) 個與父分支共用）") } ?? ""),
            say("  values     ", "  數值    ")
                + "2 · \(state.layers) · \(state.keyValueHeads) · \(state.headSize) · \(state.positions) = \(plain(state.values))",
        ]
        if state.totalBytes > 0 {
            lines.append(say("  whole run  ", "  整次執行 ") + say("\(state.totalBytes) bytes", "\(state.totalBytes) 位元組"))
        }
        if let passes = state.tokenPasses {
            lines.append(
                say("  computed   ", "  已計算   ")
                    + say("\(passes) token positions since the start, all branches", "從頭到現在所有分支共 \(passes) 個位置"))
        }
        return lines.map { clipped($0, to: width) }
    }

    private func timing(_ step: Step?, _ metrics: Metrics, _ steps: Int) -> [String] {
        var rows: [(String, String)] = []
        func milliseconds(_ seconds: Double) -> String { fixed(seconds * 1000, 3) + " ms" }
        if let step {
            rows += [
                (say("step \(step.index): forward", "第 \(step.index) 步：前向"), milliseconds(step.seconds.forward)),
                (say("stages and draw", "各階段與抽選"), milliseconds(step.seconds.choose)),
                (say("recording", "記錄"), milliseconds(step.seconds.record)),
            ]
        }
        rows += [
            (say("load", "載入"), milliseconds(metrics.loadSeconds)),
            (say("prompt (prefill)", "預填（讀提示）"), milliseconds(metrics.prefillSeconds)),
            (say("time to first token", "首個詞元時間"), milliseconds(metrics.timeToFirstTokenSeconds)),
            (
                say("per later token", "之後每個詞元"),
                metrics.timePerOutputTokenSeconds.map(milliseconds) ?? "-"
            ),
            (say("prompt tokens a second", "每秒提示詞元"), short(metrics.promptTokensPerSecond)),
            (say("tokens a second", "每秒詞元"), short(metrics.tokensPerSecond)),
            (say("peak memory", "記憶體峰值"), say("\(metrics.peakMemoryBytes) bytes", "\(metrics.peakMemoryBytes) 位元組")),
        ]
        var table = TextTable(columns: [.init(title: ""), .init(title: "", right: true)])
        table.rows = rows.map { [$0.0, $0.1] }
        return Array(table.lines(width: width).dropFirst())
    }

    private func tokens(_ first: Int, _ tokens: [Token], _ promptCount: Int, _ scores: [PromptScore?]) -> [String] {
        let hasScores = scores.contains { $0 != nil }
        var table = TextTable(columns: [
            .init(title: say("position", "位置"), right: true), .init(title: "#", right: true),
            .init(title: say("token", "詞元"), flexible: true), .init(title: ""),
        ])
        if hasScores {
            table.columns += [.init(title: "p", right: true), .init(title: say("rank", "名次"), right: true)]
        }
        for (offset, token) in tokens.enumerated() {
            let position = first + offset
            let from =
                position < promptCount
                ? say("prompt", "提示") : say("step \(position - promptCount)", "第 \(position - promptCount) 步")
            let score = offset < scores.count ? scores[offset] : nil
            var cells = ["\(position)", "\(token.id)", quoted(token.bytes), from]
            if hasScores {
                cells.append(score.map { short($0.probability) } ?? "-")
                cells.append(score.map { "\($0.rank)" } ?? "-")
            }
            table.rows.append(cells)
        }
        return table.lines(width: width)
    }

    private func beam(_ depth: Int, _ nodes: [BeamNode], _ tree: BeamTree) -> [String] {
        var table = TextTable(columns: [
            .init(title: say("node", "節點"), right: true), .init(title: say("parent", "父節點"), right: true),
            .init(title: say("token", "詞元"), flexible: true), .init(title: "log p", right: true),
            .init(title: say("sum", "總和"), right: true), .init(title: say("score", "分數"), right: true),
            .init(title: say("state", "狀態")), .init(title: say("why", "原因"), wraps: true),
        ])
        for node in nodes {
            table.rows.append([
                "\(node.id)", node.parent.map(String.init) ?? "-", quoted(node.token.bytes),
                fixed(node.logProbability, 3), fixed(node.sumLogProbability, 3), fixed(node.score, 4),
                node.state.phrase[language], node.why?.phrase[language] ?? "",
            ])
        }
        return [say("level \(depth), \(tree.beams) beams", "第 \(depth) 步，集束寬度 \(tree.beams)")]
            + table.lines(width: width)
    }

    /// Stages keep the names by which questions and settings call them; `raw` is no stage but their beginning.
    func stage(_ name: String) -> String {
        StageList.named(name).map { $0.effect == .none ? $0.label[language] : name } ?? readable(name)
    }

    private func breakpoints(_ points: [Breakpoint]) -> [String] {
        if points.isEmpty { return [say("no breakpoints", "沒有中斷點")] }
        var table = TextTable(columns: [
            .init(title: say("number", "編號"), right: true), .init(title: say("on", "啟用")),
            .init(title: say("hits", "次數"), right: true), .init(title: say("question", "問句"), flexible: true),
        ])
        for point in points {
            let once = point.isTemporary ? say(" (once)", "（一次）") : ""
            let passes = point.ignoring > 0 ? say(" (\(point.ignoring) to pass)", "（再通過 \(point.ignoring) 次）") : ""
            table.rows.append([
                "\(point.id)", point.isEnabled ? "y" : "n", "\(point.hits)",
                readable(point.question.source) + once + passes,
            ])
            for command in point.commands { table.rows.append(["", "", "", "  " + readable(command)]) }
        }
        return table.lines(width: width)
    }

    private func checkpoints(_ checkpoints: [Checkpoint]) -> [String] {
        if checkpoints.isEmpty { return [say("no checkpoints", "沒有檢查點")] }
        return checkpoints.map { point in
            let name = point.name.map { " " + readable($0) } ?? ""
            let place = point.place.step.map { say("step \($0)", "第 \($0) 步") } ?? say("the prompt", "提示")
            let line =
                say(
                    "checkpoint \(point.id)\(name): branch \(point.place.branch), ",
                    "檢查點 \(point.id)\(name)：分支 \(point.place.branch)，")
                + place + (point.token.map { " " + quoted($0) } ?? "")
            return clipped(line, to: width)
        }
    }

    private func listing(_ tokens: [ListedToken]) -> [String] {
        var table = TextTable(columns: [
            .init(title: ""), .init(title: say("step", "步"), right: true),
            .init(title: say("position", "位置"), right: true), .init(title: say("token", "詞元"), flexible: true),
            .init(title: "#", right: true), .init(title: "p", right: true),
        ])
        for row in tokens {
            table.rows.append([
                row.isCurrent ? ">" : " ", row.step.map(String.init) ?? say("prompt", "提示"), "\(row.position)",
                quoted(row.token.bytes), "\(row.token.id)", row.probability.map { short($0) } ?? "",
            ])
        }
        return table.lines(width: width)
    }

    private func branches(_ branches: [Branch], _ current: Int) -> [String] {
        var table = TextTable(columns: [
            .init(title: ""), .init(title: say("branch", "分支"), right: true), .init(title: say("name", "名稱")),
            .init(title: say("from", "來自"), right: true), .init(title: say("shared", "共用"), right: true),
            .init(title: say("steps", "步數"), right: true), .init(title: say("changes", "改變"), wraps: true),
            .init(title: say("ends", "結尾"), flexible: true),
        ])
        for branch in branches {
            table.rows.append([
                branch.id == current ? ">" : " ", "\(branch.id)", branch.name.map { readable($0) } ?? "",
                branch.parent.map(String.init) ?? "-", branch.parent == nil ? "-" : "\(branch.sharedSteps)",
                "\(branch.steps)", (branch.inherited + branch.changes).joined(separator: say(", ", "、")),
                readable(branch.ending),
            ])
        }
        return table.lines(width: width)
    }

    private func settings(_ rows: [SettingRow]) -> [String] {
        let widest = rows.map { columns($0.name) }.max() ?? 0
        let blank = String(repeating: " ", count: widest + 2)
        return rows.flatMap { row in
            wrapped(row.value[language], to: width - widest - 2).enumerated().map { line, text in
                (line == 0 ? padded(row.name, to: widest + 2) : blank) + text
            }
        }
    }
}
