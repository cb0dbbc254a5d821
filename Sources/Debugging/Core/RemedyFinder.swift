// What would have kept a removed token: the numbers of the stages at which it stays in play.
internal import Stages
internal import Traces

/// Works on one removed candidate of one step.
struct RemedyFinder {
    let step: Step
    let candidate: Candidate

    /// The removing stage's remedy, then those of later truncating stages that would remove it in turn.
    func remedies() -> [Remedy] {
        guard let removing = step.stages.indices.first(where: { $0 > 0 && logit(candidate, $0) == nil }) else {
            return []
        }
        var result: [Remedy] = []
        for place in removing..<step.stages.count {
            guard let remedy = remedy(at: place) else { continue }
            if place == removing || wouldRemove(remedy) { result.append(remedy) }
        }
        return result
    }

    private func logit(_ candidate: Candidate, _ stage: Int) -> Double? {
        stage < candidate.logits.count ? candidate.logits[stage].map { Double($0) } : nil
    }

    /// The token's logit as it would go into the stage: the last one it had. Truncating stages change no logit; a
    /// temperature after the removal does, and then nothing is said about what follows.
    private func own(at place: Int) -> Double? {
        guard let last = step.stages.indices.last(where: { logit(candidate, $0) != nil }) else { return nil }
        let between = step.stages[(last + 1)..<max(place, last + 1)]
        if between.contains(where: { StageList.named($0.name)?.effect.onlyRemoves != true }) { return nil }
        return logit(candidate, last)
    }

    private func wouldRemove(_ remedy: Remedy) -> Bool {
        guard let actual = remedy.actual else { return false }
        switch remedy.bound {
        case .atLeast: return actual > 0 && actual < remedy.value
        case .above: return actual <= remedy.value
        case .atMost: return actual > remedy.value
        }
    }

    private func remedy(at place: Int) -> Remedy? {
        let stage = step.stages[place]
        guard let kept = StageList.named(stage.name)?.kept, let own = own(at: place) else { return nil }
        // The logits that went into the stage, this token aside.
        let others = step.candidates.filter { $0.id != candidate.id }
            .compactMap { other in logit(other, place - 1).map { (id: other.id, logit: $0) } }
        if others.isEmpty { return nil }
        let input = StageInput(
            id: candidate.id, own: own, others: others,
            numbers: { name in stage.parameters.first { $0.name == name }?.value },
            unlisted: { unlistedWeight(into: place, relativeTo: $0, listed: others.count + 1) })
        guard let bound = kept(input) else { return nil }
        let actual = bound.place < stage.parameters.count ? stage.parameters[bound.place].value : nil
        return Remedy(
            stage: stage.name, parameter: bound.name, bound: bound.side, value: bound.value, actual: actual,
            uncertainty: bound.uncertainty)
    }

    /// Bounds of Σ exp(logit − top) over the tokens in play that are not listed, as they go into stage `place`.
    ///
    /// Exact (0) when every token in play is listed. Otherwise only a temperature may have changed the tail: with raw
    /// probabilities xᵢ ≤ q (the least listed one), Σ xᵢ = R over n tokens, Σ xᵢ^(1/T) lies between the even spread
    /// n·(R/n)^(1/T) and the packed one (R/q)·q^(1/T). Penalised tokens of the tail are taken as unpenalised.
    private func unlistedWeight(into place: Int, relativeTo top: Double, listed: Int) -> ClosedRange<Double>? {
        let before = step.stages[..<place]
        guard let inPlay = before.last?.kept else { return nil }
        if inPlay <= listed { return 0...0 }
        // A stage that cut the tail in part leaves an unknown remainder.
        if before.dropFirst().contains(where: { $0.removed > 0 }) { return nil }
        let temperature = before.first { StageList.named($0.name)?.effect == .scales }?.parameters.first?.value ?? 1
        guard temperature > 0 else { return nil }
        let power = 1 / temperature
        let mass = step.tail.rawProbability
        let count = Double(step.tail.count)
        let least = step.candidates.map { $0.rawProbability }.min() ?? 0
        guard mass > 0, count > 0, least > 0 else { return 0...0 }
        // x^(1/T) = exp((logit − logSumExp) / T), brought to exp(logit / T − top)
        let scale = exponential(step.logSumExp * power - top)
        let even = count * realPower(mass / count, power) * scale
        let packed = mass / least * realPower(least, power) * scale
        guard even.isFinite, packed.isFinite else { return nil }
        return min(even, packed)...max(even, packed)
    }
}
