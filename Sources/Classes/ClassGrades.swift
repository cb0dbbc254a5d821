// The grades of a class from what its file holds, counted as a folder of submissions is.
public import Lessons
internal import Phrases

extension LiveClass {
    /// Each student's grade, in the order they came; those who were removed are left out.
    public func grades() throws(ClassError) -> [SubmissionGrade] {
        let answers = try store.answers()
        return try store.students().filter { !$0.isRemoved }.map { student in
            var own: [String: [KeptAnswer]] = [:]
            for answer in answers where answer.student == student.id {
                own[answer.exercise, default: []].append(answer)
            }
            return checker.course.grade(
                student: student.name,
                checker.course.exercises.map { exercise in
                    checker.course.grade(exercise, told: (own[exercise.id] ?? []).map(\.verdict))
                })
        }
    }
}

extension KeptAnswer {
    /// The verdict without its words, which grades have none of.
    fileprivate var verdict: Verdict {
        Verdict(isRight: isRight, score: points, misconception: misconception, feedback: Phrase(same: ""))
    }
}
