// Grading: attempts are checked again, whatever a file says of itself; what is broken, edited or another's is named.
import Foundation
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
        #expect(placed.score == 0 && placed.misconception == "fixed-number" && placed.onWhatCame == 0)
    }

    @Test func editsOthersVariantsAndOtherCoursesAreNamed() throws {
        let room = try classroom()
        let whole = try file("cy", [("sliver", "none"), ("sliver", "share")], in: room)
        let edited = try grade(whole.replacing("\"share\"", with: "\"one\""), in: room)
        #expect(edited.problem?.phrase.english.contains("attempt 2") == true)
        let others = try grade(try file("cy", [("edge", "3")], in: room, variantsOf: "dee"), in: room)
        #expect(others.problem?.phrase.english.contains("another student's variant") == true && others.score == 0)
        let old = try grade(try file("cy", [("sliver", "one")], in: room, course: "0"), in: room)
        #expect(old.problem?.phrase.english.contains("version 0") == true)
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
            do throws(SubmissionProblem) {
                let grade = room.grade(try Submission(parsing: bytes))
                #expect(grade.score <= Double(grade.points))
            } catch {
                #expect(!error.phrase.english.isEmpty && !error.phrase.chinese.isEmpty)
                // What is told in Chinese has no English sentence in it.
                #expect(
                    !error.phrase.chinese.contains { $0.isLetter && $0.isASCII } || error == .noSubmission
                        || error == .incomplete, "\(error.phrase.chinese)")
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

    /// A bet has no points, is never failed, and is told by the share that was put on what came: wherever it is told.
    @Test func betsHaveNoPoints() throws {
        let room = try classroom()
        for exercise in room.course.exercises where exercise.isBet { #expect(exercise.points == 0, "\(exercise.id)") }
        let sitting = try room.sit("bet-kept")
        for (answer, share, score) in [
            ("more", 1, 1), ("same", 0, 0), ("more 50%, same 25%, fewer 25%", 0.5, 1 + log(0.5) / log(3)),
        ] {
            let verdict = try room.check(sitting, answer)
            let onWhatCame = try #require(verdict.onWhatCame)
            #expect(verdict.isRight && abs(onWhatCame - share) < 1e-12, "\(answer)")
            #expect(abs(verdict.score - score) < 1e-12, "\(answer)")
            let grade = try grade(try file("bo", [("bet-kept", answer)], in: room), in: room)
            let own = try #require(grade.exercises.first { $0.id == "bet-kept" })
            #expect(grade.score == 0 && own.isRight && own.score == 0 && own.points == 0 && own.onWhatCame == share)
            let report = try #require(classReport(room.course, [grade]).first { $0.id == "bet-kept" })
            #expect(report.onWhatCame == share && report.shareRight == nil && report.commonest == nil)
        }
        let lessons = room.course.lessons.reduce(0) { $0 + $1.exercises.reduce(0) { $0 + $1.points } }
        #expect(room.course.points == lessons)
        let text =
            #"{"number":1,"id":"l","minutes":1,"exercises":[{"id":"b","kind":"predict","points":2,"given":{"logits":[1]},"choices":{"a":"true"}}]}"#
        #expect(throws: LessonError.self) {
            try Lesson(JSONValue(parsing: Array(text.utf8)), words: ["title": Phrase("t", "t")])
        }
    }

    /// What is kept of a problem is worded in both languages when it is read back.
    @Test func problemsAreKeptAsKindsAndValues() throws {
        let problems: [SubmissionProblem] = [
            .unreadable(Phrase("cannot", "無法")), .tooLarge(bytes: 9), .noJSON(byte: 2), .cutOff(bytes: 3),
            .noSubmission,
            .otherFormat, .incomplete, .tooManyAttempts(4), .attemptIncomplete(5), .otherVersion("0", now: "1"),
            .edited(attempt: 2), .otherVariant(exercise: "edge"), .faulty(exercise: "edge", Phrase("a", "甲")),
            .tooManyRuns(exercise: "edge"), .unknownExercise("x"), .copied(file: "a.json"), .superseded(file: "b.json"),
        ]
        for problem in problems {
            for language in Language.allCases {
                var json = JSONWriter()
                json.value(SubmissionGrade(unreadable: problem, points: 1), file: "f", in: language)
                let tree = try JSONValue(parsing: json.bytes)
                #expect(tree["problem"]?.string == problem.phrase[language])
                let read = try #require(SubmissionGrade(results: tree))
                #expect(read.problem == problem && !read.isCounted && tree["counted"]?.bool == false, "\(problem)")
            }
            #expect(problem.phrase.english != problem.phrase.chinese)
        }
        let exercise = #"{"id":"sliver","score":0,"points":1,"attempts":1,"right":false}"#
        let old = #"{"student":"a","score":0,"points":1,"problem":"it was edited","exercises":[\#(exercise)]}"#
        let read = try #require(SubmissionGrade(results: JSONValue(parsing: Array(old.utf8))))
        #expect(read.problem == .told("it was edited") && read.isCounted)
    }

    /// Of one student's files the newest honest one counts, the others are named; another student's copy is named as well.
    @Test func theNewestHonestFileCounts() throws {
        let room = try classroom()
        let first = try file("amy", [("sliver", "none")], in: room)
        let later = try file("amy", [("sliver", "none"), ("sliver", "one"), ("edge", "9")], in: room)
        let edited = try file("amy", [("sliver", "one"), ("edge", "9"), ("edge", "8"), ("edge", "7")], in: room)
            .replacing("\"8\"", with: "\"6\"")
        let old = try file(
            "amy", [("sliver", "one"), ("edge", "9"), ("edge", "8"), ("edge", "7")], in: room, course: "0")
        let copy = later.replacing("\"amy\"", with: "\"bo\"")
        let files = [("1.json", old), ("2.json", first), ("3.json", later), ("4.json", edited), ("5.json", copy)]
        let handedIn = try files.enumerated().map { place, file in
            HandedIn(file: file.0, changed: Double(place), try grade(file.1, in: room))
        }
        for order in [handedIn, handedIn.reversed()] {
            let grades = Dictionary(uniqueKeysWithValues: zip(order.map(\.file), namingDoubles(order)))
            #expect(grades["3.json"]?.isCounted == true)
            for name in ["1.json", "2.json", "4.json"] { #expect(grades[name]?.isCounted == false, "\(name)") }
            #expect(grades["2.json"]?.problem == .superseded(file: "3.json"))
            #expect(grades["4.json"]?.problem == .edited(attempt: 3))
            // bo's variants are others than amy's, but for the exercise that has none.
            #expect(grades["5.json"]?.isCounted == true && grades["5.json"]?.problem != nil)
            let report = classReport(room.course, order.map { grades[$0.file]! })
            #expect(report.first { $0.id == "sliver" }?.tried == 2)
        }
        // Of two that are alike the later one counts; files without a name are nobody's.
        let twins = [
            HandedIn(file: "a", changed: 2, try grade(first, in: room)),
            HandedIn(file: "b", changed: 1, try grade(first, in: room)),
        ]
        #expect(namingDoubles(twins).map(\.isCounted) == [true, false])
        let nameless = try (0..<2).map {
            HandedIn(
                file: "\($0)", changed: 0,
                try grade(try file("", [("sliver", $0 == 0 ? "one" : "none")], in: room), in: room))
        }
        #expect(namingDoubles(nameless).allSatisfy { $0.isCounted && $0.problem == nil })
    }

    /// Where some lessons were set, these alone make up the score, and answers to the others are no problem.
    @Test func onlyWhatWasSetIsGraded() throws {
        let room = try classroom()
        let course = room.course.setting([try room.course.lesson("8"), try room.course.lesson("test-a")])
        #expect(course.lessons.map(\.number) == [8] && course.forms.count == 1)
        let passes = try #require(try room.sit("passes", student: "amy").referenceAnswer())
        let submission = try Submission(
            parsing: Array(try file("amy", [("sliver", "one"), ("passes", passes)], in: room).utf8))
        let works = course.exercises.map { room.grade($0, of: [submission])[0] }
        let grade = course.grade(submission, works)
        #expect(
            grade.problem == nil && grade.score == 1 && grade.points == course.points
                && grade.points < room.course.points)
        #expect(room.grade(submission).score > 1)
        let strange = try Submission(
            parsing: Array(
                try file("amy", [("sliver", "one")], in: room).replacing("\"sliver\"", with: "\"nothing\"").utf8))
        #expect(course.grade(strange, works).problem == .edited(attempt: 1))
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
