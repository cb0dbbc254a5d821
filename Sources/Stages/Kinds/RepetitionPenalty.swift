// The stage "repetition-penalty".

internal import Phrases
internal import Traces

extension StageDescriptor {
    static let repetitionPenalty = StageDescriptor(
        "repetition-penalty", .ordered, .shifts, isSamplingOnly: false,
        label: Phrase("repetition penalty", "重複懲罰"), inText: Phrase("repetition-penalty", "重複懲罰"),
        shortName: "repetition",
        parameters: [
            StageParameter(
                "repetition-penalty", .number(penalty),
                Phrase(
                    "Divide positive logits of tokens seen so far by this, multiply negative ones; 1 is off (default).",
                    "已出現詞元的 logit，正的除以此數，負的乘以此數；1 為關閉（預設）。"))
        ],
        formulas: [
            .untouched,
            StageFormula(.positive, Phrase(same: "z > 0:  z′ = z ÷ r"), "{before} ÷ {first} = {after}", note: note),
            StageFormula(.always, Phrase(same: "z ≤ 0:  z′ = z · r"), "{before} · {first} = {after}", note: note),
        ],
        make: {
            penalty.isOff(in: $0.settings)
                ? nil : Stage("repetition-penalty", RepetitionPenalty(penalty: $0.settings.repetitionPenalty).apply)
        })
}

private let note = Phrase("The token stands in the text already.", "這個詞元已在文中出現過。")

private let penalty = StageNumber(
    1, .real(0.01...100), example: 1.1, read: { $0.repetitionPenalty }, write: { $0.repetitionPenalty = $1 })

/// For each token in the prompt or output so far, once whatever its count: l > 0 → l / r, else l · r.
///
/// Source: Keskar et al. 2019, CTRL, section 4.1; the case for l ≤ 0 as in transformers.
struct RepetitionPenalty {
    let penalty: Double

    func apply(to distribution: inout Distribution, _ context: inout StageContext) -> [StageRecord.Parameter] {
        let counts = PenaltyScope.both.counts(in: context.history, vocabularySize: distribution.vocabularySize)
        for (id, _) in counts where distribution.isKept(id) {
            let logit = Double(distribution.logits[id])
            distribution.set(id, to: Float(logit > 0 ? logit / penalty : logit * penalty))
        }
        return [.init("penalty", penalty)]
    }
}
