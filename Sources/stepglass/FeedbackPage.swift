// What a student is told after grading: a page for each submission, in the language it was made in.
internal import Lessons
internal import Phrases

struct FeedbackPage {
    let course: Course
    let language: Language

    func page(_ grade: SubmissionGrade) -> String {
        let title = course.title[language]
        let name = grade.student.isEmpty ? say("no name", "沒有姓名") : grade.student
        var matter = "<h1>\(PlainPage.escaped(title))</h1>"
        matter += "<p><b>\(PlainPage.escaped(name))</b> · "
        matter += say(
            "\(points(grade.score)) of \(grade.points) points", "\(grade.points) 分中得 \(points(grade.score)) 分")
        matter += "</p>"
        if let problem = grade.problem {
            matter += "<p class=\"note\">"
            matter += PlainPage.escaped(
                say("To talk over with your teacher: ", "請與老師確認：") + problem.phrase[language])
            matter += "</p>"
        }
        for lesson in course.lessons { matter += section(lesson, grade) }
        return PlainPage.page(title: "\(name) – \(title)", language, matter + untried(grade))
    }

    private func section(_ lesson: Lesson, _ grade: SubmissionGrade) -> String {
        var result = ""
        for (place, exercise) in lesson.exercises.enumerated() {
            guard let own = grade.exercises.first(where: { $0.id == exercise.id && $0.attempts > 0 }) else { continue }
            result += told(own, number: place + 1, isBet: exercise.isBet, lesson)
        }
        if result.isEmpty { return "" }
        return "<h2>\(PlainPage.escaped("\(lesson.number)  " + lesson.title[language]))</h2>\n" + result
    }

    private func told(_ own: ExerciseGrade, number: Int, isBet: Bool, _ lesson: Lesson) -> String {
        var lines = [
            "<b>\(say("Exercise \(number)", "練習 \(number)"))</b> <span class=\"note\">\(PlainPage.escaped(own.id))</span> · "
                + verdict(own, isBet: isBet)
        ]
        if own.isRight, !isBet, let thought = own.thought {
            lines.append(say("At first: ", "一開始：") + PlainPage.escaped(flowing(thought)))
        }
        var result = lines.map { "<p>\($0)</p>" }.joined()
        if let feedback = own.feedback { result += PlainPage.prose(feedback[language], language) }
        if !own.isRight {
            if let hint = own.hint { result += "<p>\(say("Hint: ", "線索：") + PlainPage.escaped(flowing(hint)))</p>" }
            let screen = lesson.screenNumber(of: own.id).map { say(", page \($0)", "第 \($0) 頁") } ?? ""
            result += "<p class=\"note\">"
            result += say("Read again: lesson \(lesson.number)\(screen).", "再讀一次：第 \(lesson.number) 課\(screen)。")
            result += "</p>"
        }
        return "<div class=\"exercise \(own.isRight || isBet ? "right" : "wrong")\">\(result)</div>\n"
    }

    private func verdict(_ own: ExerciseGrade, isBet: Bool) -> String {
        let count = say(
            own.attempts == 1 ? "1 attempt" : "\(own.attempts) attempts", "作答 \(own.attempts) 次")
        if isBet {
            let share = fixed((own.onWhatCame ?? 0) * 100, 0)
            return say("a bet, \(share) % on what came; no points", "下注，押中的占 \(share) %；不計分")
        }
        let score = say("\(points(own.score)) of \(own.points)", "\(own.points) 分中得 \(points(own.score)) 分")
        let word = own.isRight ? say("right", "答對") : say("not yet right", "還沒答對")
        return word + say(", ", "，") + score + " · " + count
    }

    /// What was left out, by lesson.
    private func untried(_ grade: SubmissionGrade) -> String {
        let open = course.lessons.compactMap { lesson -> String? in
            let count = lesson.exercises.count { exercise in
                !grade.exercises.contains { $0.id == exercise.id && $0.attempts > 0 }
            }
            if count == 0 { return nil }
            let all = count == lesson.exercises.count
            return say(
                "lesson \(lesson.number) (\(all ? "all \(count)" : "\(count)") exercises)",
                "第 \(lesson.number) 課（\(all ? "全部 " : "")\(count) 個練習）")
        }
        if open.isEmpty { return "" }
        return "<h2>\(say("Not answered yet", "還沒作答"))</h2><p>"
            + open.joined(separator: say(", ", "、")) + "</p>"
    }

    private func flowing(_ phrase: Phrase) -> String {
        phrase[language].split(separator: "\n").joined(separator: language == .chinese ? "" : " ")
    }

    private func points(_ score: Double) -> String { score == score.rounded() ? fixed(score, 0) : fixed(score, 2) }
    private func say(_ english: String, _ chinese: String) -> String { Phrase(english, chinese)[language] }
}

/// The names of the pages: what a submission's file is called, as far as any file system and any link takes it; each once.
func feedbackNames(_ files: [String]) -> [String] {
    var taken: Set<String> = []
    return files.map { file in
        let stem = file.hasSuffix(".json") ? String(file.dropLast(5)) : file
        let plain = hyphenated(stem, byteCount: 120)
        let name = plain.isEmpty ? "submission" : plain
        var (result, number) = (name, 1)
        // Names that differ in case alone are one file on some systems.
        while !taken.insert(result.lowercased()).inserted {
            number += 1
            result = "\(name)-\(number)"
        }
        return result + ".html"
    }
}
