// What a submission came to: its exercises together, and what is doubtful about it; and which of a student's files counts.

extension Course {
    /// All exercises, those of the tests behind those of the lessons.
    public var exercises: [Exercise] { all.flatMap { $0.exercises } }

    /// The points of all its lessons' exercises; a bet has none, and a test is not graded.
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
                problem = .tooManyRuns(exercise: exercise.id)
                grades += zip(exercises, works).dropFirst(grades.count).map {
                    ExerciseGrade(unanswered: $0, attempts: $1.grade.attempts)
                }
                break
            }
            runs += work.runs
            problem = problem ?? work.doubt
            grades.append(work.grade)
        }
        let known = Set(grades.map { $0.id }).union(notSet)
        if let strange = submission.attempts.first(where: { !known.contains($0.exercise) }) {
            problem = problem ?? .unknownExercise(strange.exercise)
        }
        return SubmissionGrade(
            student: submission.student, score: sum(grades), points: points, problem: problem, exercises: grades,
            lastLink: submission.attempts.last?.link ?? "", language: submission.language)
    }

    /// What the file itself gives reason to ask.
    private func doubt(of submission: Submission) -> SubmissionProblem? {
        if submission.course != version { return .otherVersion(submission.course, now: version) }
        return submission.brokenLink.map { .edited(attempt: $0 + 1) }
    }

    /// The course with these of its lessons and forms alone: those that were set. The others' exercises are known, and not
    /// graded.
    public func setting(_ set: [Lesson]) -> Course {
        let ids = Set(set.map { $0.id })
        var result = Course(
            title: title, version: version, lessons: lessons.filter { ids.contains($0.id) },
            forms: forms.filter { ids.contains($0.id) })
        let kept = Set(result.exercises.map { $0.id })
        result.notSet = notSet.union(exercises.map { $0.id }.filter { !kept.contains($0) })
        return result
    }
}

/// A graded file, as far as it says which of a student's files counts.
public struct HandedIn: Sendable {
    public var file: String
    /// Seconds; of two that are alike otherwise, the later one counts.
    public var changed: Double
    public var grade: SubmissionGrade

    public init(file: String, changed: Double, _ grade: SubmissionGrade) {
        (self.file, self.changed, self.grade) = (file, changed, grade)
    }
}

/// Names copies and, of a student who handed in several files, those that do not count. The newest honest one counts: that
/// without a problem and with the most attempts, as a file that is saved later goes on from the earlier ones.
public func namingDoubles(_ handedIn: [HandedIn]) -> [SubmissionGrade] {
    var grades = handedIn.map { $0.grade }
    var (links, students) = ([String: [Int]](), [String: [Int]]())
    for (place, grade) in grades.enumerated() where !grade.exercises.isEmpty {
        if !grade.lastLink.isEmpty { links[grade.lastLink, default: []].append(place) }
        if !grade.student.isEmpty { students[grade.student, default: []].append(place) }
    }
    for places in links.values {
        for place in places where grades[place].problem == nil {
            let other = places.first { grades[$0].student != grades[place].student }
            if let other { grades[place].problem = .copied(file: handedIn[other].file) }
        }
    }
    for places in students.values where places.count > 1 {
        let newest = places.max { isBefore(handedIn[$0], handedIn[$1]) }
        for place in places where place != newest {
            grades[place].isCounted = false
            grades[place].problem = grades[place].problem ?? newest.map { .superseded(file: handedIn[$0].file) }
        }
    }
    return grades
}

/// By what the files themselves say, before what may have become of them.
private func isBefore(_ a: HandedIn, _ b: HandedIn) -> Bool {
    let (first, second) = (a.grade, b.grade)
    if (first.problem == nil) != (second.problem == nil) { return second.problem == nil }
    let counts = [first, second].map { $0.exercises.reduce(0) { $0 + $1.attempts } }
    if counts[0] != counts[1] { return counts[0] < counts[1] }
    return (a.changed, a.file) < (b.changed, b.file)
}
