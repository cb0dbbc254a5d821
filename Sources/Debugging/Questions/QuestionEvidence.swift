// The values behind a condition that holds: what its comparisons compared.
internal import JSONText

extension Question {
    /// The values that made the condition true at the step of that place, in the order of the question; empty where
    /// the question itself says all (`removed(" a")`, `step == 3`).
    func evidence(at index: Int, in reader: TraceReader) -> [QuestionAnswer] {
        // One budget for them all: each costs as much as the question.
        var evaluator = QuestionEvaluator(reader: reader, index: index, budget: .question)
        return operands(of: term, &evaluator).compactMap { operand in
            evaluator.witness = nil
            let value = evaluator.answer(operand)
            // A condition's own value is true and needs no telling; the member it was found at does.
            if case .boolean = value, evaluator.witness == nil { return nil }
            if case .unknown = value { return nil }
            return QuestionAnswer(
                value: value, unit: .none,
                witness: evaluator.witness.map { .init(domain: $0.domain, member: $0.value) })
        }
    }

    /// The terms whose values are worth telling.
    private func operands(of term: Term, _ evaluator: inout QuestionEvaluator) -> [Term] {
        switch term {
        case .logic(_, let left, let right):
            // What is not true did not bring the stop about.
            [left, right].filter { evaluator.answer($0).isTrue }.flatMap { operands(of: $0, &evaluator) }
        case .not(.logic): []
        case .not(let inner): operands(of: inner, &evaluator)
        case .compareNumbers(.equal, let left, let right), .same(negated: false, let left, let right):
            left.isConstant || right.isConstant ? [] : [left]
        case .compareNumbers(_, let left, let right), .same(negated: true, let left, let right):
            [left, right].filter { !$0.isConstant }
        case .inRange(let number, _, _): number.isConstant ? [] : [number]
        case .inSet(let token, _), .inList(let token, _): token.isConstant ? [] : [token]
        case .aggregate: [term]
        default: []
        }
    }
}

extension Term {
    /// Whether the term says its value as it is written.
    fileprivate var isConstant: Bool {
        switch self {
        case .number, .boolean, .text, .tokenID, .point, .stage, .finish: true
        case .negative(let inner): inner.isConstant
        default: false
        }
    }
}
