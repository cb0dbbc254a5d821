// The stage "top-p". Made by: StageTable. Its search for the nucleus also serves the draw.

internal import Traces

/// Keeps the smallest set of most probable tokens whose probabilities sum to at least p, and at least one token.
///
/// Order: probability descending, ties: lower id first. Sums in double precision.
/// Source: Holtzman et al. 2020, The Curious Case of Neural Text Degeneration.
struct TopP: Stage {
    let name = "top-p"
    let p: Double

    func apply(to distribution: inout Distribution, _ context: inout StageContext) -> [StageRecord.Parameter] {
        let total = distribution.sums().sum
        let found = distribution.descend { $0 >= p * total }
        distribution.keep(found.passed)
        return [.init("p", p)]
    }
}

extension Distribution {
    /// Goes through the kept tokens, best first, adding up their exponentials e^(l − largest), until `stop` holds for the sum.
    ///
    /// - Returns: the tokens passed (the last one made `stop` hold, or is the last of all), and the sum before the last
    ///   one and with it. Few tokens are looked up first, more only when those do not reach.
    mutating func descend(until stop: (Double) -> Bool) -> (passed: [Int], before: Double, after: Double) {
        let reference = Double(maximum())
        for limit in [64, 1024, Int.max] {
            let best = limit == .max ? allOrdered() : largest(limit)
            var sum = 0.0
            for (place, id) in best.enumerated() {
                let before = sum
                sum += exponential(Double(logits[id]) - reference)
                if stop(sum) || place + 1 == keptCount { return (Array(best[...place]), before, sum) }
            }
        }
        preconditionFailure("a distribution without tokens")
    }
}
