// Exercises as a quiz that other systems import.
internal import ArgumentParser
internal import Lessons
internal import Phrases

struct LessonExport: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Write choices and numbers as a quiz for Canvas and others (IMS QTI 1.2).",
        discussion: """
            Examples:
              stepglass lesson export --to qti -o quiz.zip --lesson 8
              stepglass lesson export --to qti -o quiz.zip --lang zh-TW --seed 2
            The archive has a quiz for each lesson, in both languages unless --lang names one, with the right answers, what is \
            told of the wrong ones, and the points. Only choices and numbers go: the other kinds need the engine. Another \
            seed gives other numbers. --lesson test-a is form A of the test.
            """)
    @Option(help: ArgumentHelp("The form: qti.", valueName: "form")) var to: String
    @Option(
        name: [.customShort("o"), .customLong("output")],
        help: ArgumentHelp("The archive to write.", valueName: "file.zip"))
    var output = "quiz.zip"
    @Option(
        name: .customLong("lesson"), help: ArgumentHelp("Only this lesson; may be repeated.", valueName: "number"))
    var only: [String] = []
    @Option(help: "Whose variants: any text; every one is another quiz.") var seed = "1"
    @Flag(help: "Replace the file that is there.") var force = false
    @OptionGroup var options: CourseOptions

    func validate() throws {
        if to != "qti" {
            throw ValidationError(
                Phrase("there is no form \(readable(to)); there is: qti", "沒有 \(readable(to)) 這種格式；有：qti"))
        }
    }

    func run() throws {
        try reportingLessons {
            let classroom = try options.classroom()
            let course = classroom.course
            let lessons = try only.isEmpty ? course.lessons : only.map { try course.lesson($0) }
            let languages = options.language.name == nil ? Language.allCases : [Console.language]
            var (quizzes, count, left) = ([Quiz](), 0, 0)
            for lesson in lessons {
                var questions: [QuizQuestion] = []
                for exercise in lesson.exercises {
                    let sitting = try classroom.sit(exercise.id, student: seed)
                    if let key = try sitting.answerKey(in: classroom) {
                        questions.append(QuizQuestion(sitting: sitting, key: key))
                    } else {
                        left += 1
                    }
                }
                if questions.isEmpty { continue }
                count += questions.count
                for language in languages {
                    quizzes.append(
                        Quiz(course: course, lesson: lesson, language: language, seed: seed, questions: questions))
                }
            }
            if quizzes.isEmpty {
                throw Failure(
                    "none of these lessons has a choice or a number; name another with --lesson",
                    "這些課沒有選擇題或數字題；請用 --lesson 另選", code: 64)
            }
            if quizzes.count > 10_000 {
                throw Failure(
                    "an archive takes 10,000 quizzes; name lessons with --lesson", "一個壓縮檔最多 10,000 份測驗；請用 --lesson 選課")
            }
            let archive = zipArchive(try quizArchive(quizzes))
            try writeAtomically(archive, to: output, existing: force ? .isReplaced : .stays)
            printOut(
                Phrase(
                    "\(output): \(quizzes.count) quizzes, \(count) exercises; \(left) of other kinds stay in the book",
                    "\(output)：\(quizzes.count) 份測驗、\(count) 個練習；其他種類的 \(left) 個留在課本裡"))
        }
    }
}
