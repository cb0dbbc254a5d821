// Grades as results.json has them, and back: a report is made anew from it.
public import JSONText
public import Phrases

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

extension SubmissionGrade {
    /// A submission of results.json; nil for what is none.
    public init?(results tree: JSONValue) {
        guard let student = tree["student"]?.string, let score = tree["score"]?.double,
            let points = tree["points"]?.int, let list = tree["exercises"]?.array
        else { return nil }
        var exercises: [ExerciseGrade] = []
        for one in list {
            guard let id = one["id"]?.string, let score = one["score"]?.double, let points = one["points"]?.int,
                let attempts = one["attempts"]?.int, case .bool(let isRight)? = one["right"]
            else { return nil }
            exercises.append(
                ExerciseGrade(
                    id: id, score: score, points: points, attempts: attempts, isRight: isRight,
                    misconception: one["misconception"]?.string))
        }
        self.init(
            student: student, score: score, points: points, problem: tree["problem"]?.string.map { Phrase(same: $0) },
            exercises: exercises, lastLink: "")
    }
}
