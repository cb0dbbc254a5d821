// The course: its files, and what students hand in.
internal import Classes
internal import Foundation
internal import JSONText
internal import LessonFiles
internal import Lessons
internal import Phrases
internal import Requests
internal import Traces

/// Runs of the course in the program, with the model that ships: more of them than a classroom keeps. To make one is the work
/// of a hundred inputs, so those that are asked for again and again stay when others go: what nobody asked for since the
/// younger half was last full is dropped.
private struct KeptRuns {
    private var young: [LessonRun: Trace] = [:]
    private var old: [LessonRun: Trace] = [:]

    mutating func trace(of run: LessonRun, make: () throws(LessonError) -> Trace) throws(LessonError) -> Trace {
        if let known = young[run] { return known }
        let trace: Trace
        if let known = old[run] { trace = known } else { trace = try make() }
        if young.count >= 500 { (old, young) = (young, [:]) }
        young[run] = trace
        return trace
    }
}

private nonisolated(unsafe) var runs = KeptRuns()

/// A classroom of the course in the program.
private nonisolated(unsafe) let shipped: Classroom = {
    do {
        return Classroom(try Course.shipped()) { (run) throws(LessonError) in
            try runs.trace(of: run) { () throws(LessonError) in
                try lessonTrace(run, with: run.model.isEmpty ? nil : tinyModel)
            }
        }
    } catch { broken("\(error)") }
}()

/// Deals a course's exercises without running a model, and lists what is wrong with it.
private func look(_ course: Course) {
    _ = lessonsJSON(course)
    let room = Classroom(course) { (run) throws(LessonError) in try lessonTrace(run, with: nil) }
    for lesson in course.all.prefix(4) {
        _ = room.lintScreens(lesson)
        for exercise in lesson.exercises.prefix(4) {
            guard let sitting = try? room.sit(exercise.id, student: "ann") else { continue }
            for language in Language.allCases { _ = try? sitting.json(in: language) }
            _ = try? room.check(sitting, "1")
        }
    }
}

/// A lesson's file once for each of its exercises, with nothing but that one on its one screen.
private func exercises(of yaml: String) -> [(id: String, lesson: String)] {
    let marks = (screens: "\nscreens:\n", exercises: "\nexercises:\n", each: "\n  - id: ")
    let parts = yaml.components(separatedBy: marks.exercises)
    guard parts.count == 2, let head = parts[0].components(separatedBy: marks.screens).first else { return [] }
    return ("\n" + parts[1]).components(separatedBy: marks.each).dropFirst().map { block in
        let id = String(block.prefix { $0 != "\n" })
        let screen = "  - {id: only, exercises: [\(id)]}"
        return (id, [head, marks.screens, screen, marks.exercises, String(marks.each.dropFirst()), block].joined())
    }
}

/// The words of one exercise, and of the screen that it stands on.
private func sections(of words: String, about exercise: String) -> String {
    let parts = words.components(separatedBy: "\n## ")
    let kept = parts.dropFirst().filter { $0.prefix { $0 != "\n" }.split(separator: " ").contains { $0 == exercise } }
    return ([parts[0], "screen only\nA.\n"] + kept).joined(separator: "\n## ")
}

/// The same of a lesson as JSON.
private func alone(_ exercise: JSONValue, in lesson: JSONValue) -> JSONValue {
    guard var whole = lesson.object, var tree = lesson["tree"]?.object, let id = exercise["id"]?.string else {
        return lesson
    }
    tree.replace("exercises", .array([exercise]))
    var screen = JSONObject()
    _ = screen.append("id", .string("only"))
    _ = screen.append("exercises", .array([.string(id)]))
    tree.replace("screens", .array([.object(screen)]))
    whole.replace("tree", .object(tree))
    var words = JSONObject()
    for (key, phrase) in lesson["words"]?.object?.members ?? [] {
        let about = key.split(separator: " ")
        if about.count == 1 || about.contains(Substring(id)) { _ = words.append(key, phrase) }
    }
    _ = words.append("screen only", .object(phrase("A.")))
    whole.replace("words", .object(words))
    return .object(whole)
}

private func phrase(_ text: String) -> JSONObject {
    var phrase = JSONObject()
    for language in Language.allCases { _ = phrase.append(language.rawValue, .string(text)) }
    return phrase
}

/// One of few students mostly: each name that is new has exercises of its own, and their runs are made first.
private func student(_ name: String) -> String {
    let sum = name.utf8.reduce(UInt8(0), &+)
    return sum == 0 ? String(name.prefix(8)) : ["ann", "", "陳"][Int(sum % 3)]
}

