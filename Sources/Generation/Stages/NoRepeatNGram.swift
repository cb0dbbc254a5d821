// The stage "no-repeat-n-gram". Made by: StageTable.

internal import Traces

/// Removes every token that would complete a run of n tokens which prompt and output together hold already.
///
/// Source: Paulus et al. 2017, A Deep Reinforced Model for Abstractive Summarization, section 2.5 (n = 3 there).
struct NoRepeatNGram: Stage {
    let name = "no-repeat-n-gram"
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
