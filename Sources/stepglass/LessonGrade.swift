// Grades a folder of submissions: every answer is checked again here, whatever the file says of it.
internal import ArgumentParser
internal import Dispatch
internal import JSONText
internal import Kernels
internal import Lessons
internal import ModelFiles
internal import Phrases
internal import Synchronization

struct LessonGrade: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "grade",
        abstract: "Grade a folder of submissions: results.json, grades.csv, canvas.csv, a report.",
        discussion: """
            Example:
              stepglass lesson grade Submissions -o Grades
            A submission is the file that a book saves. Each answer is checked again, on the student's own variant; a file
            that is broken, edited, copied or of another version is named, and stops nothing.
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
            try makeFolder(output)
            let names = files.map { String($0.dropFirst(folder.count + 1)) }
            let rows = zip(names, grades).map { GradeRow(file: $0, grade: $1) }
            for (name, bytes) in try gradeFiles(rows, course, Console.language) {
                try writeAtomically(bytes, to: "\(output)/\(name)", existing: existing)
            }
            let doubtful = grades.count { $0.problem != nil }
            printOut(
                Phrase(
                    "\(grades.count) submissions, \(doubtful) with a problem: \(output)/grades.csv, report.html",
                    "\(grades.count) 份，其中 \(doubtful) 份有問題：\(output)/grades.csv、report.html"))
        }
    }

    /// Grades files side by side: each worker has a classroom, and so models and runs, of its own.
    private func graded(_ files: [String], _ course: Course) throws -> [SubmissionGrade] {
        let (lessons, points) = (options.lessons, course.points)
        let work = GradingWork(count: files.count)
        // Only the first worker draws.
        nonisolated(unsafe) let progress = Progress(Phrase("grading", "評分"))
        defer { progress.finish() }
        let workers = max(1, min(files.count, availableProcessors()))
        DispatchQueue.concurrentPerform(iterations: workers) { worker in
            do {
                let classroom = try CourseOptions.classroom(folder: lessons)
                while let place = work.next() {
                    work.set(place, grade(files[place], classroom, points))
                    if worker == 0 { progress.update(work.done, of: files.count, unit: Phrase("files", "份")) }
                }
            } catch {
                work.fail(error)
            }
        }
        return try work.results()
    }
}

/// The grade of one file.
private func grade(_ path: String, _ classroom: Classroom, _ points: Int) -> SubmissionGrade {
    do {
        let size = try fileSize(path)
        if size > Submission.limitBytes {
            return SubmissionGrade(
                unreadable: Phrase(
                    "it has \(size) bytes; a submission has at most \(Submission.limitBytes)",
                    "有 \(size) 個位元組；繳交檔最多 \(Submission.limitBytes) 個"), points: points)
        }
        let file = try MappedFile(path: path)
        return classroom.grade(try Submission(parsing: Array(file.bytes)))
    } catch {
        return SubmissionGrade(unreadable: words(of: error), points: points)
    }
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

/// Which file is next, and what came of each.
private final class GradingWork: Sendable {
    private struct State {
        var next = 0
        var grades: [SubmissionGrade?]
        var failure: (any Error)?
    }

    private let state: Mutex<State>

    init(count: Int) { state = Mutex(State(grades: Array(repeating: nil, count: count))) }

    var done: Int { state.withLock { $0.grades.count { $0 != nil } } }

    func next() -> Int? {
        state.withLock { state in
            if state.next >= state.grades.count || state.failure != nil { return nil }
            state.next += 1
            return state.next - 1
        }
    }

    func set(_ place: Int, _ grade: SubmissionGrade) { state.withLock { $0.grades[place] = grade } }

    func fail(_ error: any Error) { state.withLock { $0.failure = error } }

    func results() throws -> [SubmissionGrade] {
        try state.withLock { state in
            if let failure = state.failure { throw failure }
            return state.grades.compactMap { $0 }
        }
    }
}
