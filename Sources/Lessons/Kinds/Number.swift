// `number`: a value with a unit and a tolerance. `puzzle`: an interval, for what can only be narrowed.
internal import Debugging
internal import Phrases

extension ExerciseKind {
    static let number = ExerciseKind(
        "number", form: Phrase("a number, as 3, 0.85 or 85%", "一個數字，例如 3、0.85 或 85%"), answerType: .number(.none),
        read: { (_, text) throws(LessonError) in .number(try readNumber(text)) },
        satisfies: { (sitting, rule, answer) throws(LessonError) in
            guard case .number(let number) = answer else { return false }
            switch try sitting.value(of: rule, answer: answer) {
            case .boolean(let truth): return truth
            case .number(let value): return abs(number - value) <= sitting.tolerance + 1e-9
            default: return false
            }
        },
        example: { (sitting, rule) throws(LessonError) in
            guard case .number(let value) = try sitting.value(of: rule, answer: .number(0)) else { return nil }
            return "\(value)"
        })

    static let puzzle = ExerciseKind(
        "puzzle", form: Phrase("an interval, as 0.62..0.71", "一個區間，例如 0.62..0.71"), answerType: .range,
        read: { (_, text) throws(LessonError) in
            let parts = pieces(of: plainSigns(text), between: "..")
            guard parts.count == 2 else {
                throw .answer(
                    Phrase(
                        "\(readable(text)) is no interval; write its two ends as 0.62..0.71",
                        "\(readable(text)) 不是區間；請寫出兩端，例如 0.62..0.71"))
            }
            let (low, high) = (try readNumber(parts[0]), try readNumber(parts[1]))
            if low > high {
                throw .answer(Phrase("the interval's ends are the wrong way round", "區間的兩端寫反了"))
            }
            return .range(low: low, high: high)
        },
        satisfies: { (sitting, rule, answer) throws(LessonError) in
            try sitting.value(of: rule, answer: answer).isTrue
        })
}

/// A finite number; a percentage is a hundredth.
func readNumber(_ text: String) throws(LessonError) -> Double {
    var plain = plainSigns(text)
    var scale = 1.0
    if plain.hasSuffix("%") {
        plain = plainSigns(String(plain.dropLast()))
        scale = 0.01
    }
    guard plain.utf8.count <= 40, let value = Double(plain), value.isFinite else {
        throw .answer(
            Phrase(
                "\(readable(String(text.prefix(40)))) is no number; write it as 3, 0.85 or 85%",
                "\(readable(String(text.prefix(40)))) 不是數字；請寫成 3、0.85 或 85%"))
    }
    return value * scale
}
