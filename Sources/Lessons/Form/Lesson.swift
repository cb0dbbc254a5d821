// A lesson as a value: its runs, screens, exercises and words. LessonReading makes it from the file's tree.
public import Phrases

/// A run that a lesson shows or asks about. Texts may hold the variables of a variant, as `{k}`.
public struct LessonRun: Equatable, Hashable, Sendable {
    /// The model's name; empty for logits given by hand.
    public var model = ""
    /// The prompt, as it stands.
    public var prompt = ""
    /// (token), raw; empty for a run of a model. Numbers, or variables of a variant.
    public var logits: [String] = []
    /// What the tokens of `logits` are called.
    public var labels: [String] = []
    /// Options of the command by their long names, in the file's order.
    public var settings: [Option] = []
    /// Names of settings that are not shown to the reader (a puzzle).
    public var hidden: [String] = []
    /// The text of a record, for a run that no model of the course makes; its words stand for themselves.
    public var record = ""

    /// One option and its value as it is typed.
    public struct Option: Equatable, Hashable, Sendable {
        public var name: String
        public var value: String

        public init(_ name: String, _ value: String) { (self.name, self.value) = (name, value) }
    }

    public init() {}
}

/// A value that the words show: the answer of a question asked of a run.
struct LessonValue: Equatable, Sendable {
    var run: String
    var step: String
    var ask: String
    var digits: Int
}

/// One idea on one screen.
public struct Screen: Equatable, Sendable {
    /// The words' section of that name.
    public var id: String
    /// The panel that shows it: one of `LessonFigure`.
    public var figure: String
    /// The lesson's run in the figure.
    public var run: String
    /// The step in the figure, from 0.
    public var step: Int
    /// The one control that is live, or none.
    public var control: String
    /// The exercises on the screen.
    public var exercises: [String]
}

/// An expression with the words for whoever it holds of.
struct LessonCheck: Equatable, Sendable {
    /// What the wrong answer is, or a condition that holds of it.
    var rule: String
    /// Its words are the section `feedback` `key`.
    var key: String
    /// An answer it catches, for conditions; nil where the rule is the answer itself.
    var example: String?

    /// `refused below 6`: the engine refuses the run of an answer that gives a smaller number. What stands behind the
    /// words is asked of the run; nil for any other rule.
    var refusedBelow: String? {
        let words = "refused below "
        return rule.hasPrefix(words) ? String(rule.dropFirst(words.utf8.count)) : nil
    }
}

/// What a variable of a variant may be.
struct Variation: Equatable, Sendable {
    var name: String
    /// All values, as they are written into the exercise.
    var values: [String]
}

/// One exercise, its variables still open.
public struct Exercise: Equatable, Sendable {
    public var id: String
    /// A row of the table of kinds, by name.
    public var kind: String
    public var points: Int
    /// The run it is about; its options may hold variables.
    var run: LessonRun
    /// A second run, which the rules ask as `mine` where no answer makes one.
    var beside: LessonRun?
    /// The figure beside it: one of `LessonFigure`; `none` where the figure would be the answer, `undrawn` where the draw
    /// is.
    public var figure: String
    /// The step it is about.
    var step: String
    /// Of a number.
    public var unit: String
    var tolerance: String
    /// Names of the settings an answer may give (kind `settings`), the items to arrange (`order`; `[= question]` asks for
    /// them), or `prompt`, where tokens of the prompt are marked (`tokens`).
    var options: [String]
    /// A choice's key and the condition under which it is right.
    var choices: [Choice]
    var right: String
    /// An answer that is right, where `right` is a condition: parts may be `=expression`.
    var reference: String?
    var wrong: [LessonCheck]
    var vary: [Variation]
    var guardRule: String?

    struct Choice: Equatable, Sendable {
        var key: String
        var when: String
        var misconception: String?
    }
}

