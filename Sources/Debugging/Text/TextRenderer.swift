// Outcomes as plain lines: no colour, no control codes, at most `width` columns.
public import Phrases
internal import Traces

/// Draws outcomes in one language at one width.
public struct TextRenderer: Equatable, Sendable {
    /// The language of the lines.
    public var language: Language
    /// The most columns of a line, 20 or more.
    public var width: Int

    /// `width` below 20 counts as 20.
    public init(language: Language = .english, width: Int = 80) {
        self.language = language
        self.width = max(width, 20)
    }

    func say(_ english: String, _ chinese: String) -> String { Phrase(english, chinese)[language] }

    /// The outcome's lines, without line ends; none for nothing to say.
    public func lines(_ outcome: Outcome) -> [String] {
        switch outcome {
        case .nothing, .quit: []
        case .stopped(let stop): lines(stop)
        case .frame(let frame, let step): lines(frame, step: step)
        case .place(let place, let steps): self.place(place, steps)
        case .said(let phrase): wrapped(phrase[language], to: width)
        case .breakpoint(let point, let notes): [line(point)] + self.notes(notes)
        case .several(let outcomes): outcomes.flatMap { lines($0) }
        case .fault(let error): lines(error)
        case .answered(let answered): lines(answered)
        case .series(let series): lines(series)
        case .info(let table): lines(table)
        case .why(let path): lines(path)
        case .lens(let table): lines(table)
        case .sweep(let table): lines(table)
        case .asserted(let answered, let holds): asserted(answered, holds)
        case .branched(let branch, let stop): lines(branch) + lines(stop)
        case .difference(let difference, let from, let to):
            lines(difference, names: (say("branch \(from)", "分支 \(from)"), say("branch \(to)", "分支 \(to)")))
        case .file(let request): [file(request)]
        case .help(let page): lines(page)
        case .language(let language): [language == .english ? "language: English" : "語言：繁體中文"]
        }
    }

    /// A fault: for a question its source with a caret under the place, then the message.
    public func lines(_ error: DebuggingError) -> [String] {
        let message = say("error: ", "錯誤：") + error.phrase[language]
        guard case .question(let source, let span, _) = error else { return wrapped(message, to: width) }
        return caret(source, span) + wrapped(message, to: width)
    }

    /// The source and a line with `^~~~` under the span; a long source is cut around the span.
    func caret(_ source: String, _ span: Range<Int>) -> [String] {
        let bytes = Array(source.utf8)
        // As it is shown elsewhere: what is hidden by number, so that the caret stands below what it means.
        let shown = { (range: Range<Int>) in readable(Array(bytes[range])) }
        let start = min(max(span.lowerBound, 0), bytes.count)
        let end = min(max(span.upperBound, start), bytes.count)
        var before = shown(0..<start)
        let marked = shown(start..<end)
        let after = shown(end..<bytes.count)
        let room = max(10, width - 4)
        if columns(before) > room / 2 { before = clippedFront(before, to: room / 2) }
        let line = clipped(before + marked + after, to: room)
        let tail = max(0, min(columns(marked), room - columns(before)) - 1)
        return [
            "  " + line,
            "  " + String(repeating: " ", count: columns(before)) + "^" + String(repeating: "~", count: tail),
        ]
    }

    // MARK: stops

    func lines(_ stop: Stop) -> [String] {
        var result: [String] = []
        result += lines(stop.reason)
        guard let step = stop.step else {
            result.append(
                clippedFront(say("at the prompt: ", "停在提示處：") + readable(stop.before), to: width))
            return result
        }
        let chosen = step.chosen
        var numbers = ["#\(step.token.id)"]
        if let chosen {
            numbers.append(say("rank \(chosen.rank)", "第 \(chosen.rank) 名"))
            let (final, raw) = (short(chosen.probability), short(chosen.rawProbability))
            numbers.append(say("p \(final) (raw \(raw))", "p \(final)（原始 \(raw)）"))
        }
        let (final, raw) = (fixed(step.entropyBitsFinal, 2), fixed(step.entropyBitsRaw, 2))
        numbers.append(say("entropy \(final) (raw \(raw)) bits", "熵 \(final)（原始 \(raw)）位元"))
        let place = say("step \(step.index): ", "第 \(step.index) 步：") + quoted(step.token.bytes)
        result += wrapped([place] + numbers, to: width)
        // The chosen token stands in brackets behind its context.
        let token = "[" + readable(step.token.bytes) + "]"
        result.append("  " + clippedFront(readable(stop.before), to: max(8, width - 2 - columns(token))) + token)
        if let finish = step.finish {
            result.append(say("  the text ends here: ", "  文字到此結束：") + finish.phrase[language])
        }
        for display in stop.displays { result += lines(display) }
        return result
    }

