// Breakpoints, watches, displays, and questions asked at the cursor.
internal import Phrases
internal import Traces

extension Debugger {
    // MARK: breakpoints

    func addBreakpoint(_ source: String, temporary: Bool) throws(DebuggingError) -> Outcome {
        let question = try Question(condition: source, in: scope)
        let point = Breakpoint(
            id: nextBreakpointNumber(), question: question, isTemporary: temporary, isEnabled: true, hits: 0)
        breakpoints.append(point)
        return .breakpoint(point)
    }

    /// Refuses the whole list when one number is unknown; an empty list means all.
    private func checked(_ ids: [Int], among known: [Int], _ what: Phrase) throws(DebuggingError) -> [Int] {
        if ids.isEmpty { return known }
        for id in ids where !known.contains(id) {
            let list = known.isEmpty ? "—" : known.map(String.init).joined(separator: ", ")
            throw .command(
                Phrase(
                    "there is no \(what.english) \(id); there are: \(list)", "沒有編號 \(id) 的\(what.chinese)；現有：\(list)"))
        }
        return ids
    }

    private static let breakpointName = Phrase("breakpoint", "中斷點")

    func deleteBreakpoints(_ ids: [Int]) throws(DebuggingError) -> Outcome {
        let gone = try checked(ids, among: breakpoints.map(\.id), Self.breakpointName)
        breakpoints.removeAll { gone.contains($0.id) }
        return .info(.breakpoints(breakpoints))
    }

    func switchBreakpoints(_ ids: [Int], on: Bool) throws(DebuggingError) -> Outcome {
        let switched = try checked(ids, among: breakpoints.map(\.id), Self.breakpointName)
        for place in breakpoints.indices where switched.contains(breakpoints[place].id) {
            breakpoints[place].isEnabled = on
        }
        return .info(.breakpoints(breakpoints))
    }

    // MARK: watches and displays

    func watch(_ source: String) throws(DebuggingError) -> Outcome {
        let watched = WatchedQuestion(id: nextWatchNumber(), question: try Question(source, in: scope))
        watches.append(watched)
        return .series(series(watched))
    }

    func unwatch(_ ids: [Int]) throws(DebuggingError) -> Outcome {
        let gone = try checked(ids, among: watches.map(\.id), Phrase(same: "watch"))
        watches.removeAll { gone.contains($0.id) }
        return .info(.watches(watchedSeries))
    }

    /// The values at every step up to the cursor.
    func series(_ watched: WatchedQuestion) -> Series {
        let values = (0..<(cursor + 1)).map { watched.question.value(at: $0, in: reader) }
        return Series(id: watched.id, question: watched.question, values: values)
    }

    /// All watches with their values so far, for front ends that keep them in view.
    public var watchedSeries: [Series] { watches.map(series) }

    func display(_ source: String?) throws(DebuggingError) -> Outcome {
        guard let source else { return .info(.displays(displayed())) }
        let shown = WatchedQuestion(id: nextDisplayNumber(), question: try Question(source, in: scope))
        displays.append(shown)
        if cursor < 0 { return .said(Phrase("display \(shown.id): \(source)", "display \(shown.id)：\(source)")) }
        return .answered(answered(shown))
    }

    func undisplay(_ ids: [Int]) throws(DebuggingError) -> Outcome {
        let gone = try checked(ids, among: displays.map(\.id), Phrase(same: "display"))
        displays.removeAll { gone.contains($0.id) }
        return .info(.displays(displayed()))
    }

    private func answered(_ shown: WatchedQuestion) -> Answered {
        Answered(
            id: shown.id, source: shown.question.source, answer: shown.question.answer(at: cursor, in: reader))
    }

    /// The displays' answers at the cursor; none at the prompt.
    func displayed() -> [Answered] { cursor < 0 ? [] : displays.map(answered) }

    // MARK: asking

    func needStep() throws(DebuggingError) {
        if cursor >= 0 { return }
        throw .command(
            Phrase("no step has been made yet, so there is nothing to ask; step first", "還沒有任何一步，無從問起；請先 step"))
    }

    func answer(_ source: String) throws(DebuggingError) -> Answered {
        let question = try Question(source, in: scope)
        try needStep()
        return Answered(id: nil, source: source, answer: question.answer(at: cursor, in: reader))
    }

    func assert(_ source: String) throws(DebuggingError) -> Outcome {
        let question = try Question(condition: source, in: scope)
        try needStep()
        let answer = question.answer(at: cursor, in: reader)
        return .asserted(Answered(id: nil, source: source, answer: answer), holds: answer.value.isTrue)
    }

    /// A question whose answer is a token or a text.
    func tokenQuestion(_ source: String) throws(DebuggingError) -> Question {
        let question: Question
        do { question = try Question(source, in: scope) } catch {
            // Someone who types bare words means their text.
            guard isBareText(source, error) else { throw error }
            throw .command(QuestionProblem.bareText(source).phrase)
        }
        if question.type == .token || question.type == .text { return question }
        throw .question(
            source: source, span: 0..<source.utf8.count,
            problem: .wrongType(expected: QuestionType.token.phrase, found: question.type.phrase))
    }

    /// Whether nothing but letters and blanks were typed, and the fault is that they are no names.
    private func isBareText(_ source: String, _ error: DebuggingError) -> Bool {
        guard case .question(_, _, let problem) = error else { return false }
        switch problem {
        case .unknownName, .bareText, .expected: break
        default: return false
        }
        return source.allSatisfy { $0 == " " || $0.isLetter || $0.utf8.count > 1 }
    }

    func token(_ value: QuestionValue) throws(DebuggingError) -> TokenReference {
        switch value {
        case .token(let token): return token
        case .text(let bytes): return TokenReference(id: nil, bytes: bytes)
        case .unknown(let reason): throw .command(reason.phrase)
        default: throw .command(QuestionType.token.phrase)
        }
    }
}
