// Questions from outside of a session: about any step, and nothing moves.
internal import Phrases
internal import Traces

extension Debugger {
    /// The answer to a question at a step of the current run. The cursor stays where it is.
    ///
    /// - Throws: ``DebuggingError/question(source:span:problem:)`` with the place of the fault,
    ///   ``DebuggingError/command(_:)`` for a step that there is not.
    public func answer(_ source: String, at step: Int) throws(DebuggingError) -> Answered {
        let question = try Question(source, in: scope)
        guard trace.steps.indices.contains(step) else {
            throw .command(
                Phrase(
                    "there is no step \(step); the run has \(trace.steps.count)",
                    "沒有第 \(step) 步；這次執行有 \(trace.steps.count) 步"))
        }
        return Answered(
            id: nil, source: source, answer: question.answer(at: step, in: reader), notes: hints(question, at: step))
    }
}