    /// Why the debugger stopped there; nothing when it only moved.
    public func lines(_ reason: StopReason) -> [String] {
        switch reason {
        case .moved: []
        case .breakpoints(let hits): hits.flatMap { lines($0) }
        case .changed(let changes, let hits): changes.flatMap { lines($0) } + hits.flatMap { lines($0) }
        case .start: [say("the beginning: nothing is before the prompt", "已到開頭：提示之前沒有步驟")]
        case .end(let finish?): [say("the end: ", "已到結尾：") + finish.phrase[language]]
        case .end(nil): [say("the end of the record", "已到紀錄的結尾")]
        case .interrupted: [say("interrupted", "已中斷")]
        }
    }

    /// The watch, and its value before and here.
    private func lines(_ change: WatchChange) -> [String] {
        let line = say("watch \(change.id): ", "watch \(change.id)：") + readable(change.source)
        return wrapped(line, to: width)
            + wrapped([say("old ", "原值 ") + text(change.old), say("new ", "新值 ") + text(change.new)], to: width - 2)
            .map { "  " + $0 }
    }

    /// What the asker may have meant otherwise.
    public func notes(_ notes: [Phrase]) -> [String] {
        notes.flatMap { wrapped(say("note: ", "註：") + $0[language], to: width) }
    }

    /// The breakpoint, its question, and the values that made it true.
    private func lines(_ hit: Hit) -> [String] {
        let line = say("breakpoint \(hit.id): ", "中斷點 \(hit.id)：") + readable(hit.source)
        var result = wrapped(line, to: width)
        if hit.evidence.isEmpty { return result }
        let values = hit.evidence.map { answer in
            // Of a condition over members the member alone is news.
            let member = answer.witness.map { "\($0.domain.variable) = \($0.member)" }
            if case .boolean = answer.value { return member ?? "" }
            return [text(answer.value, short: true), member].compactMap { $0 }.joined(separator: ", ")
        }
        let evidence = "(" + values.joined(separator: "; ") + ")"
        let last = result[result.count - 1]
        if columns(last) + 1 + columns(evidence) <= width {
            result[result.count - 1] = last + " " + evidence
        } else {
            result += wrapped(evidence, to: width - 2).map { "  " + $0 }
        }
        return result
    }

    /// A step among those that there are, both counted from 0 as everywhere: `step 2 of 0–11`.
    public func place(ofStep step: Int, among steps: Int) -> String {
        say("step \(step) of 0–\(steps - 1)", "第 \(step) 步（0–\(steps - 1)）")
    }

    private func place(_ place: Place, _ steps: Int) -> [String] {
        let step = place.step.map { self.place(ofStep: $0, among: steps) } ?? say("the prompt", "提示")
        var lines = [say("branch \(place.branch), ", "分支 \(place.branch)，") + step]
        for (depth, frame) in place.frames.enumerated() {
            lines.append(String(repeating: "  ", count: depth + 1) + frame.title[language])
        }
        return lines
    }

    // MARK: answers

    /// A value with its unit: `2.31 bits`, `" Paris"`, `true`, or why it is unknown.
    public func text(_ answer: QuestionAnswer) -> String {
        var text = text(answer.value)
        if case .number = answer.value, !answer.unit.suffix[language].isEmpty {
            text += " " + answer.unit.suffix[language]
        }
        if case .unknown = answer.value { return text }
        if let witness = answer.witness { text += " (\(witness.domain.variable) = \(witness.member))" }
        return text
    }

