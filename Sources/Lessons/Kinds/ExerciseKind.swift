// The kinds of exercises: one row for each. To add one, write its file here and its row in the table.
internal import Debugging
internal import JSONText
public import Phrases

/// An answer as its kind reads it.
enum LessonAnswer {
    case number(Double)
    case range(low: Double, high: Double)
    /// A choice's key.
    case choice(String)
    case tokens([TokenReference])
    /// A condition of the question language.
    case condition(String)
    /// The run that the answer makes.
    case run(LessonRun)
    /// An attention head, both from 0.
    case head(layer: Int, head: Int)
    /// Items in the order they were put in.
    case order([String])
    /// Positions of the prompt's tokens.
    case places(Set<Int>)
    /// Places in an attention figure.
    case cells(Set<AttentionCell>)
    /// For a person to read.
    case words(String)
    /// Keys with what was put on each; the sum is 1.
    case distribution([(key: String, share: Double)])

    /// As the question language sees it, where a rule may ask `answer`.
    var supplied: SuppliedAnswer? {
        switch self {
        case .number(let number): .value(.number(number))
        case .range(let low, let high): .range(low: low, high: high)
        case .tokens(let tokens): .tokens(tokens)
        case .order(let items): .value(.text(Array(items.joined(separator: ", ").utf8)))
        case .head(let layer, let head): .value(.head(layer: layer, head: head))
        default: nil
        }
    }
}

/// What a check found.
struct Judgement {
    var isRight: Bool
    /// 0…1 of the points.
    var score: Double
    /// The key of the wrong answer it is; nil when it is none that is listed, or right.
    var misconception: String?
    /// Of a bet the share that was put on what came, 0…1.
    var onWhatCame: Double?
}

/// One kind of exercise. A class, so that the table is one of pointers.
final class ExerciseKind: Sendable {
    typealias Read = @Sendable (Sitting, String) throws(LessonError) -> LessonAnswer
    typealias Satisfies = @Sendable (Sitting, String, LessonAnswer) throws(LessonError) -> Bool
    typealias Judge = @Sendable (Sitting, LessonAnswer) throws(LessonError) -> Judgement
    typealias Example = @Sendable (Sitting, String) throws(LessonError) -> String?
    typealias Form = @Sendable (Sitting) -> Phrase

    let name: String
    /// What it is called in a list.
    let title: Phrase
    /// How an answer is typed, in the names of the exercise.
    let form: Form
    /// What is said of a right answer, where the lesson has no words of its own.
    let praise: Phrase
    /// What `answer` is in its rules; nil: there is no such name.
    let answerType: QuestionType?
    /// Reads an answer as typed or as JSON; throws what is wrong with it.
    let read: Read
    /// Whether an answer is what a rule says.
    let satisfies: Satisfies
    /// How it judges, where that is not by the rules in their order.
    private let ownJudge: Judge?
    /// The answer that a rule is in itself; nil where the lesson has to name one.
    let example: Example

    convenience init(
        _ name: String, title: Phrase, form: Phrase, praise: Phrase = Phrase("Right.", "答對了。"),
        answerType: QuestionType? = nil, read: @escaping Read,
        satisfies: @escaping Satisfies = { (_, _, _) throws(LessonError) in false }, judge: Judge? = nil,
        example: @escaping Example = { (_, _) throws(LessonError) in nil }
    ) {
        self.init(
            name, title: title, formOf: { _ in form }, praise: praise, answerType: answerType, read: read,
            satisfies: satisfies,
            judge: judge, example: example)
    }

    init(
        _ name: String, title: Phrase, formOf form: @escaping Form, praise: Phrase = Phrase("Right.", "答對了。"),
        answerType: QuestionType? = nil, read: @escaping Read,
        satisfies: @escaping Satisfies = { (_, _, _) throws(LessonError) in false }, judge: Judge? = nil,
        example: @escaping Example = { (_, _) throws(LessonError) in nil }
    ) {
        (self.name, self.title, self.form) = (name, title, form)
        (self.praise, self.answerType) = (praise, answerType)
        (self.read, self.satisfies, self.example) = (read, satisfies, example)
        ownJudge = judge
    }

    /// The verdict on an answer. Of one whose run the engine refuses, a lesson may know what was thought.
    func judge(_ sitting: Sitting, _ answer: LessonAnswer) throws(LessonError) -> Judgement {
        if let ownJudge { return try ownJudge(sitting, answer) }
        do throws(LessonError) { return try judgeByRules(sitting, answer) } catch {
            guard case .answer = error, let key = try sitting.thoughtRefused(answer) else { throw error }
            return Judgement(isRight: false, score: 0, misconception: key)
        }
    }

    private func judgeByRules(_ sitting: Sitting, _ answer: LessonAnswer) throws(LessonError) -> Judgement {
        if try satisfies(sitting, sitting.exercise.right, answer) {
            return Judgement(isRight: true, score: 1, misconception: nil)
        }
        for check in sitting.exercise.wrong where check.refusedBelow == nil {
            if try satisfies(sitting, check.rule, answer) {
                return Judgement(isRight: false, score: 0, misconception: check.key)
            }
        }
        return Judgement(isRight: false, score: 0, misconception: nil)
    }

    /// All of them.
    static let all: [ExerciseKind] = [
        choice, number, tokens, head, cells, settings, prompt, breakpoint, order, predict, puzzle, free,
    ]

    static func named(_ name: String) -> ExerciseKind? { all.first { $0.name == name } }
}

extension Exercise {
    /// What its kind is called; its name where there is no such kind.
    public var kindTitle: Phrase { ExerciseKind.named(kind)?.title ?? Phrase(same: kind) }
    /// A bet has no points and is never failed.
    public var isBet: Bool { kind == ExerciseKind.predict.name }
}

/// The answer as JSON when it begins like it; nil when it does not.
func answerJSON(_ text: String) throws(LessonError) -> JSONValue? {
    let text = trimmed(text)
    guard let first = text.utf8.first, first == UInt8(ascii: "{") || first == UInt8(ascii: "[") else { return nil }
    do { return try JSONValue(parsing: Array(text.utf8)) } catch {
        let what = readable(error.description)
        throw .answer(Phrase("the answer begins like JSON but is none: \(what)", "答案的開頭像 JSON，但讀不懂：\(what)"))
    }
}
