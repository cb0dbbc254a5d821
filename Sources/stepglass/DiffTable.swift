// A comparison of two traces as lines of text that fit 80 columns.
internal import Phrases
internal import Debugging
internal import Traces

struct DiffTable {
    private let found: TraceDifference
    private let isFilled: Bool
    private let terminal: Terminal
    private let columns: Int
    /// Steps after the fork that are still listed.
    private static let afterFork = 3

    init(_ found: TraceDifference, of run: RunKind = .generate, terminal: Terminal, columns: Int) {
        self.found = found
        isFilled = run == .fill
        self.terminal = terminal
        self.columns = columns
    }

    func lines() -> [String] {
        var lines: [String] = []
        for change in found.model { lines.append(line(say("model", "模型"), change)) }
        for change in found.settings { lines.append(line(say("setting", "設定"), change)) }
        if lines.isEmpty { lines.append(say("the same model and settings", "模型與設定相同")) }
        lines.append("")
        lines.append(terminal.style("1", verdict()))
        if !found.sameVocabulary {
            lines.append(
                say(
                    "vocabularies of other sizes: distributions are not compared by token", "詞彙表大小不同：不逐詞元比較分布"))
        }
        if found.steps.isEmpty { return lines }
        lines += ["", terminal.style("2", header())]
        // Masks do not see what others become: behind one that differs the next can be compared as well.
        let shown =
            isFilled ? found.steps[...] : found.steps.prefix((found.forkStep ?? found.steps.count) + 1 + Self.afterFork)
        for step in shown { lines.append(row(step)) }
        if shown.count < found.steps.count {
            let rest = found.steps.count - shown.count
            lines.append(say("  … \(rest) further steps", "  … 其後還有 \(rest) 步"))
        }
        return lines
    }

    private func line(_ kind: String, _ change: SettingDifference) -> String {
        let language = Console.language
        let sides = "\(clipped(onOneLine(change.a[language]), 24)) → \(clipped(onOneLine(change.b[language]), 24))"
        return clipped("\(filled(kind, 8)) \(filled(change.name, 20)) \(sides)", columns)
    }

    private func verdict() -> String {
        if isFilled { return filledVerdict() }
        if !found.samePrompt {
            return say("the prompts differ, so that no step answers the same question", "提示不同，因此沒有一步回答同一個問題")
        }
        guard let fork = found.forkStep else {
            return say("the same \(found.sharedSteps) tokens from beginning to end", "自始至終 \(found.sharedSteps) 個詞元都相同")
        }
        if fork < min(found.stepsA, found.stepsB) {
            let step = found.steps[fork]
            let (a, b) = (visible(step.tokenA), visible(step.tokenB))
            return say("part at step \(fork): “\(a)” and “\(b)”", "在第 \(fork) 步分開：「\(a)」與「\(b)」")
        }
        let (a, b) = (found.stepsA - fork, found.stepsB - fork)
        return say(
            "the same \(fork) tokens; then A has \(a) more and B \(b)", "前 \(fork) 個詞元相同；之後 A 還有 \(a) 個，B 還有 \(b) 個")
    }

    private func filledVerdict() -> String {
        if !found.samePrompt {
            return say("the texts differ, so that no mask asks the same question", "文字不同，因此沒有一個遮罩問同一個問題")
        }
        let other = found.steps.count { $0.tokenA.id != $0.tokenB.id }
        let count = found.steps.count
        return other == 0
            ? say(
                "the same best token in \(count == 1 ? "the one mask" : "all \(count) masks")", "\(count) 個遮罩的最佳詞元都相同")
            : say("another best token in \(other) of \(count) masks", "\(count) 個遮罩中有 \(other) 個的最佳詞元不同")
    }

    private var tokenWidth: Int { max(8, min(18, (columns - 52) / 2)) }

    private func header() -> String {
        padded(isFilled ? say("mask", "遮罩") : say("step", "步"), 5) + "  " + filled("A", tokenWidth) + " "
            + filled("B", tokenWidth)
            + padded(say("KL raw", "原始 KL"), 10)
            + padded(say("KL final", "最終 KL"), 10) + say("  largest change of rank", "  名次變化最大者")
    }

    private func row(_ step: StepDifference) -> String {
        let same = step.tokenA.id == step.tokenB.id && step.tokenA.bytes == step.tokenB.bytes
        let tokens =
            filled(clipped(visible(step.tokenA), tokenWidth), tokenWidth) + (same ? " " : "≠")
            + filled(clipped(same ? "" : visible(step.tokenB), tokenWidth), tokenWidth)
        // Of a long token the end goes, not the ranks.
        let room = columns - 29 - 2 * tokenWidth
        let change = step.rankChanges.first.map { change in
            let rank = { (rank: Int?) in rank.map { "\($0)" } ?? "–" }
            let ranks = " \(rank(change.rankA))→\(rank(change.rankB))"
            return clipped(visible(change.bytes), max(4, room - ranks.count - 3)) + ranks
        }
        let line =
            padded("\(step.index)", 5) + "  " + tokens + padded(bits(step.sameContext ? step.raw : nil), 10)
            + padded(bits(step.sameContext ? step.final : nil), 10) + "  " + (step.sameContext ? change ?? "" : "")
        return clipped(line, columns)
    }

    private func bits(_ value: Divergence?) -> String {
        guard let value else { return "·" }
        if !value.bits.isFinite { return "∞" }
        let text = value.bits < 0.0005 ? threeDigits(value.bits) : fixed(value.bits, 3)
        return value.method == .exact ? text : "≥" + text
    }
}
