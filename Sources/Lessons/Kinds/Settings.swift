// `settings`, `prompt`: answers that make a run of their own, which the rules ask as `mine`.
internal import Debugging
internal import JSONText
internal import Phrases

extension ExerciseKind {
    static let settings = ExerciseKind(
        "settings",
        form: Phrase(
            #"settings as top-p=0.7, several with blanks between; or {"top-p": 0.7}"#,
            #"設定，例如 top-p=0.7，多個用空格分開；或 {"top-p": 0.7}"#),
        read: { (sitting, text) throws(LessonError) in
            var options: [LessonRun.Option] = []
            if let json = try answerJSON(text) {
                for (name, value) in json.object?.members ?? [] {
                    options.append(LessonRun.Option(name, value.plain ?? ""))
                }
            } else {
                for word in plainSigns(text).split(separator: " ") {
                    let parts = word.split(separator: "=", maxSplits: 1).map(String.init)
                    options.append(LessonRun.Option(parts[0], parts.count == 2 ? parts[1] : ""))
                }
            }
            return .run(try sitting.run(with: options))
        },
        satisfies: asksMine)

    static let prompt = ExerciseKind(
        "prompt", form: Phrase("a prompt, as it stands", "一段提示，照原樣輸入"),
        read: { (sitting, text) throws(LessonError) in
            if text.utf8.count > 400 {
                throw .answer(Phrase("a prompt here has at most 400 bytes", "這裡的提示最多 400 個位元組"))
            }
            var run = sitting.exercise.run
            run.prompt = text
            return .run(run)
        },
        satisfies: asksMine)

    private static let asksMine: Satisfies = { (sitting, rule, answer) throws(LessonError) in
        guard case .run(let run) = answer else { return false }
        return try sitting.value(of: rule, mine: sitting.made(run)).isTrue
    }
}

extension Sitting {
    /// The exercise's run with the settings of an answer, which may give those that the exercise names and no others.
    fileprivate func run(with options: [LessonRun.Option]) throws(LessonError) -> LessonRun {
        var run = exercise.run
        let known = exercise.options.joined(separator: ", ")
        if options.isEmpty || options.count > 20 {
            throw .answer(Phrase("the answer gives settings: \(known)", "答案要給設定：\(known)"))
        }
        for option in options {
            guard let name = meant(option.name, among: exercise.options) else {
                throw .answer(
                    Phrase(
                        "\(readable(String(option.name.prefix(40)))) is not to be set here; there are: \(known)",
                        "這裡不能設定 \(readable(String(option.name.prefix(40))))；可設定的有：\(known)"))
            }
            if option.value.isEmpty {
                throw .answer(Phrase("\(name) has no value; write \(name)=…", "\(name) 沒有值；請寫 \(name)=…"))
            }
            run.settings.removeAll { $0.name == name }
            run.settings.append(LessonRun.Option(name, option.value))
        }
        return run
    }
}
