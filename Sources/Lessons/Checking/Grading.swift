// Grading: every attempt of a submission is checked again, by the same engine, on the student's own variants.
public import JSONText
public import Phrases

/// What one exercise came to.
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
}

/// What one submission came to.
public struct SubmissionGrade: Equatable, Sendable {
    public var student: String
    public var score: Double
    /// Of all exercises of the course.
    public var points: Int
    /// Why something was not scored, or is doubtful; nil where all is well.
    public var problem: Phrase?
    public var exercises: [ExerciseGrade]
    /// The last link of the chain of attempts: two submissions with the same one are copies.
    public var lastLink: String

    /// A submission that cannot be read.
    public init(unreadable problem: Phrase, points: Int) {
        self.init(student: "", score: 0, points: points, problem: problem, exercises: [], lastLink: "")
    }

    init(
        student: String, score: Double, points: Int, problem: Phrase?, exercises: [ExerciseGrade], lastLink: String
    ) {
        (self.student, self.score, self.points, self.problem) = (student, score, points, problem)
        (self.exercises, self.lastLink) = (exercises, lastLink)
    }
}

extension Course {
    /// The points of all its lessons' exercises; a test is not graded.
    public var points: Int { lessons.reduce(0) { $0 + $1.exercises.reduce(0) { $0 + $1.points } } }
}

extension Classroom {
    /// The attempts at one exercise that are read; further ones change nothing.
    public static let limitAttemptsRead = 20
    /// The runs that the answers of one submission may make.
    static let limitRunsMade = 300

    /// Checks a submission again. What was right at any attempt counts; of a bet the first alone, and of an item of a test,
    /// which tells nobody what was right, the last.
    public func grade(_ submission: Submission) -> SubmissionGrade {
        var problem: Phrase?
        if submission.course != course.version {
            problem = Phrase(
                "it was made with version \(readable(submission.course)) of the course, which is \(course.version)",
                "繳交檔是課程第 \(readable(submission.course)) 版做的，現在是第 \(course.version) 版")
        } else if let place = submission.brokenLink {
            problem = Phrase(
                "its chain of attempts breaks at attempt \(place + 1): it was edited", "作答紀錄從第 \(place + 1) 次起接不上：檔案被改過"
            )
        }
        let runsBefore = runsMade
        var grades: [ExerciseGrade] = []
        for exercise in course.all.flatMap({ $0.exercises }) {
            let own = submission.attempts.filter { $0.exercise == exercise.id }
            if runsMade - runsBefore > Self.limitRunsMade, !own.isEmpty {
                problem = Phrase(
                    "its answers make more than \(Self.limitRunsMade) runs; from \(exercise.id) on it is not scored",
                    "作答要執行超過 \(Self.limitRunsMade) 次；從 \(exercise.id) 起不計分")
                grades.append(unscored(exercise, own.count))
                continue
            }
            let (grade, doubt) = grade(exercise, own, student: submission.student)
            problem = problem ?? doubt
            grades.append(grade)
        }
        let known = Set(grades.map { $0.id })
        if let strange = submission.attempts.first(where: { !known.contains($0.exercise) }) {
            let name = readable(strange.exercise)
            problem = problem ?? Phrase("the course has no exercise \(name)", "課程裡沒有 \(name) 這個練習")
        }
        let counted = Set(course.lessons.flatMap { $0.exercises.map { $0.id } })
        return SubmissionGrade(
            student: submission.student, score: grades.reduce(0) { $0 + (counted.contains($1.id) ? $1.score : 0) },
            points: course.points,
            problem: problem, exercises: grades, lastLink: submission.attempts.last?.link ?? "")
    }

    private func unscored(_ exercise: Exercise, _ attempts: Int) -> ExerciseGrade {
        ExerciseGrade(
            id: exercise.id, score: 0, points: exercise.points, attempts: attempts, isRight: false, misconception: nil)
    }

    private func grade(
        _ exercise: Exercise, _ attempts: [Attempt], student: String
    ) -> (ExerciseGrade, Phrase?) {
        var grade = unscored(exercise, attempts.count)
        if attempts.isEmpty { return (grade, nil) }
        do throws(LessonError) {
            let sitting = try sit(exercise.id, student: student)
            if attempts.contains(where: { $0.variant != sitting.variant.name }) {
                return (
                    grade,
                    Phrase(
                        "\(exercise.id) was answered for another student's variant, and is not scored",
                        "\(exercise.id) 做的是別人的版本，不計分")
                )
            }
            let isBet = sitting.kind === ExerciseKind.predict
            let isTest = course.forms.contains { $0.id == sitting.lesson.id }
            let counted = isTest ? attempts.suffix(1) : attempts.prefix(isBet ? 1 : Self.limitAttemptsRead)
            for attempt in counted where !grade.isRight {
                // What is no answer of its kind is an attempt that was not right.
                guard let verdict = try? check(sitting, attempt.answer) else { continue }
                grade.isRight = verdict.isRight
                grade.score = max(grade.score, verdict.score)
                grade.misconception = grade.misconception ?? verdict.misconception
            }
            return (grade, nil)
        } catch {
            return (grade, error.phrase)
        }
    }
}

extension JSONWriter {
    /// `{"file", "student", "score", "points", "problem", "exercises": [{"id", "score", "points", "attempts", "right",
    /// "misconception"}]}`.
    public mutating func value(_ grade: SubmissionGrade, file: String, in language: Language) {
        object { json in
            json.member("file", file)
            json.member("student", grade.student)
            json.member("score", grade.score)
            json.member("points", grade.points)
            json.member("problem", grade.problem.map { $0[language] })
            json.array("exercises") { json in
                for exercise in grade.exercises {
                    json.object { json in
                        json.member("id", exercise.id)
                        json.member("score", exercise.score)
                        json.member("points", exercise.points)
                        json.member("attempts", exercise.attempts)
                        json.member("right", exercise.isRight)
                        json.member("misconception", exercise.misconception)
                    }
                }
            }
        }
    }
}
