// The course with what makes its runs: gives an exercise as a student gets it, and checks an answer.
internal import JSONText
internal import Debugging
public import Phrases
public import Traces

/// What a check says.
public struct Verdict: Equatable, Sendable {
    public var isRight: Bool
    /// Of the exercise's points. Of a bet, which has none, 1 + log p ÷ log n: 1 for certainty, 0 for an even guess or worse.
    public var score: Double
    /// The key of a listed wrong answer; nil for one that is not listed, or right.
    public var misconception: String?
    public var feedback: Phrase
    public var hint: Phrase?
    /// Of a bet the share that was put on what came, 0…1; nil where it is none.
    public var onWhatCame: Double?

    public init(
        isRight: Bool, score: Double, misconception: String?, feedback: Phrase, hint: Phrase? = nil,
        onWhatCame: Double? = nil
    ) {
        (self.isRight, self.score, self.misconception) = (isRight, score, misconception)
        (self.feedback, self.hint, self.onWhatCame) = (feedback, hint, onWhatCame)
    }
}

/// A course and the runs made for it. Not for use from two threads at once.
public final class Classroom {
    /// The course.
    public let course: Course
    /// Makes a run; whoever has models does.
    private let makeRun: (LessonRun) throws(LessonError) -> Trace
    /// Secret of the variants.
    private let secret: String
    private var made: [LessonRun: Trace] = [:]
    /// How many runs were made so far.
    private(set) var runsMade = 0
    private var filled: [String: [(name: String, value: String)]] = [:]
    /// Which variants of the exercise that was asked for last pass their guards.
    var guards = GuardMemory()

    /// How many runs are kept.
    private static let limitRuns = 64
    /// How many variants are tried until one passes its guard.
    private static let limitTries = 200
    /// What their runs may cost together, in tokens that go through the model: some seconds with the one that ships. It is
    /// counted for each student anew, whoever was dealt one before.
    private static let limitCost: Int64 = 16_384

    /// A course whose runs `makeRun` makes.
    public init(
        _ course: Course, secret: String = publicSalt, makeRun: @escaping (LessonRun) throws(LessonError) -> Trace
    ) {
        (self.course, self.secret, self.makeRun) = (course, secret, makeRun)
    }

    /// The run, made when it is not at hand.
    public func trace(of run: LessonRun) throws(LessonError) -> Trace {
        if let known = made[run] { return known }
        runsMade += 1
        let trace = try run.record.isEmpty ? makeRun(run) : recorded(run.record)
        if trace.steps.isEmpty {
            throw .run(Phrase("the run has no step", "這次執行沒有任何一步"))
        }
        if made.count >= Self.limitRuns { made = [:] }
        made[run] = trace
        return trace
    }

    /// A run that lies in the course as its record.
    private func recorded(_ text: String) throws(LessonError) -> Trace {
        do throws(TraceError) { return try Trace(parsing: Array(text.utf8)) } catch { throw .run(error.phrase) }
    }

    /// The lesson's values in the order of their names, as its words show them.
    func values(of lesson: Lesson) throws(LessonError) -> [(name: String, value: String)] {
        if let known = filled[lesson.id] { return known }
        var result: [(name: String, value: String)] = []
        for (name, value) in lesson.values {
            guard let run = lesson.run(value.run) else { continue }
            let trace = try trace(of: run)
            guard let step = Int(value.step), trace.steps.indices.contains(step) else {
                throw .broken(path: "values.\(name).step", Phrase("the run has no such step", "這次執行沒有這一步"))
            }
            let question: Question
            do throws(DebuggingError) { question = try Question(value.ask, in: QuestionScope(trace)) } catch {
                throw .broken(path: "values.\(name).ask", error.phrase)
            }
            let found = question.answer(at: step, in: TraceReader(trace), budget: .rule).value
            if case .unknown(let why) = found { throw .broken(path: "values.\(name).ask", why.phrase) }
            result.append((name, shown(found, digits: value.digits)))
        }
        filled[lesson.id] = result
        return result
    }

    /// The words of a screen, filled.
    public func words(_ screen: Screen, of lesson: Lesson) throws(LessonError) -> Phrase {
        let (phrase, values) = (try lesson.words("screen \(screen.id)"), try values(of: lesson))
        return Phrase(
            fill(phrase.english, values), closedUp(fill(phrase.chinese, values.map { ($0.name, inChinese($0.value)) })))
    }

    /// The exercise as that student gets it: the first variant that passes its guard.
    public func sit(_ id: String, student: String = "") throws(LessonError) -> Sitting {
        let (lesson, exercise) = try course.exercise(id)
        return try deal(exercise, of: lesson, to: student).sitting()
    }

    /// The variant of that student: the first that passes its guard. Each is made and guarded once, however many get it.
    func deal(_ exercise: Exercise, of lesson: Lesson, to student: String) throws(LessonError) -> Deal {
        let tries = exercise.vary.isEmpty ? 1 : Self.limitTries
        guards.turn(to: exercise)
        var (tried, cost) = ([Int](), Int64(0))
        for attempt in 0..<tries {
            let variant = Variant(
                exercise, student: student, version: course.version, secret: secret, attempt: attempt)
            var sitting: Sitting?
            let trial: GuardMemory.Trial
            if let known = guards.trials[variant.key] {
                trial = known
            } else {
                (trial, sitting) = try tryOut(variant, of: exercise, lesson)
                guards.trials[variant.key] = trial
            }
            if trial.passes { return Deal(self, lesson, exercise, variant, sitting) }
            if exercise.vary.isEmpty {
                throw .broken(path: exercise.id, Phrase("its guard does not hold", "guard 不成立"))
            }
            for run in trial.runs where !tried.contains(run) {
                tried.append(run)
                cost += guards.costs[run]
            }
            if cost > Self.limitCost { throw .costlyGuard(exercise: exercise.id, runs: tried.count) }
        }
        throw .noVariant(exercise: exercise.id, tries: tries)
    }

