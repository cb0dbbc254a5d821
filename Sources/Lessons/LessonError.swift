// The errors of this module: a lesson that is not whole, an answer that is none, a run that could not be made.
public import Phrases

/// What is wrong with a lesson or an answer.
public enum LessonError: Error, Equatable, Sendable, Worded {
    /// The member of the lesson's file at fault, as `exercises[2].right`.
    case broken(path: String, Phrase)
    /// The answer is none of the exercise's kind.
    case answer(Phrase)
    /// No lesson or exercise is called that.
    case unknown(Phrase)
    /// A run could not be made.
    case run(Phrase)
    /// No variant of an exercise passed its guard.
    case noVariant(exercise: String, tries: Int)
    /// No variant of an exercise passed its guard as far as they were tried: more runs would take too long.
    case costlyGuard(exercise: String, runs: Int)

    /// One line: what, where, what next.
    public var phrase: Phrase {
        switch self {
        case .broken(let path, let what): Phrase(same: path + ": ") + what
        case .answer(let what), .unknown(let what), .run(let what): what
        case .noVariant(let exercise, let tries):
            Phrase(
                "exercise \(exercise): none of \(tries) variants passes its guard; widen vary, or loosen guard",
                "練習 \(exercise)：\(tries) 種題目都不合 guard；請放寬 vary 或 guard")
        case .costlyGuard(let exercise, let runs):
            Phrase(
                "exercise \(exercise): no variant passed its guard in \(runs) runs, and more would take too long; loosen guard, or have fewer tokens or beams",
                "練習 \(exercise)：執行 \(runs) 次都沒有題目合 guard，再試會太久；請放寬 guard，或減少詞元數或 beam 數")
        }
    }
}
