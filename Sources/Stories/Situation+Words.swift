// Each situation as a sentence, English and Chinese side by side.

internal import Phrases
internal import Stages
internal import Traces

/// A sentence in English and in Chinese.
typealias Sentence = (english: StoryText, chinese: StoryText)

extension Situation {
    /// The situation in both languages.
    var sentence: Sentence {
        switch self {
        case .read(let count, let last): Self.read(count, last)
        case .headsOff(let count):
            (
                "\(count) attention \(term: "head", count == 1 ? "head was" : "heads were") switched off.",
                "有 \(count) 個\(term: "head", "注意力頭")被關閉。"
            )
        case .entriesLost(let count):
            (
                "It did not find \(count) of them in its cache any more.",
                "其中 \(count) 個在快取裡已經找不到了。"
            )
        case .thought(let thought): thought.sentence
        case .deed(let deed): deed.sentence
        case .choice(let choice): choice.sentence
        case .nearMiss(let token, let distance, let isSmaller):
            (
                "A random number \(near(distance)) \(isSmaller ? "smaller" : "larger") would have given \(token).",
                "亂數再\(isSmaller ? "小" : "大") \(near(distance)) 就會是 \(token)。"
            )
        case .ended(let reason): Self.ended(reason)
        }
    }

    private static func read(_ count: Int, _ last: LastRead) -> Sentence {
        let (english, chinese): (StoryText, StoryText) = (
            "It read \(count) \(term: "token", count == 1 ? "token" : "tokens")", "它讀了 \(count) 個\(term: "token", "詞元")"
        )
        return switch last {
        case .prompt: ("\(english).", "\(chinese)。")
        case .own: ("\(english), the last one its own.", "\(chinese)，最後一個是它自己寫的。")
        case .byHand: ("\(english), the last one put in by hand.", "\(chinese)，最後一個是人為放入的。")
        }
    }

    private static func ended(_ reason: FinishReason) -> Sentence {
        switch reason {
        case .eos:
            ("It is the sign for the \(term: "end", "end"): the text stops here.", "它是\(term: "end", "結束記號")：文字到此為止。")
        case .stop:
            (
                "It completed a \(term: "end", "stop string"): the text stops here.",
                "它湊成了\(term: "end", "停止字串")：文字到此為止。"
            )
        case .length:
            (
                "As many \(term: "token", "tokens") were written as were asked for.",
                "要寫的\(term: "token", "詞元")數已滿。"
            )
        case .context: ("The model's \(term: "context", "context") was full.", "模型的\(term: "context", "上下文")已滿。")
        }
    }
}

extension Situation.Thought {
    var sentence: Sentence {
        switch self {
        case .sure(let first):
            ("\(first) seemed almost certain, \(first.percent).", "它幾乎確定是 \(first)，\(first.percent)。")
        case .favourite(let first):
            ("\(first) seemed likeliest, \(first.percent).", "它覺得 \(first) 最有可能，\(first.percent)。")
        case .nearTie(let first, let second):
            (
                "\(first) and \(second) seemed almost equally likely, \(first.percent) and \(second.percent).",
                "\(first) 和 \(second) 幾乎同樣可能，\(first.percent) 和 \(second.percent)。"
            )
        case .undecided(let first):
            (
                "Nothing stood out: even the likeliest, \(first), had only \(first.percent).",
                "沒有特別突出的：最有可能的 \(first) 也只有 \(first.percent)。"
            )
        }
    }
}

extension Situation.Deed {
    var sentence: Sentence {
        switch self {
        case .barred(let stage, let leader):
            (
                "\(stageTerm(stage).english) struck it out, which left \(leader) ahead.",
                "\(stageTerm(stage).chinese)把它劃掉，於是 \(leader) 領先。"
            )
        case .overtaken(let stage, let leader):
            ("\(stageTerm(stage).english) put \(leader) ahead of it.", "\(stageTerm(stage).chinese)讓 \(leader) 超前。")
        case .shifted(let stage, let isRaised):
            (
                "\(stageTerm(stage).english) \(isRaised ? "favoured" : "held back") the likeliest.",
                "\(stageTerm(stage).chinese)\(isRaised ? "抬高" : "壓低")了最有可能的詞元。"
            )
        case .scaled(let temperature) where temperature > 1:
            (
                "\(term: "temperature", "Temperature") \(trimmed(temperature, 4)) brought the chances closer together.",
                "\(term: "temperature", "溫度") \(trimmed(temperature, 4)) 讓各詞元的機會拉近。"
            )
        case .scaled(let temperature):
            (
                "\(term: "temperature", "Temperature") \(trimmed(temperature, 4)) favoured the likely ones.",
                "\(term: "temperature", "溫度") \(trimmed(temperature, 4)) 讓原本可能的更有可能。"
            )
        case .cut(let stages, let left):
            (
                left == 1 ? "\(englishList(stages)) left one." : "\(englishList(stages)) left \(left).",
                left == 1 ? "\(chineseList(stages))只留下一個。" : "\(chineseList(stages))留下 \(left) 個。"
            )
        case .share(let leader):
            ("\(leader) then had \(leader.percent).", "之後 \(leader) 有 \(leader.percent)。")
        }
    }
}

