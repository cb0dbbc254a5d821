// The stage "presence-penalty". Made by: StageTable.

internal import Traces

/// l − p if the token occurs in the penalty scope (generated tokens unless told otherwise), whatever its count.
///
/// Source: OpenAI, API reference, "frequency and presence penalties".
struct PresencePenalty: Stage {
    let name = "presence-penalty"
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
