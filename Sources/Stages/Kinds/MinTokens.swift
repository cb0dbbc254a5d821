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
        ],
        runOption: StageParameter(
            "min-tokens", .number(least), Phrase("End tokens are barred until so many are out.", "產生這麼多詞元之前禁止結束。")))
}

private let least = StageNumber(
    0, NumberRange(.wholeFrom(0, bound: 1_000_000_000)), example: 8, isCount: true, read: { Double($0.minTokens) },
    write: { $0.minTokens = Int(exactly: $1) ?? .max })

/// The end tokens' logits become −∞ until `minTokens` tokens are out.
struct MinTokens {
    let minTokens: Int
    let endTokens: [Int]

    func apply(to distribution: inout Distribution, _ context: inout StageContext) -> [StageRecord.Parameter] {
        for id in endTokens where id < distribution.vocabularySize { distribution.remove(id) }
        return [.init("min-tokens", Double(minTokens))]
    }
}
