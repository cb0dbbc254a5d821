// The stage "top-a".

internal import Phrases
internal import Traces

extension StageDescriptor {
    static let topA = StageDescriptor(
        "top-a", .later, .threshold(.ofSum), isSamplingOnly: true, label: Phrase(same: "top-a"),
        parameters: [
            StageParameter(
                "top-a", .number(a),
                Phrase(
                    "Remove tokens less probable than this times the square of the largest probability; 0 is off.",
                    "移除機率低於「此值乘以最大機率之平方」的詞元；0 為關閉。"))
        ],
        formulas: [
            StageFormula(
                .removed, rule, "{share} < {=threshold}", "{before} → {after}{parameters}",
                note: Phrase(
                    "Too unlikely for how sure the model is: struck.", "以模型的把握程度而言機率太小：劃掉。")),
            StageFormula(
                .always, rule, "{share} ≥ {=threshold}", "{before} → {after}{parameters}",
                note: Phrase("Likely enough for how sure the model is: stays.", "以模型的把握程度而言機率夠大：留下。")),
        ],
        make: { a.isOff(in: $0.settings) ? nil : Stage("top-a", TopA(a: a.value(in: $0.settings)).apply) })
}

private let rule = Phrase("p < a · p(max)²  ⇒  out", "p < a · p(max)²  ⇒  劃掉")

private let a = StageNumber(
    extra: "top-a.a", 0, NumberRange(.real(0...1), within: .off(0)), example: 0.2, isSwitch: true)

/// Removes the tokens with probability < a · (the largest probability)²: few stay where the model is sure, many where it
/// is not. The most probable token stays.
///
/// Source: Peng Bo 2022, RWKV-LM, "the top-a sampling method".
struct TopA {
    let a: Double

    func apply(to distribution: inout Distribution, _ context: inout StageContext) -> [StageRecord.Parameter] {
        let sums = distribution.sums()
        let top = sums.probability(distribution.maximum())
        distribution.removeLessProbable(than: a * top * top)
        return [.init("a", a), .init("threshold", a * top * top)]
    }
}
