// A comparison of two traces as lines of text that fit 80 columns. Called by: the diff command.
internal import Phrases
internal import Debugging
internal import Traces

struct DiffTable {
    private let found: TraceDifference
    private let terminal: Terminal
    private let columns: Int
    /// Steps after the fork that are still listed.
    private static let afterFork = 3

    init(_ found: TraceDifference, terminal: Terminal, columns: Int) {
        self.found = found
        self.terminal = terminal
        self.columns = columns
    }

    func lines() -> [String] {
        var lines: [String] = []
        for change in found.model { lines.append(line("model", change)) }
        for change in found.settings { lines.append(line("setting", change)) }
        if lines.isEmpty { lines.append("the same model and settings") }
        lines.append("")
        lines.append(terminal.style("1", verdict()))
        if !found.sameVocabulary {
            lines.append("vocabularies of other sizes: distributions are not compared by token")
        }
        if found.steps.isEmpty { return lines }
        lines += ["", terminal.style("2", header())]
        let shown = found.steps.prefix((found.forkStep ?? found.steps.count) + 1 + Self.afterFork)
        for step in shown { lines.append(row(step)) }
        if shown.count < found.steps.count { lines.append("  … \(found.steps.count - shown.count) further steps") }
        return lines
    }

    private func line(_ kind: String, _ change: SettingDifference) -> String {
        let sides = "\(clipped(change.a, 24)) → \(clipped(change.b, 24))"
        return clipped("\(filled(kind, 8)) \(filled(change.name, 20)) \(sides)", columns)
    }

    private func verdict() -> String {
        if !found.samePrompt { return "the prompts differ, so that no step answers the same question" }
        guard let fork = found.forkStep else { return "the same \(found.sharedSteps) tokens from beginning to end" }
        if fork < min(found.stepsA, found.stepsB) {
            let step = found.steps[fork]
            return "part at step \(fork): “\(visible(step.tokenA))” and “\(visible(step.tokenB))”"
        }
        return "the same \(fork) tokens; then A has \(found.stepsA - fork) more and B \(found.stepsB - fork)"
    }

    private var tokenWidth: Int { max(8, min(18, (columns - 52) / 2)) }

    private func header() -> String {
        padded("step", 5) + "  " + filled("A", tokenWidth) + " " + filled("B", tokenWidth) + padded("KL raw", 10)
            + padded("KL final", 10) + "  largest change of rank"
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
        let text = value.bits < 0.0005 ? shortNumber(value.bits) : fixed(value.bits, 3)
        return value.method == .exact ? text : "≥" + text
    }
}
