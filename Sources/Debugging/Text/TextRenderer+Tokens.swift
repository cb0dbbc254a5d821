// What is asked of one token as plain lines: `why`, `lens`, `sweep`.
internal import Phrases
internal import Stages
internal import Traces

extension TextRenderer {
    // MARK: why

    func lines(_ path: TokenPath) -> [String] {
        guard let candidate = path.candidate else {
            let reason = Unknown.notCandidate(path.token, step: path.step, listed: path.listed)
            var result = wrapped(reason.phrase[language], to: width)
            // Why no more is known than the list.
            if case .unknown(let problem) = path.remedies { result += wrapped(problem.phrase[language], to: width) }
            return result + notes(path.notes)
        }
        let name = label(path.token)
        let (raw, final) = (short(candidate.rawProbability), short(candidate.probability))
        var result = [
            clipped(
                name
                    + say(
                        " at step \(path.step): rank \(candidate.rank), p raw \(raw), final \(final)",
                        " 在第 \(path.step) 步：第 \(candidate.rank) 名，機率原始 \(raw)、最終 \(final)"), to: width)
        ]
        for stage in path.stages {
            let parameters = stage.parameters.map { plain($0.value) }.joined(separator: ", ")
            let label = self.stage(stage.name) + (parameters.isEmpty ? "" : " " + parameters)
            let value = stage.logit.map { fixed(Double($0), 3) } ?? say("removed", "移除")
            let kept = say("\(stage.kept) in play", "尚存 \(stage.kept)")
            result.append(
                clipped("  " + padded(label, to: 28) + padded(value, to: 10, right: true) + "   " + kept, to: width))
        }
        return result + verdict(path, candidate)
    }

    /// Text and id, as far as they are known.
    private func label(_ token: TokenReference) -> String {
        let id = token.id.map { "#\($0)" }
        return [token.bytes.map { quoted($0) }, id].compactMap { $0 }.joined(separator: " ")
    }

    private func verdict(_ path: TokenPath, _ candidate: Candidate) -> [String] {
        if path.isForced {
            let forced = say("it was forced, whatever the stages said", "它是強制填入的，不看各階段的結果")
            return [forced] + (candidate.removedBy.map { removed(by: $0, path.remedies) } ?? [])
        }
        if path.isChosen { return [say("it was chosen", "它被選中了")] }
        if let stage = candidate.removedBy { return removed(by: stage, path.remedies) }
        var result: [String] = []
        let chosen = quoted(path.chosen.bytes)
        if let stretch = path.stretch {
            result.append(
                say("it stayed; u in ", "它留到最後；u 落在 ") + "\(fixed(stretch.low, 4))…\(fixed(stretch.high, 4))"
                    + say(" would have chosen it, u was ", " 才會選中它，實際的 u 是 ") + fixed(stretch.uniform, 4))
        } else {
            result.append(say("it stayed to the end; \(chosen) was chosen", "它留到最後；選中的是 \(chosen)"))
        }
        if let behind = path.logitsBehind {
            let size = short(abs(behind))
            result.append(
                behind >= 0
                    ? say("the logit of \(chosen) is \(size) above its own", "\(chosen) 的 logit 比它高 \(size)")
                    : say("its logit is \(size) above that of \(chosen)", "它的 logit 比 \(chosen) 高 \(size)"))
        }
        return result.map { clipped($0, to: width) }
    }

    private func removed(by stage: String, _ answer: RemedyAnswer) -> [String] {
        if stage == "raw" { return [say("the model itself rules it out (logit −∞)", "模型本身就排除它（logit −∞）")] }
        let removed = say("\(stage) removed it", "被 \(stage) 移除")
        switch answer {
        case .notNeeded: return [removed]
        case .unknown(let problem):
            let what = say("; what would have kept it is not known: ", "；怎樣才會留下它無從得知：")
            return wrapped(removed + what + problem.phrase[language], to: width)
        case .known(let remedies):
            if !remedies.single.isEmpty {
                let head = say(
                    "; at this step, all else as it was (nearest values, \(Remedies.digits) digits):",
                    "；這一步若其餘不變（最接近的值，\(Remedies.digits) 位有效數字）：")
                return wrapped(removed + head, to: width) + remedies.single.flatMap { wrapped(text($0), to: width) }
            }
            if let pair = remedies.pair {
                let head = say(
                    "; no one setting in force would have kept it, these two would (\(Remedies.digits) digits):",
                    "；只改一個現行設定都留不住它，同時改這兩個才行（\(Remedies.digits) 位有效數字）：")
                return wrapped(removed + head, to: width) + wrapped(text(pair), to: width)
            }
            let none = say(
                "; no change of one or two settings in force would have kept it", "；只改一、兩個現行設定都留不住它")
            let left = remedies.unpaired
            let untried =
                left == 0 ? "" : say(" (\(left) entries of lists were not tried in pairs)", "（清單中有 \(left) 項沒有兩兩試過）")
            return wrapped(removed + none + untried, to: width)
        }
    }

