// A lesson's words and figures as lines of a terminal.
internal import Debugging
internal import ElementaryFunctions
internal import Lessons
internal import Phrases
internal import Traces

struct LessonView {
    /// Where its lines go: to the terminal, unless they are for a file.
    var lines: ((String) -> Void)?

    var width: Int { min(max(Terminal.out.columns, 60), 80) }

    func out(_ line: String) { if let lines { lines(line) } else { printOut(line) } }
    func out(_ phrase: Phrase) { out(phrase[Console.language]) }
    func bold(_ text: String) -> String { lines == nil ? Terminal.out.style("1", text) : text }

    /// The exercise as it is given.
    func exercise(_ sitting: Sitting, hints: Int) throws {
        let exercise = sitting.exercise
        out(bold(exercise.id))
        text(try sitting.text())
        out("")
        figure(of: sitting)
        let choices = try sitting.choices()
        if choices.isEmpty && !sitting.namesToUse.isEmpty {
            let list = Phrase(same: sitting.namesToUse.joined(separator: say(", ", "、")))
            text((exercise.kind == "order" ? Phrase("To arrange: ", "要排的：") : Phrase("To set: ", "可設定：")) + list)
        }
        for choice in choices { text(Phrase(same: "- \(choice.key): ") + choice.words) }
        for level in 1...3 where level <= hints {
            if let hint = try sitting.words("hint \(level)") {
                out("")
                text(Phrase("Hint \(level): ", "線索 \(level)：") + hint)
            }
        }
        out("")
        let unit =
            exercise.unit.isEmpty
            ? Phrase(same: "") : Phrase(" (\(sitting.unit.english))", "（\(sitting.unit.chinese)）")
        text(Phrase("Answer with ", "作答：") + sitting.form + unit)
        out(say("  stepglass lesson check \(exercise.id) …", "  stepglass lesson check \(exercise.id) …"))
    }

    /// The figure that the exercise has beside it, if any.
    func figure(of sitting: Sitting) {
        switch sitting.exercise.figure {
        case "none": break
        case "steps": steps(sitting.trace)
        case "heads", "attention": attention(sitting.trace, sitting.step, sitting.exercise.figure)
        default: figure(sitting.trace, sitting.step, sitting.exercise.figure, settings: sitting.shownSettings)
        }
        // The cells of a figure have at most so many rows.
        if sitting.exercise.kind == "cells" { numberedTokens(sitting.trace, count: 12) }
        if sitting.marksPrompt { numberedTokens(sitting.trace, count: sitting.trace.prompt.tokens.count) }
    }

    /// The cumulated staircase of a step: tokens by rank, their share, the sum so far, and which stayed.
    func figure(_ trace: Trace, _ place: Int, _ kind: String, settings: [LessonRun.Option]? = nil) {
        guard trace.steps.indices.contains(place) else { return }
        if kind == "heads" || kind == "attention" { return attention(trace, place, kind) }
        if kind == "beams" { return beams(trace) }
        let step = trace.steps[place]
        let before = trace.prompt.rendered + trace.steps[..<place].map { $0.token.text }.joined()
        if !before.isEmpty {
            out(say("step \(place), after: ", "第 \(place) 步，前文：") + shortened(visible(before)))
        }
        if let settings, !settings.isEmpty {
            out(
                say("settings: ", "設定：") + settings.map { "\($0.name) \($0.value)" }.joined(separator: ", "))
        }
        if kind == "draw", let draw = step.draw {
            out(
                say("drawn: ", "抽出：")
                    + "u = \(fixed(draw.uniform, 4)), \(fixed(draw.low, 4)) ≤ u < \(fixed(draw.high, 4))")
        }
        let seen = seenByTopP(step)
        let head = [
            padded("", to: 3, right: true), padded(say("token", "詞元"), to: 14),
            padded(seen == nil ? say("raw p", "原始機率") : say("p here", "這時機率"), to: 9, right: true),
            padded(say("sum", "累計"), to: 9, right: true), padded(say("final p", "最終機率"), to: 9, right: true),
            say(" steps from 0 to 1", " 由 0 到 1 的階梯"),
        ]
        out(bold(head.joined(separator: " ")))
        var sum = 0.0
        let kept = step.candidates.count { $0.removedBy == nil }
        let shown = min(step.candidates.count, max(6, min(kept + 3, 12)))
        for candidate in step.candidates.sorted(by: { $0.rank < $1.rank }).prefix(shown) {
            // What an earlier stage removed had nothing left when top-p looked.
            let share = seen.map { $0[candidate.id] ?? 0 } ?? candidate.rawProbability
            let isKept = candidate.removedBy == nil
            let cells = [
                padded("\(candidate.rank)", to: 3, right: true), padded(name(candidate), to: 14),
                padded(fixed(share, 4), to: 9, right: true),
                padded(fixed(sum + share, 4), to: 9, right: true),
                padded(isKept ? fixed(candidate.probability, 4) : "✗", to: 9, right: true),
                " " + stair(from: sum, to: sum + share, isKept: isKept),
            ]
            sum += share
            out(cells.joined(separator: " "))
        }
        let rest = step.candidates.count + step.tail.count - shown
        if rest > 0 {
            out(say("    and \(rest) more", "    另有 \(rest) 個"))
        }
        let all = step.candidates.count + step.tail.count
        let last = step.stages.last?.kept ?? all
        // Where nothing was crossed out, there is nothing to tell of it.
        if last < all { out(say("    kept: \(last) of \(all)", "    留下 \(last)／\(all) 個")) }
    }

