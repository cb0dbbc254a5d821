// Grading: every attempt of a submission is checked again, by the same engine, on the student's own variants.
public import Phrases

/// What one exercise came to, for one student.
public struct ExerciseGrade: Equatable, Sendable {
    public var id: String
    /// Of the exercise's points.
    public var score: Double
    public var points: Int
    /// How many answers were read.
    public var attempts: Int
    public var isRight: Bool
    /// The key of the listed wrong answer that was given first; nil where none was.
    public var misconception: String?
    /// What is told the student of the answer that was right, or of the first one that was not; nil where none was read.
    public var feedback: Phrase?
    /// What is told of the misconception.
    public var thought: Phrase?
    /// The first hint, where it was not right.
    public var hint: Phrase?
    /// Of a bet the share that was put on what came, 0…1; nil where none was placed.
    public var onWhatCame: Double?
}

/// What one submission came to.
public struct SubmissionGrade: Equatable, Sendable {
    public var student: String
    public var score: Double
    /// Of all exercises of the course.
    public var points: Int
    /// Why something was not scored, or is doubtful; nil where all is well.
    public var problem: SubmissionProblem?
    public var exercises: [ExerciseGrade]
    /// The last link of the chain of attempts: two submissions with the same one are copies.
    public var lastLink: String
    /// What it was done in; nil where the file does not say.
    public var language: Language?
    /// Whether the class's report and tables count it: one that could be read, and of one student's several files only one.
    public var isCounted = true

    /// A submission that cannot be read.
    public init(unreadable problem: SubmissionProblem, points: Int) {
        self.init(student: "", score: 0, points: points, problem: problem, exercises: [], lastLink: "")
        isCounted = false
    }

    init(
        student: String, score: Double, points: Int, problem: SubmissionProblem?, exercises: [ExerciseGrade],
        lastLink: String, language: Language? = nil
    ) {
        (self.student, self.score, self.points, self.problem) = (student, score, points, problem)
        (self.exercises, self.lastLink, self.language) = (exercises, lastLink, language)
    }
}

extension Classroom {
    /// The attempts at one exercise that are read; further ones change nothing.
    public static let limitAttemptsRead = 20
    /// The runs that the answers of one submission may make.
    static let limitRunsMade = 300

    /// Checks a submission again. What was right at any attempt counts; of a bet the first alone, and of an item of a test,
    /// which tells nobody what was right, the last.
    public func grade(_ submission: Submission) -> SubmissionGrade {
        course.grade(submission, course.exercises.map { grade($0, of: [submission])[0] })
    }

    /// Checks what each of many submissions says of one exercise. Whoever has the same variant has the same runs, and what
    /// was answered before is not judged again.
    ///
    /// - Returns: one for each submission, in their order; ``Course/grade(_:_:)`` puts those of all exercises together.
    public func grade(_ exercise: Exercise, of submissions: [Submission]) -> [ExerciseWork] {
        var works: [ExerciseWork] = []
        var groups: [DealGroup] = []
        var known: [String: Int] = [:]
        for (place, submission) in submissions.enumerated() {
            let own = submission.attempts.filter { $0.exercise == exercise.id }
            works.append(ExerciseWork(ExerciseGrade(unanswered: exercise, attempts: own.count)))
            if own.isEmpty { continue }
            do throws(LessonError) {
                let (lesson, exercise) = try course.exercise(exercise.id)
                let deal = try deal(exercise, of: lesson, to: submission.student)
                if own.contains(where: { $0.variant != deal.variant.name }) {
                    works[place].doubt = .otherVariant(exercise: exercise.id)
                } else if let group = known[deal.variant.key] {
                    groups[group].attempts.append((place, own))
                } else {
                    known[deal.variant.key] = groups.count
                    // The exercise as it stands before this student is not kept: its run would be, too.
                    groups.append(DealGroup(student: submission.student, attempts: [(place, own)]))
                }
            } catch {
                works[place].doubt = .faulty(exercise: exercise.id, error.phrase)
            }
        }
        for group in groups { grade(exercise, group, &works) }
        return works
    }

