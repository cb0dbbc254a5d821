// The stage "epsilon".

internal import Phrases
internal import Traces

extension StageDescriptor {
    static let epsilon = StageDescriptor(
        "epsilon", .later, .threshold(.ofSum), isSamplingOnly: true, label: Phrase("epsilon cutoff", "epsilon 截斷"),
        parameters: [
            StageParameter(
                "epsilon-cutoff", .number(cutoff),
                Phrase("Remove tokens less probable than this; 0 is off.", "移除機率低於此值的詞元；0 為關閉。"))
        ],
        formulas: [
            .rule("p < ε", note: Phrase("Tokens less likely than ε are struck; the best stays.", "機率低於 ε 的詞元劃掉；最佳者必留。"))
        ],
        make: {
            cutoff.isOff(in: $0.settings) ? nil : Stage("epsilon", Epsilon(cutoff: cutoff.value(in: $0.settings)).apply)
        })
}

private let cutoff = StageNumber(
    extra: "epsilon.cutoff", 0, NumberRange(.real(0...0.999), first: .off(0)), example: 0.0003, isSwitch: true)

/// Removes the tokens with probability < ε; the most probable token stays.
///
/// Source: Hewitt, Manning and Liang 2022, Truncation Sampling as Language Model Desmoothing, section 4.
struct Epsilon {
    let cutoff: Double

    func apply(to distribution: inout Distribution, _ context: inout StageContext) -> [StageRecord.Parameter] {
        distribution.removeLessProbable(than: cutoff)
        return [.init("cutoff", cutoff)]
    }
}

extension Distribution {
    /// Removes the tokens whose probability is below `probability`, but never the most probable one.
    mutating func removeLessProbable(than probability: Double) {
        // p = e^l / Σe^l, so p < ε where l < ln ε + ln Σe^l.
        let edge = smallestFloat(atLeast: sums().logSumExp + logarithm(probability))
        removeBelow(min(edge, maximum()))
    }
}
