// What would have kept a removed token: the parameters of top-k, top-p and min-p at which it stays in play.
#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif
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
        stage < candidate.logits.count ? candidate.logits[stage].map(Double.init) : nil
    }

    /// The token's logit as it would go into the stage: the last one it had. Truncating stages change no logit; a
    /// temperature after the removal does, and then nothing is said about what follows.
    private func own(at place: Int) -> Double? {
        guard let last = step.stages.indices.last(where: { logit(candidate, $0) != nil }) else { return nil }
        let between = step.stages[(last + 1)..<max(place, last + 1)]
        if between.contains(where: { !Self.truncating.contains($0.name) }) { return nil }
        return logit(candidate, last)
    }

    private static let truncating = [
        "top-k", "top-p", "min-p", "typical-p", "epsilon", "eta", "top-n-sigma", "xtc", "banned-tokens",
    ]

    private func wouldRemove(_ remedy: Remedy) -> Bool {
        guard let actual = remedy.actual else { return false }
        switch remedy.bound {
        case .atLeast: return actual > 0 && actual < remedy.value
        case .above: return actual <= remedy.value
        case .atMost: return actual > remedy.value
        }
    }

    private func remedy(at place: Int) -> Remedy? {
        guard let own = own(at: place) else { return nil }
        let stage = step.stages[place]
        // The logits that went into the stage, this token aside.
        let others = step.candidates.filter { $0.id != candidate.id }
            .compactMap { other in logit(other, place - 1).map { (id: other.id, logit: $0) } }
        guard let largest = others.map(\.logit).max() else { return nil }
        let actual = stage.parameters.first?.value
        switch stage.name {
        case "top-k":
            // kept: logit ≥ the k-th largest, so k counts the larger ones and this token
            let larger = others.filter { $0.logit > own }.count
            return Remedy(stage: "top-k", bound: .atLeast, value: Double(larger + 1), actual: actual, uncertainty: 0)
        case "min-p":
            // kept: p ≥ min-p · largest p, and p / largest p = exp(logit − largest logit)
            return Remedy(
                stage: "min-p", bound: .atMost, value: min(1, exp(own - max(largest, own))), actual: actual,
                uncertainty: 0)
        case "top-p":
            // kept: the probabilities before it in descending order sum to less than p
            let before = others.filter { $0.logit > own || ($0.logit == own && $0.id < candidate.id) }
            let top = max(largest, own)
            let weight = { (logit: Double) in exp(logit - top) }
            let ahead = before.reduce(0) { $0 + weight($1.logit) }
            let listed = others.reduce(weight(own)) { $0 + weight($1.logit) }
            guard let unlisted = unlistedWeight(into: place, relativeTo: top, listed: others.count + 1) else {
                return nil
            }
            let (low, high) = (ahead / (listed + unlisted.upperBound), ahead / (listed + unlisted.lowerBound))
            return Remedy(
                stage: "top-p", bound: .above, value: (low + high) / 2, actual: actual, uncertainty: (high - low) / 2)
        default: return nil
        }
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
        let temperature = before.first { $0.name == "temperature" }?.parameters.first?.value ?? 1
        guard temperature > 0 else { return nil }
        let power = 1 / temperature
        let mass = step.tail.rawProbability
        let count = Double(step.tail.count)
        let least = step.candidates.map(\.rawProbability).min() ?? 0
        guard mass > 0, count > 0, least > 0 else { return 0...0 }
        // x^(1/T) = exp((logit − logSumExp) / T), brought to exp(logit / T − top)
        let scale = exp(step.logSumExp * power - top)
        let even = count * pow(mass / count, power) * scale
        let packed = mass / least * pow(least, power) * scale
        guard even.isFinite, packed.isFinite else { return nil }
        return min(even, packed)...max(even, packed)
    }
}
