// The stage "top-k".

internal import Phrases
internal import Traces

extension StageDescriptor {
    static let topK = StageDescriptor(
        "top-k", .ordered, .threshold(.ofBest), isSamplingOnly: true, label: Phrase(same: "top-k"),
        parameters: [
            StageParameter(
                "top-k", .number(k),
                Phrase("Keep the k largest logits; 0 is off (default).", "保留最大的 k 個 logit；0 為關閉（預設）。"))
        ],
        formulas: [
            StageFormula(
                .removed, Phrase("z < z(k)  ⇒  out", "z < z(k)  ⇒  劃掉"), "{before} < {edge}", "{before} < z({first})",
                note: Phrase("Not among the {first} largest: struck.", "不在最大的 {first} 個之中：劃掉。")),
            StageFormula(
                .always, Phrase("z < z(k)  ⇒  out", "z < z(k)  ⇒  劃掉"), "{before} ≥ {edge}", "{before} ≥ z({first})",
                note: Phrase("Among the {first} largest: stays.", "在最大的 {first} 個之中：留下。")),
        ],
        make: { k.isOff(in: $0.settings) ? nil : Stage("top-k", TopK(k: $0.settings.topK).apply) })
}

private let k = StageNumber(
    0, NumberRange(.more, first: .off(0, isEndless: true)), example: 40, isCount: true, read: { Double($0.topK) },
    write: { $0.topK = Int(exactly: $1) ?? .max })

/// Keeps the k largest logits. Ties with the k-th are all kept: a token goes when its logit < the k-th largest.
///
/// Source: Fan et al. 2018, Hierarchical Neural Story Generation; ties as in transformers.
struct TopK {
    let k: Int

    func apply(to distribution: inout Distribution, _ context: inout StageContext) -> [StageRecord.Parameter] {
        if k < distribution.keptCount, let last = distribution.largest(k).last {
            distribution.removeBelow(distribution.logits[last])
        }
        return [.init("k", Double(k))]
    }
}
