// The stage "repetition-penalty". Made by: StageTable.

internal import Traces

/// For each token in the prompt or output so far, once whatever its count: l > 0 → l / r, else l · r.
///
/// Source: Keskar et al. 2019, CTRL, section 4.1; the case for l ≤ 0 as in transformers.
struct RepetitionPenalty: Stage {
    let name = "repetition-penalty"
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
