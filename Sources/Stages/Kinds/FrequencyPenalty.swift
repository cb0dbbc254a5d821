// The stage "frequency-penalty".

internal import Phrases
internal import Traces

extension StageDescriptor {
    static let frequencyPenalty = StageDescriptor(
        "frequency-penalty", .ordered, .shifts, isSamplingOnly: false,
        label: Phrase("frequency penalty", "頻率懲罰"), inText: Phrase("frequency-penalty", "頻率懲罰"),
        shortName: "frequency",
        parameters: [
            StageParameter(
                "frequency-penalty", .number(penalty),
                Phrase(
                    "Take this off for each time a token occurred; 0 is off (default).",
                    "詞元每出現一次，logit 就減去此數；0 為關閉（預設）。")),
            StageParameter(
                "penalty-scope", .text(scope), valueName: "scope",
                Phrase(
                    "What the last two count: prompt, output (default) or both.",
                    "前兩項計入什麼：prompt（提示）、output（輸出，預設）或 both（兩者）。")),
        ],
        formulas: [
            .untouched,
            StageFormula(
                .always, Phrase(same: "z′ = z − f · n"), "{before} − {first} · {count} = {after}",
                note: Phrase("n counts how often the token was used.", "n 是這個詞元已出現的次數。")),
        ],
        make: { request in
            let settings = request.settings
            if penalty.isOff(in: settings) { return nil }
            let stage = FrequencyPenalty(penalty: settings.frequencyPenalty, scope: settings.penaltyScope)
            return Stage("frequency-penalty", stage.apply)
        })
}

private let penalty = StageNumber(
    0, .real(-100...100), example: 0.5, read: { $0.frequencyPenalty }, write: { $0.frequencyPenalty = $1 })

/// The scope of both penalties.
private let scope = StageText(
    Phrase("prompt, output or both", "必須是 prompt、output 或 both"), example: nil
) { (settings, text) throws(StageText.Problem) in
    guard let scope = PenaltyScope(rawValue: text) else { throw .noSuchWord }
    settings.penaltyScope = scope
}

/// l − f · count, the count over the penalty scope (generated tokens unless told otherwise).
///
/// Source: OpenAI, API reference, "frequency and presence penalties".
struct FrequencyPenalty {
    let penalty: Double
    let scope: PenaltyScope

    func apply(to distribution: inout Distribution, _ context: inout StageContext) -> [StageRecord.Parameter] {
        let counts = scope.counts(in: context.history, vocabularySize: distribution.vocabularySize)
        for (id, count) in counts where distribution.isKept(id) {
            distribution.set(id, to: Float(Double(distribution.logits[id]) - penalty * Double(count)))
        }
        return [.init("penalty", penalty)]
    }
}
