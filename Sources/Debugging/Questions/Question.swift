// The face of the question language: a checked question, asked of a step.
public import JSONText
internal import Phrases

/// A question that was parsed and checked. Answering has no side effect and always ends.
public struct Question: Equatable, Sendable {
    /// The question as it was written.
    public let source: String
    /// What the answer is, when it is known.
    public let type: QuestionType
    let term: Term

    /// Parses and checks `source`.
    ///
    /// - Throws: ``DebuggingError/question(source:span:problem:)`` with the place of the fault.
    public init(_ source: String, in scope: QuestionScope = QuestionScope()) throws(DebuggingError) {
        var parser = try QuestionParser(source)
        let syntax = try parser.parse()
        var checker = QuestionChecker(source: source, scope: scope)
        let checked = try checker.check(syntax)
        self.source = source
        (term, type) = checked
    }

    /// As ``init(_:in:)``, for a question that has to be a condition (a breakpoint, `assert`).
    public init(condition source: String, in scope: QuestionScope = QuestionScope()) throws(DebuggingError) {
        try self.init(source, in: scope)
        if type == .boolean { return }
        let hint =
            if case .number = type { Phrase("; compare it, for example \(source) > 1", "；請加上比較，例如 \(source) > 1") } else
            {
                Phrase("", "")
            }
        let problem = QuestionProblem.noAnswer(
            QuestionProblem.wrongType(expected: QuestionType.boolean.phrase, found: type.phrase).phrase + hint)
        throw DebuggingError.question(source: source, span: 0..<source.utf8.count, problem: problem)
    }

    /// The answer at the step of that place in the trace (0…steps − 1).
    ///
    /// - Parameter budget: how many values it may look at, as steps; past them the answer is unknown, so that no question
    ///   takes forever.
    public func answer(
        at index: Int, in reader: TraceReader, budget: ReadingBudget = .question,
        supplies: QuestionSupplies = QuestionSupplies()
    ) -> QuestionAnswer {
        var evaluator = QuestionEvaluator(reader: reader, index: index, budget: budget, supplies: supplies)
        let value = evaluator.answer(term)
        return QuestionAnswer(
            value: value, unit: unit, witness: evaluator.witness.map { .init(domain: $0.domain, member: $0.value) })
    }

    /// The value alone.
    public func value(at index: Int, in reader: TraceReader) -> QuestionValue {
        var evaluator = QuestionEvaluator(reader: reader, index: index, budget: .question)
        return evaluator.answer(term)
    }

    /// The value when it needs no step: a literal text or token number.
    var constant: QuestionValue? {
        switch term {
        case .text(let bytes): .text(bytes)
        case .tokenID(let id): .token(TokenReference(id: id, bytes: nil))
        default: nil
        }
    }

    /// The unit of a number, ``Unit/none`` for anything else.
    public var unit: Unit { if case .number(let unit) = type { unit } else { .none } }
}

/// An answer with its unit, and for `max`, `min`, `any` and `all` which member it came from.
public struct QuestionAnswer: Equatable, Sendable {
    /// The member of a domain that the answer came from.
    public struct Witness: Equatable, Sendable {
        /// What the aggregate ran over.
        public var domain: AggregateDomain
        /// A head, layer or position from 0; for candidates the place in the step's list.
        public var member: Int
    }

    /// The value, or why it is unknown.
    public var value: QuestionValue
    /// The unit of a number, ``Unit/none`` for anything else.
    public var unit: Unit
    /// nil for a question without such an aggregate, or with no known member.
    public var witness: Witness?
}
