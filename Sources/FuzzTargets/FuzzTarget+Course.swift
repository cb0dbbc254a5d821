// The course: its files, and what students hand in.
internal import Classes
internal import JSONText
internal import LessonFiles
internal import Lessons
internal import Phrases
internal import Requests

/// A classroom of the course in the program, with the model that ships.
private func classroom(_ course: Course) -> Classroom {
    Classroom(course) { (run) throws(LessonError) in try lessonTrace(run, with: run.model.isEmpty ? nil : tinyModel) }
}

/// That of the course in the program: its runs are made once.
private nonisolated(unsafe) let shipped: Classroom = {
    do { return classroom(try Course.shipped()) } catch { broken("\(error)") }
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

extension FuzzTarget {
    /// Parts: a file's path in the course's folder, a line end, its text.
    static let lesson = FuzzTarget("lesson") { repository in
        try ["01-the-loop", "07-logits-and-temperature", "11-beam-search", "test-a"].map { folder in
            let isTest = folder.hasPrefix("test")
            let contents =
                "course.yaml\ntitle: {en: \"A\", zh-TW: \"甲\"}\nversion: \"1\"\nlessons: [\(isTest ? "" : folder)]\ntests: [\(isTest ? folder : "")]\n"
            let texts = try named(repository, "Lessons/" + folder, "").filter { $0.bytes.count < 40_000 }
            return joined([Array(contents.utf8)] + texts.map { Array((folder + "/" + $0.name + "\n").utf8) + $0.bytes })
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
        return lessons.prefix(5).map { lesson in
            var one = object
            one.replace("lessons", .array([lesson]))
            var json = JSONWriter()
            json.value(JSONValue.object(one))
            return json.bytes
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
        guard let submission = try? Submission(parsing: Array(bytes)) else { return }
        let grade = shipped.grade(submission)
        var json = JSONWriter()
        for language in Language.allCases { json.value(grade, file: "a.json", in: language) }
    }

    /// Parts: an exercise, a student, answers.
    static let answer = FuzzTarget("answer") { _ in
        shipped.course.exercises.map { exercise in
            joined(
                [
                    exercise.id, "", "1", "a", "0.5 %", "42 tokens", #"["a",1]"#, #"{"temperature": 0.7}"#,
                    #"{"yes": 0.8, "no": 0.2}"#,
                ]
                .map { Array($0.utf8) })
        }
    } run: { bytes in
        let parts = fuzzParts(bytes).map { text($0) }
        guard parts.count > 1, let sitting = try? shipped.sit(parts[0], student: String(parts[1].prefix(8))) else {
            return
        }
        for answer in parts.dropFirst(2) { _ = try? shipped.check(sitting, answer) }
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
