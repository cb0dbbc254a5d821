// Breakpoints: setting what the client asks for, and judging what held.
internal import Debugging
internal import JSONText
internal import Phrases
internal import Traces

extension Adapter {
    /// Forgets the points of a kind, in the debugger too.
    func forgetPoints(where isGone: (Point.Kind) -> Bool) {
        let known = debugger.currentBreakpoints.map { $0.id }
        for point in points where isGone(point.kind) {
            if point.isData {
                _ = try? debugger.execute(.unwatch([point.number]))
            } else if known.contains(point.number) {
                _ = try? debugger.execute(.delete([point.number]))
            }
        }
        points.removeAll { isGone($0.kind) }
    }

    /// Refuses what ``set(_:question:_:line:source:)`` would refuse for its form: before anything is forgotten.
    func check(_ asked: [Arguments]) throws(AdapterError) {
        for one in asked {
            for name in ["condition", "hitCondition", "logMessage"] { _ = try one.textIfAny(name) }
        }
    }

    /// Sets one point.
    ///
    /// - Parameters:
    ///   - question: what has to hold; for data, what is watched.
    ///   - asked: where the client wrote its condition, how often, and what to tell.
    /// - Returns: what the client hears; a wrong question is a point that is not verified, and why.
    func set(
        _ kind: Point.Kind, question: String, _ asked: Arguments, line: Int? = nil, source: SourceRow? = nil
    ) throws(AdapterError) -> BreakpointRow {
        let condition = try asked.textIfAny("condition").flatMap { $0.isEmpty ? nil : $0 }
        let hitCondition = try asked.textIfAny("hitCondition").flatMap { $0.isEmpty ? nil : $0 }
        let message = try asked.textIfAny("logMessage").flatMap { $0.isEmpty ? nil : $0 }
        let id = nextPoint()
        do throws(DebuggingError) {
            if let hitCondition { _ = try HitCondition.question(hitCondition, hits: 1) }
            if let message { for part in LogMessage(message).questions { _ = try Question(part, in: scope) } }
            var point = Point(id: id, kind: kind, number: 0, hitCondition: hitCondition, message: message)
            if point.isData {
                if let condition { point.condition = try Question(condition: condition, in: scope) }
                guard case .series(let series) = try debugger.execute(.watch(question, stops: true)) else {
                    return refused(id)
                }
                point.number = series.id
            } else {
                // The condition by itself first, so that a fault is told in its own words.
                if let condition { _ = try Question(condition: condition, in: scope) }
                let whole = condition.map { "(\(question)) and (\($0))" } ?? question
                guard case .breakpoint(let made, _) = try debugger.execute(.breakIf(whole, temporary: false)) else {
                    return refused(id)
                }
                point.number = made.id
            }
            points.append(point)
            return BreakpointRow(id: id, isVerified: true, line: line, source: source)
        } catch {
            return BreakpointRow(id: id, isVerified: false, message: shown(error.phrase), line: line, source: source)
        }
    }

    private func refused(_ id: Int) -> BreakpointRow { BreakpointRow(id: id, isVerified: false) }

    var scope: QuestionScope { QuestionScope(debugger.trace) }

    // MARK: judging

    /// Counts what held, tells the messages, and says whether the walk stops here; then the client has heard it.
    func stops(_ numbers: [Int], _ changes: [WatchChange], _ stop: Stop) throws(AdapterError) -> Bool {
        guard let step = stop.place.step else { return false }
        tellText()
        var stopping: [Point] = []
        // What was typed in the console is nobody's point, and stops.
        var isForeign = numbers.contains { number in !points.contains { !$0.isData && $0.number == number } }
        isForeign = isForeign || changes.contains { change in !points.contains { $0.isData && $0.number == change.id } }
        for place in points.indices {
            let point = points[place]
            // A document is a branch's: another branch has no such line, though it has such a step.
            if case .line(let source) = point.kind, RunDocument.place(source)?.branch != stop.place.branch { continue }
            let holds = point.isData ? changes.contains { $0.id == point.number } : numbers.contains(point.number)
            if !holds || point.condition.map({ $0.value(at: step, in: debugger.reader).isTrue }) == false { continue }
            points[place].hits += 1
            if let text = point.hitCondition, !counts(text, points[place].hits, step) { continue }
            if let message = point.message {
                tell(.output(LogMessage(message).text { answer($0, at: step) } + "\n", category: .console))
            } else {
                stopping.append(points[place])
            }
        }
        if stopping.isEmpty && !isForeign { return false }
        tellStop(stopping, changes, stop)
        return true
    }

