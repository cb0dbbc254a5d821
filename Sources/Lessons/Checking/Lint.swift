// Whether a lesson keeps its word: references pass, blanks fail, every listed wrong answer is caught by its own check, both
// languages say the same, and no banned word stands in them.
internal import Debugging
public import Phrases

/// What lint found: where, and what.
public struct LintFinding: Equatable, Sendable {
    public var place: String
    public var what: Phrase

    init(_ place: String, _ english: String, _ chinese: String) {
        (self.place, what) = (place, Phrase(english, chinese))
    }
}

extension Classroom {
    /// All that is wrong with a lesson: with its words, its screens and each of its exercises.
    ///
    /// - Parameter seeds: how many students' variants are tried for each exercise.
    public func lint(_ lesson: Lesson, seeds: Int) -> [LintFinding] {
        lintScreens(lesson) + lesson.exercises.flatMap { lint($0, of: lesson, seeds: seeds) }
    }

    /// What is wrong with a lesson's words and screens.
    public func lintScreens(_ lesson: Lesson) -> [LintFinding] {
        var findings = lintWords(lesson)
        for screen in lesson.screens {
            do throws(LessonError) { _ = try words(screen, of: lesson) } catch {
                findings.append(finding("screen \(screen.id)", error))
            }
        }
        return findings
    }

    /// What is wrong with an exercise. A variant that many seeds get is looked at once; the first that is not as it must
    /// be ends the search.
    public func lint(_ exercise: Exercise, of lesson: Lesson, seeds: Int) -> [LintFinding] {
        var findings: [LintFinding] = []
        if course.all.flatMap({ $0.exercises }).count(where: { $0.id == exercise.id }) > 1 {
            findings.append(
                LintFinding(exercise.id, "another exercise of the course has this id", "課程裡另一個練習也用這個名字"))
        }
        var seen: Set<String> = []
        for seed in 0..<(exercise.vary.isEmpty ? 1 : seeds) {
            do throws(LessonError) {
                let deal = try deal(exercise, of: lesson, to: "lint \(seed)")
                if !seen.insert(deal.variant.key).inserted { continue }
                let found = try lint(try deal.sitting())
                findings += found
                if !found.isEmpty { break }
            } catch {
                findings.append(finding(exercise.id, error))
                break
            }
        }
        return findings
    }

    private func finding(_ place: String, _ error: LessonError) -> LintFinding {
        LintFinding(place, error.phrase.english, error.phrase.chinese)
    }

    private func lint(_ sitting: Sitting) throws(LessonError) -> [LintFinding] {
        var findings: [LintFinding] = []
        let place = "\(sitting.exercise.id) (\(sitting.variant.name))"
        _ = try sitting.text()
        if unitWords(sitting.exercise.unit) == nil {
            let unit = readable(sitting.exercise.unit)
            findings.append(
                LintFinding(place, "the unit \(unit) has no words in both languages", "單位 \(unit) 沒有兩種語言的說法"))
        }
        guard let reference = try sitting.referenceAnswer() else {
            return [LintFinding(place, "it needs a reference: an answer that is right", "少了 reference：一個對的答案")]
        }
        let verdict = try check(sitting, reference)
        if !verdict.isRight {
            findings.append(
                LintFinding(place, "the reference answer \(reference) is not right", "reference 的答案 \(reference) 不對"))
        }
        if passesBlank(sitting) { findings.append(LintFinding(place, "a blank is right", "空白也算對")) }
        for wrong in sitting.exercise.wrong {
            let example: String?
            if let given = wrong.example {
                example = try sitting.computedAnswer(given)
            } else {
                example = try sitting.kind.example(sitting, wrong.rule)
            }
            guard let example else {
                findings.append(
                    LintFinding(place, "\(wrong.key) needs an example it catches", "\(wrong.key) 少了 example"))
                continue
            }
            let verdict = try check(sitting, example)
            if verdict.isRight || verdict.misconception != wrong.key {
                let got = verdict.misconception ?? (verdict.isRight ? "right" : "none")
                findings.append(
                    LintFinding(
                        place, "the wrong answer \(example) of \(wrong.key) is caught by: \(got)",
                        "\(wrong.key) 的錯誤答案 \(example) 被判為：\(got)"))
            }
            if try sitting.words("is \(wrong.key)") == nil {
                findings.append(
                    LintFinding(place, "no words ## \(sitting.exercise.id) is \(wrong.key)", "少了 \(wrong.key) 的說明"))
            }
        }
        for level in 1...3 where try sitting.words("hint \(level)") == nil {
            findings.append(LintFinding(place, "there is no hint \(level)", "少了第 \(level) 個線索"))
        }
        return findings
    }

    private func passesBlank(_ sitting: Sitting) -> Bool {
        do throws(LessonError) {
            let verdict = try check(sitting, "")
            return verdict.isRight
        } catch { return false }
    }

    /// At most 120 English words or 200 Chinese characters a screen, both languages with the same sections and numbers.
    private func lintWords(_ lesson: Lesson) -> [LintFinding] {
        var findings: [LintFinding] = []
        for (key, phrase) in lesson.words.sorted(by: { $0.key < $1.key }) {
            if phrase.english.isEmpty || phrase.chinese.isEmpty {
                findings.append(LintFinding("## \(key)", "it stands in one language only", "只有一種語言"))
            }
            for word in bannedWords where pieces(of: phrase.chinese, between: word).count > 1 {
                findings.append(LintFinding("## \(key)", "zh-TW has the mainland word \(word)", "有大陸用語「\(word)」"))
            }
            if placeholders(phrase.english) != placeholders(phrase.chinese) {
                findings.append(
                    LintFinding("## \(key)", "the languages have different placeholders", "兩種語言的數字不同"))
            }
            guard key.hasPrefix("screen ") else { continue }
            let words = phrase.english.split { $0 == " " || $0 == "\n" }.count
            let signs = phrase.chinese.unicodeScalars.count { $0.value > 0x2E80 }
            if words > 120 || signs > 200 {
                findings.append(
                    LintFinding(
                        "## \(key)", "\(words) words and \(signs) characters; at most 120 and 200",
                        "\(words) 個英文字、\(signs) 個中文字；最多 120 與 200"))
            }
        }
        return findings
    }

    private func placeholders(_ text: String) -> [String] {
        text.split(separator: "{", omittingEmptySubsequences: false).dropFirst()
            .map { String($0.prefix { $0 != "}" }) }.sorted()
    }
}
