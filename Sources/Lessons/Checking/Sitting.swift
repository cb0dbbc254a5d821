// One student's variant of one exercise with its recorded run: what every kind asks its questions of.
internal import Debugging
internal import JSONText
public import Phrases
internal import Stages
public import Traces

/// An exercise in front of a student. Not for use from two threads at once.
public final class Sitting {
    /// The lesson it belongs to.
    public let lesson: Lesson
    /// The exercise with the variant's values in the place of its variables.
    public let exercise: Exercise
    /// Which variant this is.
    public let variant: Variant
    /// The recorded run.
    let base: TraceReader
    /// The run that is asked as `mine` where the answer makes none.
    private let beside: TraceReader?
    /// What is to be arranged, as it is shown.
    public private(set) var items: [String] = []
    /// The step it is about.
    public private(set) var step: Int
    let kind: ExerciseKind
    private let classroom: Classroom
    /// How far from the right number an answer may be.
    private(set) var tolerance = 0.0
    /// What the names in a rule are; `answer` is added where a rule may ask it.
    private let scope: QuestionScope
    /// How often an answer asked for a run of its own.
    private(set) var runsAsked = 0

    /// The run that the exercise is about.
    public var trace: Trace { base.trace }

    /// Nil for one of many variants whose run has not the step it is about.
    init?(
        _ lesson: Lesson, _ exercise: Exercise, _ variant: Variant, _ classroom: Classroom
    ) throws(LessonError) {
        guard let kind = ExerciseKind.named(exercise.kind) else {
            throw .broken(path: exercise.id + ".kind", Phrase("there is no such kind", "沒有這個種類"))
        }
        (self.lesson, self.variant, self.classroom, self.kind) = (lesson, variant, classroom, kind)
        self.exercise = exercise.filled(variant)
        base = TraceReader(try classroom.trace(of: self.exercise.run))
        var other: TraceReader?
        if let run = self.exercise.beside { other = TraceReader(try classroom.trace(of: run)) }
        beside = other
        var scope = QuestionScope(base.trace)
        scope.runs = [.base, .mine]
        self.scope = scope
        // A step is a number, or what a question asked of the first step says.
        step = 0
        tolerance = try number(self.exercise.tolerance, "tolerance")
        let found = try number(self.exercise.step, "step")
        guard let whole = Int(exactly: found), base.trace.steps.indices.contains(whole) else {
            if !exercise.vary.isEmpty { return nil }
            throw .broken(
                path: exercise.id + ".step",
                Phrase(
                    "there is no step \(fixed(found, 0)); the run has \(base.trace.steps.count)",
                    "沒有第 \(fixed(found, 0)) 步；這次執行有 \(base.trace.steps.count) 步"))
        }
        step = whole
        if exercise.kind == "order" { items = try itemsToArrange() }
    }

    private func number(_ rule: String, _ member: String) throws(LessonError) -> Double {
        if let plain = Double(rule) { return plain }
        guard case .number(let value) = try value(of: rule, at: 0) else {
            throw .broken(path: "\(exercise.id).\(member)", Phrase("it is no number here", "這裡得不到數字"))
        }
        return value
    }

    /// What a rule gives.
    ///
    /// - Parameters:
    ///   - place: the step that is asked; the exercise's own unless given.
    ///   - mine: the run that the answer made.
    func value(
        of rule: String, at place: Int? = nil, answer: LessonAnswer? = nil, mine: Trace? = nil
    ) throws(LessonError) -> QuestionValue {
        var scope = scope
        scope.answer = answer == nil ? nil : kind.answerType
        let question: Question
        do throws(DebuggingError) { question = try Question(rule, in: scope) } catch {
            throw .broken(
                path: exercise.id, Phrase("\(readable(rule)): ", "\(readable(rule))：") + error.phrase)
        }
        let supplies = QuestionSupplies(
            base: base, mine: mine.map { TraceReader($0) } ?? beside, answer: answer?.supplied)
        return question.answer(at: place ?? step, in: base, budget: .rule, supplies: supplies).value
    }

    /// The run that an answer makes; refused as the command refuses it.
    func made(_ run: LessonRun) throws(LessonError) -> Trace {
        runsAsked += 1
        do throws(LessonError) { return try classroom.trace(of: run) } catch {
            if case .run(let what) = error { throw .answer(what) }
            throw error
        }
    }

    /// A section of the words with its placeholders filled; nil where the lesson has none of that name.
    public func words(_ key: String) throws(LessonError) -> Phrase? { try words(key, of: nil) }

