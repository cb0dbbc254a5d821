// The grades of a class from what its file holds, counted as a folder of submissions is.
public import Lessons
internal import Phrases

extension LiveClass {
    /// Each student's grade, in the order they came; those who were removed are left out.
    public func grades() throws(ClassError) -> [SubmissionGrade] {
        let answers = try store.answers()
        // What a bet put on what came: the same for everybody who placed it.
        var bets: [[String]: Double?] = [:]
        return try store.students().filter { !$0.isRemoved }.map { student in
            var own: [String: [KeptAnswer]] = [:]
            for answer in answers where answer.student == student.id {
                own[answer.exercise, default: []].append(answer)
            }
            return checker.course.grade(
                student: student.name,
                checker.course.exercises.map { exercise in
                    var verdicts = (own[exercise.id] ?? []).map(\.verdict)
                    if exercise.isBet, let first = own[exercise.id]?.first {
                        let key = [exercise.id, first.answer]
                        let share = bets[key] ?? onWhatCame(first, student.name)
                        bets[key] = .some(share)
                        verdicts[0].onWhatCame = share
                    }
                    return checker.course.grade(exercise, told: verdicts)
                })
        }
    }

    private func onWhatCame(_ bet: KeptAnswer, _ student: String) -> Double? {
        let given = GivenAnswer(client: "", exercise: bet.exercise, answer: bet.answer)
        return (try? checker.check(given, student))?.verdict.onWhatCame
    }
}

extension KeptAnswer {
    /// The verdict without its words, which grades have none of.
    fileprivate var verdict: Verdict {
        Verdict(isRight: isRight, score: points, misconception: misconception, feedback: Phrase(same: ""))
    }
}
