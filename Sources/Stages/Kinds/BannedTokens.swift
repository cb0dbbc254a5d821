// The stage "banned-tokens".

internal import Phrases
internal import Traces

extension StageDescriptor {
    static let bannedTokens = StageDescriptor(
        "banned-tokens", .early, .bars, isSamplingOnly: false, label: Phrase("banned tokens", "禁用詞元"),
        inText: Phrase("banned-tokens", "禁用詞元"),
        parameters: [
            StageParameter(
                "ban-tokens", .text(ids), valueName: "ids", entries: entries,
                Phrase("Never choose these tokens.", "永不選這些詞元。"))
        ],
        formulas: [.rule("z′ = −∞", note: Phrase("Tokens of the list are struck.", "名單上的詞元一律劃掉。"))],
        make: {
            let ids = $0.settings.bannedTokens
            return ids.isEmpty ? nil : Stage("banned-tokens", BannedTokens(ids: ids).apply)
        })
}

private let entries = StageEntries(
    range: nil, read: { settings in Set(settings.bannedTokens).sorted().map { ($0, 1) } },
    write: { settings, id, number in if number == 0 { settings.bannedTokens.removeAll { $0 == id } } })

private let ids = StageText(
    Phrase("token ids", "格式為詞元編號，以逗號分隔"), example: "42,7"
) { (settings, text) throws(StageText.Problem) in
    var ids: [Int] = []
    for item in try StageText.items(text) {
        guard let id = Int(item) else { throw .item(item) }
        ids.append(id)
    }
    settings.bannedTokens = ids
}

/// Removes the tokens of a list.
struct BannedTokens {
    let ids: [Int]

    func apply(to distribution: inout Distribution, _ context: inout StageContext) -> [StageRecord.Parameter] {
        for id in ids where id < distribution.vocabularySize { distribution.remove(id) }
        return [.init("count", Double(ids.count))]
    }
}
