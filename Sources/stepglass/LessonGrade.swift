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
              stepglass lesson grade Exams -o ExamGrades --pack exam.json
            A submission is the file that a book saves. Each answer is checked again, on the student's own variant; a file
            that is broken, edited, copied or of another version is named, and stops nothing. feedback/ has a page for each
            student, in the language of the book it was made in: what was right, what was thought, where to read again.
            """)
    @Argument(help: "The folder with the students' files (.json).") var folder: String
    @Option(
        name: [.customShort("o"), .customLong("output")],
        help: ArgumentHelp("The folder to write into.", valueName: "folder"))
    var output = "Grades"
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
            let course = try options.classroom().course
            var grades = try graded(files, course)
            nameCopies(&grades)
            let existing: Existing = force ? .isReplaced : .stays
            try makeFolder(output + "/feedback")
            let names = files.map { String($0.dropFirst(folder.count + 1)) }
            let rows = zip(names, grades).map { GradeRow(file: $0, grade: $1) }
            for (name, bytes) in try gradeFiles(rows, course, Console.language) {
                try writeAtomically(bytes, to: "\(output)/\(name)", existing: existing)
            }
            for (name, row) in zip(feedbackNames(names), rows) where !row.grade.exercises.isEmpty {
                let page = FeedbackPage(course: course, language: row.grade.language ?? Console.language)
                try writeAtomically(
                    Array(page.page(row.grade).utf8), to: "\(output)/feedback/\(name)", existing: existing)
            }
            let doubtful = grades.count { $0.problem != nil }
            printOut(
                Phrase(
                    "\(grades.count) submissions, \(doubtful) with a problem: \(output)/grades.csv, report.html, and for each student feedback/",
                    "\(grades.count) 份，其中 \(doubtful) 份有問題：\(output)/grades.csv、report.html，給每位學生的在 feedback/"))
        }
    }

    /// Reads all files, then grades exercise by exercise: what students share is run once, and no more is in memory than
    /// the exercises under way need.
    private func graded(_ files: [String], _ course: Course) throws -> [SubmissionGrade] {
        var (submissions, places, grades) = ([Submission](), [Int](), [SubmissionGrade]())
        for (place, path) in files.enumerated() {
            grades.append(SubmissionGrade(unreadable: Phrase(same: ""), points: course.points))
            do {
                submissions.append(try submission(path))
                places.append(place)
            } catch {
                grades[place].problem = words(of: error)
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
    if size > Submission.limitBytes {
        throw Failure(
            "it has \(size) bytes; a submission has at most \(Submission.limitBytes)",
            "有 \(size) 個位元組；繳交檔最多 \(Submission.limitBytes) 個")
    }
    return try Submission(parsing: try readFile(path))
}

/// Two files with the same chain of attempts, or of one student, are named.
private func nameCopies(_ grades: inout [SubmissionGrade]) {
    var (links, students) = ([String: Int](), [String: Int]())
    for grade in grades where !grade.exercises.isEmpty {
        links[grade.lastLink, default: 0] += 1
        students[grade.student, default: 0] += 1
    }
    for place in grades.indices where grades[place].problem == nil && !grades[place].exercises.isEmpty {
        if !grades[place].lastLink.isEmpty, links[grades[place].lastLink, default: 0] > 1 {
            grades[place].problem = Phrase("another file holds the same attempts", "另一個檔案有相同的作答紀錄")
        } else if students[grades[place].student, default: 0] > 1 {
            grades[place].problem = Phrase("another file is of the same student", "另一個檔案是同一位學生的")
        }
    }
}
