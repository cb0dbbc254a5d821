// What the pass behind a step was made of, asked from outside of a session: nothing moves.
internal import Phrases
public import Traces

extension Debugger {
    /// What each layer would have said at a step of the current run, and how a token stands there.
    ///
    /// - Parameter token: nil takes the step's own.
    /// - Throws: ``DebuggingError/command(_:)`` for a step or a token that there is not, and where no model is at hand.
    public func lensRows(step index: Int, token: Int? = nil) throws(DebuggingError) -> [LensRow] {
        let (maker, token) = try asked("lens", index, token)
        return try maker.lensRows(step: index, token: token)
    }

    /// The residual stream behind a step of the current run, as parts of a token's logit.
    ///
    /// - Parameter token: nil takes the step's own.
    /// - Throws: ``DebuggingError/command(_:)`` for a step or a token that there is not, and where no model is at hand.
    public func residual(step index: Int, token: Int? = nil) throws(DebuggingError) -> ResidualReading {
        let (maker, token) = try asked("residual", index, token)
        return try maker.residual(step: index, token: token)
    }

    private func asked(
        _ what: String, _ index: Int, _ token: Int?
    ) throws(DebuggingError) -> (maker: any TraceMaker, token: Int) {
        guard trace.steps.indices.contains(index) else {
            throw .command(
                Phrase(
                    "there is no step \(index); the run has \(trace.steps.count), counted from 0",
                    "沒有第 \(index) 步；這次執行有 \(trace.steps.count) 步，從 0 起"))
        }
        let maker = try liveMaker(what)
        let token = token ?? trace.steps[index].token.id
        if maker.tokenBytes(of: token) == nil {
            let size = trace.model.vocabularySize
            throw .command(
                Phrase("there is no token #\(token); ids are 0…\(size - 1)", "沒有 #\(token) 這個詞元；編號為 0…\(size - 1)"))
        }
        return (maker, token)
    }
}