    /// The same for an answer: what its words ask of `mine` is asked of the run that it makes.
    func words(_ key: String, of answer: LessonAnswer?) throws(LessonError) -> Phrase? {
        guard let found = lesson.words["\(exercise.id) \(key)"] else { return nil }
        guard case .run(let run)? = answer, pieces(of: found.english, between: "mine.").count > 1 else {
            return try filled(found)
        }
        // A run that the engine refuses has nothing to tell.
        return try filled(found, mine: try? made(run))
    }

    /// The exercise's own words.
    public func text() throws(LessonError) -> Phrase {
        let found = try lesson.words("exercise \(exercise.id)")
        return try filled(found)
    }

    /// Questions that one text may ask; each is asked anew for each student.
    private static let mostAsked = 100

    /// Variables, the lesson's values, and `{= question}`.
    private func filled(_ phrase: Phrase, mine: Trace? = nil) throws(LessonError) -> Phrase {
        let values = variant.values + (try classroom.values(of: lesson))
        var parts: [String] = []
        for language in Language.allCases {
            let quote = { (value: String) in language == .chinese ? inChinese(value) : value }
            parts.append(
                try computed(fill(phrase[language], values.map { ($0.name, quote($0.value)) }), mine, quote))
        }
        return Phrase(parts[0], closedUp(parts[1]))
    }

    private func computed(
        _ text: String, _ mine: Trace?, _ quote: (String) -> String
    ) throws(LessonError) -> String {
        var parts = pieces(of: text, between: "{=")
        if parts.count > Self.mostAsked {
            throw .broken(
                path: exercise.id,
                Phrase("a text asks more than \(Self.mostAsked) questions", "一段文字裡的問題超過 \(Self.mostAsked) 個"))
        }
        var result = parts.removeFirst()
        for part in parts {
            let ends = pieces(of: part, between: "}")
            result +=
                quote(shown(try value(of: trimmed(ends[0]), mine: mine))) + ends.dropFirst().joined(separator: "}")
        }
        return result
    }
}

/// A text in the quotes of Chinese, as the words around it have them; any other value as it is.
func inChinese(_ value: String) -> String {
    let quote = UInt8(ascii: "\"")
    let bytes = Array(value.utf8)
    guard bytes.count >= 2, bytes.first == quote, bytes.last == quote else { return value }
    return "「" + String(decoding: bytes[1..<(bytes.count - 1)], as: UTF8.self) + "」"
}

/// The text of Chinese without the blanks that stand around a placeholder in a lesson's file: its quotes are as wide as a sign.
func closedUp(_ text: String) -> String {
    pieces(of: pieces(of: text, between: " 「").joined(separator: "「"), between: "」 ").joined(separator: "」")
}

/// A value as the words show it.
func shown(_ value: QuestionValue, digits: Int? = nil) -> String {
    switch value {
    case .number(let number):
        if let digits { return fixed(number, digits) }
        if number == number.rounded() && abs(number) < 1e9 { return fixed(number, 0) }
        // Shares stand in four places under each other; of a size no zeros are told that nobody measured.
        var digits = fixed(number, 4)
        while abs(number) >= 10, digits.hasSuffix("0") { digits.removeLast() }
        return digits
    case .text(let bytes): return "\"" + readable(bytes) + "\""
    case .token(let token): return "\"" + readable(token.bytes ?? []) + "\""
    case .boolean(let truth): return truth ? "true" : "false"
    case .stage(let name): return name ?? "none"
    // What has no answer here.
    default: return "…"
    }
}

extension LessonRun {
    fileprivate func filled(_ fill: (String) -> String) -> LessonRun {
        var result = self
        result.prompt = fill(prompt)
        result.logits = logits.map { fill($0) }
        result.settings = settings.map { Option($0.name, fill($0.value)) }
        return result
    }
}

extension Exercise {
    /// The exercise with a variant's values in the place of its variables.
    func filled(_ variant: Variant) -> Exercise {
        var result = self
        let fill = { (text: String) in variant.fill(text) }
        result.run = run.filled(fill)
        result.beside = beside.map { $0.filled(fill) }
        result.options = options.map { fill($0) }
        result.step = fill(step)
        result.tolerance = fill(tolerance)
        result.choices = choices.map {
            Choice(key: $0.key, when: fill($0.when), misconception: $0.misconception.map { fill($0) })
        }
        result.right = fill(right)
        result.reference = reference.map { fill($0) }
        result.wrong = wrong.map {
            LessonCheck(rule: fill($0.rule), key: $0.key, example: $0.example.map { fill($0) })
        }
        result.guardRule = guardRule.map { fill($0) }
        return result
    }
}
