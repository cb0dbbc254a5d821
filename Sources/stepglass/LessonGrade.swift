// Grades a folder of submissions: every answer is checked again here, whatever the file says of it.
internal import ArgumentParser
internal import JSONText
internal import Lessons
internal import Phrases

struct LessonGrade: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "grade",
        abstract:
            "Grade a folder of submissions: results.json, grades.csv, canvas.csv, a report, a page for each student.",
        discussion: """
            Examples:
              stepglass lesson grade Submissions -o Grades
              stepglass lesson grade Submissions -o Grades --lesson 7 --lesson 8
              stepglass lesson grade Exams -o ExamGrades --pack exam.json
            A submission is the file that a book saves. Each answer is checked again, on the student's own variant; a file \
            that is broken, edited, copied or of another version is named, and stops nothing. Of a student's several files \
            the newest without a problem counts. feedback/ has a page for each student, in the language of the book it was \
            made in: what was right, what was thought, where to read again. A bet has no points.
            """)
    @Argument(help: "The folder with the students' files (.json).") var folder: String
    @Option(
        name: [.customShort("o"), .customLong("output")],
        help: ArgumentHelp("The folder to write into.", valueName: "folder"))
    var output = "Grades"
    @Option(
        name: .customLong("lesson"),
        help: ArgumentHelp("Only this lesson was set; may be repeated.", valueName: "number"))
    var only: [String] = []
    @Flag(help: "Replace the files that are there.") var force = false
    @OptionGroup var options: CourseOptions

    func run() throws {
        try reportingLessons {
            let files = try names(in: folder).filter { $0.hasSuffix(".json") }.map { folder + "/" + $0 }
            if files.isEmpty {
                throw Failure(
                    "\(folder) holds no submission; they are the .json files that a book saves",
                    "\(folder) 裡沒有繳交檔；繳交檔是課本存下的 .json 檔", code: 64)
            }
            let room = try options.classroom()
            let course =
                try only.isEmpty ? room.course : room.course.setting(only.map { try room.course.lesson($0) })
            let graded = try graded(files, course)
            let existing: Existing = force ? .isReplaced : .stays
            try makeFolder(output + "/feedback")
            let names = files.map { String($0.dropFirst(folder.count + 1)) }
            let grades = namingDoubles(
                files.indices.map { HandedIn(file: names[$0], changed: lastChange(files[$0]), graded[$0]) })
            let rows = zip(names, grades).map { GradeRow(file: $0, grade: $1) }
            var made = try gradeFiles(rows, course, Console.language, room)
            for (name, row) in zip(feedbackNames(names), rows)
            where row.grade.isCounted {
                let page = FeedbackPage(course: course, language: row.grade.language ?? Console.language)
                made.append(("feedback/\(name)", Array(page.page(row.grade).utf8)))
            }
            try writeTogether(made, in: output, existing: existing)
            printOut(whatWasSet(course))
            printOut(
                whatWasHandedIn(rows)
                    + Phrase(
                        ": \(output)/grades.csv, report.html, and for each student feedback/",
                        "：\(output)/grades.csv、report.html，給每位學生的在 feedback/"))
        }
    }

    /// Reads all files, then grades exercise by exercise: what students share is run once, and no more is in memory than
    /// the exercises under way need.
    private func graded(_ files: [String], _ course: Course) throws -> [SubmissionGrade] {
        var (submissions, places, grades) = ([Submission](), [Int](), [SubmissionGrade]())
        for (place, path) in files.enumerated() {
            grades.append(SubmissionGrade(unreadable: .incomplete, points: course.points))
            do {
                submissions.append(try submission(path))
                places.append(place)
            } catch let problem as SubmissionProblem {
                grades[place].problem = problem
            } catch {
                grades[place].problem = .unreadable(words(of: error))
            }
        }
        let (exercises, read, options) = (course.exercises, submissions, options.source)
        let works = try sideBySide(
            exercises.count, title: Phrase("grading", "評分"), unit: Phrase("exercises", "個練習"),
            makeWorker: { try options.classroom() },
            { (classroom, number) in classroom.grade(exercises[number], of: read) })
        for (number, place) in places.enumerated() {
            grades[place] = course.grade(submissions[number], works.map { $0[number] })
        }
        return grades
    }
}

private func submission(_ path: String) throws -> Submission {
    let size = try fileSize(path)
    if size > Submission.limitBytes { throw SubmissionProblem.tooLarge(bytes: size) }
    return try Submission(parsing: try readFile(path, limit: Submission.limitBytes))
}
