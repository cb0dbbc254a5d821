// One step of a verification, and why it differs.
internal import Generation
internal import Phrases
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
                step: index, what: .fact(.endOfRun), recorded: Phrase("a step", "一步"),
                computed: Phrase("ended before", "在此之前已結束"), distance: nil)
        }
        if new.token.id != old.token.id, !isExact, trace.settings.beams == 1, let tie = values.nearTie(old, new) {
            notes.append(tie)
            try session.replaceLastStep(with: old.token.id)
            return nil
        }
        return values.step(old, new, notes: &notes)
    }

    /// Repeats a level of the beam search; when all are made, or one more than the record has, compares the trees. To be
    /// called until ``hasSearched``, or until there is a difference.
    func search(_ session: Session) throws(GenerationError) -> VerificationDifference? {
        guard let old = trace.beam else {
            return VerificationDifference(
                step: nil, what: .fact(.beamTree), recorded: values.nothing,
                computed: Phrase("\(trace.settings.beams) beams", "集束寬度 \(trace.settings.beams)"), distance: nil)
        }
        let run: BeamRun
        if let beamRun { run = beamRun } else { run = try BeamRun(session) }
        beamRun = run
        if !run.isFinished { try run.advance() }
        let deepest = old.nodes.reduce(0) { max($0, $1.depth) }
        if !run.isFinished && run.depth <= deepest + 1 { return nil }
        if let difference = values.tree(old, run.tree(), notes: &notes) { return difference }
        if !run.isFinished { return nil }
        try run.finish()
        (hasSearched, beamRun) = (true, nil)
        return nil
    }

    /// What the difference in a step comes from, as far as the rest of the record tells.
    func cause(of difference: VerificationDifference, _ index: Int) -> VerificationCause? {
        let step = trace.steps[index]
        switch difference.what {
        case .fact(.drawn), .fact(.drawnByStage):
            guard let draws = try? seedDraws(trace) else { return nil }
            let foreign = draws.filter { $0.recorded != $0.expected }
            let seed = trace.settings.at(step: index).seed
            if foreign.isEmpty {
                return .drawsAgree(seed: seed)
            }
            if foreign.count == 1 && draws.count > 1 {
                return .changedDraw(others: draws.count - 1, seed: seed)
            }
            return .otherDraws(seed: seed, differing: foreign.count, of: draws.count)
        case .token(_, .rawLogit):
            let others = step.candidates.count - 1
            if difference.distance == nil { return nil }
            return values.rawDifferences == 1
                ? .changedLogit(others: others) : .otherLogits(differing: values.rawDifferences, of: others + 1)
        case .parameter:
            return .otherSettings
        default:
            return .changedValue
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