    /// Grades those who have one variant.
    private func grade(_ exercise: Exercise, _ group: DealGroup, _ works: inout [ExerciseWork]) {
        do throws(LessonError) {
            let sitting = try sit(exercise.id, student: group.student)
            var told: [String: Told] = [:]
            for (place, attempts) in group.attempts {
                for attempt in course.counted(attempts, at: exercise) where !works[place].grade.isRight {
                    let one = told[attempt.answer] ?? tell(sitting, attempt.answer)
                    told[attempt.answer] = one
                    works[place].runs += one.runs
                    works[place].grade.count(one.verdict)
                }
            }
        } catch {
            for (place, _) in group.attempts { works[place].doubt = .faulty(exercise: exercise.id, error.phrase) }
        }
    }

    /// What an answer is; what is no answer of its kind is an attempt that was not right.
    private func tell(_ sitting: Sitting, _ answer: String) -> Told {
        let before = sitting.runsAsked
        let verdict = try? check(sitting, answer)
        return Told(verdict: verdict, runs: sitting.runsAsked > before ? 1 : 0)
    }
}

extension Course {
    /// Those of a student's attempts at an exercise that are judged, in their order: of a bet the first, of an item of a test
    /// the last.
    fileprivate func counted<A>(_ attempts: [A], at exercise: Exercise) -> ArraySlice<A> {
        if forms.contains(where: { $0.exercise(exercise.id) != nil }) { return attempts.suffix(1) }
        return attempts.prefix(exercise.kind == ExerciseKind.predict.name ? 1 : Classroom.limitAttemptsRead)
    }

    /// The grade of an exercise where every attempt was judged when it was made.
    ///
    /// - Parameter verdicts: of one student's attempts at it, in their order.
    public func grade(_ exercise: Exercise, told verdicts: [Verdict]) -> ExerciseGrade {
        var grade = ExerciseGrade(unanswered: exercise, attempts: verdicts.count)
        for verdict in counted(verdicts, at: exercise) where !grade.isRight { grade.count(verdict) }
        return grade
    }

    /// The grades of one student together.
    public func grade(student: String, _ grades: [ExerciseGrade]) -> SubmissionGrade {
        SubmissionGrade(
            student: student, score: sum(grades), points: points, problem: nil, exercises: grades, lastLink: "")
    }

    /// What the exercises that count come to.
    func sum(_ grades: [ExerciseGrade]) -> Double {
        let counted = Set(lessons.flatMap { $0.exercises.map { $0.id } })
        return grades.reduce(0) { $0 + (counted.contains($1.id) ? $1.score : 0) }
    }
}

/// Those who have one variant of an exercise: one of them, and each one's place and attempts.
private struct DealGroup {
    var student: String
    var attempts: [(place: Int, attempts: [Attempt])]
}

private struct Told {
    var verdict: Verdict?
    var runs: Int
}

/// What one submission did at one exercise.
public struct ExerciseWork: Sendable {
    var grade: ExerciseGrade
    /// Why it was not scored.
    var doubt: SubmissionProblem?
    /// How many runs its answers made.
    var runs = 0

    init(_ grade: ExerciseGrade, runs: Int = 0) { (self.grade, self.runs) = (grade, runs) }
}

extension ExerciseGrade {
    init(unanswered exercise: Exercise, attempts: Int) {
        self.init(
            id: exercise.id, score: 0, points: exercise.points, attempts: attempts, isRight: false, misconception: nil)
    }

    /// Counts one more attempt.
    fileprivate mutating func count(_ verdict: Verdict?) {
        guard let verdict else { return }
        isRight = verdict.isRight
        // A bet has no points.
        score = max(score, min(Double(points), verdict.score))
        onWhatCame = onWhatCame ?? verdict.onWhatCame
        if verdict.isRight || misconception == nil { (feedback, hint) = (verdict.feedback, verdict.hint) }
        if misconception == nil, let key = verdict.misconception { (misconception, thought) = (key, verdict.feedback) }
    }
}
