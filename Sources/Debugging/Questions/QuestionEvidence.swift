// The values behind a condition that holds: what its comparisons compared.
internal import JSONText

extension Question {
    /// The values that made the condition true at the step of that place, in the order of the question; empty where
    /// the question itself says all (`removed(" a")`, `step == 3`).
    func evidence(at index: Int, in reader: TraceReader) -> [QuestionAnswer] {
        operands(of: term, at: index, reader).compactMap { operand in
            var evaluator = QuestionEvaluator(reader: reader, index: index, budget: .question)
            let value = evaluator.value(operand)
            // A condition's own value is true and needs no telling; the member it was found at does.
            if case .boolean = value, evaluator.witness == nil { return nil }
            if case .unknown = value { return nil }
            return QuestionAnswer(
                value: value, unit: .none,
                witness: evaluator.witness.map { .init(domain: $0.domain, member: $0.value) })
        }
    }

    /// The terms whose values are worth telling.
    private func operands(of term: Term, at index: Int, _ reader: TraceReader) -> [Term] {
        switch term {
        case .logic(_, let left, let right):
            // What is not true did not bring the stop about.
            [left, right].filter { isTrue($0, at: index, reader) }.flatMap { operands(of: $0, at: index, reader) }
        case .not(.logic): []
        case .not(let inner): operands(of: inner, at: index, reader)
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

    private func isTrue(_ term: Term, at index: Int, _ reader: TraceReader) -> Bool {
        var evaluator = QuestionEvaluator(reader: reader, index: index, budget: .question)
        return evaluator.value(term).isTrue
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