extension Situation.Choice {
    var sentence: Sentence {
        switch self {
        case .forced(let token, let stage?):
            (
                "\(token) was put in by hand, though \(stageTerm(stage, isFirst: false).english) had struck it out.",
                "\(token) 是人為放入的，雖然\(stageTerm(stage).chinese)已把它劃掉。"
            )
        case .forced(let token, nil):
            (
                "\(token) was put in by hand; its own chance was \(token.percent).",
                "\(token) 是人為放入的；它原本的機會是 \(token.percent)。"
            )
        case .searched(let token):
            (
                "The \(term: "beam", "beam search") took \(token): it lies on the best whole path.",
                "\(term: "beam", "集束搜尋")選了 \(token)：它在整體最好的路徑上。"
            )
        case .greedy:
            (
                "\(term: "temperature", "Temperature") 0 always takes the likeliest: no luck in it.",
                "\(term: "temperature", "溫度") 0 一律取最有可能的：不靠運氣。"
            )
        case .taken(let token): ("\(token) was taken without a draw.", "沒有抽選，直接取 \(token)。")
        case .onlyOne: ("No luck was needed.", "不需要運氣。")
        case .tieBroken(let token):
            ("Luck decided: the \(draw) fell on \(token).", "由運氣決定：\(drawInChinese)抽中 \(token)。")
        case .drawn(let token) where token.share >= Story.nearlyAlways:
            (
                "The \(draw) fell on \(token), as it nearly always would.",
                "\(drawInChinese)抽中 \(token)，幾乎每次都會如此。"
            )
        case .drawn(let token):
            (
                "The \(draw) fell on \(token), as it would \(times(token.share)) times in 100.",
                "\(drawInChinese)抽中 \(token)，100 次裡會有 \(times(token.share)) 次如此。"
            )
        case .drawnInstead(let token):
            (
                "The \(draw) fell on \(token) instead, which had \(token.percent).",
                "\(drawInChinese)卻抽中 \(token)，它有 \(token.percent)。"
            )
        case .drawnUnlisted:
            ("The \(draw) fell on a token that is not listed.", "\(drawInChinese)抽中一個未列出的詞元。")
        case .lucky(let token):
            (
                "By luck the \(draw) fell on \(token), which had only \(token.percent): 1 in \(oneIn(token.share)).",
                "憑運氣，\(drawInChinese)抽中只有 \(token.percent) 的 \(token)：約 \(oneIn(token.share)) 次才有一次。"
            )
        }
    }
}

/// The draw as a term.
private let draw: StoryText = "\(term: "draw", "draw")"
private let drawInChinese: StoryText = "\(term: "draw", "抽選")"

/// "Top-k, top-p and min-p", each a term.
private func englishList(_ names: [String]) -> StoryText {
    var text: StoryText = ""
    for (place, name) in names.enumerated() {
        if place > 0 { text = place + 1 == names.count ? "\(text) and " : "\(text), " }
        text = "\(text)\(stageTerm(name, isFirst: place == 0).english)"
    }
    return text
}

private func chineseList(_ names: [String]) -> StoryText {
    var text: StoryText = ""
    for (place, name) in names.enumerated() {
        text = place > 0 ? "\(text)、\(stageTerm(name).chinese)" : stageTerm(name).chinese
    }
    return text
}

/// A stage as a term of the glossary, in English with a capital where it begins the sentence.
private func stageTerm(_ name: String, isFirst: Bool = true) -> Sentence {
    let label = StageList.named(name)?.label ?? Phrase(same: name)
    let first = label.english.utf8.first ?? 0
    let isSmall = (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(first)
    let english =
        isFirst && isSmall
        ? String(decoding: [first - 32] + label.english.utf8.dropFirst(), as: UTF8.self) : label.english
    return ("\(term: name, english)", "\(term: name, label.chinese)")
}

/// A distance on the line from 0 to 1 that is not 0.
private func near(_ distance: Double) -> String { fixed(distance, distance < 0.0001 ? 7 : 4) }

/// How often in a hundred, never all and never none.
private func times(_ share: Double) -> Int { min(99, max(1, Int((100 * share).rounded()))) }

/// 33 for 3 %.
private func oneIn(_ share: Double) -> String { share < 1e-6 ? "1,000,000" : grouped(Int((1 / share).rounded())) }

extension StoryToken {
    /// The share with no more digits than a listener keeps: 77 %, 99.5 %, 3 %, 0.04 %.
    var percent: String {
        let x = 100 * share
        let text =
            switch x {
            case 100...: "100"
            case 99.95...: ">99.9"
            case 10..<99: fixed(x, 0)
            case 0.095...: trimmed(x, 1)
            case 0.005...: trimmed(x, 2)
            default: share > 0 ? "<0.01" : "0"
            }
        return text + "\u{A0}%"
    }
}
