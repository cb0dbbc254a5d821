// The ledger of one step, as `stepglass show --step` prints it.
internal import Generation
internal import Phrases
internal import Stages
internal import Traces

/// The ledger of a step: each candidate's way through the stages.
func ledger(_ trace: Trace, _ index: Int, columns: Int) -> String {
    let out = Terminal.out
    let step = trace.steps[index]
    // As many stages as fit beside the other columns and the word why a candidate is out; the first and the last always.
    let reasons = step.candidates.compactMap(\.removedBy).map { displayWidth(readable($0)) + 4 }.max() ?? 0
    let room = max(1, (columns - 49 - reasons) / 11)
    let names = step.stages.map { $0.name == "raw" ? say("raw", "原始") : readable($0.name) }
    let (rawBits, finalBits) = (fixed(step.entropyBitsRaw, 3), fixed(step.entropyBitsFinal, 3))
    var shown = Array(names.indices)
    if shown.count > room { shown = [0] + shown.suffix(max(0, room - 1)) }
    var lines = [
        out.style("1", say("step \(step.index)", "第 \(step.index) 步"))
            + say("  position \(step.position)  chosen ", "  位置 \(step.position)  選中 ")
            + out.style("1", visible(step.token)) + "  #\(step.token.id)",
        say("entropy \(rawBits) bits raw, \(finalBits) final", "熵 原始 \(rawBits) 位元，最終 \(finalBits)")
            + (step.draw.map {
                let stretch = "[\(fixed($0.low, 6)), \(fixed($0.high, 6)))"
                return say("   draw \(fixed($0.uniform, 6)) in ", "   抽選 \(fixed($0.uniform, 6)) 落在 ") + stretch
            } ?? say("   nothing drawn", "   沒有抽選")),
    ]
    for stage in step.stages.dropFirst() {
        let numbers = stage.parameters.map { "\(readable($0.name)) \(brief($0.value))" }.joined(separator: ", ")
        lines.append(
            "  \(filled(readable(stage.name), 20)) \(filled(numbers, 24)) "
                + say("keeps \(stage.kept), removes \(stage.removed)", "留下 \(stage.kept)，移除 \(stage.removed)"))
    }
    lines += ["", out.style("2", header(names, shown))]
    for candidate in step.candidates { lines.append(row(candidate, shown, chosen: candidate.id == step.token.id)) }
    if step.tail.count > 0 {
        lines.append(
            filled(say("  … \(step.tail.count) more tokens", "  … 另有 \(step.tail.count) 個詞元"), 31)
                + padded(percent(step.tail.rawProbability), 9)
                + padded(percent(step.tail.probability), 9))
    }
    return lines.joined(separator: "\n")
}

/// A stage's number without digits that say nothing: 40, 0.95, 25.284612.
private func brief(_ value: Double) -> String {
    value != 0 && abs(value) < 1e-4 ? "\(value)" : trimmed(value, 6)
}

private func header(_ names: [String], _ shown: [Int]) -> String {
    padded(say("rank", "名次"), 6) + padded("#", 7) + "  " + filled(say("token", "詞元"), 16)
        + padded(say("raw p", "原始機率"), 9)
        + padded(say("final p", "最終機率"), 9)
        + shown.map { padded(clipped(names[$0], 10), 11) }.joined()
}

private func row(_ candidate: Candidate, _ shown: [Int], chosen: Bool) -> String {
    let text = filled(clipped(visible(candidate.bytes, as: candidate.text), 15), 16)
    let logits = shown.map { index -> String in
        guard candidate.logits.indices.contains(index), let logit = candidate.logits[index] else {
            return padded("·", 11)
        }
        return padded(fixed(Double(logit), 4), 11)
    }.joined()
    let line =
        (chosen ? "▸" : " ") + padded("\(candidate.rank)", 5) + padded("\(candidate.id)", 7) + "  " + text
        + padded(percent(candidate.rawProbability), 9)
        + padded(candidate.removedBy == nil ? percent(candidate.probability) : "✗", 9) + logits
        + (candidate.removedBy.map { "  ✗ \(readable($0))" } ?? "")
    return chosen ? Terminal.out.style("1", line) : line
}
