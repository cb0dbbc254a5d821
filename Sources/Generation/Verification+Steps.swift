// One step of a verification, and the words for why it differs. Called by: Verifier.run.
internal import Tokenizers
internal import Stages
internal import Traces

extension Verifier {
    /// Makes the step again. On other kernels, where two choices lie within the margin, goes on with the recorded token.
    func step(_ index: Int, _ session: Session) throws(GenerationError) -> VerificationDifference? {
        let old = trace.steps[index]
        let made: Step?
        if trace.settings.beams > 1 {
            // The search has made all of them, along its best hypothesis.
            made = session.trace.steps.indices.contains(index) ? session.trace.steps[index] : nil
        } else {
            made = try session.step()?.step
        }
        guard let new = made else {
            return VerificationDifference(
                step: index, what: "the end of the run", recorded: "a step", computed: "ended before", distance: nil)
        }
        if new.token.id != old.token.id, !isExact, trace.settings.beams == 1, let tie = values.nearTie(old, new) {
            notes.append("step \(index): \(tie)")
            let state = session.states[index + 1].choice
            try session.rewind(toSteps: index)
            _ = try session.step(force: old.token.id)
            session.states[index + 1].choice = state
            return nil
        }
        return values.step(old, new, notes: &notes)
    }

    /// Repeats the beam search and compares the trees.
    func search(_ session: Session) throws(GenerationError) -> VerificationDifference? {
        guard let old = trace.beam else {
            return VerificationDifference(
                step: nil, what: "the beam tree", recorded: "none", computed: "\(trace.settings.beams) beams",
                distance: nil)
        }
        let run = try BeamRun(session)
        while !run.isFinished { try run.advance() }
        let new = run.tree()
        if let difference = values.tree(old, new, notes: &notes) { return difference }
        try run.finish()
        return nil
    }

    /// What the difference in a step comes from, as far as the rest of the record tells.
    func cause(of difference: VerificationDifference, _ index: Int) -> String? {
        let step = trace.steps[index]
        switch difference.what {
        case ValueComparison.drawName, ValueComparison.stageDrawName:
            guard let draws = try? seedDraws(trace) else { return nil }
            let foreign = draws.filter { $0.recorded != $0.expected }
            let seed = trace.settings.at(step: index).seed
            if foreign.isEmpty {
                return "the draws are those of seed \(seed); another value decides when a number is drawn"
            }
            if foreign.count == 1 && draws.count > 1 {
                return "this number was changed: the other \(draws.count - 1) draws are those of seed \(seed)"
            }
            return "the draws are not those of seed \(seed): \(foreign.count) of \(draws.count) differ"
        case let what where what.hasPrefix(ValueComparison.rawName):
            let others = step.candidates.count - 1
            if difference.distance == nil { return nil }
            return values.rawDifferences == 1
                ? "this value was changed: the other \(others) raw logits of the step agree"
                : "\(values.rawDifferences) of the \(others + 1) raw logits differ: other settings of the forward pass, or another engine"
        case let what where what.hasPrefix(ValueComparison.parameterName):
            return "the recorded settings ask for another value than the step was made with"
        default:
            return "the values it is computed from agree: this one was changed"
        }
    }
}

/// The numbers that were drawn in a run, beside those that its seed gives, in order.
///
/// Every step that draws takes one; a stage that draws takes one before it. A seed that was set anew starts its own.
func seedDraws(_ trace: Trace) throws(SettingsError) -> [(recorded: Double, expected: Double)] {
    var generator = try PCG64(seed: trace.settings.at(step: 0).seed)
    var draws: [(recorded: Double, expected: Double)] = []
    for (index, step) in trace.steps.enumerated() {
        let seed = trace.settings.at(step: index).seed
        if index > 0 && seed != trace.settings.at(step: index - 1).seed { generator = try PCG64(seed: seed) }
        for stage in step.stages {
            for parameter in stage.parameters where parameter.name == "uniform" {
                draws.append((parameter.value, generator.uniform()))
            }
        }
        if let draw = step.draw { draws.append((draw.uniform, generator.uniform())) }
    }
    return draws
}