    /// A value alone, without its unit; an unknown one with its reason.
    public func text(_ value: QuestionValue) -> String {
        switch value {
        case .number(let number): plainOrShort(number)
        case .boolean(let truth): truth ? "true" : "false"
        case .text(let bytes): quoted(bytes)
        case .token(let token):
            [token.bytes.map(quoted), token.id.map { "#\($0)" }].compactMap { $0 }.joined(separator: " ")
        case .stage(let name): name.map { readable($0) } ?? "none"
        case .end(let name): name
        case .finish(let reason): reason?.rawValue ?? "none"
        case .head(let layer, let head): "head(\(layer), \(head))"
        case .range(let low, let high): "\(low)..\(high)"
        case .tokenSet(let count): say("\(count) tokens", "\(count) 個詞元")
        case .unknown(let reason): say("unknown: ", "未知：") + reason.phrase[language]
        }
    }

    /// Six significant digits are enough to compare by eye and few enough to read.
    private func plainOrShort(_ value: Double) -> String {
        let size = abs(value)
        if value == value.rounded(), size < 1e15 { return plain(value) }
        if size >= 1000 { return fixed(value, 2) }
        if size < 0.0001 { return short(value) }
        return fixed(value, size >= 100 ? 3 : size >= 10 ? 4 : size >= 1 ? 5 : 6)
    }

    public func lines(_ answered: Answered) -> [String] {
        let front = answered.id.map { "\($0): " } ?? ""
        return wrapped(front + readable(answered.source) + " = " + text(answered.answer), to: width)
            + notes(answered.notes)
    }

    private func asserted(_ answered: Answered, _ holds: Bool) -> [String] {
        let verdict = holds ? say("holds: ", "成立：") : say("assertion failed: ", "不成立：")
        var line = verdict + readable(answered.source)
        if case .unknown(let reason) = answered.answer.value {
            line += say(" (unknown: ", "（未知：") + reason.phrase[language] + say(")", "）")
        }
        return wrapped(line, to: width) + notes(answered.notes)
    }

    func line(_ point: Breakpoint) -> String {
        var line = say("breakpoint \(point.id): ", "中斷點 \(point.id)：") + readable(point.question.source)
        if point.isTemporary { line += say(" (once)", "（一次）") }
        return clipped(line, to: width)
    }

    /// A branch in words: what it shares, what was changed in it.
    public func lines(_ branch: Branch) -> [String] {
        var line = say("branch \(branch.id)", "分支 \(branch.id)") + (branch.name.map { " " + readable($0) } ?? "")
        if let parent = branch.parent {
            line += say(
                ": shares \(branch.sharedSteps) step\(branch.sharedSteps == 1 ? "" : "s") with branch \(parent)",
                "：與分支 \(parent) 共用 \(branch.sharedSteps) 步")
        }
        if !branch.changes.isEmpty { line += say("; ", "；") + branch.changes.joined(separator: say(", ", "、")) }
        return wrapped(line, to: width)
    }

    private func file(_ request: FileRequest) -> String {
        let path = request.path.map { readable($0) } ?? "?"
        switch request.kind {
        case .trace: return say("save \(path)", "存檔 \(path)")
        case .export(let format): return say("export \(format.rawValue) \(path)", "匯出 \(format.rawValue) \(path)")
        }
    }

    func lines(_ series: Series) -> [String] {
        let numbers = series.numbers
        let known = numbers.compactMap { $0 }
        let stops = series.stops ? say(" (stops)", "（會停）") : ""
        var line = say("watch \(series.id)\(stops): ", "watch \(series.id)\(stops)：") + readable(series.question.source)
        if let low = known.min(), let high = known.max() {
            let unit = series.question.unit.suffix[language]
            line += "  " + short(low) + "…" + short(high) + (unit.isEmpty ? "" : " " + unit)
        }
        var result = wrapped(line, to: width)
        let spark = sparkline(numbers, width: width - 4)
        if !spark.isEmpty { result.append("  " + spark) }
        // The latest values in words, newest last.
        let recent = series.values.enumerated().suffix(8).map { "\($0.offset): \(text($0.element, short: true))" }
        if !recent.isEmpty { result += wrapped(recent, to: width - 2).map { "  " + $0 } }
        return result + notes(series.notes)
    }

    private func text(_ value: QuestionValue, short isShort: Bool) -> String {
        switch value {
        case .unknown: "?"
        case .number(let number): short(number)
        default: text(value)
        }
    }
}
