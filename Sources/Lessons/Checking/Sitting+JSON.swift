// What the outside sees of an exercise and of a verdict, as JSON. Nothing in it tells the answer.
public import JSONText
public import Phrases
internal import Stages
public import Traces

extension Sitting {
    /// How an answer is typed.
    public var form: Phrase { kind.form(self) }

    /// What an answer names: the settings that it may give, or the items to arrange.
    public var namesToUse: [String] { exercise.kind == "settings" ? exercise.options : items }

    /// The settings of the run that the reader may see, in the file's order.
    public var shownSettings: [LessonRun.Option] { exercise.run.shown }

    /// The choices with their words; of things to arrange those that have words of their own.
    public func choices() throws(LessonError) -> [(key: String, words: Phrase)] {
        var result: [(key: String, words: Phrase)] = []
        for choice in exercise.choices {
            result.append((choice.key, try words("choice \(choice.key)") ?? Phrase(same: choice.key)))
        }
        for item in items { if let found = try words("choice \(item)") { result.append((item, found)) } }
        return result
    }

    /// The exercise as that student gets it.
    public func json(in language: Language) throws(LessonError) -> [UInt8] {
        var json = JSONWriter()
        try json.value(self, in: language)
        return json.bytes
    }

    /// Whether some settings of the run are for the student to find.
    public var hidesSettings: Bool { !exercise.run.hidden.isEmpty }

    /// The run with what the exercise keeps to itself left out.
    public func shownTrace() -> Trace {
        var shown = trace
        if exercise.figure == LessonFigure.undrawn { shown.end(beforeDrawOf: step) }
        for stage in StageList.all {
            let hidden = stage.parameters.filter { exercise.run.hidden.contains($0.option) }
            for number in hidden.compactMap({ $0.number }) { number.set(number.standard, in: &shown.settings) }
            if hidden.isEmpty { continue }
            for step in shown.steps.indices {
                for place in shown.steps[step].stages.indices where shown.steps[step].stages[place].name == stage.name {
                    shown.steps[step].stages[place].parameters = []
                }
            }
        }
        return shown
    }
}

extension Trace {
    /// Leaves out what a step drew, and all that came after it. The step's token is none of the vocabulary's.
    fileprivate mutating func end(beforeDrawOf step: Int) {
        guard steps.indices.contains(step) else { return }
        steps.removeSubrange((step + 1)...)
        let start = steps[step].token.start
        steps[step].token = Token(id: -1, bytes: [], text: "", start: start, end: start, special: false)
        (steps[step].draw, steps[step].finish, attention) = (nil, nil, nil)
        text = steps.map { $0.token.text }.joined()
    }
}

extension LessonRun {
    /// The settings that the reader may see.
    fileprivate var shown: [Option] {
        settings.filter { !hidden.contains($0.name) && $0.name != "candidates" && $0.name != "record" }
    }
}

extension JSONWriter {
    /// The exercise as that student gets it.
    public mutating func value(_ sitting: Sitting, in language: Language) throws(LessonError) {
        let (text, choices, exercise) = (try sitting.text(), try sitting.choices(), sitting.exercise)
        object { json in
            json.member("id", exercise.id)
            json.member("kind", exercise.kind)
            json.member("points", exercise.points)
            json.member("text", text[language])
            json.object("given") { json in
                json.member("model", exercise.run.model)
                json.member("prompt", exercise.run.prompt)
                if !exercise.run.logits.isEmpty {
                    json.array("logits") { json in for logit in exercise.run.logits { json.value(logit) } }
                    json.array("labels") { json in for label in exercise.run.labels { json.value(label) } }
                }
                json.object("settings") { json in
                    for option in sitting.shownSettings { json.member(option.name, option.value) }
                }
                json.member("step", sitting.step)
                if let beside = exercise.beside {
                    json.object("beside") { json in
                        json.member("prompt", beside.prompt)
                        json.object("settings") { json in
                            for option in beside.shown { json.member(option.name, option.value) }
                        }
                    }
                }
            }
            json.object("answer") { json in
                json.member("type", sitting.kind.name)
                if !exercise.unit.isEmpty { json.member("unit", sitting.unit[language]) }
                if sitting.tolerance > 0 { json.member("tolerance", sitting.tolerance) }
                json.array("choices") { json in
                    for choice in choices {
                        json.object { json in
                            json.member("key", choice.key)
                            json.member("text", choice.words[language])
                        }
                    }
                }
                let options = sitting.items.isEmpty ? exercise.options : sitting.items
                if !options.isEmpty {
                    json.array("options") { json in for option in options { json.value(option) } }
                }
                json.member("form", sitting.form[language])
            }
            json.member("variant", sitting.variant.name)
        }
    }
}

extension Verdict {
    /// `{"right", "score", "misconception", "feedback", "hint"}`.
    public func json(in language: Language) -> [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.member("right", isRight)
            json.member("score", score)
            json.member("misconception", misconception)
            json.member("feedback", feedback[language])
            json.member("hint", hint.map { $0[language] })
        }
        return json.bytes
    }
}

/// All lessons with their exercises.
public func lessonsJSON(_ course: Course) -> [UInt8] {
    var json = JSONWriter()
    json.array { json in
        for lesson in course.lessons {
            json.object { json in
                json.member("id", lesson.id)
                json.member("number", lesson.number)
                json.object("title") { json in
                    json.member("en", lesson.title.english)
                    json.member("zh-TW", lesson.title.chinese)
                }
                json.member("minutes", lesson.minutes)
                json.array("exercises") { json in
                    for exercise in lesson.exercises {
                        json.object { json in
                            json.member("id", exercise.id)
                            json.member("kind", exercise.kind)
                            json.member("points", exercise.points)
                        }
                    }
                }
            }
        }
    }
    return json.bytes
}
