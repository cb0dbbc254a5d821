// The stage "min-tokens", which runs before all others while too few tokens are out. Made by: StagePipeline.

internal import Traces

/// The end tokens' logits become −∞ until `minTokens` tokens are out.
struct MinTokens: Stage {
    static let stageName = "min-tokens"
    let name = MinTokens.stageName
    let minTokens: Int
    let endTokens: [Int]

    func apply(to distribution: inout Distribution, _ context: inout StageContext) -> [StageRecord.Parameter] {
        for id in endTokens where id < distribution.vocabularySize { distribution.remove(id) }
        return [.init("min-tokens", Double(minTokens))]
    }
}
