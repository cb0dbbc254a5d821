// A class checks and grades as `lesson check` and `lesson grade` do: the same answers come to the same.
import CTinyModel
import Generation
import JSONText
import Kernels
import LessonFiles
import Lessons
import ModelFiles
import Phrases
import Requests
import TestTools
import Testing

@testable import Classes

@Suite struct GradeTests {
    /// With the shipped model, opened anew for each room.
    private static func room(_ course: Course) -> sending Classroom {
        var model: LanguageModel?
        return Classroom(course) { (run) throws(LessonError) in
            if run.model.isEmpty { return try lessonTrace(run, with: nil) }
            do {
                if model == nil { model = try tinyModel() }
            } catch { throw .run(Phrase(same: "\(error)")) }
            return try lessonTrace(run, with: model)
        }
    }

    private static func tinyModel() throws -> LanguageModel {
        var files: [String: MappedFile] = [:]
        var index: Int32 = 0
        while let file = sg_tiny_file_at(index), let name = file.pointee.name {
            let bytes = UnsafeRawBufferPointer(start: file.pointee.bytes, count: file.pointee.count)
            files[String(cString: name)] = MappedFile(memory: bytes, name: String(cString: name))
            index += 1
        }
        return try LanguageModel(.folder(ModelFolder(files: files, name: "tiny")), compute: Compute(threads: 1))
    }

    /// Lesson 8; as a test where that is asked.
    private func course(asTest: Bool = false) throws -> Course {
        let whole = try Course.shipped()
        let eight = whole.lessons.filter { $0.number == 8 }
        return Course(
            title: whole.title, version: whole.version, lessons: asTest ? [] : eight, forms: asTest ? eight : [])
    }

    @Test func asAFolderOfSubmissionsIsGraded() throws {
        let course = try course()
        let checker = AnswerChecker(course) { Self.room(course) }
        let folder = try TemporaryFolder()
        let store = try ClassStore.make(folder.path + "/class", name: "7b", course: course.version)
        var limits = ClassLimits()
        limits.answersPerMinute = 10_000
        let live = LiveClass(store, checker, limits: limits)
        let code = try store.facts().room
        let tries: [(String, [String])] = [
            ("bet-kept", ["same", #"{"more": 0.6, "same": 0.4}"#, "more"]),
            ("three-left", ["top-p=0.95", "top-p=0.7", "top-p=0.8"]),
            ("edge", ["1", "2", "3", "4"]), ("orders", ["temperature, top-p", "top-p, temperature"]),
            ("sliver", ["none", "share", "one"]), ("hotter", ["temperature=20", "temperature=0.1"]),
            ("drawn", ["a", "b", "c"]), ("overshoot", ["0.05", "0.1"]), ("sliver", ["one"]),
        ]
        var chance = SplitMix64(state: 4)
        let single = Self.room(course)
        var submissions: [Submission] = []
        for number in 0..<8 {
            let join = #"{"do": "join", "room": "\#(code)", "name": "student \#(number % 3)"}"#
            guard case .joined(let student, _, _) = try live.perform(Array(join.utf8), by: Caller(.nobody, address: ""))
            else { throw MadeClass.Unexpected() }
            var attempts: [(String, String, String)] = []
            for (place, (exercise, answers)) in tries.enumerated() {
                for answer in answers.shuffled(using: &chance).prefix(Int.random(in: 0...3, using: &chance)) {
                    let given = GivenAnswer(client: "\(place)-\(attempts.count)", exercise: exercise, answer: answer)
                    do {
                        let told = try JSONValue(parsing: Array(try live.answer(given, of: student.id).utf8))
                        // The very verdict of `lesson check`.
                        let sitting = try single.sit(exercise, student: student.name)
                        let verdict = try single.check(sitting, answer)
                        #expect(told["right"]?.bool == verdict.isRight && told["score"]?.double == verdict.score)
                        #expect(told["feedback"]?["zh-TW"]?.string == verdict.feedback.chinese)
                        #expect(told["variant"]?.string == sitting.variant.name)
                        attempts.append((exercise, sitting.variant.name, answer))
                    } catch ClassError.refused(.lesson) {
                        // No answer of that kind: kept by neither.
                    }
                }
            }
            submissions.append(try submission(student.name, attempts, course.version))
        }
        let wanted = submissions.map { single.grade($0) }
        let grades = try live.grades()
        #expect(wanted.allSatisfy { $0.problem == nil } && Set(wanted.map(\.score)).count > 1)
        // Bets have no points; what they put on what came is the same in both.
        let bets = wanted.map { grade in grade.exercises.first { $0.id == "bet-kept" }?.onWhatCame }
        #expect(Set(bets).count > 2 && wanted.allSatisfy { $0.exercises.first { $0.id == "bet-kept" }?.score == 0 })
        #expect(grades.map(\.student) == wanted.map(\.student) && grades.map(\.score) == wanted.map(\.score))
        for (own, other) in zip(grades, wanted) {
            var (a, b) = (JSONWriter(), JSONWriter())
            a.value(own, file: "", in: .english)
            b.value(other, file: "", in: .english)
            #expect(String(decoding: a.bytes, as: UTF8.self) == String(decoding: b.bytes, as: UTF8.self))
        }
    }

    private func submission(
        _ student: String, _ attempts: [(String, String, String)], _ version: String
    ) throws -> Submission {
        var (json, previous) = (JSONWriter(), "")
        json.object { json in
            json.member("format", Submission.format)
            json.member("version", 1)
            json.member("course", version)
            json.member("student", student)
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
        return try Submission(parsing: json.bytes)
    }

    /// What an item of a test came to is in the grades and told no student.
    @Test func aTestTellsNobodyWhatWasRight() throws {
        let course = try course(asTest: true)
        let item = try course.exercise("sliver").exercise
        let checker = AnswerChecker(course) { Self.room(course) }
        let folder = try TemporaryFolder()
        let live = LiveClass(
            try ClassStore.make(folder.path + "/class", name: "7b", course: course.version), checker)
        let join = #"{"do": "join", "room": "\#(try live.store.facts().room)", "name": "Ann"}"#
        guard case .joined(let student, _, _) = try live.perform(Array(join.utf8), by: Caller(.nobody, address: ""))
        else { throw MadeClass.Unexpected() }
        for (number, choice) in try checker.choices(item.id).enumerated() {
            let told = try live.answer(
                GivenAnswer(client: "\(number)", exercise: item.id, answer: choice.key), of: student.id)
            #expect(told.contains("\"kept\":true") && !told.contains("right") && !told.contains("feedback"))
        }
        #expect(try live.store.answers().map(\.isRight).filter { $0 }.count == 1)
        #expect(try live.standing(of: student.id).best.allSatisfy { $0.points == 0 })
    }

    @Test func placesOfTheCourse() throws {
        let course = try course()
        let lesson = course.lessons[0]
        let checker = AnswerChecker(course) { Self.room(course) }
        #expect(checker.hasPlace(lesson.id) && checker.hasPlace(lesson.id + "/" + lesson.screens[1].id))
        for place in ["", "/", lesson.id + "/", lesson.id + "/nowhere", "nowhere", "../" + lesson.id] {
            #expect(!checker.hasPlace(place), "\(place)")
        }
    }
}
