// The files of a graded class: JSON, tables for spreadsheets and for Canvas, and a report for the teacher.
internal import Exports
internal import JSONText
internal import Lessons
internal import Phrases

struct GradeRow {
    var file: String
    var grade: SubmissionGrade
}

/// How a class did.
struct ClassReport {
    var exercises: [ExerciseReport]
    var gain: [GainReport]
    /// The commonest misconception by exercise, in words.
    var thoughts: [String: Phrase] = [:]

    /// - Parameters:
    ///   - course: the lessons that were set.
    ///   - room: fills the words of misconceptions.
    init(_ rows: [GradeRow], _ course: Course, _ room: Classroom) {
        let grades = rows.map(\.grade)
        (exercises, gain) = (classReport(course, grades), gainReport(course, grades))
        for one in exercises { thoughts[one.id] = room.commonestThought(one) }
    }

    /// report.json and report.html.
    func files(_ rows: [GradeRow], _ course: Course, _ language: Language) -> [(name: String, bytes: [UInt8])] {
        var told = JSONWriter()
        told.object { json in
            json.member("submissions", rows.count)
            json.member("counted", countedFiles(rows))
            json.member("exercisesSet", course.exercises.count)
            json.member("pointsSet", course.points)
            json.array("exercises") { json in for exercise in exercises { json.value(exercise) } }
            json.array("gain") { json in for item in gain { json.value(item) } }
        }
        let page = ReportPage(course: course, language: language, thoughts: thoughts).page(rows, exercises, gain)
        return [("report.json", told.bytes + [0x0A]), ("report.html", Array(page.utf8))]
    }
}

/// What was set, in a line.
func whatWasSet(_ course: Course) -> Phrase {
    let lessons = course.lessons.map { "\($0.number)" }.joined(separator: ", ")
    let (count, bets) = (course.exercises.count, course.exercises.count { $0.isBet })
    let counted = "\(course.lessons.count == 1 ? "lesson" : "lessons") \(lessons): \(count) exercises"
    return Phrase(
        "Set: \(counted), of them \(bets == 1 ? "1 bet" : "\(bets) bets") without points; \(course.points) points in all",
        "出題：第 \(lessons) 課，共 \(count) 個練習，其中 \(bets) 個是不計分的下注；滿分 \(course.points) 分")
}

/// How many files count for their students.
private func countedFiles(_ rows: [GradeRow]) -> Int { rows.count { $0.grade.isCounted } }

/// How many files there are, of how many students, and how many have a problem.
func whatWasHandedIn(_ rows: [GradeRow]) -> Phrase {
    let (count, counted) = (rows.count, countedFiles(rows))
    let doubtful = rows.count { $0.grade.problem != nil }
    let files = count == 1 ? "1 submission" : "\(count) submissions"
    return Phrase(
        "\(files), \(counted) of them counted, \(doubtful) with a problem",
        "\(count) 份，計入 \(counted) 份，\(doubtful) 份有問題")
}

/// All files of the class by name.
///
/// - Parameter course: the lessons that were set.
func gradeFiles(
    _ rows: [GradeRow], _ course: Course, _ language: Language, _ room: Classroom
) throws -> [(name: String, bytes: [UInt8])] {
    var results = JSONWriter()
    results.object { json in
        json.array("set") { json in for lesson in course.all { json.value(lesson.id) } }
        json.array("submissions") { json in
            for row in rows { json.value(row.grade, file: row.file, in: language) }
        }
    }
    return [
        ("results.json", results.bytes + [0x0A]),
        ("grades.csv", Array(gradesTable(rows, course, language).utf8)),
        ("canvas.csv", Array(canvasTable(rows, course, language).utf8)),
    ] + ClassReport(rows, course, room).files(rows, course, language)
}

private func gradesTable(_ rows: [GradeRow], _ course: Course, _ language: Language) -> String {
    // A bet has no points.
    let exercises = course.lessons.flatMap { $0.exercises.filter { !$0.isBet }.map { $0.id } }
    var table = csvLine(["file", "student", "score", "points", "problem"] + exercises)
    for row in rows {
        let isCounted = row.grade.isCounted
        let scores = exercises.map { id in
            !isCounted
                ? "" : row.grade.exercises.first { $0.id == id }.map { $0.attempts > 0 ? fixed($0.score, 2) : "" } ?? ""
        }
        table += csvLine(
            [
                row.file, row.grade.student, isCounted ? fixed(row.grade.score, 2) : "", "\(row.grade.points)",
                row.grade.problem.map { $0.phrase[language] } ?? "",
            ] + scores)
    }
    return table
}

/// What Canvas imports: its own columns, one assignment, and the points that it may give.
private func canvasTable(_ rows: [GradeRow], _ course: Course, _ language: Language) -> String {
    var table = csvLine(["Student", "ID", "SIS User ID", "SIS Login ID", "Section", course.title[language]])
    table += csvLine(["    Points Possible", "", "", "", "", "\(course.points)"])
    for row in rows where row.grade.isCounted {
        table += csvLine([row.grade.student, "", row.grade.student, row.grade.student, "", fixed(row.grade.score, 2)])
    }
    return table
}
