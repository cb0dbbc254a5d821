// The stage "min-p".

internal import Phrases
internal import Traces

extension StageDescriptor {
    static let minP = StageDescriptor(
        "min-p", .ordered, .threshold(.ofBest), isSamplingOnly: true, label: Phrase(same: "min-p"),
        parameters: [
            StageParameter(
                "min-p", .number(p),
                Phrase(
                    "Keep tokens at least this likely, as a part of the likeliest; 0 is off (default).",
                    "保留機率至少達最可能者此比例的詞元；0 為關閉（預設）。"))
        ],
        cut: .ratio,
        formulas: [
            StageFormula(
                .removed, rule, "e^({depth}) = {ratio} < {first}",
                note: Phrase("Too unlikely beside the best: struck.", "與最佳者相比太小：劃掉。")),
            StageFormula(
                .always, rule, "e^({depth}) = {ratio} ≥ {first}",
                note: Phrase("Likely enough beside the best: stays.", "與最佳者相比仍夠大：留下。")),
        ],
        make: { p.isOff(in: $0.settings) ? nil : Stage("min-p", MinP(p: $0.settings.minP).apply) })
}

private let rule = Phrase("p ÷ p(max) < min-p  ⇒  out", "p ÷ p(max) < min-p  ⇒  劃掉")

private let p = StageNumber(0, .real(0...1), example: 0.05, read: { $0.minP }, write: { $0.minP = $1 })

/// Keeps the tokens with probability ≥ m · (largest probability), that is l − largest l ≥ ln m.
///
/// Source: Nguyen et al. 2024, Turning Up the Heat: Min-p Sampling for Creative and Coherent LLM Outputs.
struct MinP {
    let p: Double

    func apply(to distribution: inout Distribution, _ context: inout StageContext) -> [StageRecord.Parameter] {
        let edge = Double(distribution.maximum()) + logarithm(p)
        distribution.removeBelow(smallestFloat(atLeast: edge))
        return [.init("p", p)]
    }
}

/// The smallest 32-bit float that is not below `value`.
func smallestFloat(atLeast value: Double) -> Float {
    let near = Float(value)
    return Double(near) < value ? near.nextUp : near
}
