// Branches: a second run that shares the first part of this one and goes its own way. Called by: the debugger, replays.
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
        hasForked = true
        let branch = try Session(branchOf: self, steps: steps)
        if let settings { try branch.change(settings) }
        return branch
    }

    /// Goes back to the beginning of step `steps`, forgetting it and all later ones. The settings of the run stay, also
    /// what they say of later steps.
    public func rewind(toSteps steps: Int) throws(GenerationError) {
        if steps < 0 || steps > trace.steps.count { throw .noSuchStep(step: steps, steps: trace.steps.count) }
        if steps == trace.steps.count { return }
        logits = steps < pastLogits.count ? pastLogits[steps] : nil
        trace.steps.removeLast(trace.steps.count - steps)
        states.removeLast(states.count - steps - 1)
        pastLogits.removeLast(max(0, pastLogits.count - steps))
        trace.tensors.rawLogits.removeLast(max(0, trace.tensors.rawLogits.count - steps))
        trace.tensors.finalLogits.removeLast(max(0, trace.tensors.finalLogits.count - steps))
        trace.text = states[steps].text
        // Step `steps` is chosen from the logits of the token before it.
        let positions = min(slots.count, trace.prompt.tokens.count + steps)
        let kept = logits == nil && positions > 0 && slots.count >= positions ? positions - 1 : positions
        dropSlots(behind: kept)
        recorder.rewind(toPositions: kept, hiddenSize: model.configuration.hiddenSize)
        if logits == nil { rerunLast(at: kept) }
    }

    /// Forgets the positions from `count` on. Their slots are free again unless a branch may share them.
    func dropSlots(behind count: Int) {
        let dropped = Array(slots[count...])
        slots.removeLast(dropped.count)
        if !hasForked { store.release(dropped) }
    }

    /// Runs the token at `position` once more: its logits were not kept.
    func rerunLast(at position: Int) {
        let tokens = trace.tokens
        if position < tokens.count && position >= 0 { logits = Array(run([tokens[position].id], logits: .last)) }
    }
}
