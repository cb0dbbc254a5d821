// The course in the terminal: lists, reads, gives exercises, checks answers, and checks the lessons themselves.
internal import ArgumentParser
internal import JSONText
internal import Lessons
internal import Phrases
internal import Traces

struct LessonCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lesson", abstract: "The course: lessons and exercises, checked by the engine.",
        discussion: """
            Examples:
              stepglass lesson list
              stepglass lesson read 8
              stepglass lesson do edge
              stepglass lesson check edge 3
            """,
        subcommands: [
            LessonList.self, LessonRead.self, LessonDo.self, LessonCheckCommand.self, LessonTest.self, LessonBook.self,
            LessonOpen.self, LessonGrade.self, LessonReport.self, LessonLint.self, LessonNew.self, LessonPack.self,
            LessonExport.self,
        ])
}

/// Runs `body`; what was typed wrong ends with 64.
func reportingLessons(_ body: () throws -> Void) throws {
    do { try body() } catch let error as LessonError {
        switch error {
        case .answer, .unknown: throw Failure(error.phrase, code: 64)
        default: throw Failure(error)
        }
    } catch let exit as ExitCode { throw exit } catch { throw Failure(error) }
}

struct LessonList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the lessons.", discussion: "Example:\n  stepglass lesson list --json")
    @Flag(help: "Print JSON.") var json = false
    @OptionGroup var options: CourseOptions

    func run() throws {
        try reportingLessons {
            let course = try options.classroom().course
            if json { return printJSON(lessonsJSON(course)) }
            printOut(course.title)
            for lesson in course.lessons {
                printOut("")
                printOut(
                    Phrase(same: "\(lesson.number)  ") + lesson.title
                        + Phrase(" (\(lesson.minutes) minutes)", "（\(lesson.minutes) 分鐘）"))
                for exercise in lesson.exercisesByScreen {
                    printOut("   " + padded(exercise.id, to: 20) + " " + exercise.kindTitle[Console.language])
                }
            }
            printOut("")
            let first = course.lessons.first?.number ?? 1
            printOut(Phrase("Read one: stepglass lesson read \(first)", "開始讀：stepglass lesson read \(first)"))
        }
    }
}

struct LessonRead: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "read", abstract: "Read a lesson, screen by screen.",
        discussion: """
            Examples:
              stepglass lesson read 8
              stepglass lesson read 8 --screen 3
            In a terminal it waits at each screen and takes bets; into a file or a pipe it prints all.
            """)
    @Argument(help: "The lesson's number or name.") var lesson: String
    @Option(help: "Only this screen, from 1.") var screen: Int?
    @OptionGroup var options: CourseOptions

    func run() throws {
        try reportingLessons {
            let classroom = try options.classroom()
            let lesson = try classroom.course.lesson(self.lesson)
            if let screen, !(1...lesson.screens.count).contains(screen) {
                let last = lesson.screens.count
                throw Failure(
                    "there is no screen \(screen); the lesson has 1…\(last)", "沒有第 \(screen) 頁；這一課有 1…\(last)", code: 64
                )
            }
            printOut(Terminal.out.style("1", "\(lesson.number)  " + lesson.title[Console.language]))
            for (place, one) in lesson.screens.enumerated() where screen == nil || screen == place + 1 {
                printOut("")
                printOut("— \(place + 1)/\(lesson.screens.count) " + String(repeating: "—", count: 20))
                try show(one, lesson, classroom)
                if screen != nil || !LessonDialogue.isPossible { continue }
                let isLast = place + 1 == lesson.screens.count
                if try !LessonDialogue(classroom).turn(one, of: lesson, isLast: isLast) { break }
            }
        }
    }

    private func show(_ screen: Screen, _ lesson: Lesson, _ classroom: Classroom) throws {
        let view = LessonView()
        view.text(try classroom.words(screen, of: lesson))
        if screen.figure != "none", let run = lesson.run(screen.run) {
            let trace = try classroom.trace(of: run)
            printOut("")
            view.figure(trace, screen.step, screen.figure)
        }
        for id in screen.exercises {
            printOut("")
            view.text(Phrase("Do it: stepglass lesson do \(id)", "動手做：stepglass lesson do \(id)"))
        }
    }
}

struct LessonDo: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "do", abstract: "Give an exercise, and in a terminal take the answer.",
        discussion: """
            Examples:
              stepglass lesson do edge
              stepglass lesson do edge --student amy --hint 2
            Elsewhere the answer goes to lesson check.
            """)
    @Argument(help: "The exercise's name, or a lesson's number for all of its exercises.") var exercise: String
    @Option(help: "Whose variant; without it, the self-paced one.") var student = ""
    @Option(help: "Also give hints up to this one, 1…3.") var hint = 0
    @Flag(help: "Print JSON.") var json = false
    @OptionGroup var options: CourseOptions

    func run() throws {
        try reportingLessons {
            let classroom = try options.classroom()
            var names = [exercise]
            if let lesson = try? classroom.course.lesson(exercise) { names = lesson.exercisesByScreen.map(\.id) }
            for (place, name) in names.enumerated() {
                let sitting = try classroom.sit(name, student: student)
                if json {
                    printJSON(try sitting.json(in: Console.language))
                    continue
                }
                if place > 0 { printOut("") }
                try LessonView().exercise(sitting, hints: hint)
                if LessonDialogue.isPossible, try !LessonDialogue(classroom).answer(sitting) { break }
            }
        }
    }
}

struct LessonCheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Check an answer: exit 0 right, 2 not right, 64 no answer of that kind.",
        discussion: """
            Examples:
              stepglass lesson check edge 3
              stepglass lesson check three-left "top-p=0.95" --json
            A bet is never failed; its score in --json is 1 + log p ÷ log n for the share p that was put on what came of n \
            choices: 1 for certainty, 0 for an even guess or worse. It gives no points.
            """)
    @Argument(help: "The exercise's name.") var exercise: String
    @Argument(parsing: .allUnrecognized, help: "The answer as typed, or JSON.") var answer: [String] = []
    @Option(help: "Whose variant; without it, the self-paced one.") var student = ""
    @Flag(help: "Print JSON.") var json = false
    @OptionGroup var options: CourseOptions

    func run() throws {
        try reportingLessons {
            // What stands behind the answer is read here: an answer may begin with a minus sign.
            let classroom = try options.classroom()
            let sitting = try classroom.sit(exercise, student: student)
            // As elsewhere, `--` says that no options follow; it is no part of what follows it.
            let words = answer.first == "--" ? answer.dropFirst() : answer[...]
            let verdict = try classroom.check(sitting, words.joined(separator: " "))
            if json { printJSON(verdict.json(in: Console.language)) } else { LessonView().verdict(verdict) }
            if !verdict.isRight { throw ExitCode(2) }
        }
    }
}
