// The files of a graded class: JSON, tables for spreadsheets and for Canvas, and a report for the teacher.
internal import JSONText
internal import Lessons
internal import Phrases

struct GradeRow {
    var file: String
    var grade: SubmissionGrade
}

/// All files by name.
func gradeFiles(
    _ rows: [GradeRow], _ course: Course, _ language: Language
) throws -> [(name: String, bytes: [UInt8])] {
    let grades = rows.map(\.grade)
    let (report, gain) = (classReport(course, grades), gainReport(course, grades))
    var results = JSONWriter()
    results.object { json in
        json.array("submissions") { json in
            for row in rows { json.value(row.grade, file: row.file, in: language) }
        }
    }
    var told = JSONWriter()
    told.object { json in
        json.member("submissions", rows.count)
        json.array("exercises") { json in for exercise in report { json.value(exercise) } }
        json.array("gain") { json in for item in gain { json.value(item) } }
    }
    return [
        ("results.json", results.bytes + [0x0A]), ("report.json", told.bytes + [0x0A]),
        ("grades.csv", Array(gradesTable(rows, course, language).utf8)),
        ("canvas.csv", Array(canvasTable(rows, course, language).utf8)),
        ("report.html", Array(ReportPage(course: course, language: language).page(rows, report, gain).utf8)),
    ]
}

private func gradesTable(_ rows: [GradeRow], _ course: Course, _ language: Language) -> String {
    let exercises = course.lessons.flatMap { $0.exercises.map { $0.id } }
    var table = csvLine(["file", "student", "score", "points", "problem"] + exercises)
    for row in rows {
        let scores = exercises.map { id in
            row.grade.exercises.first { $0.id == id }.map { $0.attempts > 0 ? fixed($0.score, 2) : "" } ?? ""
        }
        table += csvLine(
            [
                row.file, row.grade.student, fixed(row.grade.score, 2), "\(row.grade.points)",
                row.grade.problem.map { $0[language] } ?? "",
            ] + scores)
    }
    return table
}

/// What Canvas imports: its own columns, one assignment, and the points that it may give.
private func canvasTable(_ rows: [GradeRow], _ course: Course, _ language: Language) -> String {
    var table = csvLine(["Student", "ID", "SIS User ID", "SIS Login ID", "Section", course.title[language]])
    table += csvLine(["    Points Possible", "", "", "", "", "\(course.points)"])
    for row in rows where !row.grade.exercises.isEmpty {
        table += csvLine([row.grade.student, "", row.grade.student, row.grade.student, "", fixed(row.grade.score, 2)])
    }
    return table
}

/// A line of comma-separated values (RFC 4180). What a spreadsheet would take for a formula is kept a text.
func csvLine(_ cells: [String]) -> String {
    cells.map { cell in
        var text = readable(cell)
        if let first = text.first, "=+-@".contains(first), Double(text) == nil { text = "'" + text }
        let needsQuotes = text.contains { $0 == "," || $0 == "\"" || $0 == "\n" || $0 == "\r" }
        return needsQuotes ? "\"" + text.replacing("\"", with: "\"\"") + "\"" : text
    }.joined(separator: ",") + "\r\n"
}
