// Grading: attempts are checked again, whatever a file says of itself; what is broken, edited or another's is named.
import JSONText
import Phrases
import TestTools
import Testing

@testable import LessonFiles
@testable import Lessons

@Suite struct GradingTests {
    /// A submission's text, with a chain that is whole.
    private func file(
        _ student: String, _ answers: [(exercise: String, answer: String)], in room: Classroom,
        variantsOf other: String? = nil, course: String? = nil
    ) throws -> String {
        let attempts = try answers.map { exercise, answer in
            (exercise, try room.sit(exercise, student: other ?? student).variant.name, answer)
        }
        return MadeClass.file(student, attempts, course ?? room.course.version)
    }

    private func grade(_ text: String, in room: Classroom) throws -> SubmissionGrade {
        room.grade(try Submission(parsing: Array(text.utf8)))
    }

    @Test func referencesGetAllPoints() throws {
        let room = try classroom()
        var answers: [(exercise: String, answer: String)] = []
        for exercise in try room.course.lesson("8").exercises where exercise.kind != "predict" {
            let sitting = try room.sit(exercise.id, student: "amy")
            answers.append((exercise.id, try #require(try sitting.referenceAnswer())))
        }
        let grade = try grade(try file("amy", answers, in: room), in: room)
        #expect(grade.problem == nil)
        let wanted = try room.course.lesson("8").exercises.filter { $0.kind != "predict" }.reduce(0) { $0 + $1.points }
        #expect(grade.score == Double(wanted))
        #expect(grade.exercises.allSatisfy { $0.isRight == ($0.attempts > 0) })
        #expect(grade.points == room.course.points && grade.points > wanted)
    }

    @Test func theFirstMisconceptionIsKeptAndTheBestAttemptCounts() throws {
        let room = try classroom()
        let grade = try grade(try file("bo", [("sliver", "none"), ("sliver", "one")], in: room), in: room)
        let sliver = try #require(grade.exercises.first { $0.id == "sliver" })
        #expect(sliver.isRight && sliver.attempts == 2 && sliver.misconception == "empty")
        // A bet counts as it was placed first.
        let bet = try self.grade(
            try file("bo", [("bet-kept", "same"), ("bet-kept", "more")], in: room), in: room)
        let placed = try #require(bet.exercises.first { $0.id == "bet-kept" })
        #expect(placed.score == 0 && placed.misconception == "fixed-number")
    }

    @Test func editsOthersVariantsAndOtherCoursesAreNamed() throws {
        let room = try classroom()
        let whole = try file("cy", [("sliver", "none"), ("sliver", "share")], in: room)
        let edited = try grade(whole.replacing("\"share\"", with: "\"one\""), in: room)
        #expect(edited.problem?.english.contains("attempt 2") == true)
        let others = try grade(try file("cy", [("edge", "3")], in: room, variantsOf: "dee"), in: room)
        #expect(others.problem?.english.contains("another student's variant") == true && others.score == 0)
        let old = try grade(try file("cy", [("sliver", "one")], in: room, course: "0"), in: room)
        #expect(old.problem?.english.contains("version 0") == true)
        let strange = try grade(
            whole.replacing("\"exercise\":\"sliver\"", with: "\"exercise\":\"nothing\""), in: room)
        #expect(strange.problem != nil && strange.score == 0)
    }

    /// Random bytes, cut files, deep and long ones: each is refused with a line, or scored; none stops the others.
    @Test func hostileFiles() throws {
        let room = try classroom()
        let good = Array(
            try file("eve", [("sliver", "one"), ("edge", "2"), ("three-left", "top-p=0.9")], in: room).utf8)
        var chance = SplitMix64(state: 7)
        for number in 0..<1_000 {
            var bytes = good
            switch number % 5 {
            case 0:
                bytes = (0..<Int.random(in: 0..<400, using: &chance)).map { _ in
                    UInt8.random(in: 0...255, using: &chance)
                }
            case 1: bytes = Array(good.prefix(Int.random(in: 0..<good.count, using: &chance)))
            case 2:
                for _ in 0..<4 {
                    bytes[Int.random(in: 0..<bytes.count, using: &chance)] = UInt8.random(in: 0...255, using: &chance)
                }
            case 3: bytes = Array(repeating: UInt8(ascii: "["), count: Int.random(in: 1..<60_000, using: &chance))
            default:
                let answer = [
                    "1e999", "(((((", "top-p=1 top-p=1", "9..", "{\"a\":1", String(repeating: "9", count: 3_000),
                ]
                bytes = Array(
                    try file("eve", [("sliver", answer[number / 5 % 6]), ("narrow", answer[number / 5 % 6])], in: room)
                        .utf8)
            }
            do throws(LessonError) {
                let grade = room.grade(try Submission(parsing: bytes))
                #expect(grade.score <= Double(grade.points))
            } catch {
                #expect(!error.phrase.english.isEmpty && !error.phrase.chinese.isEmpty)
            }
        }
    }

    @Test func theReportCountsWhatTheClassDid() throws {
        let room = try classroom()
        let files = [
            try file("a", [("sliver", "none"), ("sliver", "one"), ("hotter", "temperature=20")], in: room),
            try file("b", [("sliver", "none")], in: room),
            try file("c", [("sliver", "share"), ("sliver", "none")], in: room),
            try file("d", [("sliver", "one"), ("hotter", "temperature=20")], in: room),
        ]
        let report = classReport(room.course, try files.map { try grade($0, in: room) })
        let sliver = try #require(report.first { $0.id == "sliver" })
        #expect(sliver.tried == 4 && sliver.shareRight == 0.5 && sliver.meanAttempts == 1.5)
        #expect(sliver.commonest?.key == "empty" && sliver.commonest?.count == 2)
        // a and d were right and have the 2 points of the other exercise, b and c neither: the two go together wholly.
        #expect(abs(try #require(sliver.pointBiserial) - 1) < 1e-12)
        #expect(report.first { $0.id == "edge" }?.shareRight == nil)
    }

    @Test func aBookHoldsNoReferences() throws {
        let text = String(decoding: try bookCourse(folder: nil), as: UTF8.self)
        #expect(
            !text.contains("\"reference\":") && !text.contains("\"example\":")
                && text.contains("\"misconception\"") == false)
        let tree = try JSONValue(parsing: Array(text.utf8))
        let course = try Course(tree)
        #expect(course.lessons.count == (try Course.shipped()).lessons.count)
        let one = try Course(try JSONValue(parsing: try bookCourse(folder: nil, lessons: ["8"])))
        #expect(one.lessons.map(\.number) == [8])
        // What is right is found all the same.
        let room = try classroom(course)
        #expect(try room.check(room.sit("sliver"), "one").isRight)
    }
}
