// What a probe has seen of an engine, and how that is told.
internal import Phrases

/// What a probe has seen of an engine; nil where it could not be seen.
public struct EngineFindings: Equatable, Sendable {
    /// Whether a prompt is sent as token ids; else as text, of which it is checked that it is read as just these tokens.
    public var takesIDs: Bool?
    /// Whether it names tokens by ids; else by their texts, which are used where one token alone has them.
    public var namesIDs: Bool?
    /// Whether the probabilities stay the same whatever temperature is asked for.
    public var isRaw: Bool?
    /// By how much a log-probability differed when the same was asked once more. Engines that compute for many at once sum in
    /// another order each time.
    public var spread: Double?
    /// Whether the token that it draws is listed as well where it is none of the likeliest.
    public var listsDrawn: Bool?
    /// Whether it draws the same with the same seed.
    public var keepsSeed: Bool?
    /// Whether it guesses tokens ahead, as it says itself.
    public var speculates: Bool?

    /// Behind how many it lists: what its numbers are.
    var numbers: Phrase {
        let raw =
            isRaw.map { isRaw in
                isRaw
                    ? Phrase(", before its own settings", "，未經它自己的設定")
                    : Phrase(
                        ", behind its own settings, which are asked for neutral as far as its page knows them",
                        "，經過它自己的設定（凡能指定的都要求中性值）")
            } ?? Phrase("", "")
        guard let spread else { return raw }
        if spread == 0 { return raw + Phrase("; asked twice, the same", "；同一題問兩次，結果相同") }
        let difference = String(Float(spread))
        return raw + Phrase("; asked twice, up to \(difference) apart", "；同一題問兩次，相差至多 \(difference)")
    }

    /// How it is spoken with, a line each.
    var manners: [Phrase] {
        var lines: [Phrase] = []
        if let takesIDs, let namesIDs {
            let takes =
                takesIDs
                ? Phrase("it is sent token ids", "送給它的是詞元編號")
                : Phrase("it is sent text, and says that it reads as many tokens", "送給它的是文字，它讀到的詞元數相同")
            let names =
                namesIDs
                ? Phrase(" and names tokens by ids", "，它以編號指稱詞元")
                : Phrase(
                    " and names tokens by texts, used where one token alone has it", "，它以文字指稱詞元，只採用恰屬一個詞元的文字")
            lines.append(takes + names)
        }
        let draws: [Phrase] = [
            listsDrawn.map {
                $0
                    ? Phrase("also listed where unlikely", "不太可能時也會列出") : Phrase("not listed by itself", "不另外列出")
            },
            keepsSeed.map {
                $0
                    ? Phrase("the same with the same seed", "種子相同則相同")
                    : Phrase("not the same with the same seed", "種子相同也不同")
            },
        ].compactMap { $0 }
        if !draws.isEmpty {
            lines.append(Phrase("its own draw, which is not used: ", "它自己的抽選（不採用）：") + .list(draws))
        }
        if let speculates {
            lines.append(
                speculates
                    ? Phrase(
                        "it guesses tokens ahead, which a request for one token leaves nothing to do",
                        "它會預先猜測詞元；一次只問一個詞元時用不到")
                    : Phrase("it guesses no tokens ahead", "它不預先猜測詞元"))
        }
        return lines
    }
}
