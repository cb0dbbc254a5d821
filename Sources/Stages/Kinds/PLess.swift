// The stage "p-less".

internal import Phrases
internal import Traces

extension StageDescriptor {
    static let pLess = StageDescriptor(
        "p-less", .later, .threshold(.ofAll), isSamplingOnly: true, label: Phrase(same: "p-less"),
        parameters: [
            StageParameter(
                "p-less", .number(on),
                Phrase(
                    "1 removes tokens less probable than two draws are to agree; 0 is off.",
                    "1 表示移除機率低於「兩次抽選相同之機率」的詞元；0 為關閉。"))
        ],
        formulas: [
            StageFormula(
                .removed, rule, "{share} < {=threshold}", "{before} → {after}{parameters}",
                note: Phrase("Less likely than that two draws agree: struck.", "機率低於兩次抽選相同的機率：劃掉。")),
            StageFormula(
                .always, rule, "{share} ≥ {=threshold}", "{before} → {after}{parameters}",
                note: Phrase("At least as likely as that two draws agree: stays.", "機率不低於兩次抽選相同的機率：留下。")),
        ],
        make: { on.isOff(in: $0.settings) ? nil : Stage("p-less", PLess().apply) })
}

private let rule = Phrase("p < Σ p²  ⇒  out", "p < Σ p²  ⇒  劃掉")

private let on = StageNumber(
    extra: "p-less.on", 0, NumberRange(.whole(0...1), within: .off(0)), example: 1, isSwitch: true)

/// Keeps the tokens with probability ≥ Σ p², the probability that two draws give the same token (e to the power of minus
/// the Rényi entropy of order 2). Nothing is there to be chosen: the threshold follows from the distribution.
///
/// Σ p² is the mean of p weighted by p, so that the most probable token always stays; of equal tokens all do.
/// Source: Tan et al. 2025, p-less Sampling: A Robust Hyperparameter-Free Approach for LLM Decoding (arXiv 2509.23234).
/// llama.cpp's takes 10⁻⁵ off the threshold against the rounding of its 32-bit sums; these are in double precision.
struct PLess {
    func apply(to distribution: inout Distribution, _ context: inout StageContext) -> [StageRecord.Parameter] {
        let sums = distribution.sums()
        var collision = 0.0
        for logit in distribution.logits where logit > -.infinity {
            let p = sums.probability(logit)
            collision += p * p
        }
        distribution.removeLessProbable(than: collision)
        return [.init("threshold", collision)]
    }
}