    /// Puts a variant in front of nobody to see whether its guard holds.
    private func tryOut(
        _ variant: Variant, of exercise: Exercise, _ lesson: Lesson
    ) throws(LessonError) -> (GuardMemory.Trial, Sitting?) {
        // A variant whose run has not the step it is about is none; where nothing varies, that is told.
        let sitting = try Sitting(lesson, exercise, variant, self)
        let passes = try sitting?.passesGuard() ?? false
        let filled = exercise.filled(variant)
        var runs: [Int] = []
        for run in [filled.run, filled.beside] {
            // At hand, as the sitting has just asked for it, unless a memory that was full has lost it.
            if let run { runs.append(guards.place(of: run, try trace(of: run))) }
        }
        return (GuardMemory.Trial(passes: passes, runs: runs), sitting)
    }

    /// What is told of a wrong answer of which the lesson says nothing.
    static let notYet = Phrase("Not yet: look at the screen once more.", "還不對：再看一次畫面。")
    /// The longest answer that is read.
    public static let limitAnswer = 4_000

    /// Checks an answer as it is typed, or as JSON.
    ///
    /// - Throws: ``LessonError/answer(_:)`` for what is no answer of that kind.
    public func check(_ sitting: Sitting, _ answer: String) throws(LessonError) -> Verdict {
        if answer.utf8.count > Self.limitAnswer {
            throw .answer(
                Phrase("an answer has at most \(Self.limitAnswer) bytes", "答案最多 \(Self.limitAnswer) 個位元組"))
        }
        let read = try sitting.kind.read(sitting, answer)
        let judgement = try sitting.kind.judge(sitting, read)
        let key = judgement.misconception.map { "is \($0)" } ?? (judgement.isRight ? "right" : "wrong")
        let standard =
            judgement.isRight
            ? sitting.kind.praise
            : Self.notYet
        let isBet = judgement.onWhatCame != nil
        return Verdict(
            isRight: judgement.isRight, score: judgement.score * (isBet ? 1 : Double(sitting.exercise.points)),
            misconception: judgement.misconception, feedback: try sitting.words(key, of: read) ?? standard,
            hint: judgement.isRight ? nil : try sitting.words("hint 1"), onWhatCame: judgement.onWhatCame)
    }
}

extension Sitting {
    /// How many tolerances a listed wrong number stands from the right one at least.
    private static let distance = 3.0

    /// Whether the variant's answer is robust: its guard holds, listed wrong numbers are far from the right one, and
    /// exactly one choice is right.
    func passesGuard() throws(LessonError) -> Bool {
        if let rule = exercise.guardRule, try !value(of: rule).isTrue { return false }
        if !exercise.choices.isEmpty {
            // Where nothing varies, what is wrong is told rather than passed over.
            if exercise.vary.isEmpty {
                _ = try rightChoice()
            } else {
                var count = 0
                for choice in exercise.choices where try value(of: choice.when).isTrue { count += 1 }
                if count != 1 { return false }
            }
        }
        // Events that stand in their order from the beginning are no exercise.
        if kind === ExerciseKind.order, !arrangesStages,
            try kind.satisfies(self, exercise.right, .order(items))
        {
            return false
        }
        guard kind === ExerciseKind.number,
            case .number(let right) = try value(of: exercise.right, answer: .number(0))
        else { return true }
        var numbers = [right]
        for check in exercise.wrong {
            switch try value(of: check.rule, answer: .number(0)) {
            case .number(let wrong):
                // Each is told from the right one and from the other wrong ones.
                for number in numbers {
                    let larger = max(abs(number), abs(wrong))
                    let own = number == right ? tolerance : try tolerance(of: check.rule, larger)
                    if abs(number - wrong) < max(Self.distance * own, 1e-6) { return false }
                }
                numbers.append(wrong)
            case .unknown: return false
            default: break
            }
        }
        return true
    }

    /// The answer that the lesson itself gives.
    func referenceAnswer() throws(LessonError) -> String? {
        if let reference = exercise.reference { return try computedAnswer(reference) }
        if !exercise.choices.isEmpty { return try rightChoice() }
        return try kind.example(self, exercise.right)
    }

    /// An answer with each `[= question]` in it computed.
    func computedAnswer(_ text: String) throws(LessonError) -> String {
        var result = ""
        var parts = pieces(of: text, between: "[=")
        result = parts.removeFirst()
        for part in parts {
            guard let close = part.firstIndex(of: "]") else { return text }
            switch try value(of: plainSigns(String(part[..<close]))) {
            case .number(let number): result += number == number.rounded() ? fixed(number, 0) : fixed(number, 6)
            case .text(let bytes): result += String(decoding: bytes, as: UTF8.self)
            case .token(let token): result += String(decoding: token.bytes ?? [], as: UTF8.self)
            default: return text
            }
            result += part[part.index(after: close)...]
        }
        return result
    }
}
