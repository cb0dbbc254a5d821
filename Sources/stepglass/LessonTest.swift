// A form of the test before and after the course.
internal import ArgumentParser
internal import Lessons
internal import Phrases

struct LessonTest: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "test", abstract: "Give a form of the test: A before the course, B after it.",
        discussion: """
            Example:
              stepglass lesson test --form A
            Answers go to stepglass lesson check. A book holds both forms; stepglass lesson grade reports the gain.
            """)
    @Option(help: "A or B.") var form = "A"
    @Option(help: "Whose variants; without it, the self-paced ones.") var student = ""
    @Flag(help: "Print JSON.") var json = false
    @OptionGroup var options: CourseOptions

    func run() throws {
        try reportingLessons {
            let classroom = try options.classroom()
            let forms = classroom.course.forms
            guard let place = ["A", "B"].firstIndex(of: form.uppercased()), place < forms.count else {
                throw Failure(
                    "there is no form \(readable(form)); the course has \(forms.count == 2 ? "A and B" : "none")",
                    "沒有 \(readable(form)) 這一份；課程有：\(forms.count == 2 ? "A 與 B" : "無")", code: 64)
            }
            for (number, exercise) in forms[place].exercises.enumerated() {
                let sitting = try classroom.sit(exercise.id, student: student)
                if json {
                    printJSON(try sitting.json(in: Console.language))
                    continue
                }
                if number > 0 { printOut("") }
                try LessonView().exercise(sitting, hints: 0)
            }
        }
    }
}
