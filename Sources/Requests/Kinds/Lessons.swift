// The course in a page: a lesson's screens, its exercises as a student gets them, and what an answer is.
internal import Debugging
internal import Generation
internal import JSONText
internal import Lessons
internal import Phrases
internal import Traces

extension Request {
    /// Attachment 0: the course (`bookCourse`); `model`: what makes its runs.
    static let course = Request("course", "model +course") { (engine, arguments, answer) throws(RequestError) in
        let model = try engine.model(arguments)
        let bytes = try arguments.attachment(0).copied
        let tree: JSONValue
        do throws(JSONError) { tree = try JSONValue(parsing: bytes) } catch {
            throw .request(Phrase("the course is no JSON: \(error)", "課程不是 JSON：\(error)"))
        }
        let course: Course
        do throws(LessonError) { course = try Course(tree) } catch { throw .request(error.phrase) }
        let number = engine.add(
            Classroom(course) { (run) throws(LessonError) in
                try lessonTrace(run, with: run.model.isEmpty ? nil : model)
            })
        answer.json.object { json in
            json.member("course", number)
            json.member("title", course.title)
            json.member("version", course.version)
            json.array("lessons") { json in for lesson in course.lessons { json.value(lesson) } }
            json.array("tests") { json in for form in course.forms { json.value(form) } }
        }
    }

    /// `course`, `lesson` (its id), `screen` (its id). Attachment 0: the trace of its figure, where it has one.
    static let screen = Request("screen", "course lesson screen") { (engine, arguments, answer) throws(RequestError) in
        let classroom = try engine.classroom(arguments)
        let name = try arguments.text("screen")
        do throws(LessonError) {
            let lesson = try classroom.course.lesson(try arguments.lessonText("lesson"))
            guard let screen = lesson.screens.first(where: { $0.id == name }) else {
                throw .unknown(Phrase("there is no screen \(readable(name))", "沒有 \(readable(name)) 這個畫面"))
            }
            let words = try classroom.words(screen, of: lesson)
            let run = screen.figure == "none" ? nil : lesson.run(screen.run)
            let trace = try run.map { (run) throws(LessonError) in try classroom.trace(of: run) }
            answer.json.openObject()
            answer.json.member("words", words)
            answer.json.member("figure", trace == nil ? "none" : screen.figure)
            answer.json.member("step", screen.step)
            if let trace { try answer.attach(trace) }
            answer.json.closeObject()
        } catch {
            throw .request(error.phrase)
        }
    }

    /// `course`, `exercise` (its id), `student`. Attachment 0: the trace of the run it is about, where a figure shows it.
    static let exercise = Request("exercise", "course exercise student?") {
        (engine, arguments, answer) throws(RequestError) in
        let classroom = try engine.classroom(arguments)
        do throws(LessonError) {
            let sitting = try classroom.sit(
                try arguments.lessonText("exercise"), student: try arguments.lessonText("student", or: ""))
            answer.json.openObject()
            answer.json.key("given")
            answer.json.openObject()
            for language in Language.allCases {
                answer.json.key(language.rawValue)
                try answer.json.value(sitting, in: language)
            }
            answer.json.closeObject()
            answer.json.key("hints")
            answer.json.openArray()
            for level in 1...3 { if let hint = try sitting.words("hint \(level)") { answer.json.value(hint) } }
            answer.json.closeArray()
            answer.json.key("tokens")
            answer.json.openArray()
            for token in sitting.trace.prompt.tokens { answer.json.value(label(of: token)) }
            answer.json.closeArray()
            answer.json.member("figure", sitting.exercise.figure)
            answer.json.member("isHidden", sitting.hidesSettings)
            answer.json.member("step", sitting.step)
            if sitting.exercise.figure != "none" { try answer.attach(sitting.shownTrace()) }
            answer.json.closeObject()
        } catch {
            throw .request(error.phrase)
        }
    }

    /// `course`, `exercise`, `student`, `answer` as it is typed or as JSON; `previous`: the link before in the chain of
    /// this student's attempts.
    static let check = Request("check", "course exercise answer student? previous?") {
        (engine, arguments, answer) throws(RequestError) in
        let classroom = try engine.classroom(arguments)
        do throws(LessonError) {
            let (name, text) = (try arguments.lessonText("exercise"), try arguments.lessonText("answer"))
            let sitting = try classroom.sit(name, student: try arguments.lessonText("student", or: ""))
            let verdict = try classroom.check(sitting, text)
            let previous = try arguments.lessonText("previous", or: "")
            answer.json.object { json in
                json.member("right", verdict.isRight)
                json.member("score", verdict.score)
                json.member("misconception", verdict.misconception)
                json.member("feedback", verdict.feedback)
                json.key("hint")
                if let hint = verdict.hint { json.value(hint) } else { json.null() }
                json.member("variant", sitting.variant.name)
                json.member(
                    "link", Attempt.link(previous, exercise: name, variant: sitting.variant.name, answer: text))
            }
        } catch {
            throw .request(error.phrase)
        }
    }
}

/// A token's text; of one that is part of a character its bytes, and not what they complete: that may be asked.
private func label(of token: Token) -> String {
    token.bytes.elementsEqual(token.text.utf8) ? token.text : visible(token.bytes)
}

extension RequestArguments {
    fileprivate func lessonText(_ name: String, or standard: String? = nil) throws(LessonError) -> String {
        if let text = self[name]?.string ?? standard { return text }
        throw .unknown(Phrase("\"\(name)\" must be a text", "「\(name)」必須是文字"))
    }
}

extension Answer {
    /// Puts a run's trace.json beside the answer.
    fileprivate mutating func attach(_ trace: Trace) throws(LessonError) {
        do throws(TraceError) {
            json.member("attachment", attach(try traceJSON(trace)))
        } catch {
            throw .run(error.phrase)
        }
    }
}

extension JSONWriter {
    fileprivate mutating func value(_ lesson: Lesson) {
        object { json in
            json.member("id", lesson.id)
            json.member("number", lesson.number)
            json.member("title", lesson.title)
            json.member("minutes", lesson.minutes)
            json.array("screens") { json in
                for screen in lesson.screens {
                    json.object { json in
                        json.member("id", screen.id)
                        json.array("exercises") { json in for id in screen.exercises { json.value(id) } }
                    }
                }
            }
            json.array("exercises") { json in
                for exercise in lesson.exercises {
                    json.object { json in
                        json.member("id", exercise.id)
                        json.member("kind", exercise.kind)
                        json.member("points", exercise.points)
                    }
                }
            }
        }
    }
}