/// A lesson.
public struct Lesson: Sendable {
    public var number: Int
    public var id: String
    public var minutes: Int
    public var title: Phrase
    var runs: [(name: String, run: LessonRun)]
    var values: [(name: String, value: LessonValue)]
    public var screens: [Screen]
    public var exercises: [Exercise]
    /// Sections by key ("bet", "edge text", "edge hint 1", "edge feedback up-to"), each in both languages.
    var words: [String: Phrase]

    /// The words of a section.
    func words(_ key: String) throws(LessonError) -> Phrase {
        if let found = words[key] { return found }
        throw .broken(path: "en.md", Phrase("there is no section ## \(key)", "沒有 ## \(key) 這一節"))
    }

    /// The exercises in the order in which the screens give them; those on no screen come last.
    public var exercisesByScreen: [Exercise] {
        let named = screens.flatMap { $0.exercises }
        return named.compactMap { exercise($0) } + exercises.filter { !named.contains($0.id) }
    }

    /// The run of that name.
    public func run(_ name: String) -> LessonRun? { runs.first { $0.name == name }?.run }
    /// The exercise of that id.
    public func exercise(_ id: String) -> Exercise? { exercises.first { isSame($0.id, as: id) } }
    /// The number of the screen that the exercise is on, from 1.
    public func screenNumber(of exercise: String) -> Int? {
        screens.firstIndex { $0.exercises.contains(exercise) }.map { $0 + 1 }
    }
    /// What is told of a wrong answer, whatever the variant: an ellipsis stands where its numbers would.
    public func misconception(_ key: String, of exercise: String) -> Phrase? {
        guard let found = words["\(exercise) is \(key)"] else { return nil }
        return Phrase(withoutValues(found.english), withoutValues(found.chinese))
    }
}

/// The course: lessons in their order.
public struct Course: Sendable {
    public var title: Phrase
    public var version: String
    public var lessons: [Lesson]
    /// The forms of the test before and after the course: item n of each asks the same.
    public var forms: [Lesson]
    /// Exercises of lessons that are not set: known, and not graded.
    var notSet: Set<String> = []

    public init(title: Phrase, version: String, lessons: [Lesson], forms: [Lesson] = []) {
        (self.title, self.version, self.lessons, self.forms) = (title, version, lessons, forms)
    }

    /// Lessons and forms.
    public var all: [Lesson] { lessons + forms }

    /// The lesson of that number or name.
    public func lesson(_ name: String) throws(LessonError) -> Lesson {
        let isMeant: (Lesson) -> Bool = { isSame("\($0.number)", as: name) || isSame($0.id, as: name) }
        if let found = all.first(where: isMeant) { return found }
        let names = lessons.map { String($0.number) }.joined(separator: ", ")
        throw .unknown(
            Phrase(
                "there is no lesson \(readable(name)); there are: \(names) (see stepglass lesson list)",
                "沒有第 \(readable(name)) 課；有：\(names)（見 stepglass lesson list）"))
    }

    /// The exercise of that id, and its lesson.
    public func exercise(_ id: String) throws(LessonError) -> (lesson: Lesson, exercise: Exercise) {
        for lesson in all {
            if let exercise = lesson.exercise(id) { return (lesson, exercise) }
        }
        let names = all.flatMap { $0.exercises.map { $0.id } }
        let close = nearest(to: id, among: names).map { Phrase("; did you mean \($0)?", "；是不是 \($0)？") }
        throw .unknown(
            Phrase("there is no exercise \(readable(id))", "沒有 \(readable(id)) 這個練習")
                + (close ?? Phrase(" (see stepglass lesson list)", "（見 stepglass lesson list）")))
    }
}

/// The text with an ellipsis for each `{value}`.
private func withoutValues(_ text: String) -> String {
    var parts = pieces(of: text, between: "{")
    var result = parts.removeFirst()
    for part in parts { result += "…" + pieces(of: part, between: "}").dropFirst().joined(separator: "}") }
    return result
}
