// A lesson from the tree of its file. Whoever has the file knows the line of each path and tells it.
public import JSONText
public import Phrases

extension Lesson {
    /// A lesson from `lesson.yaml` as a tree, and the sections of its words in both languages.
    ///
    /// - Throws: ``LessonError/broken(path:_:)`` with the first member that is missing, unknown or of another type.
    public init(_ tree: JSONValue, words: [String: Phrase]) throws(LessonError) {
        let members = try LessonMembers(
            tree, "", ["number", "id", "minutes", "runs", "values", "screens", "exercises"])
        number = try members.whole("number")
        id = try members.name("id")
        minutes = try members.whole("minutes")
        self.words = words
        guard let title = words["title"] else {
            throw .broken(path: "en.md", Phrase("the first line must be: # the lesson's title", "第一行要寫：# 課名"))
        }
        self.title = title
        runs = []
        for (name, value) in try members.namedValues("runs") {
            runs.append((name, try LessonRun(value, "runs.\(name)")))
        }
        values = []
        for (name, value) in try members.namedValues("values") {
            let one = try LessonMembers(value, "values.\(name)", ["run", "step", "ask", "digits"])
            values.append(
                (
                    name,
                    LessonValue(
                        run: try one.text("run"), step: try one.text("step", or: "0"), ask: try one.text("ask"),
                        digits: try one.whole("digits", in: 0...15, or: 0))
                ))
        }
        screens = []
        for (place, value) in try members.list("screens").enumerated() {
            let one = try LessonMembers(
                value, "screens[\(place)]", ["id", "figure", "run", "step", "control", "exercises"])
            screens.append(
                Screen(
                    id: try one.name("id"), figure: try one.text("figure", or: "none"),
                    run: try one.text("run", or: ""),
                    step: try one.whole("step", or: 0), control: try one.text("control", or: "none"),
                    exercises: try one.texts("exercises")))
        }
        for (name, count) in [("runs", runs.count), ("values", values.count)] where count > Self.limitNamed {
            throw .broken(
                path: name,
                Phrase(
                    "there are \(count); a lesson has \(Self.limitNamed) at most",
                    "有 \(count) 個；一課最多 \(Self.limitNamed) 個"))
        }
        let known = runs
        exercises = []
        for (place, value) in try members.list("exercises").enumerated() {
            exercises.append(try Exercise(value, "exercises[\(place)]", runs: known))
        }
        try checkNames()
    }

    /// Runs of a lesson, and values that its words show: each is made when the lesson is opened.
    private static let limitNamed = 64

    /// Names that point at nothing.
    private func checkNames() throws(LessonError) {
        for (place, screen) in screens.enumerated() {
            if !screen.run.isEmpty, run(screen.run) == nil {
                throw .broken(path: "screens[\(place)].run", missing("run", screen.run, runs.map { $0.name }))
            }
            for id in screen.exercises where exercise(id) == nil {
                throw .broken(
                    path: "screens[\(place)].exercises", missing("exercise", id, exercises.map { $0.id }))
            }
            try checkFigure(screen.figure, "screens[\(place)]")
            _ = try words("screen \(screen.id)")
        }
        for (place, exercise) in exercises.enumerated() {
            try checkFigure(exercise.figure, "exercises[\(place)]")
        }
        for (name, value) in values where run(value.run) == nil {
            throw .broken(path: "values.\(name).run", missing("run", value.run, runs.map { $0.name }))
        }
    }
}

private func checkFigure(_ name: String, _ path: String) throws(LessonError) {
    if !LessonFigure.names.contains(name) {
        throw .broken(path: path + ".figure", missing("figure", name, LessonFigure.names))
    }
}

private func missing(_ what: String, _ name: String, _ known: [String]) -> Phrase {
    let list = known.joined(separator: ", ")
    return Phrase("there is no \(what) \(readable(name)); there are: \(list)", "沒有 \(readable(name))；有：\(list)")
}

