// Many submissions together: graded as each would be alone, with what they share run once; and the report of the class,
// held against NumPy.
import Foundation
import JSONText
import Phrases
import TestTools
import Testing

@testable import LessonFiles
@testable import Lessons

@Suite struct ClassTests {
    private func grades(_ submissions: [Submission], in room: Classroom) -> [SubmissionGrade] {
        let works = room.course.exercises.map { room.grade($0, of: submissions) }
        return submissions.indices.map { place in room.course.grade(submissions[place], works.map { $0[place] }) }
    }

    @Test func togetherAsEachAlone() throws {
        let course = try Course.shipped().only(7, 8, 14)
        let made = try MadeClass(12, in: try classroom(course)).submissions
        let room = try classroom(course)
        let together = grades(made, in: room)
        let single = try classroom(course)
        for (submission, grade) in zip(made, together) {
            #expect(single.grade(submission) == grade)
            #expect(grade.problem == nil && grade.score > 0 && grade.score < Double(grade.points))
        }
        #expect(Set(together.map(\.score)).count > 3)
        // One after the other, what was run for one is forgotten before the next; together nothing is run twice.
        #expect(room.runsMade < single.runsMade, "\(room.runsMade), \(single.runsMade)")
        let twice = try classroom(course)
        _ = grades(made + made, in: twice)
        #expect(twice.runsMade == room.runsMade)
    }

    /// `STEPGLASS_CLASS_SIZE=300 STEPGLASS_CLASS_FOLDER=Class` writes a class of that size to grade with the command.
    @Test func aMadeClassIsReadAndGraded() throws {
        let environment = ProcessInfo.processInfo.environment
        let count = environment["STEPGLASS_CLASS_SIZE"].flatMap(Int.init) ?? 3
        let folder = environment["STEPGLASS_CLASS_FOLDER"]
        let room = try classroom(folder == nil ? try Course.shipped().only(2, 13) : nil)
        let made = try MadeClass(count, in: room)
        if let folder {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            for (student, text) in made.files.enumerated() {
                try Data(text.utf8).write(to: URL(fileURLWithPath: "\(folder)/student-\(student).json"))
            }
            return
        }
        for grade in grades(try made.submissions, in: room) {
            #expect(grade.problem == nil && grade.exercises.allSatisfy { $0.attempts > 0 && $0.feedback != nil })
            #expect(grade.exercises.allSatisfy { $0.isRight || $0.hint != nil })
        }
    }

    /// The limit counts in the course's order, however the work was done.
    @Test func answersThatMakeTooManyRunsAreNotScored() throws {
        let course = try Course.shipped().only(7, 8)
        let submission = try #require(try MadeClass(1, in: try classroom(course)).submissions.first)
        let works = course.exercises.map { exercise in
            var grade = ExerciseGrade(unanswered: exercise, attempts: 20)
            (grade.isRight, grade.score) = (true, 1)
            return ExerciseWork(grade, runs: 50)
        }
        let grade = course.grade(submission, works)
        // 7 × 50 runs are more than 300.
        #expect(grade.score == 7 && grade.exercises.count == works.count)
        #expect(grade.problem?.phrase.english.contains("more than 300 runs; from \(course.exercises[7].id) on") == true)
        #expect(grade.exercises[7].score == 0 && grade.exercises[7].attempts == 20)
    }

    @Test(.needs(.python)) func theReportHoldsAgainstNumPy() throws {
        let course = try Course.shipped().only(8, 9)
        var chance = SplitMix64(state: 11)
        let exercises = course.exercises
        let grades = (0..<40).map { student in
            let own = exercises.map { exercise in
                let attempts = Int.random(in: 0...3, using: &chance)
                let isRight = attempts > 0 && Double.random(in: 0..<1, using: &chance) < Double(student + 5) / 45
                return ExerciseGrade(
                    id: exercise.id, score: isRight ? Double(exercise.points) : 0, points: exercise.points,
                    attempts: attempts, isRight: isRight,
                    misconception: attempts > 1 ? ["a", "b", "c"].randomElement(using: &chance) : nil)
            }
            return SubmissionGrade(
                student: "s\(student)", score: own.reduce(0) { $0 + $1.score }, points: course.points, problem: nil,
                exercises: own, lastLink: "")
        }
        var json = JSONWriter()
        json.array { json in for grade in grades { json.value(grade, file: "f", in: .english) } }
        let folder = try TemporaryFolder()
        let path = try folder.write("grades.json", json.bytes)
        let outcome = try runPython(["-c", Self.script, path])
        let wanted = try JSONValue(parsing: Array(outcome.text.utf8))
        let report = classReport(course, grades)
        #expect(report.count == exercises.count)
        for one in report {
            let reference = try #require(wanted[one.id], "\(outcome.errors)")
            #expect(one.tried == reference["tried"]?.int)
            if course.exercises.first(where: { $0.id == one.id })?.isBet == true {
                #expect(one.shareRight == nil && one.pointBiserial == nil && one.commonest == nil)
                continue
            }
            for (own, name) in [
                (one.shareRight, "right"), (one.meanAttempts, "attempts"), (one.pointBiserial, "correlation"),
            ] {
                let found = try #require(own, "\(one.id) \(name)")
                #expect(abs(found - (try #require(reference[name]?.double))) < 1e-12, "\(one.id) \(name)")
            }
            #expect(one.commonest?.key == reference["commonest"]?.string)
            #expect(one.commonest?.count == reference["count"]?.int)
        }
        // What results.json says is read back.
        let back = try JSONValue(parsing: json.bytes).array?.compactMap { SubmissionGrade(results: $0) } ?? []
        #expect(classReport(course, back) == report)
    }

    private static let script = """
        import json, sys, collections
        import numpy as np
        grades = json.load(open(sys.argv[1]))
        told = {}
        for place in range(len(grades[0]["exercises"])):
            own = [(g["exercises"][place], g["score"] - g["exercises"][place]["score"]) for g in grades]
            own = [one for one in own if one[0]["attempts"] > 0]
            right = np.array([float(e["right"]) for e, _ in own])
            rest = np.array([r for _, r in own])
            thoughts = collections.Counter(e["misconception"] for e, _ in own if e["misconception"])
            key, count = min(thoughts.items(), key=lambda item: (-item[1], item[0]))
            told[own[0][0]["id"]] = {"tried": len(own), "right": float(right.mean()),
                "attempts": float(np.mean([e["attempts"] for e, _ in own])),
                "correlation": float(np.corrcoef(right, rest)[0, 1]), "commonest": key, "count": count}
        print(json.dumps(told))
        """
}
