// `evaluate`: in the console every command of the debugger; under the pointer a token's ledger; elsewhere a question.
internal import Debugging
internal import JSONText
internal import Phrases
internal import Traces

extension AdapterRequest {
    static let evaluate = AdapterRequest("evaluate") { (adapter, arguments, body) throws(AdapterError) in
        let expression = try arguments.text("expression")
        let frame = try arguments.wholeIfAny("frameId").map { (id) throws(AdapterError) in try adapter.frame(id) }
        let key = frame ?? FrameKey(branch: adapter.debugger.place.branch, beam: nil, depth: 0)
        let before = adapter.snapshot
        let answer: Evaluation
        switch try arguments.textIfAny("context") {
        case "repl": answer = try adapter.carryOut(lines: expression)
        case "hover":
            answer = Evaluation(try adapter.underPointer(expression, arguments, key).joined(separator: "\n"))
        default: answer = Evaluation(try adapter.answer(expression, key))
        }
        body.shown("result", answer.text)
        body.member("variablesReference", 0)
        if answer.isOver { return .tell(adapter.leave()) }
        return answer.isCommand ? .changed(since: before, description: nil) : .nothing
    }
}

/// What an expression came to.
private struct Evaluation {
    var text: String
    var isCommand = false
    /// `quit` ends the session.
    var isOver = false

    init(_ text: String) { self.text = text }
}

extension Adapter {
    /// The answer to a question at a frame's step.
    fileprivate func answer(_ source: String, _ key: FrameKey) throws(AdapterError) -> String {
        let trace = trace(of: key)
        do throws(DebuggingError) {
            let question = try Question(source, in: QuestionScope(trace))
            guard let step = step(of: key) else {
                throw .command(Phrase("there is no step yet; step first", "還沒有任何一步；請先走一步"))
            }
            let reader = isCurrent(key) ? debugger.reader : TraceReader(trace)
            return TextRenderer(language: language).text(question.answer(at: step.index, in: reader))
        } catch { throw .debugger(error.phrase) }
    }

    // MARK: the console

    /// Carries out lines as they are typed; a line that is no command but a question is asked.
    fileprivate func carryOut(lines text: String) throws(AdapterError) -> Evaluation {
        watch()
        defer { unwatch() }
        var told: [String] = []
        var isOver = false
        for (place, line) in text.split(whereSeparator: { $0.isNewline }).enumerated() {
            if place > 0, host.wantsStop() {
                told.append(say("stopped before line \(place + 1); the rest was left", "在第 \(place + 1) 行前停止，其餘未執行"))
                break
            }
            if place == Self.limitLines {
                told.append(say("after \(place) lines the rest was left", "執行 \(place) 行後，其餘未執行"))
                break
            }
            do throws(AdapterError) {
                let outcome = try carryOut(line: String(line))
                told += try words(of: outcome, &isOver)
            } catch {
                // What the lines before it did was done, and must be told.
                if place == 0 { throw error }
                told.append(shown(error.phrase))
                break
            }
            if isOver { break }
        }
        var evaluation = Evaluation(told.joined(separator: "\n"))
        (evaluation.isCommand, evaluation.isOver) = (true, isOver)
        return evaluation
    }

    /// The lines that are carried out of what is pasted at once.
    private static let limitLines = 500

    private func carryOut(line: String) throws(AdapterError) -> Outcome {
        do throws(DebuggingError) { return try debugger.execute(line: line) } catch {
            if case .command = error, (try? Question(line, in: scope)) != nil, (try? parseCommand(line)) == nil {
                return try execute(.print(line))
            }
            let lines = TextRenderer(language: language, width: 100).lines(error)
            throw .debugger(Phrase(same: lines.joined(separator: "\n")))
        }
    }

    private func words(of outcome: Outcome, _ isOver: inout Bool) throws(AdapterError) -> [String] {
        switch outcome {
        case .several(let outcomes):
            var lines: [String] = []
            for outcome in outcomes { lines += try words(of: outcome, &isOver) }
            return lines
        case .language(let chosen): language = chosen
        case .quit: isOver = true
        case .file(let request):
            let line = try host.write(request, language)
            if request.holdsTrace { debugger.noteSaved() }
            return [line]
        default: break
        }
        return TextRenderer(language: language, width: 100).lines(outcome)
    }

    // MARK: under the pointer

    /// The ledger of the token that the pointer is on: by its line where the client says so, else by its text.
    fileprivate func underPointer(
        _ expression: String, _ arguments: Arguments, _ key: FrameKey
    ) throws(AdapterError) -> [String] {
        if let line = try arguments.wholeIfAny("line"), arguments["source"] != nil {
            let (document, form) = try document(try arguments.object("source"))
            if let position = document.position(onLine: lineIn(line), form),
                let lines = ledger(at: position, in: document.trace)
            {
                return lines
            }
        }
        let trace = trace(of: key)
        if let step = step(of: key), let found = step.candidates.first(where: { $0.bytes.isMeant(by: expression) }) {
            return DebugAdapter.ledger(of: found, in: step, language)
        }
        if let position = trace.tokens.lastIndex(where: { $0.bytes.isMeant(by: expression) }),
            let lines = ledger(at: position, in: trace)
        {
            return lines
        }
        return [try answer(expression, key)]
    }

    private func ledger(at position: Int, in trace: Trace) -> [String]? {
        if let index = trace.step(at: position), trace.steps.indices.contains(index) {
            let step = trace.steps[index]
            return step.chosen.map { DebugAdapter.ledger(of: $0, in: step, language) }
        }
        guard trace.prompt.tokens.indices.contains(position) else { return nil }
        return DebugAdapter.ledger(ofPrompt: position, in: trace, language)
    }
}

extension [UInt8] {
    /// Whether a person who points at `text` means these bytes: written out, in quotation marks, or without the blank before.
    fileprivate func isMeant(by text: String) -> Bool {
        // What stands in a line of tokens is as long as a token, in quotation marks or not.
        if text.utf8.count > 6 * count + 16 { return false }
        let bare = Array(text.utf8.filter { $0 != UInt8(ascii: "\"") })
        if bare.isEmpty { return false }
        return self == bare || self == [0x20] + bare || quoted(self) == text
    }
}
