// Lint looks at every variant that a naive search would, each once, and finds the one that is broken.
import JSONText
import Phrases
import Requests
import Testing
import Traces

@testable import LessonFiles
@testable import Lessons

/// A course of one exercise whose variable `n` is 0…59; each value makes another run. `rule` says when the wrong answer
/// n − 1 is caught.
private func course(_ rule: String, guarded: String = "{n} % 7 != 0", seed: String = "{n}") throws -> Course {
    let values = (0..<60).map { "\($0)" }.joined(separator: ",")
    let words = ["title", "screen s", "exercise x", "x is more", "x is less", "x hint 1", "x hint 2", "x hint 3"]
        .map { "\"\($0)\":{\"en\":\"word\",\"zh-TW\":\"字\"}" }.joined(separator: ",")
    let text = """
        {"title":{"en":"t","zh-TW":"t"},"version":"1","tests":[],"lessons":[{"words":{\(words)},"tree":{
        "number":1,"id":"l","minutes":1,
        "runs":{"board":{"logits":[3,2,1],"labels":["A","B","C"],"settings":{"temperature":1}}},
        "screens":[{"id":"s","exercises":["x"]}],
        "exercises":[{"id":"x","kind":"number","given":{"of":"board","settings":{"seed":"\(seed)"}},
        "vary":{"n":[\(values)]},"guard":"\(guarded)","right":"{n}",
        "wrong":[{"is":"{n} + 1","key":"more"},{"is":"\(rule)","key":"less","example":"[= {n} - 1]"}]}]}}]}
        """
    return try Course(JSONValue(parsing: Array(text.utf8)))
}

@Suite struct LintTests {
    /// The values that so many students are dealt, and all that were tried on the way.
    private func dealt(_ course: Course, seeds: Int) throws -> (given: Set<String>, tried: Set<String>) {
        let exercise = try course.exercise("x").exercise
        var (given, tried) = (Set<String>(), Set<String>())
        for seed in 0..<seeds {
            for attempt in 0..<200 {
                let value = Variant(
                    exercise, student: "lint \(seed)", version: "1", secret: publicSalt, attempt: attempt
                ).values[0].value
                tried.insert(value)
                if Int(value)! % 7 != 0 {
                    given.insert(value)
                    break
                }
            }
        }
        return (given, tried)
    }

    @Test func aFaultInOneRareVariantIsFound() throws {
        let (given, _) = try dealt(try course("answer < {n}"), seeds: 200)
        // Whichever of the values it is in.
        for value in given.sorted() {
            let broken = try course("answer < {n} and {n} != \(value)")
            let found = try classroom(broken).lint(broken.lessons[0], seeds: 200)
            #expect(found.count == 1, "\(value): \(found)")
            #expect(found.first?.what.english.contains("less is caught by: none") == true, "\(value): \(found)")
        }
        let whole = try course("answer < {n}")
        #expect(try classroom(whole).lint(whole.lessons[0], seeds: 200).isEmpty)
    }

    @Test func eachVariantIsRunOnce() throws {
        let course = try course("answer < {n}")
        let room = try classroom(course)
        _ = room.lint(course.lessons[0], seeds: 200)
        let (given, tried) = try dealt(course, seeds: 200)
        #expect(given.count > 40 && tried.count > given.count)
        #expect(room.runsMade == tried.count)
        // More seeds that bring nothing new make no run.
        let again = room.runsMade
        _ = room.lint(course.lessons[0], seeds: 200)
        #expect(room.runsMade == again)
    }

    /// What the runs cost is counted, and not how long they take: tokens of prompts, and levels times beams, until they come
    /// to 16,384, whoever was dealt one before.
    @Test func aGuardThatNeverHoldsMakesFewRuns() throws {
        let course = try course("answer < {n}", guarded: "{n} < 0")
        func room() -> Classroom {
            Classroom(course) { (run) throws(LessonError) in
                var trace = try lessonTrace(run, with: nil)
                trace.settings.beams = 8
                trace.steps = Array(repeating: trace.steps[0], count: 64)
                trace.prompt.tokens = Array(repeating: trace.steps[0].token, count: 100)
                return trace
            }
        }
        func runs(of student: String, in room: Classroom) throws -> Int {
            do {
                _ = try room.sit("x", student: student)
            } catch .costlyGuard(_, let runs) { return runs }
            throw LessonError.run(Phrase(same: "\(student) was dealt a variant"))
        }
        let shared = room()
        for student in ["amy", "bo"] {
            let alone = room()
            let count = try runs(of: student, in: alone)
            #expect(count == 16_384 / (100 + 64 * 8) + 1 && alone.runsMade == count)
            #expect(try runs(of: student, in: shared) == count)
        }
    }

    /// A run that all variants have is made once, and costs so.
    @Test func manyVariantsOfOneRunAreTried() throws {
        let text = try course("answer < {n}", guarded: "{n} == 59", seed: "1")
        var made = 0
        let room = Classroom(text) { (run) throws(LessonError) in
            var trace = try lessonTrace(run, with: nil)
            trace.steps = Array(repeating: trace.steps[0], count: 2_000)
            made += 1
            return trace
        }
        for student in 0..<20 {
            #expect(try room.sit("x", student: "\(student)").variant.values[0].value == "59")
        }
        #expect(made == 1)
    }

    @Test func aStudentGetsTheSameVariantWhoeverCameBefore() throws {
        let room = try classroom()
        for exercise in try room.course.lesson("8").exercises {
            for student in ["amy", "bo", "cy"] {
                let alone = try classroom(room.course).sit(exercise.id, student: student).variant
                #expect(try room.sit(exercise.id, student: student).variant == alone)
            }
        }
    }

    @Test func unitsHaveWordsInBothLanguages() throws {
        for exercise in try Course.shipped().exercises {
            let words = try #require(unitWords(exercise.unit), "\(exercise.id): \(exercise.unit)")
            #expect(words.english == exercise.unit)
        }
        #expect(unitWords("tokens")?.chinese == "個詞元" && unitWords("furlongs") == nil)
    }
}
