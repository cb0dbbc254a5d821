// The stage "no-repeat-n-gram".

internal import Phrases
internal import Traces

extension StageDescriptor {
    static let noRepeatNGram = StageDescriptor(
        "no-repeat-n-gram", .early, .bars, isSamplingOnly: false,
        label: Phrase("no repeated n-gram", "禁止重複 n-gram"),
        parameters: [
            StageParameter(
                "no-repeat-n-gram", .number(size),
                Phrase(
                    "Never complete a run of this many tokens a second time; 0 is off.",
                    "不讓連續這麼多個詞元第二次出現；0 為關閉。"))
        ],
        formulas: [
            .rule(
                "z′ = −∞",
                note: Phrase(
                    "Struck if it would repeat n tokens that stand in the text already.",
                    "若會重複文中已有的連續 n 個詞元，就劃掉。"))
        ],
        make: {
            let n = Int(size.value(in: $0.settings))
            return n == 0 ? nil : Stage("no-repeat-n-gram", NoRepeatNGram(size: n).apply)
        })
}

private let size = StageNumber(
    extra: "no-repeat-n-gram.size", 0, NumberRange(.wholeUpTo(1000), first: .off(0, isEndless: true)), example: 3,
    isSwitch: true)

/// Removes every token that would complete a run of n tokens which prompt and output together hold already.
///
/// Source: Paulus et al. 2017, A Deep Reinforced Model for Abstractive Summarization, section 2.5 (n = 3 there).
struct NoRepeatNGram {
    let size: Int

    func apply(to distribution: inout Distribution, _ context: inout StageContext) -> [StageRecord.Parameter] {
        let tokens = context.history.all
        if tokens.count >= size {
            let beginning = tokens.suffix(size - 1)
            for start in 0...(tokens.count - size) {
                let last = start + size - 1
                if tokens[last] < distribution.vocabularySize, tokens[start..<last].elementsEqual(beginning) {
                    distribution.remove(tokens[last])
                }
            }
        }
        return [.init("size", Double(size))]
    }
}
