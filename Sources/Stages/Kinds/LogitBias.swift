// The stage "logit-bias".

internal import Phrases
internal import Traces

extension StageDescriptor {
    static let logitBias = StageDescriptor(
        "logit-bias", .early, .shifts, isSamplingOnly: false, label: Phrase("logit bias", "logit 偏置"),
        inText: Phrase("logit-bias", "logit 偏置"), numbersAreOfTokens: true,
        parameters: [
            StageParameter(
                "logit-bias", .tokens(biases), valueName: "id=b,…", entries: entries,
                Phrase(
                    "Add to tokens' logits: a list of id=bias, or text=bias where the text is one token.",
                    "加到詞元的 logit 上：編號=偏置 的清單；文字若是一個詞元，也可寫 文字=偏置。"))
        ],
        formulas: [
            .untouched, .rule("z′ = z + b", note: Phrase("A bias b was given for this token.", "這個詞元設有偏置 b。")),
        ],
        make: {
            $0.settings.logitBias.isEmpty ? nil : Stage("logit-bias", LogitBias(biases: $0.settings.logitBias).apply)
        })
}

private let entries = StageEntries(
    range: .real(-1000...1000), read: { $0.logitBias.inKeyOrder.map { ($0.key, $0.value) } },
    write: { $0.logitBias[$1] = $2 })

private let biases = StageTokens(
    Phrase("id=bias or text=bias", "格式為 編號=偏置 或 文字=偏置，以逗號分隔"), example: "42=-5", hasNumbers: true
) { (settings, tokens) in
    settings.logitBias = [:]
    for token in tokens { settings.logitBias[token.id] = token.number }
}

/// l + b for each token that has a bias b.
///
/// Source: OpenAI, API reference, "logit_bias".
struct LogitBias {
    let biases: [Int: Double]

    func apply(to distribution: inout Distribution, _ context: inout StageContext) -> [StageRecord.Parameter] {
        let ordered = biases.inKeyOrder
        for (id, bias) in ordered where id < distribution.vocabularySize && distribution.isKept(id) {
            distribution.set(id, to: Float(Double(distribution.logits[id]) + bias))
        }
        return ordered.map { .init("\($0.key)", $0.value) }
    }
}
