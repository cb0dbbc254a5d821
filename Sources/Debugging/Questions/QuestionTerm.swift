// A question whose names have a meaning and whose types agree.

/// Where on the way from logits to a token a value is taken.
enum StagePoint: Equatable, Sendable {
    /// Before every stage.
    case raw
    /// After the last stage.
    case final
    /// After the stage of that name.
    case after(String)
}

indirect enum Term: Equatable, Sendable {
    case number(Double)
    case boolean(Bool)
    case text([UInt8])
    case tokenID(Int)
    case point(StagePoint)
    /// The name of a stage as a value (of `by`); nil is `none`.
    case stage(String?)
    case finish(FinishValue)
    case variable(AggregateDomain)
    /// Arguments in the order of the function's parameters; nil where one was left out.
    case call(QuestionFunction, [Term?])
    case not(Term)
    case negative(Term)
    case logic(isAnd: Bool, Term, Term)
    case arithmetic(BinaryOperator, Term, Term)
    case compareNumbers(BinaryOperator, Term, Term)
    /// Tokens, texts, stages, finish reasons, conditions; negated for `!=`.
    case same(negated: Bool, Term, Term)
    /// `contains`, `starts`, `ends`.
    case textual(BinaryOperator, Term, Term)
    case inSet(Term, Term)
    case inRange(Term, Term, Term)
    /// What is looked for, and for each member of the set whether it is that.
    case inList(Term, [Term])
    case range(Term, Term)
    case aggregate(Aggregate, AggregateDomain, filter: Term?, Term)
    /// A value of another step: its number, and what is asked of it.
    case at(Term, Term)
    /// A value of another run, at the step of the same number.
    case inRun(QuestionRun, Term)
    /// The answer that is being checked, or an end of it when it is a range.
    case answer(AnswerPart)
}

/// `finish` with `none` as a value of its own.
enum FinishValue: String, Equatable, Sendable, CaseIterable {
    case none, eos, stop, length, context
}
