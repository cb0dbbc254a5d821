// The stage "banned-tokens". Made by: StageTable.

internal import Traces

/// Removes the tokens of a list.
struct BannedTokens: Stage {
    let name = "banned-tokens"
    let ids: [Int]

    func apply(to distribution: inout Distribution, _ context: inout StageContext) -> [StageRecord.Parameter] {
        for id in ids where id < distribution.vocabularySize { distribution.remove(id) }
        return [.init("count", Double(ids.count))]
    }
}
