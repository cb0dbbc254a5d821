// The report of a graded class, from its results.json: in the terminal, and its page made anew.
internal import ArgumentParser
internal import Debugging
internal import JSONText
internal import Lessons
internal import Phrases

struct LessonReport: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Show the report of a graded class, and make its page anew from results.json.",
        discussion: """
            Examples:
              stepglass lesson report Grades
              stepglass lesson report Grades --lang zh-TW
            It is worded in the language that it is asked for, whatever the class was graded in. Strike a submission from results.json (one that was copied, say), and the report is without it. report.html and \
            report.json are written anew; the other files stay as they are.
            """)
    @Argument(help: "The folder that stepglass lesson grade wrote.") var folder: String
    @OptionGroup var options: CourseOptions

    /// 300 submissions have 5 MB.
    private static let limitBytes = 500_000_000

    func run() throws {
        try reportingLessons {
            let room = try options.classroom()
            let (rows, course) = try read(room.course)
            let report = ClassReport(rows, course, room)
            let files = report.files(rows, course, Console.language)
            // Nobody names these files: what a link leads to was not asked for.
            for path in files.map({ folder + "/" + $0.name }) where isLink(path) {
                throw Failure(
                    "\(path) is a link to another file, which stays as it is; remove the link, and ask again",
                    "\(path) 是指向別的檔案的連結，不會覆寫那個檔案；請先移除連結，再執行一次")
            }
            try writeTogether(files, in: folder, existing: .isReplaced)
            show(report, rows, course)
        }
    }

    /// The submissions, and the course with the lessons that were set.
    private func read(_ whole: Course) throws -> ([GradeRow], Course) {
        let path = folder + "/results.json"
        if !fileExists(path) {
            throw Failure(
                "\(folder) has no results.json; give the folder that stepglass lesson grade wrote with -o",
                "\(folder) 裡沒有 results.json；請給 stepglass lesson grade 用 -o 寫出的資料夾", code: 64)
        }
        let tree: JSONValue
        do throws(JSONError) { tree = try JSONValue(parsing: try bytes(path)) } catch {
            throw Failure("\(path) is no JSON: \(error)", "\(path) 不是 JSON，讀不懂；請重新評分")
        }
        guard let list = tree["submissions"]?.array else {
            throw Failure("\(path) has no list submissions", "\(path) 裡沒有 submissions 這一串")
        }
        let set = (tree["set"]?.array ?? []).compactMap { $0.string.flatMap { try? whole.lesson($0) } }
        let rows = try list.enumerated().map { place, one in
            guard let grade = SubmissionGrade(results: one) else {
                throw Failure(
                    "\(path): submission \(place + 1) is not whole; grade the class again",
                    "\(path)：第 \(place + 1) 份不完整；請重新評分")
            }
            return GradeRow(file: one["file"]?.string ?? "", grade: grade)
        }
        return (rows, set.isEmpty ? whole : whole.setting(set))
    }

    private func bytes(_ path: String) throws(JSONError) -> [UInt8] {
        (try? readFile(path, limit: Self.limitBytes)) ?? []
    }

    private func show(_ report: ClassReport, _ rows: [GradeRow], _ course: Course) {
        let doubtful = rows.filter { $0.grade.problem != nil }
        LessonView().text(whatWasSet(course))
        printOut(whatWasHandedIn(rows))
        let head = [
            padded(say("exercise", "練習"), to: 20), padded(say("tried", "作答"), to: 6, right: true),
            padded(say("right", "答對"), to: 7, right: true), padded(say("attempts", "次數"), to: 8, right: true),
            padded(say("p-bis", "點二系列"), to: 8, right: true),
        ]
        let below = say("below: misconception", "下：最常見的迷思")
        let found = Dictionary(report.exercises.map { ($0.id, $0) }) { first, _ in first }
        for lesson in course.all {
            let own = lesson.exercises.compactMap { found[$0.id] }.filter { $0.tried > 0 }
            if own.isEmpty { continue }
            printOut("")
            let isForm = course.forms.contains { $0.id == lesson.id }
            printOut(Phrase(same: isForm ? "" : "\(lesson.number)  ") + lesson.title)
            printOut(Terminal.out.style("1", (head + [" " + below]).joined(separator: " ")))
            for one in own {
                printOut(line(one))
                guard let told = commonest(one, report.thoughts) else { continue }
                let width = min(max(Terminal.out.columns, 60), 80) - 4
                for part in wrapped(told[Console.language], to: width) { printOut("    " + part) }
            }
        }
        if !report.gain.isEmpty {
            printOut("")
            printOut(Phrase("Before and after", "前測與後測"))
            for item in report.gain {
                printOut(
                    "  \(padded("\(item.item)", to: 3, right: true))  \(percent(item.before)) → \(percent(item.after))  "
                        + (item.gain.map { say("gain ", "進步 ") + fixed($0, 2) } ?? "") + "  (\(item.students))")
            }
        }
        printOut("")
        for row in doubtful {
            let name = row.grade.student.isEmpty ? row.file : row.grade.student
            LessonView().text(
                Phrase(readable(name) + ": ", readable(name) + "：") + (row.grade.problem?.phrase ?? Phrase(same: "")))
        }
        LessonView().text(ReportPage.legend)
        printOut(Phrase("Written anew: \(folder)/report.html", "已重新寫出：\(folder)/report.html"))
    }

    private func line(_ one: ExerciseReport) -> String {
        [
            padded(one.id, to: 20), padded("\(one.tried)", to: 6, right: true),
            padded(one.shareRight.map(percent) ?? "–", to: 7, right: true),
            padded(one.meanAttempts.map { fixed($0, 1) } ?? "–", to: 8, right: true),
            padded(one.pointBiserial.map { fixed($0, 2) } ?? "–", to: 8, right: true),
        ].joined(separator: " ")
    }

    private func percent(_ share: Double) -> String { fixed(share * 100, 0) + " %" }
}
