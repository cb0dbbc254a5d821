// The stage "logit-bias".

internal import Phrases
internal import Traces

extension StageDescriptor {
    static let logitBias = StageDescriptor(
        "logit-bias", .early, .shifts, isSamplingOnly: false, label: Phrase("logit bias", "logit 偏置"),
        inText: Phrase("logit-bias", "logit 偏置"), numbersAreOfTokens: true,
        parameters: [
            StageParameter(
                "logit-bias", .text(biases), valueName: "id=b,…", entries: entries,
                Phrase("Add to tokens' logits: a list of id=bias.", "加到詞元的 logit 上：編號=偏置 的清單。"))
        ],
        formulas: [
            .untouched, .rule("z′ = z + b", note: Phrase("A bias b was given for this token.", "這個詞元設有偏置 b。")),
        ],
        make: {
            $0.settings.logitBias.isEmpty ? nil : Stage("logit-bias", LogitBias(biases: $0.settings.logitBias).apply)
        })
}

private let entries = StageEntries(
    range: .real(-1000...1000), read: { $0.logitBias.sorted { $0.key < $1.key }.map { ($0.key, $0.value) } },
    write: { $0.logitBias[$1] = $2 })

private let biases = StageText(
    Phrase("id=bias", "格式為 編號=偏置，以逗號分隔"), example: "42=-5"
) { (settings, text) throws(StageText.Problem) in
    var biases: [Int: Double] = [:]
    for item in try StageText.items(text) {
        let parts = item.split(separator: "=", omittingEmptySubsequences: false)
        guard parts.count == 2, let id = Int(parts[0]), let bias = Double(parts[1]) else { throw .item(item) }
        biases[id] = bias
    }
    settings.logitBias = biases
}

/// l + b for each token that has a bias b.
///
/// Source: OpenAI, API reference, "logit_bias".
struct LogitBias {
    let biases: [Int: Double]

    func apply(to distribution: inout Distribution, _ context: inout StageContext) -> [StageRecord.Parameter] {
        let ordered = biases.sorted { $0.key < $1.key }
        for (id, bias) in ordered where id < distribution.vocabularySize && distribution.isKept(id) {
            distribution.set(id, to: Float(Double(distribution.logits[id]) + bias))
        }
        return ordered.map { .init("\($0.key)", $0.value) }
    }
}
