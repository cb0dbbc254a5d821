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

    init(_ rows: [GradeRow], _ course: Course) {
        let grades = rows.map(\.grade)
        (exercises, gain) = (classReport(course, grades), gainReport(course, grades))
    }

    /// report.json and report.html.
    func files(_ rows: [GradeRow], _ course: Course, _ language: Language) -> [(name: String, bytes: [UInt8])] {
        var told = JSONWriter()
        told.object { json in
            json.member("submissions", rows.count)
            json.array("exercises") { json in for exercise in exercises { json.value(exercise) } }
            json.array("gain") { json in for item in gain { json.value(item) } }
        }
        let page = ReportPage(course: course, language: language).page(rows, exercises, gain)
        return [("report.json", told.bytes + [0x0A]), ("report.html", Array(page.utf8))]
    }
}

/// All files of the class by name.
func gradeFiles(
    _ rows: [GradeRow], _ course: Course, _ language: Language
) throws -> [(name: String, bytes: [UInt8])] {
    var results = JSONWriter()
    results.object { json in
        json.array("submissions") { json in
            for row in rows { json.value(row.grade, file: row.file, in: language) }
        }
    }
    return [
        ("results.json", results.bytes + [0x0A]),
        ("grades.csv", Array(gradesTable(rows, course, language).utf8)),
        ("canvas.csv", Array(canvasTable(rows, course, language).utf8)),
    ] + ClassReport(rows, course).files(rows, course, language)
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
