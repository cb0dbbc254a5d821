// `number`: a value with a unit and a tolerance. `puzzle`: an interval, for what can only be narrowed.
internal import Debugging
internal import Phrases

extension ExerciseKind {
    static let number = ExerciseKind(
        "number", title: Phrase("number", "數字"), form: Phrase("a number, as 3, 0.85 or 85%", "一個數字，例如 3、0.85 或 85%"),
        answerType: .number(.none),
        read: { (sitting, text) throws(LessonError) in .number(try readNumber(text, unit: sitting.exercise.unit)) },
        satisfies: { (sitting, rule, answer) throws(LessonError) in
            guard case .number(let number) = answer else { return false }
            switch try sitting.value(of: rule, answer: answer) {
            case .boolean(let truth): return truth
            case .number(let value):
                // A share of 1 that is given as one of a hundred is told from a wrong one.
                if rule == sitting.exercise.right, (0..<1).contains(value), number > 1,
                    abs(number / 100 - value) <= sitting.tolerance
                {
                    throw .answer(
                        Phrase(
                            "is that per cent? Write \(number)%, or a number below 1", "這是百分比嗎？請寫成 \(number)%，或小於 1 的數")
                    )
                }
                return abs(number - value) <= (try sitting.tolerance(of: rule, value)) + 1e-9
            default: return false
            }
        },
        example: { (sitting, rule) throws(LessonError) in
            guard case .number(let value) = try sitting.value(of: rule, answer: .number(0)) else { return nil }
            return "\(value)"
        })

    static let puzzle = ExerciseKind(
        "puzzle", title: Phrase("puzzle", "推區間"), form: Phrase("an interval, as 0.62..0.71", "一個區間，例如 0.62..0.71"),
        answerType: .range,
        read: { (sitting, text) throws(LessonError) in
            guard let (low, high) = typedRange(text, unit: sitting.exercise.unit) else {
                throw .answer(
                    Phrase(
                        "\(quoted(text)) is no interval; write its two ends as 0.62..0.71",
                        "\(quoted(text)) 不是區間；請寫出兩端，例如 0.62..0.71"))
            }
            if low > high {
                throw .answer(Phrase("the interval's ends are the wrong way round", "區間的兩端寫反了"))
            }
            return .range(low: low, high: high)
        },
        satisfies: { (sitting, rule, answer) throws(LessonError) in
            try sitting.value(of: rule, answer: answer).isTrue
        })
}

extension Sitting {
    /// How far from a listed number an answer may be. That of the right one is often a share of it: a wrong one that is much
    /// smaller would take in numbers that are nowhere near it.
    func tolerance(of rule: String, _ value: Double) throws(LessonError) -> Double {
        if rule == exercise.right { return tolerance }
        guard case .number(let right) = try self.value(of: exercise.right, answer: .number(0)), right != 0 else {
            return tolerance
        }
        return min(tolerance, max(tolerance * abs(value / right), 0.002))
    }
}
