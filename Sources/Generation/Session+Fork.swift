// Branches: a second run that shares the first part of this one and goes its own way.
public import Traces
internal import Tokenizers
internal import Transformers

extension Session {
    /// A run whose trace is the first `steps` steps of this one's. Keys and values of the shared part stay where they
    /// are in the cache; new tokens of either run take fresh slots. Nothing is computed again when this session keeps
    /// its logits; otherwise one token is.
    ///
    /// - Parameter settings: those of the new run from here on; nil keeps the old ones.
    public func fork(steps: Int, settings: Settings? = nil) throws(GenerationError) -> Session {
        if steps < 0 || steps > trace.steps.count { throw .noSuchStep(step: steps, steps: trace.steps.count) }
        share()
        let branch = try Session(branchOf: self, steps: steps)
        if let settings { try branch.change(settings) }
        return branch
    }

    /// Goes back to the beginning of step `steps`, forgetting it and all later ones. The settings of the run stay, also
    /// what they say of later steps.
    public func rewind(toSteps steps: Int) throws(GenerationError) {
        if steps < 0 || steps > trace.steps.count { throw .noSuchStep(step: steps, steps: trace.steps.count) }
        truncate(toSteps: steps)
    }
}
