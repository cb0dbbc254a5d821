// The stage "top-p".

internal import Phrases
internal import Traces

extension StageDescriptor {
    static let topP = StageDescriptor(
        "top-p", .ordered, .threshold(.ofShare), isSamplingOnly: true, label: Phrase(same: "top-p"),
        parameters: [
            StageParameter(
                "top-p", .number(p),
                Phrase(
                    "Keep the most probable tokens up to this mass; 1 is off (default).",
                    "由最可能的詞元起，保留到機率和達此值；1 為關閉（預設）。"))
        ],
        formulas: [
            StageFormula(
                .removed, rule, "{better} ≥ {first}", "p = {first}",
                note: Phrase("The better tokens already reach the mass: struck.", "排在前面的機率和已達到 p：劃掉。")),
            StageFormula(
                .always, rule, "{better} < {first}", "p = {first}",
                note: Phrase("The better tokens do not reach the mass yet: stays.", "排在前面的機率和尚未達到 p：留下。")),
        ],
        make: { p.isOff(in: $0.settings) ? nil : Stage("top-p", TopP(p: $0.settings.topP).apply) })
}

private let rule = Phrase("Σ p(better) ≥ p  ⇒  out", "Σ p(較佳者) ≥ p  ⇒  劃掉")

private let p = StageNumber(1, .real(0...1), example: 0.9, read: { $0.topP }, write: { $0.topP = $1 })

/// Keeps the smallest set of most probable tokens whose probabilities sum to at least p, and at least one token.
///
/// Order: probability descending, ties: lower id first. Sums in double precision.
/// Source: Holtzman et al. 2020, The Curious Case of Neural Text Degeneration.
struct TopP {
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
