// The ledger of one choice as lines of a terminal.
internal import Phrases
internal import Stages
internal import Traces

/// The candidates in rows, the stages that change logits in columns, the probabilities before and after, what removed a
/// token; below, the stages with their numbers, the entropies and the draw.
struct SampleTable {
    private let choice: StepChoice
    private let hasLabels: Bool
    private let terminal: Terminal

    init(_ choice: StepChoice, hasLabels: Bool, terminal: Terminal) {
        self.choice = choice
        self.hasLabels = hasLabels
        self.terminal = terminal
    }

    private static let labelWidth = 16

    private struct Column {
        var title: String
        var cells: [String]
        var isNumber = true

        var width: Int { max(displayWidth(title), cells.map { displayWidth($0) }.max() ?? 0) }

        func shown(_ text: String) -> String { isNumber ? padded(text, width) : filled(text, width) }
    }

    func lines(width: Int) -> [String] {
        var columns = self.columns(stages: valueStages)
        // Where the stages' columns do not fit, those in the middle go first; raw and the last change stay.
        var stages = valueStages
        while total(columns) > width, stages.count > 2 {
            stages.remove(at: stages.count / 2)
            columns = self.columns(stages: stages)
        }
        let left = valueStages.filter { !stages.contains($0) }.map { Self.shortName(choice.stages[$0].name) }
        var lines = [terminal.style("1", trimmed(columns.map { $0.shown($0.title) }))]
        for (place, candidate) in choice.candidates.enumerated() {
            let line = trimmed(columns.map { $0.shown($0.cells[place]) })
            let isChosen = candidate.id == choice.id
            lines.append(
                isChosen ? terminal.style("1", line) : candidate.removedBy == nil ? line : terminal.style("2", line))
        }
        if choice.tail.count > 0 {
            let (raw, final) = (percent(choice.tail.rawProbability), percent(choice.tail.probability))
            lines.append(
                say(
                    "and \(choice.tail.count) more: p raw \(raw), final \(final)",
                    "另有 \(choice.tail.count) 個：原始機率 \(raw)，最終 \(final)"))
        }
        if !left.isEmpty {
            let names = left.joined(separator: ", ")
            lines.append(
                say("left out for the width: \(names) (--json has all)", "寬度不足而略去：\(names)（--json 全部都有）"))
        }
        lines.append("")
        lines += stageLines + ["", entropyLine, drawLine]
        return lines
    }

    private func total(_ columns: [Column]) -> Int { columns.map(\.width).reduce(2 * (columns.count - 1), +) }

    private func trimmed(_ cells: [String]) -> String {
        var line = cells.joined(separator: "  ")
        while line.last == " " { line.removeLast() }
        return line
    }

    /// "raw" and the stages after which some candidate's logit is another than before.
    private var valueStages: [Int] {
        choice.stages.indices.filter { stage in
            stage == 0
                || choice.candidates.contains { candidate in
                    guard let now = candidate.logits[stage], let before = candidate.logits[stage - 1] else {
                        return false
                    }
                    return now != before
                }
        }
    }

    private func columns(stages: [Int]) -> [Column] {
        let rows = choice.candidates
        var columns = [Column(title: "id", cells: rows.map { "\($0.id)" })]
        if hasLabels {
            columns.append(
                Column(
                    title: say("token", "詞元"), cells: rows.map { clipped(visible($0.text), Self.labelWidth) },
                    isNumber: false)
            )
        }
        for stage in stages {
            columns.append(
                Column(
                    title: Self.shortName(choice.stages[stage].name),
                    cells: rows.map { $0.logits[stage].map { fixed(Double($0), 3) } ?? "–" }))
        }
        columns.append(Column(title: say("p raw", "原始機率"), cells: rows.map { percent($0.rawProbability) }))
        columns.append(Column(title: say("p final", "最終機率"), cells: rows.map { percent($0.probability) }))
        columns.append(
            Column(
                title: "",
                cells: rows.map { $0.id == choice.id ? say("◀ chosen", "◀ 選中") : $0.removedBy.map { "✕ \($0)" } ?? "" },
                isNumber: false))
        return columns
    }

    private static func shortName(_ name: String) -> String {
        name == "raw" ? say("raw", "原始") : StageList.named(name)?.shortName ?? name
    }

    private var stageLines: [String] {
        let width = choice.stages.map { displayWidth($0.name) }.max() ?? 0
        return choice.stages.map { stage in
            let subject = StageList.named(stage.name)?.numbersAreOfTokens == true ? say("token ", "詞元 ") : ""
            let numbers = stage.parameters.map { "\(subject)\($0.name) \(Self.plain($0.value))" }
                .joined(separator: ", ")
            let counts =
                say("kept \(stage.kept)", "留下 \(stage.kept)")
                + (stage.removed > 0 ? say(", removed \(stage.removed)", "，移除 \(stage.removed)") : "")
            return trimmed([filled(stage.name, width), counts, numbers])
        }
    }

    /// Settings as they were given; computed numbers with four decimals.
    private static func plain(_ value: Double) -> String {
        if value == value.rounded() && abs(value) < 1e9 { return "\(Int(value))" }
        let shortest = "\(Float(value))"
        return shortest.utf8.count <= 7 ? shortest : fixed(value, 4)
    }

    private var entropyLine: String {
        let (raw, final) = (fixed(choice.entropyBitsRaw, 3), fixed(choice.entropyBitsFinal, 3))
        return say("entropy  raw \(raw) bits, final \(final) bits", "熵　　原始 \(raw) 位元，最終 \(final) 位元")
    }

    private var drawLine: String {
        let label = hasLabels ? choice.chosen.map { " " + clipped(visible($0.text), Self.labelWidth) } ?? "" : ""
        let name = "\(choice.id)\(label)"
        guard let draw = choice.draw else {
            return say(
                "draw     none: greedy takes the largest logit, token \(name)", "抽選　沒有：貪婪解碼取最大的 logit，詞元 \(name)")
        }
        let place = "u = \(fixed(draw.uniform, 6))"
        let stretch = "\(fixed(draw.low, 6)) … \(fixed(draw.high, 6))"
        return say("draw     \(place) in \(stretch): token \(name)", "抽選　\(place) 落在 \(stretch)：詞元 \(name)")
    }
}