    /// One token's stretch of the line from 0 to 1, where it lies: as long as the token is probable.
    private func stair(from low: Double, to high: Double, isKept: Bool) -> String {
        let places = [low, high].map { Int(exactly: ($0 * 20).rounded()) ?? 0 }
        let (start, end) = (min(20, max(0, places[0])), min(20, max(0, places[1])))
        let length = max(0, end - start)
        // What is too short for a block is a thin line.
        return String(repeating: " ", count: min(start, 19))
            + (length == 0 ? "▏" : String(repeating: isKept ? "█" : "░", count: length))
    }

    /// The probabilities by token that top-p looked at, where a stage before it changed them and all tokens are listed.
    private func seenByTopP(_ step: Step) -> [Int: Double]? {
        guard step.tail.count == 0, let place = step.stages.firstIndex(where: { $0.name == "top-p" }), place > 1 else {
            return nil
        }
        let logits = step.candidates.compactMap { candidate -> (id: Int, logit: Double)? in
            guard place - 1 < candidate.logits.count, let logit = candidate.logits[place - 1] else { return nil }
            return (candidate.id, Double(logit))
        }
        let largest = logits.map(\.logit).max() ?? 0
        let sum = logits.reduce(0) { $0 + Double.exp($1.logit - largest) }
        return Dictionary(uniqueKeysWithValues: logits.map { ($0.id, Double.exp($0.logit - largest) / sum) })
    }

    /// For every step of a run: how many stayed, their raw probability, and that of the last of them.
    private func steps(_ trace: Trace) {
        let head = [
            padded(say("step", "步"), to: 4, right: true), padded(say("token", "詞元"), to: 14),
            padded(say("kept", "留下"), to: 6, right: true), padded(say("sum", "累計"), to: 9, right: true),
            padded(say("edge", "邊緣"), to: 9, right: true),
        ]
        out(bold(head.joined(separator: " ")))
        for step in trace.steps {
            let kept = step.candidates.filter { $0.removedBy == nil }
            let cells = [
                padded("\(step.index)", to: 4, right: true), padded(visible(step.token.text), to: 14),
                padded("\(kept.count)", to: 6, right: true),
                padded(fixed(kept.reduce(0) { $0 + $1.rawProbability }, 4), to: 9, right: true),
                padded(fixed(kept.last?.rawProbability ?? 0, 4), to: 9, right: true),
            ]
            out(cells.joined(separator: " "))
        }
        out("")
    }

    private func name(_ candidate: Candidate) -> String {
        candidate.text.isEmpty && !candidate.bytes.isEmpty ? readable(candidate.bytes) : visible(candidate.text)
    }

    private func shortened(_ text: String) -> String { text.count > 56 ? "…" + text.suffix(55) : text }
}
