// `settings`, `prompt`: answers that make a run of their own, which the rules ask as `mine`.
internal import Debugging
internal import JSONText
internal import Phrases

extension ExerciseKind {
    static let settings = ExerciseKind(
        "settings", title: Phrase("settings", "調設定"),
        formOf: { sitting in
            let list = sitting.exercise.options.map { name in
                Sitting.textSettings.contains(name) ? name + "=\"…\"" : name + "=…"
            }.joined(separator: " ")
            let hasText = sitting.exercise.options.contains { Sitting.textSettings.contains($0) }
            return Phrase(same: list)
                + (hasText ? Phrase(" (blanks in the quotes count)", "（引號裡的空格也算）") : Phrase(same: ""))
        },
        read: { (sitting, text) throws(LessonError) in .run(try sitting.run(with: try sitting.typedOptions(text))) },
        satisfies: asksMine)

    static let prompt = ExerciseKind(
        "prompt", title: Phrase("prompt", "寫提示"), form: Phrase("a prompt, as it stands", "一段提示，照原樣輸入"),
        read: { (sitting, text) throws(LessonError) in
            if text.utf8.count > 400 {
                throw .answer(Phrase("a prompt here has at most 400 bytes", "這裡的提示最多 400 個位元組"))
            }
            var run = sitting.exercise.run
            // In quotes, as on a command line, it is what stands between them; else it is as it stands, blanks and all.
            let inner = unquoted(text)
            run.prompt = withBlanks(inner.utf8.count < trimmed(text).utf8.count ? inner : text)
            return .run(run)
        },
        satisfies: asksMine)

    private static let asksMine: Satisfies = { (sitting, rule, answer) throws(LessonError) in
        guard case .run(let run) = answer else { return false }
        return try sitting.value(of: rule, mine: sitting.made(run)).isTrue
    }
}

extension Sitting {
    /// Settings whose value is a text, and is taken as it stands.
    static let textSettings = ["stop", "ban-tokens"]
    /// As the words of lessons write them.
    private static let shortNames = [("T", "temperature"), ("p", "top-p"), ("k", "top-k")]

    /// The setting that is meant, of those that an answer may give.
    private func settingMeant(_ typed: String) -> String? {
        if let name = meant(typed, among: exercise.options) { return name }
        let known = Self.shortNames.first { isSpelled($0.0, as: typed) }
        return known.flatMap { exercise.options.contains($0.1) ? $0.1 : nil }
    }

    /// What was thought by whoever gives a number with which the engine refuses to run.
    func thoughtRefused(_ answer: LessonAnswer) throws(LessonError) -> String? {
        guard case .run(let run) = answer, exercise.options.count == 1,
            let given = run.settings.last(where: { $0.name == exercise.options[0] }), let number = Double(given.value)
        else { return nil }
        for check in exercise.wrong {
            guard let rule = check.refusedBelow, case .number(let least) = try value(of: rule) else { continue }
            if number < least { return check.key }
        }
        return nil
    }

    /// What is typed of settings: names with values, JSON, or the value alone where only one can be set.
    fileprivate func typedOptions(_ text: String) throws(LessonError) -> [LessonRun.Option] {
        if let json = try answerJSON(text) {
            return (json.object?.members ?? []).map { LessonRun.Option($0.key, $0.value.plain ?? "") }
        }
        let short = Self.shortNames.filter { exercise.options.contains($0.1) }.map { $0.0 }
        let typed = typedPairs(text, among: exercise.options + short, texts: Self.textSettings)
        if !typed.pairs.isEmpty {
            if !typed.before.isEmpty { throw notToBeSet(typed.before) }
            return typed.pairs.map { LessonRun.Option($0.name, $0.value) }
        }
        var alone = typed.before
        if alone.hasPrefix("=") || alone.hasPrefix("＝") { alone = trimmed(String(alone.dropFirst())) }
        if let name = settingMeant(plainSigns(alone)) { return [LessonRun.Option(name, "")] }
        let only = exercise.options.count == 1 ? exercise.options[0] : ""
        if !only.isEmpty, !alone.isEmpty, Self.textSettings.contains(only) || typedNumber(alone) != nil {
            return [LessonRun.Option(only, alone)]
        }
        if alone.isEmpty || typedNumber(alone) == nil && !only.isEmpty { throw writeSettings }
        throw only.isEmpty && typedNumber(alone) != nil ? writeSettings : notToBeSet(alone)
    }

    private var writeSettings: LessonError {
        let list = exercise.options.map { $0 + "=…" }.joined(separator: " ")
        return .answer(Phrase("the answer gives settings; write \(list)", "答案要給設定；請寫 \(list)"))
    }

    private func notToBeSet(_ name: String) -> LessonError {
        let known = exercise.options.joined(separator: ", ")
        return .answer(
            Phrase(
                "\(quoted(name)) is not to be set here; there are: \(known)", "這裡不能設定 \(quoted(name))；可設定的有：\(known)"))
    }

    /// The exercise's run with the settings of an answer, which may give those that the exercise names and no others. Those
    /// that are hidden are to be found: the run's own do not stand in for what the answer leaves out.
    fileprivate func run(with options: [LessonRun.Option]) throws(LessonError) -> LessonRun {
        var run = exercise.run
        if options.isEmpty || options.count > 20 { throw writeSettings }
        var missing = exercise.options.filter { run.hidden.contains($0) }
        for option in options {
            guard let name = settingMeant(option.name) else { throw notToBeSet(option.name) }
            let value = settingValue(name, option.value)
            if value.isEmpty {
                throw .answer(Phrase("\(name) has no value; write \(name)=…", "\(name) 沒有值；請寫 \(name)=…"))
            }
            missing.removeAll { $0 == name }
            run.settings.removeAll { $0.name == name }
            run.settings.append(LessonRun.Option(name, value))
        }
        if !missing.isEmpty {
            let list = missing.map { $0 + "=…" }.joined(separator: " ")
            throw .answer(Phrase("the answer needs all of them; add \(list)", "每一項都要給；請再加上 \(list)"))
        }
        return run
    }

    /// A value as the engine reads it: a text without its quotes, a number in plain digits.
    private func settingValue(_ name: String, _ typed: String) -> String {
        if name == "ban-tokens" {
            // Its own reader knows quotes, which part tokens from one another.
            var plain = String.UnicodeScalarView()
            for scalar in withBlanks(typed).unicodeScalars {
                plain.append(scalar == "“" || scalar == "”" || scalar == "＂" ? "\"" : scalar)
            }
            return String(plain)
        }
        if Self.textSettings.contains(name) { return withBlanks(unquotedText(typed)) }
        let plain = plainSigns(unquoted(plainSigns(typed)))
        if Double(plain) != nil { return plain }
        if let number = typedNumber(plain) {
            return number == number.rounded() && abs(number) < 1e9 ? fixed(number, 0) : "\(number)"
        }
        // Positions in a list.
        return pieces(of: typedItems(plain).map { $0.text }.joined(separator: ","), between: " ").joined(separator: "")
    }

    /// A text without quotes around it; what is in JSON may begin and end with a blank.
    private func unquotedText(_ typed: String) -> String {
        let bare = unquoted(typed)
        return bare.utf8.count == trimmed(typed).utf8.count ? typed : bare
    }
}