    private func text(_ remedy: Remedy) -> String {
        let p = short(remedy.probability)
        let changes = remedy.adjustments.map { setting($0) }.joined(separator: say(" and ", " 且 "))
        let before = remedy.adjustments.filter { $0.to != nil }.map { plain($0.from) }
        let were =
            switch before.count {
            case 0: ""
            case 1: say(" (it was \(before[0]))", "（當時是 \(before[0])）")
            default: say(" (they were \(before[0]) and \(before[1]))", "（當時是 \(before[0]) 和 \(before[1])）")
            }
        return "  " + changes + say(" would have kept it", " 就會留下它") + were + say(", p \(p)", "，機率 \(p)")
    }

    /// As one would type it.
    private func setting(_ change: Adjustment) -> String {
        guard let to = change.to else {
            return say(
                "\(change.option) without \(change.token ?? 0)", "\(change.option) 不含 \(change.token ?? 0)")
        }
        if let token = change.token { return "\(change.option) \(token)=\(plain(to))" }
        let meaning = change.meaning.map { say(" (\($0.english))", "（\($0.chinese)）") } ?? ""
        return "\(change.option) \(plain(to))" + meaning
    }

    // MARK: lens

    func lines(_ table: LensTable) -> [String] {
        let head =
            label(table.token)
            + say(" at step \(table.step), as each layer sees it", " 在第 \(table.step) 步，各層眼中的樣子")
        var rows = TextTable(columns: [
            .init(title: say("layer", "層"), right: true), .init(title: say("rank", "名次"), right: true),
            .init(title: "p", right: true), .init(title: "logit", right: true),
            .init(title: say("best there", "該層首選"), flexible: true), .init(title: "p", right: true),
        ])
        if table.listed != nil {
            rows.columns.remove(at: 3)
        }
        for reading in table.readings {
            let layer = reading.layer == 0 ? say("embed", "嵌入") : "\(reading.layer - 1)"
            // Each by itself: as one expression they take the compiler two seconds.
            let rank = reading.rank.map { "\($0)" } ?? "-"
            let probability = reading.probability.map { short($0) } ?? "-"
            let logit = reading.logit.map { fixed(Double($0), 3) } ?? "-"
            let best = quoted(Array(reading.best.text.utf8))
            var cells = [layer, rank, probability, logit, best, short(reading.best.probability)]
            if table.listed != nil { cells.remove(at: 3) }
            rows.rows.append(cells)
        }
        var result = [clipped(head, to: width)] + rows.lines(width: width, indent: 2)
        if let listed = table.listed, table.readings.contains(where: { $0.rank == nil }) {
            result += wrapped(
                say(
                    "-: not among the \(listed) tokens that the record lists for the layer; more needs the model",
                    "-：不在紀錄為該層列出的 \(listed) 個詞元之中；要知道更多需要模型"), to: width)
        }
        return result
    }

    // MARK: sweep

    func lines(_ table: SweepTable) -> [String] {
        let standing = table.sweep.standing
        let (logit, p) = (fixed(Double(standing.logit), 3), short(standing.probability))
        let head =
            label(table.token)
            + say(
                " at step \(table.step): logit \(logit), p \(p), rank \(standing.rank) with all heads",
                " 在第 \(table.step) 步：所有頭都在時 logit \(logit)，機率 \(p)，第 \(standing.rank) 名")
        var rows = TextTable(columns: [
            .init(title: say("head", "頭"), right: true), .init(title: say("adds", "貢獻"), right: true),
            .init(title: say("logit without", "拿掉後 logit"), right: true),
            .init(title: say("p without", "拿掉後機率"), right: true),
            .init(title: say("rank without", "拿掉後名次"), right: true),
        ])
        let ranked = table.sweep.ranked
        let shown = table.count.map { Array(ranked.prefix($0)) } ?? ranked
        for effect in shown {
            let gain = table.sweep.gain(effect)
            rows.rows.append([
                "\(effect.layer).\(effect.head)", (gain > 0 ? "+" : "") + fixed(gain, 4),
                fixed(Double(effect.without.logit), 3), short(effect.without.probability), "\(effect.without.rank)",
            ])
        }
        var result = [clipped(head, to: width)] + rows.lines(width: width, indent: 2)
        if shown.count < ranked.count {
            result += wrapped(
                say(
                    "\(shown.count) of \(ranked.count) heads, the largest effects; all lists the rest",
                    "\(ranked.count) 個頭中影響最大的 \(shown.count) 個；加上 all 列出全部"), to: width)
        }
        return result
    }
}
