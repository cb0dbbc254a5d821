// The stage "top-k". Made by: StageTable.

internal import Traces

/// Keeps the k largest logits. Ties with the k-th are all kept: a token goes when its logit < the k-th largest.
///
/// Source: Fan et al. 2018, Hierarchical Neural Story Generation; ties as in transformers.
struct TopK: Stage {
    let name = "top-k"
    let k: Int

    func apply(to distribution: inout Distribution, _ context: inout StageContext) -> [StageRecord.Parameter] {
        if k < distribution.keptCount, let last = distribution.largest(k).last {
            distribution.removeBelow(distribution.logits[last])
        }
        return [.init("k", Double(k))]
    }
}
