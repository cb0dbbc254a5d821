// The stage "frequency-penalty". Made by: StageTable.

internal import Traces

/// l − f · count, the count over the penalty scope (generated tokens unless told otherwise).
///
/// Source: OpenAI, API reference, "frequency and presence penalties".
struct FrequencyPenalty: Stage {
    let name = "frequency-penalty"
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
