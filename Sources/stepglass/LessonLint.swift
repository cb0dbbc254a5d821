// Checks the lessons themselves, all exercises side by side.
internal import ArgumentParser
internal import LessonFiles
internal import Lessons
internal import Phrases

struct LessonLint: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lint", abstract: "Check the lessons themselves: exit 2 when something is wrong.",
        discussion: """
            Example:
              stepglass lesson lint --lessons Lessons --seeds 200
            Every exercise is done as that many students get it: the right answer passes, a blank does not, and each \
            listed wrong answer is caught by its own check. Hidden exercises of the folder are checked as well.
            """)
    @Option(help: "How many students' variants of each exercise are tried.") var seeds = 200
    @OptionGroup var options: CourseOptions

    func validate() throws {
        if seeds < 1 { throw ValidationError(Phrase("--seeds must be at least 1", "--seeds 至少是 1")) }
    }

    func run() throws {
        try reportingLessons {
            var source = options.source
            source.hidden = .included
            let course = try source.course()
            // The words of a lesson, then each of its exercises: a piece of work each.
            let work = course.all.flatMap { lesson in
                [Piece(lesson: lesson, exercise: nil)] + lesson.exercises.map { Piece(lesson: lesson, exercise: $0) }
            }
            let (from, seeds) = (source, seeds)
            let findings = try sideBySide(
                work.count, title: Phrase("checking", "檢查"), unit: Phrase("exercises", "個練習"),
                makeWorker: { try from.classroom() },
                { (classroom, place) in work[place].findings(classroom, seeds: seeds) })
            for (piece, found) in zip(work, findings) {
                for finding in found {
                    printOut(Phrase(same: "\(piece.lesson.id): \(finding.place): ") + finding.what)
                }
            }
            let count = findings.reduce(0) { $0 + $1.count }
            if count > 0 {
                printError(
                    Phrase(
                        "\(count) findings; each line names the lesson, the exercise (and its variant) or the section",
                        "共 \(count) 項；每一行依序是課、練習（與題目）或段落"))
                throw ExitCode(2)
            }
            let exercises = work.count { $0.exercise != nil }
            printOut(
                Phrase(
                    "\(course.lessons.count) lessons, \(exercises) exercises, \(seeds) seeds: nothing is wrong",
                    "\(course.lessons.count) 課、\(exercises) 個練習、\(seeds) 個種子：沒有問題"))
        }
    }

    private struct Piece: Sendable {
        var lesson: Lesson
        var exercise: Exercise?

        func findings(_ classroom: Classroom, seeds: Int) -> [LintFinding] {
            exercise.map { classroom.lint($0, of: lesson, seeds: seeds) } ?? classroom.lintScreens(lesson)
        }
    }
}
