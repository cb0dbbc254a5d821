// Checks answers as `lesson check` does, on the student's own variant, from many threads.
internal import Threads
internal import JSONText
public import Lessons
public import Phrases

/// An answer with what the course says of it.
public struct CheckedAnswer: Sendable {
    /// Which variant the student has.
    public var variant: String
    public var verdict: Verdict
    /// How sure the student was of each choice; empty where the exercise is no bet.
    public var bet: [(choice: String, share: Double)]
    /// Whether it is an item of a test, which tells nobody what was right.
    public var isTest: Bool

    public init(variant: String, verdict: Verdict, bet: [(choice: String, share: Double)] = [], isTest: Bool = false) {
        (self.variant, self.verdict, self.bet, self.isTest) = (variant, verdict, bet, isTest)
    }

    /// What the student's page is told, as JSON: `{"client", "exercise", "attempt", "variant", "right", "score",
    /// "misconception", "feedback", "hint"}`; of an item of a test the first four and `"kept"` alone.
    func acknowledgement(of given: GivenAnswer, attempt: Int) -> String {
        var json = JSONWriter()
        json.object { json in
            json.member("client", given.client)
            json.member("exercise", given.exercise)
            json.member("attempt", attempt)
            json.member("variant", variant)
            if isTest { return json.member("kept", true) }
            json.member("right", verdict.isRight)
            json.member("score", verdict.score)
            json.member("misconception", verdict.misconception)
            json.member("feedback", verdict.feedback)
            json.key("hint")
            if let hint = verdict.hint { json.value(hint) } else { json.null() }
        }
        return String(decoding: json.bytes, as: UTF8.self)
    }
}

/// The course behind a class. For use from any thread.
public final class AnswerChecker: Sendable {
    /// What is said of an answer to a student of that name.
    public typealias Check = @Sendable (GivenAnswer, String) throws(ClassError) -> CheckedAnswer
    /// The choices of an exercise with their words.
    public typealias Choices = @Sendable (String) throws(ClassError) -> [(key: String, words: Phrase)]

    /// The course.
    public let course: Course
    /// What the course says of an answer: ``Refusal/lesson(_:)`` for what is no answer, or to no exercise.
    public let check: Check
    /// The choices of an exercise; empty where it has none.
    public let choices: Choices

    /// A course that is checked by whatever checks it.
    public init(_ course: Course, check: @escaping Check, choices: @escaping Choices) {
        (self.course, self.check, self.choices) = (course, check, choices)
    }

    /// A course that is checked by its own rules.
    ///
    /// - Parameters:
    ///   - workers: how many answers are checked at the same time.
    ///   - makeClassroom: makes a room of its own for each.
    public convenience init<E>(
        _ course: Course, workers count: Int = 2, makeClassroom: () throws(E) -> sending Classroom
    ) throws(E) {
        var rooms: [Worker] = []
        for _ in 0..<max(1, count) { rooms.append(Worker(try makeClassroom())) }
        let workers = rooms
        let tested = Set(course.forms.flatMap { $0.exercises.map(\.id) })
        self.init(
            course,
            check: { (given, student) throws(ClassError) in
                try worker(given.exercise, of: workers).use { (room) throws(LessonError) in
                    let sitting = try room.sit(given.exercise, student: student)
                    return CheckedAnswer(
                        variant: sitting.variant.name, verdict: try room.check(sitting, given.answer),
                        bet: try sitting.bet(given.answer), isTest: tested.contains(given.exercise))
                }
            },
            choices: { (exercise) throws(ClassError) in
                try worker(exercise, of: workers).use { (room) throws(LessonError) in try room.sit(exercise).choices() }
            })
    }

    /// Whether the course has that place: a lesson's name, or a lesson's and a screen's with a stroke between.
    func hasPlace(_ place: String) -> Bool {
        let parts = place.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let lesson = course.all.first(where: { isSame($0.id, as: parts[0]) }) else { return false }
        return parts.count == 1 || lesson.screens.contains { isSame($0.id, as: parts[1]) }
    }
}

/// A room with its own runs, for one thread after the other.
private final class Worker: Sendable {
    private let room: Guarded<Classroom>

    init(_ room: consuming sending Classroom) { self.room = Guarded(room) }

    func use<R: Sendable>(_ body: (Classroom) throws(LessonError) -> R) throws(ClassError) -> R {
        try room.withLock { (room) throws(ClassError) in
            do throws(LessonError) { return try body(room) } catch { throw .refused(.lesson(error.phrase)) }
        }
    }
}

/// An exercise goes to the same room each time: what its students share is made once.
private func worker(_ exercise: String, of workers: [Worker]) -> Worker {
    let sum = exercise.utf8.reduce(5381 as UInt64) { ($0 << 5) &+ $0 &+ UInt64($1) }
    return workers[Int(sum % UInt64(workers.count))]
}

extension JSONWriter {
    /// `{"en", "zh-TW"}`.
    mutating func value(_ phrase: Phrase) {
        object { json in for language in Language.allCases { json.member(language.rawValue, phrase[language]) } }
    }

    mutating func member(_ name: String, _ phrase: Phrase) {
        key(name)
        value(phrase)
    }
}
