// The stage "logit-bias". Made by: StageTable.

internal import Traces

/// l + b for each token that has a bias b.
///
/// Source: OpenAI, API reference, "logit_bias".
struct LogitBias: Stage {
    let name = "logit-bias"
    let biases: [Int: Double]

    func apply(to distribution: inout Distribution, _ context: inout StageContext) -> [StageRecord.Parameter] {
        let ordered = biases.sorted { $0.key < $1.key }
        for (id, bias) in ordered where id < distribution.vocabularySize && distribution.isKept(id) {
            distribution.set(id, to: Float(Double(distribution.logits[id]) + bias))
        }
        return ordered.map { .init("\($0.key)", $0.value) }
    }
}
