// The report of a class as a page: a table of the exercises, of the gain, of the students.
internal import Lessons
internal import Phrases

struct ReportPage {
    let course: Course
    let language: Language

    func page(_ rows: [GradeRow], _ report: [ExerciseReport], _ gain: [GainReport]) -> String {
        let title = escaped(course.title[language])
        return """
            <!doctype html>
            <html lang="\(language.rawValue)"><head><meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
            <title>\(title)</title>
            <style>\(Self.style)</style></head><body>
            <h1>\(title)</h1>
            <p>\(say("\(rows.count) submissions.", "\(rows.count) 份繳交。"))</p>
            <h2>\(say("Exercises", "各練習"))</h2>
            \(table(of: report))
            \(gain.isEmpty ? "" : table(of: gain))
            <h2>\(say("Students", "學生"))</h2>
            \(table(of: rows))
            </body></html>

            """
    }

    private static let style = """
        body{font:15px/1.5 system-ui,sans-serif;max-width:960px;margin:40px auto;padding:0 20px}
        table{border-collapse:collapse;width:100%;margin:12px 0 36px}
        th,td{text-align:left;padding:5px 14px 5px 0;border-bottom:1px solid #ccc;vertical-align:top}
        h1,h2{font-weight:400}
        """

    private func table(of report: [ExerciseReport]) -> String {
        table(
            [
                say("exercise", "練習"), say("tried", "作答人數"), say("right in the end", "最後答對"),
                say("attempts", "平均次數"), say("commonest misconception", "最常見的迷思"),
                say("point-biserial", "點二系列相關"),
            ],
            report.map { one in
                [
                    one.id, "\(one.tried)", share(one.shareRight), number(one.meanAttempts, 1),
                    one.commonest.map { "\($0.key) (\($0.count))" } ?? "–", number(one.pointBiserial, 2),
                ]
            })
    }

    private func table(of gain: [GainReport]) -> String {
        let head = [
            say("item", "題"), say("students", "人數"), say("right before", "前測答對"), say("right after", "後測答對"),
            say("gain", "進步"),
        ]
        return "<h2>\(say("Before and after", "前測與後測"))</h2>"
            + table(
                head,
                gain.map { one in
                    ["\(one.item)", "\(one.students)", share(one.before), share(one.after), number(one.gain, 2)]
                })
    }

    private func table(of rows: [GradeRow]) -> String {
        table(
            [say("student", "學生"), say("of \(course.points)", "滿分 \(course.points)"), say("problem", "問題")],
            rows.map { row in
                [
                    row.grade.student.isEmpty ? row.file : row.grade.student, fixed(row.grade.score, 2),
                    row.grade.problem.map { $0[language] } ?? "",
                ]
            })
    }

    private func say(_ english: String, _ chinese: String) -> String { Phrase(english, chinese)[language] }
    private func share(_ value: Double?) -> String { value.map { fixed($0 * 100, 0) + " %" } ?? "–" }
    private func number(_ value: Double?, _ digits: Int) -> String { value.map { fixed($0, digits) } ?? "–" }

    private func table(_ head: [String], _ body: [[String]]) -> String {
        let cells = { (row: [String], tag: String) in row.map { "<\(tag)>\(escaped($0))</\(tag)>" }.joined() }
        return "<table><thead><tr>\(cells(head, "th"))</tr></thead><tbody>"
            + body.map { "<tr>\(cells($0, "td"))</tr>" }.joined() + "</tbody></table>"
    }

    /// A text that is safe between tags.
    private func escaped(_ text: String) -> String {
        readable(text).replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
    }
}
