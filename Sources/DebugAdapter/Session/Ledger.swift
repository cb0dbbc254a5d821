// A token's way through a step in a few lines: what an editor shows under the pointer.
internal import Phrases
internal import Traces

/// The lines of one candidate of a step.
func ledger(of candidate: Candidate, in step: Step, _ language: Language) -> [String] {
    func say(_ english: String, _ chinese: String) -> String { Phrase(english, chinese)[language] }
    let isChosen = candidate.id == step.token.id
    var lines = [
        quoted(candidate.bytes) + " #\(candidate.id)"
            + say(
                ", step \(step.index), rank \(candidate.rank)\(isChosen ? ", chosen" : "")",
                "，第 \(step.index) 步，第 \(candidate.rank) 名\(isChosen ? "，選中" : "")")
    ]
    for (place, stage) in step.stages.enumerated() {
        let logit = place < candidate.logits.count ? candidate.logits[place] : nil
        let numbers = stage.parameters.map { "\($0.name) \(plain($0.value))" }.joined(separator: " ")
        let name = stage.name + (numbers.isEmpty ? "" : " (\(numbers))")
        guard let logit else {
            lines.append("  " + name + say(": removed", "：移除"))
            break
        }
        lines.append("  \(name): \(fixed(Double(logit), 4))")
    }
    lines.append(
        say("  probability ", "  機率 ") + "\(short(candidate.rawProbability)) → \(short(candidate.probability))")
    if isChosen, let draw = step.draw {
        lines.append("  \(fixed(draw.low, 4)) ≤ u \(fixed(draw.uniform, 4)) < \(fixed(draw.high, 4))")
    }
    return lines
}

/// The lines of a token of the prompt: how well it was foreseen, where that was recorded.
func ledger(ofPrompt position: Int, in trace: Trace, _ language: Language) -> [String] {
    func say(_ english: String, _ chinese: String) -> String { Phrase(english, chinese)[language] }
    let token = trace.prompt.tokens[position]
    var lines = [quoted(token.bytes) + " #\(token.id)" + say(", prompt, position \(position)", "，提示，位置 \(position)")]
    if position < trace.prompt.scores.count, let score = trace.prompt.scores[position] {
        lines.append(
            say("  probability ", "  機率 ") + short(score.probability)
                + say(", rank \(score.rank)", "，第 \(score.rank) 名"))
    }
    return lines
}