    private func counts(_ text: String, _ hits: Int, _ step: Int) -> Bool {
        guard let question = try? HitCondition.question(text, hits: hits) else { return true }
        return question.value(at: step, in: debugger.reader).isTrue
    }

    /// The answer to a question in words, or what is wrong with it.
    func answer(_ source: String, at step: Int) -> String {
        do throws(DebuggingError) {
            return TextRenderer(language: language).text(try debugger.answer(source, at: step).answer)
        } catch { return shown(error.phrase) }
    }

    private func tellStop(_ stopping: [Point], _ changes: [WatchChange], _ stop: Stop) {
        let ids = stopping.map { $0.id }
        let renderer = TextRenderer(language: language, width: 200)
        let reason = renderer.lines(stop.reason).joined(separator: "; ")
        for point in stopping {
            switch point.kind {
            case .exception(let filter):
                exception = (filter, reason)
                return arrive(.exception, description: filter.label[language], text: reason, points: ids)
            case .function(let place):
                enter(place.path)
                return arrive(.function, description: place.path.last?.title[language], points: ids)
            case .data: return arrive(.data, description: reason, points: ids)
            case .line: continue
            }
        }
        arrive(changes.isEmpty ? .breakpoint : .data, description: reason, points: ids)
    }

    /// Goes to a place inside the step, as far as the step has it.
    private func enter(_ path: [FrameKind]) {
        for wanted in path {
            guard (try? debugger.execute(.stepIn)) != nil else { return }
            let depth = debugger.place.frames.count
            while let here = debugger.place.frames.last, !here.isAlike(wanted) {
                guard (try? debugger.execute(.step(1))) != nil, debugger.place.frames.count == depth else { return }
            }
        }
    }

    /// Points whose breakpoints a command took away are gone for the client too.
    func forgetDeleted() {
        let known = debugger.currentBreakpoints.map { $0.id }
        let watched = debugger.watchedSeries.map { $0.id }
        let gone = points.filter { !($0.isData ? watched : known).contains($0.number) }
        for point in gone where point.kind != .exception(.mismatch) {
            tell(.breakpoint(BreakpointRow(id: point.id, isVerified: false), reason: "removed"))
            points.removeAll { $0.id == point.id }
        }
    }
}

extension FrameKind {
    /// The same place; a stage by its name.
    fileprivate func isAlike(_ other: FrameKind) -> Bool {
        if case (.stage(_, let a), .stage(_, let b)) = (self, other) { return a == b }
        return self == other
    }
}

/// A message with questions in braces.
struct LogMessage {
    /// Plain text and questions, in turns.
    private var parts: [(text: String, isQuestion: Bool)] = []

    init(_ template: String) {
        var rest = Substring(template.prefix(4096))
        while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
            parts.append((String(rest[..<open]), false))
            parts.append((String(rest[rest.index(after: open)..<close]), true))
            rest = rest[rest.index(after: close)...]
        }
        parts.append((String(rest), false))
    }

    var questions: [String] { parts.filter { $0.isQuestion }.map { $0.text } }

    func text(_ answer: (String) -> String) -> String {
        parts.map { $0.isQuestion ? answer($0.text) : $0.text }.joined()
    }
}
