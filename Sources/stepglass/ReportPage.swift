// The report of a class as a page: a table of the exercises lesson by lesson, of the gain, of the students.
internal import Lessons
internal import Phrases

struct ReportPage {
    let course: Course
    let language: Language
    /// The commonest misconception by exercise, in words.
    let thoughts: [String: Phrase]

    func page(_ rows: [GradeRow], _ report: [ExerciseReport], _ gain: [GainReport]) -> String {
        let title = course.title[language]
        return PlainPage.page(
            title: title, language,
            """
            <h1>\(PlainPage.escaped(title))</h1>
            <p>\(PlainPage.escaped(whatWasSet(course)[language] + say(".", "。")))</p>
            <p>\(PlainPage.escaped(whatWasHandedIn(rows)[language] + say(".", "。")))</p>
            <h2>\(say("Exercises", "各練習"))</h2>
            <p class="note">\(Self.legend[language])</p>
            \(exercises(report))
            \(gain.isEmpty ? "" : table(of: gain))
            <h2>\(say("Students", "學生"))</h2>
            \(table(of: rows))
            """)
    }

    static let legend = Phrase(
        "Point-biserial: how well being right here goes together with the score on everything else, −1…1. Near 0 or below, the exercise tells strong from weak badly: look at it. A bet has no points and is neither right nor wrong: of it the mean share that was put on what came is told.",
        "點二系列相關：這題答對與其餘得分同進退的程度，−1…1。接近 0 或更低，表示這題分不出程度，值得檢查。下注不計分，也沒有對錯；列出的是平均押了多少在後來發生的那一項上。")

    private func exercises(_ report: [ExerciseReport]) -> String {
        let found = Dictionary(report.map { ($0.id, $0) }) { first, _ in first }
        var result = ""
        for lesson in course.all {
            let own = lesson.exercises.compactMap { found[$0.id] }.filter { $0.tried > 0 }
            if own.isEmpty { continue }
            let isForm = course.forms.contains { $0.id == lesson.id }
            result += "<h3>\(PlainPage.escaped((isForm ? "" : "\(lesson.number)  ") + lesson.title[language]))</h3>"
            result += PlainPage.table(
                [
                    say("exercise", "練習"), "#" + say("tried", "作答人數"), "#" + say("right in the end", "最後答對"),
                    "#" + say("attempts", "平均次數"), "#" + say("point-biserial", "點二系列相關"),
                    say("commonest misconception", "最常見的迷思"),
                ], own.map { row($0) })
        }
        return result.isEmpty ? "<p>\(say("Nobody has answered anything yet.", "還沒有人作答。"))</p>" : result
    }

    private func row(_ one: ExerciseReport) -> [String] {
        let bar = one.shareRight.map { "<span class=\"bar\" style=\"width:\(fixed($0 * 60, 0))px\"></span> " } ?? ""
        return [
            PlainPage.escaped(one.id), "\(one.tried)", bar + share(one.shareRight), number(one.meanAttempts, 1),
            number(one.pointBiserial, 2),
            PlainPage.escaped(commonest(one, thoughts)?[language] ?? "–"),
        ]
    }

    private func table(of gain: [GainReport]) -> String {
        let head = [
            "#" + say("item", "題"), "#" + say("students", "人數"), "#" + say("right before", "前測答對"),
            "#" + say("right after", "後測答對"), "#" + say("gain", "進步"),
        ]
        return "<h2>\(say("Before and after", "前測與後測"))</h2>"
            + PlainPage.table(
                head,
                gain.map { one in
                    ["\(one.item)", "\(one.students)", share(one.before), share(one.after), number(one.gain, 2)]
                })
    }

    private func table(of rows: [GradeRow]) -> String {
        PlainPage.table(
            [say("student", "學生"), "#" + say("of \(course.points)", "滿分 \(course.points)"), say("problem", "問題")],
            rows.map { row in
                [
                    PlainPage.escaped(row.grade.student.isEmpty ? row.file : row.grade.student),
                    row.grade.isCounted ? fixed(row.grade.score, 2) : "–",
                    PlainPage.escaped(row.grade.problem.map { $0.phrase[language] } ?? ""),
                ]
            })
    }

    private func say(_ english: String, _ chinese: String) -> String { Phrase(english, chinese)[language] }
    private func share(_ value: Double?) -> String { value.map { fixed($0 * 100, 0) + " %" } ?? "–" }
    private func number(_ value: Double?, _ digits: Int) -> String { value.map { fixed($0, digits) } ?? "–" }
}

/// What most thought at an exercise, and how many; of a bet what was put on what came. Nil where there is neither.
func commonest(_ one: ExerciseReport, _ thoughts: [String: Phrase]) -> Phrase? {
    if let share = one.onWhatCame {
        let share = fixed(share * 100, 0)
        return Phrase("a bet: \(share) % on what came", "下注：平均押中 \(share) %")
    }
    guard let common = one.commonest else { return nil }
    let told = thoughts[one.id] ?? Phrase("another answer", "其他答案")
    let flowing = Phrase(
        told.english.replacing("\n", with: " "), told.chinese.replacing("\n", with: ""))
    return Phrase("\(common.count) × ", "\(common.count) 人：") + flowing
}