extension LessonRun {
    init(_ tree: JSONValue, _ path: String, over base: LessonRun = LessonRun()) throws(LessonError) {
        let members = try LessonMembers(
            tree, path, ["of", "model", "prompt", "logits", "labels", "settings", "hidden", "record"])
        self = base
        model = try members.text("model", or: base.model)
        prompt = try members.text("prompt", or: base.prompt)
        if members["logits"] != nil { logits = try members.texts("logits") }
        if members["labels"] != nil { labels = try members.texts("labels") }
        if members["hidden"] != nil { hidden = try members.texts("hidden") }
        let own = try members.table("settings")
        let names = Set(own.map { $0.key })
        settings.removeAll { names.contains($0.name) }
        for (name, value) in own {
            guard let text = value.plain else {
                throw .broken(path: "\(path).settings.\(name)", Phrase("a number or a text is needed", "要寫數字或文字"))
            }
            settings.append(Option(name, text))
        }
        record = try members.text("record", or: base.record)
        if [model.isEmpty, logits.isEmpty, record.isEmpty].count(where: { !$0 }) != 1 {
            throw .broken(
                path: path,
                Phrase(
                    "a run has one of these: model with prompt, logits, or record",
                    "一次執行要寫其中一種：model 與 prompt、logits，或 record"))
        }
    }
}

extension Exercise {
    init(_ tree: JSONValue, _ path: String, runs: [(name: String, run: LessonRun)]) throws(LessonError) {
        let members = try LessonMembers(
            tree, path,
            [
                "id", "kind", "points", "given", "beside", "figure", "step", "unit", "tolerance", "options", "choices",
                "right",
                "reference", "wrong", "vary", "guard", "hidden",
            ])
        // Whoever has the file leaves out what is hidden; here it is an exercise as any other.
        if let hidden = members["hidden"], hidden.plain != "true" && hidden.plain != "false" {
            throw .broken(path: path + ".hidden", Phrase("true or false is needed", "要寫 true 或 false"))
        }
        id = try members.name("id")
        kind = try members.text("kind")
        if ExerciseKind.named(kind) == nil {
            throw .broken(path: path + ".kind", missing("kind", kind, ExerciseKind.all.map { $0.name }))
        }
        let isBet = kind == ExerciseKind.predict.name
        points = try members.whole("points", or: isBet ? 0 : 1)
        if isBet, points != 0 {
            throw .broken(path: path + ".points", Phrase("a bet has no points; leave them out", "下注不計分；請不要寫 points"))
        }
        guard let given = members["given"] else { throw members.lacks("given") }
        run = try Self.run(given, path + ".given", runs: runs)
        if let value = members["beside"] { beside = try Self.run(value, path + ".beside", runs: runs) }
        step = try members.text("step", or: "0")
        figure = try members.text("figure", or: "staircase")
        unit = try members.text("unit", or: "")
        tolerance = try members.text("tolerance", or: "0")
        options = try members.texts("options")
        choices = []
        for (key, value) in try members.table("choices") {
            if let when = value.plain {
                choices.append(Choice(key: key, when: when, misconception: nil))
                continue
            }
            let one = try LessonMembers(value, "\(path).choices.\(key)", ["when", "wrong"])
            choices.append(Choice(key: key, when: try one.text("when"), misconception: try one.text("wrong")))
        }
        right = try members.text("right", or: choices.isEmpty ? nil : "")
        reference = try members["reference"].map { (value) throws(LessonError) in value.plain ?? value.written }
        wrong = []
        for (place, value) in try members.list("wrong").enumerated() {
            let one = try LessonMembers(value, "\(path).wrong[\(place)]", ["is", "key", "example"])
            let example = one["example"].map { $0.plain ?? $0.written }
            wrong.append(LessonCheck(rule: try one.text("is"), key: try one.text("key"), example: example))
        }
        vary = []
        for (name, value) in try members.namedValues("vary") {
            guard let items = value.array, !items.isEmpty else {
                throw .broken(path: "\(path).vary.\(name)", Phrase("a list of values is needed", "要寫一串值"))
            }
            vary.append(Variation(name: name, values: items.map { $0.plain ?? "" }))
        }
        guardRule = members["guard"]?.plain
    }

    /// A run by its name, or one of its own, which may begin as a named one.
    private static func run(
        _ tree: JSONValue, _ path: String, runs: [(name: String, run: LessonRun)]
    ) throws(LessonError) -> LessonRun {
        var base = LessonRun()
        if let name = tree["of"]?.string ?? tree.string {
            guard let found = runs.first(where: { $0.name == name }) else {
                throw .broken(path: path, missing("run", name, runs.map { $0.name }))
            }
            base = found.run
        }
        return tree.string == nil ? try LessonRun(tree, path, over: base) : base
    }
}
