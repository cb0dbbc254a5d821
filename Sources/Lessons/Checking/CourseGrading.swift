// What a submission came to: its exercises together, and what is doubtful about it.
internal import Phrases

extension Course {
    /// All exercises, those of the tests behind those of the lessons.
    public var exercises: [Exercise] { all.flatMap { $0.exercises } }

    /// The points of all its lessons' exercises; a test is not graded.
    public var points: Int { lessons.reduce(0) { $0 + $1.exercises.reduce(0) { $0 + $1.points } } }

    /// The grade of a submission.
    ///
    /// - Parameter works: what it did at each of ``exercises``, in their order.
    public func grade(_ submission: Submission, _ works: [ExerciseWork]) -> SubmissionGrade {
        var problem = doubt(of: submission)
        var grades: [ExerciseGrade] = []
        var runs = 0
        for (exercise, work) in zip(exercises, works) {
            // The order is the course's and not that of the work: the same file always gets the same grade.
            if runs > Classroom.limitRunsMade, work.grade.attempts > 0 {
                problem = Phrase(
                    "its answers make more than \(Classroom.limitRunsMade) runs; from \(exercise.id) on it is not scored",
                    "作答要執行超過 \(Classroom.limitRunsMade) 次；從 \(exercise.id) 起不計分")
                grades += zip(exercises, works).dropFirst(grades.count).map {
                    ExerciseGrade(unanswered: $0, attempts: $1.grade.attempts)
                }
                break
            }
            runs += work.runs
            problem = problem ?? work.doubt
            grades.append(work.grade)
        }
        let known = Set(grades.map { $0.id })
        if let strange = submission.attempts.first(where: { !known.contains($0.exercise) }) {
            let name = readable(strange.exercise)
            problem =
                problem
                ?? Phrase(
                    "the course has no exercise \(name); if it is of a pack, grade with --pack",
                    "課程裡沒有 \(name) 這個練習；如果它在練習包裡，評分時請加上 --pack")
        }
        return SubmissionGrade(
            student: submission.student, score: sum(grades), points: points, problem: problem, exercises: grades,
            lastLink: submission.attempts.last?.link ?? "", language: submission.language)
    }

    /// What the file itself gives reason to ask.
    private func doubt(of submission: Submission) -> Phrase? {
        if submission.course != version {
            return Phrase(
                "it was made with version \(readable(submission.course)) of the course, which is \(version)",
                "繳交檔是課程第 \(readable(submission.course)) 版做的，現在是第 \(version) 版")
        }
        return submission.brokenLink.map { place in
            Phrase(
                "its chain of attempts breaks at attempt \(place + 1): it was edited", "作答紀錄從第 \(place + 1) 次起接不上：檔案被改過"
            )
        }
    }
}
