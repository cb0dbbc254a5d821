// The stage "min-tokens", which runs before all others while too few tokens are out.

internal import Phrases
internal import Traces

extension StageDescriptor {
    static let minTokens = StageDescriptor(
        "min-tokens", .implicit, .bars, isSamplingOnly: false, label: Phrase("minimum length", "最短長度"),
        inText: Phrase("min-tokens", "最短長度"),
        formulas: [
            .rule(
                "z′ = −∞",
                note: Phrase("End tokens are struck until enough tokens are out.", "產生足夠詞元之前，結束詞元會被劃掉。"))
        ])
}

/// The end tokens' logits become −∞ until `minTokens` tokens are out.
struct MinTokens {
    let minTokens: Int
    let endTokens: [Int]

    func apply(to distribution: inout Distribution, _ context: inout StageContext) -> [StageRecord.Parameter] {
        for id in endTokens where id < distribution.vocabularySize { distribution.remove(id) }
        return [.init("min-tokens", Double(minTokens))]
    }
}
