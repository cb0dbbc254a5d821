// Breakpoints, watches, displays, and questions asked at the cursor.
internal import Phrases
internal import Traces

extension Debugger {
    /// Of each kind: every one of them is a question asked at every step.
    static let mostPoints = 100

    private func checkRoom(_ count: Int, _ what: Phrase, goesBy command: CommandName) throws(DebuggingError) {
        if count < Self.mostPoints { return }
        throw .command(
            Phrase(
                "no more than \(count) of one kind can be kept, and there are: let a \(what.english) go first (\(command.rawValue) NUMBER)",
                "\(what.chinese)已有 \(count) 個，到上限了：請先移除一個（\(command.rawValue) 編號）"))
    }

    // MARK: breakpoints

    func addBreakpoint(_ source: String, temporary: Bool) throws(DebuggingError) -> Outcome {
        try checkRoom(breakpoints.count, Self.breakpointName, goesBy: .delete)
        let question = try Question(condition: source, in: scope)
        let point = Breakpoint(
            id: nextBreakpointNumber(), question: question, isTemporary: temporary, isEnabled: true, hits: 0)
        breakpoints.append(point)
        return .breakpoint(point, notes: hints(question, at: nil))
    }

    func ignore(_ id: Int, _ count: Int) throws(DebuggingError) -> Outcome {
        _ = try checked([id], among: breakpoints.map { $0.id }, Self.breakpointName)
        for place in breakpoints.indices where breakpoints[place].id == id { breakpoints[place].ignoring = count }
        if count == 0 {
            return .said(
                Phrase("breakpoint \(id) stops the next time it holds", "中斷點 \(id) 下次成立時就會停下"))
        }
        return .said(
            Phrase(
                "breakpoint \(id) lets \(count) \(count == 1 ? "time" : "times") pass before it stops",
                "中斷點 \(id) 再通過 \(count) 次才停下"))
    }

    /// What the texts of a question should have been, where only their leading blank is at fault.
    func hints(_ question: Question, at step: Int?) -> [Phrase] {
        let maker = lines[current].maker
        let isToken = maker.map { maker in { (text: [UInt8]) in (try? maker.tokenIDs(of: text))?.count == 1 } }
        return question.blankHints(at: step, in: reader, isToken: isToken)
    }

    /// Refuses the whole list when one number is unknown; an empty list means all.
    func checked(_ ids: [Int], among known: [Int], _ what: Phrase) throws(DebuggingError) -> [Int] {
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
    private static let watchName = Phrase(same: "watch")
    private static let displayName = Phrase(same: "display")

    func deleteBreakpoints(_ ids: [Int]) throws(DebuggingError) -> Outcome {
        let gone = try checked(ids, among: breakpoints.map { $0.id }, Self.breakpointName)
        breakpoints.removeAll { gone.contains($0.id) }
        return .info(.breakpoints(breakpoints))
    }

    func switchBreakpoints(_ ids: [Int], on: Bool) throws(DebuggingError) -> Outcome {
        let switched = try checked(ids, among: breakpoints.map { $0.id }, Self.breakpointName)
        for place in breakpoints.indices where switched.contains(breakpoints[place].id) {
            breakpoints[place].isEnabled = on
        }
        return .info(.breakpoints(breakpoints))
    }

    // MARK: watches and displays

    func watch(_ source: String, stops: Bool) throws(DebuggingError) -> Outcome {
        try checkRoom(watches.count, Self.watchName, goesBy: .unwatch)
        let question = try Question(source, in: scope)
        let watched = WatchedQuestion(id: nextWatchNumber(), question: question, stops: stops)
        watches.append(watched)
        var series = series(watched)
        series.notes = hints(question, at: nil)
        return .series(series)
    }

    func unwatch(_ ids: [Int]) throws(DebuggingError) -> Outcome {
        let gone = try checked(ids, among: watches.map { $0.id }, Self.watchName)
        watches.removeAll { gone.contains($0.id) }
        return .info(.watches(watchedSeries))
    }

    /// The values at every step up to the cursor.
    func series(_ watched: WatchedQuestion) -> Series {
        let values = (0..<(cursor + 1)).map { watched.question.value(at: $0, in: reader) }
        return Series(id: watched.id, question: watched.question, values: values, stops: watched.stops)
    }

    /// All watches with their values so far, for front ends that keep them in view.
    public var watchedSeries: [Series] { watches.map(series) }

    func display(_ source: String?) throws(DebuggingError) -> Outcome {
        guard let source else { return .info(.displays(displayed())) }
        try checkRoom(displays.count, Self.displayName, goesBy: .undisplay)
        let shown = WatchedQuestion(id: nextDisplayNumber(), question: try Question(source, in: scope))
        displays.append(shown)
        let text = readable(source)
        if cursor < 0 { return .said(Phrase("display \(shown.id): \(text)", "display \(shown.id)：\(text)")) }
        var answered = answered(shown)
        answered.notes = hints(shown.question, at: cursor)
        return .answered(answered)
    }

    func undisplay(_ ids: [Int]) throws(DebuggingError) -> Outcome {
        let gone = try checked(ids, among: displays.map { $0.id }, Self.displayName)
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
        if trace.run == .score { throw .command(Self.noSteps) }
        if trace.run == .fill { throw .command(Self.noMask(in: trace)) }
        throw .command(
            Phrase("no step has been made yet, so there is nothing to ask; step first", "還沒有任何一步，無從問起；請先 step"))
    }

    func answer(_ source: String) throws(DebuggingError) -> Answered {
        _ = try Question(source, in: scope)
        try needStep()
        return try answer(source, at: cursor)
    }

    func assert(_ source: String) throws(DebuggingError) -> Outcome {
        let question = try Question(condition: source, in: scope)
        try needStep()
        let answer = question.answer(at: cursor, in: reader)
        let notes = answer.value.isTrue ? [] : hints(question, at: cursor)
        return .asserted(
            Answered(id: nil, source: source, answer: answer, notes: notes), holds: answer.value.isTrue)
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
