// The stage "presence-penalty".

internal import Phrases
internal import Traces

extension StageDescriptor {
    static let presencePenalty = StageDescriptor(
        "presence-penalty", .ordered, .shifts, isSamplingOnly: false,
        label: Phrase("presence penalty", "出現懲罰"), inText: Phrase("presence-penalty", "出現懲罰"), shortName: "presence",
        parameters: [
            StageParameter(
                "presence-penalty", .number(penalty),
                Phrase(
                    "Take this off the logits of tokens that occurred; 0 is off (default).",
                    "出現過的詞元，logit 減去此數；0 為關閉（預設）。"))
        ],
        formulas: [
            .untouched,
            StageFormula(
                .always, Phrase(same: "z′ = z − p"), "{before} − {first} = {after}",
                note: Phrase("The token was used at least once.", "這個詞元至少出現過一次。")),
        ],
        make: { request in
            let settings = request.settings
            if penalty.isOff(in: settings) { return nil }
            let stage = PresencePenalty(penalty: settings.presencePenalty, scope: settings.penaltyScope)
            return Stage("presence-penalty", stage.apply)
        })
}

private let penalty = StageNumber(
    0, .real(-100...100), example: 0.5, read: { $0.presencePenalty }, write: { $0.presencePenalty = $1 })

/// l − p if the token occurs in the penalty scope (generated tokens unless told otherwise), whatever its count.
///
/// Source: OpenAI, API reference, "frequency and presence penalties".
struct PresencePenalty {
    let penalty: Double
    let scope: PenaltyScope

    func apply(to distribution: inout Distribution, _ context: inout StageContext) -> [StageRecord.Parameter] {
        let counts = scope.counts(in: context.history, vocabularySize: distribution.vocabularySize)
        for (id, _) in counts where distribution.isKept(id) {
            distribution.set(id, to: Float(Double(distribution.logits[id]) - penalty))
        }
        return [.init("penalty", penalty)]
    }
}
