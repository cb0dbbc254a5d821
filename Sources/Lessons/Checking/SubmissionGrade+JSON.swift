// Grades as results.json has them, and back: a report is made anew from it, in any language.
public import JSONText
public import Phrases

extension JSONWriter {
    /// `{"file", "student", "score", "points", "counted", "problem", "problemKind", "problemValues", "exercises": [{"id",
    /// "score", "points", "attempts", "right", "misconception", "onWhatCame"}]}`. A bet has no points and is never failed:
    /// it says what share was put on what came.
    public mutating func value(_ grade: SubmissionGrade, file: String, in language: Language) {
        object { json in
            json.member("file", file)
            json.member("student", grade.student)
            json.member("score", grade.score)
            json.member("points", grade.points)
            json.member("counted", grade.isCounted)
            json.member("problem", grade.problem.map { $0.phrase[language] })
            json.member("problemKind", grade.problem?.kept.kind)
            json.array("problemValues") { json in for value in grade.problem?.kept.values ?? [] { json.value(value) } }
            json.array("exercises") { json in
                for exercise in grade.exercises {
                    json.object { json in
                        json.member("id", exercise.id)
                        json.member("score", exercise.score)
                        json.member("points", exercise.points)
                        json.member("attempts", exercise.attempts)
                        json.member("right", exercise.isRight)
                        json.member("misconception", exercise.misconception)
                        json.member("onWhatCame", exercise.onWhatCame)
                    }
                }
            }
        }
    }
}

/// Whether a file's count can be added to as many others as there may be.
private func mayBeAdded(_ count: Int) -> Bool { (0...1_000_000_000).contains(count) }

extension SubmissionGrade {
    /// A submission of results.json; nil for what is none.
    public init?(results tree: JSONValue) {
        guard let student = tree["student"]?.string, let score = tree["score"]?.double,
            let points = tree["points"]?.int, mayBeAdded(points), let list = tree["exercises"]?.array
        else { return nil }
        var exercises: [ExerciseGrade] = []
        for one in list {
            guard let id = one["id"]?.string, let score = one["score"]?.double, let points = one["points"]?.int,
                let attempts = one["attempts"]?.int, mayBeAdded(points), mayBeAdded(attempts),
                case .bool(let isRight)? = one["right"]
            else { return nil }
            exercises.append(
                ExerciseGrade(
                    id: id, score: score, points: points, attempts: attempts, isRight: isRight,
                    misconception: one["misconception"]?.string, onWhatCame: one["onWhatCame"]?.double))
        }
        let values = (tree["problemValues"]?.array ?? []).compactMap { $0.string }
        let kept = tree["problemKind"]?.string.flatMap { SubmissionProblem(kind: $0, values: values) }
        self.init(
            student: student, score: score, points: points,
            problem: kept ?? tree["problem"]?.string.map { .told($0) }, exercises: exercises, lastLink: "")
        isCounted = (tree["counted"]?.bool ?? true) && !exercises.isEmpty
    }
}
