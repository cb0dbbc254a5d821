// Classes made up for tests: every exercise answered on the student's own variant, right and wrong mixed.
import Foundation
import JSONText
import TestTools

@testable import Lessons

struct MadeClass {
    /// The files' texts.
    private(set) var files: [String] = []

    /// - Parameter room: whose variants and answers they are.
    init(_ count: Int, in room: Classroom, state: UInt64 = 5) throws {
        var chance = SplitMix64(state: state)
        var attempts = [[(exercise: String, variant: String, answer: String)]](repeating: [], count: count)
        // Exercise by exercise, so that those of one variant have one run.
        for exercise in room.course.exercises {
            for student in 0..<count {
                let sitting = try room.sit(exercise.id, student: Self.name(student))
                for answer in try Self.answers(to: sitting, &chance) {
                    attempts[student].append((exercise.id, sitting.variant.name, answer))
                }
            }
        }
        for (student, own) in attempts.enumerated() {
            files.append(
                Self.file(Self.name(student), own, room.course.version, language: student % 2 == 0 ? "en" : "zh-TW"))
        }
    }

    static func name(_ student: Int) -> String { "student \(student)" }

    var submissions: [Submission] {
        get throws { try files.map { try Submission(parsing: Array($0.utf8)) } }
    }

    /// Three of five are right at once; the others give a listed wrong answer, and half of them the right one after it.
    private static func answers(to sitting: Sitting, _ chance: inout SplitMix64) throws -> [String] {
        let right = try sitting.referenceAnswer() ?? "?"
        let keys = sitting.exercise.choices.map(\.key)
        if sitting.exercise.kind == "predict" { return [keys.randomElement(using: &chance) ?? right] }
        let draw = Int.random(in: 0..<10, using: &chance)
        if draw < 6 { return [right] }
        var wrong = keys.filter { $0 != right }.randomElement(using: &chance)
        if let check = sitting.exercise.wrong.randomElement(using: &chance) {
            wrong =
                try check.example.map { try sitting.computedAnswer($0) } ?? sitting.kind.example(sitting, check.rule)
        }
        return draw < 8 ? [wrong ?? "?"] : [wrong ?? "?", right]
    }

    /// A submission's text, with a chain that is whole.
    static func file(
        _ student: String, _ attempts: [(exercise: String, variant: String, answer: String)], _ version: String,
        language: String? = nil
    ) -> String {
        var json = JSONWriter()
        var previous = ""
        json.object { json in
            json.member("format", Submission.format)
            json.member("version", 1)
            json.member("course", version)
            json.member("student", student)
            if let language { json.member("language", language) }
            json.array("attempts") { json in
                for (exercise, variant, answer) in attempts {
                    previous = Attempt.link(previous, exercise: exercise, variant: variant, answer: answer)
                    json.object { json in
                        json.member("exercise", exercise)
                        json.member("variant", variant)
                        json.member("answer", answer)
                        json.member("link", previous)
                    }
                }
            }
        }
        return String(decoding: json.bytes, as: UTF8.self)
    }
}

extension Course {
    /// The course with these lessons alone.
    func only(_ numbers: Int...) -> Course {
        Course(title: title, version: version, lessons: lessons.filter { numbers.contains($0.number) })
    }
}
