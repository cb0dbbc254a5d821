// The stage "banned-tokens".

internal import Phrases
internal import Traces

extension StageDescriptor {
    static let bannedTokens = StageDescriptor(
        "banned-tokens", .early, .bars, isSamplingOnly: false, label: Phrase("banned tokens", "禁用詞元"),
        inText: Phrase("banned-tokens", "禁用詞元"),
        parameters: [
            StageParameter(
                "ban-tokens", .tokens(ids), valueName: "ids", entries: entries,
                Phrase(
                    "Never choose these tokens: ids, or texts that are one token.", "永不選這些詞元：編號，或是單一詞元的文字。"))
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

private let ids = StageTokens(
    Phrase("token ids, or texts that are one token", "格式為詞元編號，或是單一詞元的文字，以逗號分隔"), example: "42,7", hasNumbers: false
) { (settings, tokens) in settings.bannedTokens = tokens.map { $0.id } }

/// Removes the tokens of a list.
struct BannedTokens {
    let ids: [Int]

    func apply(to distribution: inout Distribution, _ context: inout StageContext) -> [StageRecord.Parameter] {
        for id in ids where id < distribution.vocabularySize { distribution.remove(id) }
        return [.init("count", Double(ids.count))]
    }
}
