// When a step's listed candidates decide everything that other settings would make of it.
internal import Stages
internal import Traces
internal import Transformers

extension Replay {
    /// Logits of the whole vocabulary in which the listed candidates have theirs and every other token the largest that it
    /// may have, provided that the ledger comes out the same whatever the others are; nil when they matter.
    ///
    /// A token that is not listed is no larger than the last one listed, and pointwise stages keep it so. When a
    /// threshold removes all of them although each is taken for that large, the threshold was set by listed tokens, and
    /// it removes them wherever they lie. A stage that looks at masses (top-p, typical-p, …) must come after that.
    func completedLogits(_ index: Int) -> [Float]? {
        let step = parentStep(index)
        if session.trace.settings.record.contains(.logits) { return nil }
        let size = session.model.configuration.vocabularySize
        guard session.trace.settings.candidates == parentSettings.candidates, step.stages[0].kept == size else {
            return nil
        }
        var logits = [Float](repeating: -.infinity, count: size)
        var last = Float.infinity
        for candidate in step.candidates {
            guard let raw = candidate.logits[0] else { return nil }
            logits[candidate.id] = raw
        }
        // A chosen token beyond the list was listed with the others; the new run may list one fewer, and the mass of the
        // tokens not listed would be another.
        if step.candidates.count > parentSettings.candidates { return nil }
        for candidate in step.candidates { last = candidate.logits[0]! }
        let listed = Set(step.candidates.map { $0.id })
        let others = (0..<size).filter { !listed.contains($0) }
        for id in others { logits[id] = last }
        if !decides(logits, others, index) { return nil }
        // A little less, so that none of them ties with the last one listed and takes its place in the list.
        for id in others { logits[id] = last.nextDown }
        return logits
    }

    private func decides(_ logits: [Float], _ others: [Int], _ index: Int) -> Bool {
        var distribution = Distribution(logits)
        var context = StageContext(
            history: History(
                prompt: session.trace.prompt.tokens.map { $0.id }, output: session.trace.steps.map { $0.token.id }),
            generator: session.states[index].choice.generator,
            surpriseBound: session.states[index].choice.surpriseBound)
        for stage in session.pipeline.stages(at: index) {
            let effect = StageList.named(stage.name)?.effect
            let threshold = effect == .best || effect == .threshold(.ofBest)
            if !threshold && effect?.isPointwise != true { return false }
            _ = stage.apply(to: &distribution, &context)
            if distribution.keptCount == 0 { return false }
            if threshold && others.allSatisfy({ !distribution.isKept($0) }) { return true }
            // A threshold that removed some of them removes others when they lie elsewhere.
            if threshold && others.contains(where: { !distribution.isKept($0) }) { return false }
        }
        return others.isEmpty
    }

    /// The step with what the completed logits do not give: the raw numbers, which other settings leave as they were.
    func withRecordedNumbers(_ new: Step) -> Step {
        var step = new
        let old = parentStep(step.index)
        step.entropyBitsRaw = old.entropyBitsRaw
        step.logSumExp = old.logSumExp
        step.tail.rawProbability = old.tail.rawProbability
        step.tail.logits = old.tail.logits
        var known: [Int: Int] = [:]
        for (place, candidate) in old.candidates.enumerated().reversed() { known[candidate.id] = place }
        for place in step.candidates.indices {
            guard let before = known[step.candidates[place].id].map({ old.candidates[$0] }) else { continue }
            step.candidates[place].rank = before.rank
            step.candidates[place].rawProbability = before.rawProbability
        }
        return step
    }
}