extension FuzzTarget {
    /// Parts: a file's path in the course's folder, a line end, its text.
    static let lesson = FuzzTarget("lesson") { repository in
        try ["01-the-loop", "07-logits-and-temperature", "11-beam-search", "test-a"].flatMap { folder in
            let isTest = folder.hasPrefix("test")
            let contents =
                "course.yaml\ntitle: {en: \"A\", zh-TW: \"甲\"}\nversion: \"1\"\nlessons: [\(isTest ? "" : folder)]\ntests: [\(isTest ? folder : "")]\n"
            let words = try ["en.md", "zh-TW.md"].map {
                ($0, String(decoding: try file(repository, "Lessons/\(folder)/\($0)"), as: UTF8.self))
            }
            let yaml = String(decoding: try file(repository, "Lessons/\(folder)/lesson.yaml"), as: UTF8.self)
            return exercises(of: yaml).map { exercise in
                let texts =
                    [("lesson.yaml", exercise.lesson)] + words.map { ($0.0, sections(of: $0.1, about: exercise.id)) }
                return joined([Array(contents.utf8)] + texts.map { Array("\(folder)/\($0.0)\n\($0.1)".utf8) })
            }
        }
    } run: { bytes in
        var files: [String: String] = [:]
        for part in fuzzParts(bytes) {
            let file = text(part)
            guard let end = file.firstIndex(of: "\n") else { continue }
            files[String(file[..<end])] = String(file[file.index(after: end)...])
        }
        if let course = try? Course.files(files) { look(course) }
    }

    /// A course as JSON, which a book holds; the same bytes as a pack of exercises.
    static let course = FuzzTarget("course") { _ in
        let whole = try JSONValue(parsing: try bookCourse(folder: nil))
        guard let object = whole.object, let lessons = object["lessons"]?.array else { return [] }
        return lessons.flatMap { lesson in
            (lesson["tree"]?["exercises"]?.array ?? []).map { exercise in
                var one = object
                one.replace("lessons", .array([alone(exercise, in: lesson)]))
                one.replace("tests", .array([]))
                var json = JSONWriter()
                json.value(JSONValue.object(one))
                return json.bytes
            }
        }
    } run: { bytes in
        _ = try? Pack(parsing: Array(bytes), file: "pack.json")
        guard let tree = try? JSONValue(parsing: Array(bytes)), let course = try? Course(tree) else { return }
        look(course)
    }

    static let submission = FuzzTarget("submission") { _ in
        let attempts = shipped.course.exercises.prefix(30).map {
            #"{"exercise":"\#($0.id)","variant":"","answer":"one","at":1,"link":""}"#
        }
        return [
            Array(
                #"{"format":"stepglass-submission","version":1,"student":"ann","course":"1","language":"en","attempts":[\#(attempts.joined(separator: ","))]}"#
                    .utf8)
        ]
    } run: { bytes in
        guard var submission = try? Submission(parsing: Array(bytes)) else { return }
        submission.student = student(submission.student)
        let grade = shipped.grade(submission)
        var json = JSONWriter()
        for language in Language.allCases { json.value(grade, file: "a.json", in: language) }
    }

    /// Parts: an exercise, a student, answers.
    static let answer = FuzzTarget("answer") { _ in
        let answers = [
            ["1", "a"], ["-9223372036854775808", "9223372036854775807"], ["0.5 %", "42 tokens"],
            [#"["a",1]"#, #"{"temperature": 0.7}"#], [#"{"yes": 0.8, "no": 0.2}"#],
        ]
        return shipped.course.exercises.enumerated().flatMap { place, exercise in
            // Each exercise with half of them: libFuzzer crosses the inputs.
            stride(from: place % 2, to: answers.count, by: 2).map { kind in
                joined(([exercise.id, "ann"] + answers[kind]).map { Array($0.utf8) })
            }
        }
    } run: { bytes in
        let parts = fuzzParts(bytes).map { text($0) }
        guard parts.count > 1, let sitting = try? shipped.sit(parts[0], student: student(parts[1])) else {
            return
        }
        for answer in parts.dropFirst(2).prefix(3) { _ = try? shipped.check(sitting, answer) }
    }

    /// What a student or the teacher sends to a class.
    static let command = FuzzTarget("command") { _ in
        [
            #"{"do":"join","room":"K7WM3P","name":"Ann"}"#, #"{"do":"resume","code":"abcd"}"#,
            #"{"do":"enter","secret":"x"}"#,
            #"{"do":"answer","client":"1","exercise":"sliver","answer":"one"}"#, #"{"do":"look","place":"a/b"}"#,
            #"{"do":"lock","on":true}"#, #"{"do":"reveal","exercise":"sliver"}"#,
            #"{"do":"remove","student":1,"on":true}"#,
            #"{"do":"merge","student":1,"into":2}"#, #"{"do":"answers","exercise":"sliver","named":true}"#,
            #"{"do":"grades"}"#,
        ].map { Array($0.utf8) }
    } run: { bytes in
        for role in [Caller.Role.nobody, .student(1), .teacher] {
            _ = try? ClassCommand(parsing: Array(bytes), by: Caller(role, address: "127.0.0.1"))
        }
    }
}
