// What is right at an exercise and what is told of each answer, for systems that check on their own.
internal import Debugging
public import Phrases

/// The answers of a choice or a number.
public struct AnswerKey: Sendable {
    /// What is right.
    public enum Right: Equatable, Sendable {
        /// The key of a choice.
        case choice(String)
        case number(Double, tolerance: Double)
    }

    public var right: Right
    /// What is told of the right answer.
    public var praise: Phrase
    /// Wrong answers that people give, as they are typed, and what is told of each.
    public var wrong: [(answer: String, feedback: Phrase)]
    /// What is told of any other answer.
    public var otherwise: Phrase
    /// The first hint.
    public var hint: Phrase?
}

extension Sitting {
    /// Nil for kinds that only the engine can check.
    public func answerKey(in classroom: Classroom) throws(LessonError) -> AnswerKey? {
        guard let right = try right(), let reference = try referenceAnswer() else { return nil }
        var wrong: [(answer: String, feedback: Phrase)] = []
        for answer in try wrongAnswers() {
            wrong.append((answer, try classroom.check(self, answer).feedback))
        }
        return AnswerKey(
            right: right, praise: try classroom.check(self, reference).feedback, wrong: wrong,
            otherwise: try words("wrong") ?? Phrase("Not yet.", "還不對。"), hint: try words("hint 1"))
    }

    private func right() throws(LessonError) -> AnswerKey.Right? {
        if kind === ExerciseKind.choice { return .choice(try rightChoice()) }
        guard kind === ExerciseKind.number,
            case .number(let number) = try value(of: exercise.right, answer: .number(0))
        else { return nil }
        return .number(number, tolerance: tolerance)
    }

    private func wrongAnswers() throws(LessonError) -> [String] {
        if kind === ExerciseKind.choice {
            let right = try rightChoice()
            return exercise.choices.map { $0.key }.filter { $0 != right }
        }
        var answers: [String] = []
        for check in exercise.wrong {
            if let given = check.example {
                answers.append(try computedAnswer(given))
            } else if let answer = try kind.example(self, check.rule) {
                answers.append(answer)
            }
        }
        return answers
    }
}
