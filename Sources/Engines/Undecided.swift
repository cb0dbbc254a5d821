// Why the listed tokens of a step do not decide it, and what only a model that runs here can do.
public import Phrases

/// Why a step cannot be made of the tokens that an engine lists.
public enum Undecided: Equatable, Sendable, Worded {
    /// The stage would cut among tokens that are not listed.
    case cuts(stage: String, Rest)
    /// The stage looks at every probability.
    case looksAtAll(stage: String, Rest)
    /// The stage moves logits by their own size; log-probabilities have lost their zero.
    case needsZero(stage: String)
    /// The stage raises a token that is not listed.
    case raises(stage: String, id: Int)
    /// Behind the stage nobody knows what the tokens that are not listed sum to, and nothing took them out.
    case sumUnknown(stage: String, Rest)
    /// The number drawn fell on what is not listed.
    case drewUnlisted(uniform: Double, Rest)
    /// The token that is to be taken is not listed.
    case notListed(id: Int, Rest)

    /// What is not listed: how many tokens are, and the mass of the others.
    public struct Rest: Equatable, Sendable {
        var listed: Int
        var mass: Double

        var english: String { "\(listed) tokens are listed, and \(percent(mass)) is not" }
        var chinese: String { "列出 \(listed) 個詞元，未列出 \(percent(mass))" }
    }

    public var phrase: Phrase {
        switch self {
        case .cuts(let stage, let rest):
            Phrase(
                "\(stage) would cut among tokens that are not listed (\(rest.english)): \(more.english), or a stricter setting",
                "\(stage) 的界線落在未列出的詞元之中（\(rest.chinese)）：\(more.chinese)，或採用較嚴的設定")
        case .looksAtAll(let stage, let rest):
            Phrase(
                "\(stage) looks at every probability (\(rest.english)): --engine-list all, where the engine allows it",
                "\(stage) 要看所有機率（\(rest.chinese)）：若引擎允許，請用 --engine-list all")
        case .needsZero(let stage):
            Phrase(
                "\(stage) moves logits by their own size, and the engine tells log-probabilities, which have lost their zero: leave it out",
                "\(stage) 依 logit 本身的大小改動它，而引擎只給對數機率，零點已經不見：請不要用")
        case .raises(let stage, let id):
            Phrase(
                "\(stage) raises the token \(id), which is not listed: \(more.english)",
                "\(stage) 提高了未列出的詞元 \(id)：\(more.chinese)")
        case .sumUnknown(let stage, let rest):
            Phrase(
                "behind \(stage) nobody knows the sum of what is not listed (\(rest.english)): \(more.english), or take it out with top-k, top-p or min-p",
                "\(stage) 之後，未列出部分的總和無從得知（\(rest.chinese)）：\(more.chinese)，或用 top-k、top-p、min-p 去掉它")
        case .drewUnlisted(let uniform, let rest):
            Phrase(
                "the draw \(fixed(uniform, 4)) fell on what is not listed (\(rest.english)): \(more.english), or cut it off with top-k or top-p",
                "抽到的 \(fixed(uniform, 4)) 落在未列出的部分（\(rest.chinese)）：\(more.chinese)，或用 top-k、top-p 切掉它")
        case .notListed(let id, let rest):
            Phrase(
                "the token \(id) is not listed, so that nothing is known of it here (\(rest.english)): \(more.english)",
                "詞元 \(id) 沒有列出，這裡對它一無所知（\(rest.chinese)）：\(more.chinese)")
        }
    }

    private var more: Phrase { Phrase("list more (--engine-list COUNT or all)", "請多列一些（--engine-list 個數 或 all）") }
}

/// What needs the pass itself.
public enum OwnPass: Equatable, Sendable {
    case attention, hidden, residual, logits, ablation, drop, beams, score, masks, recordedRun, tools

    var phrase: Phrase {
        let (english, chinese): (String, String) =
            switch self {
            case .attention: ("attention weights", "注意力權重")
            case .hidden: ("hidden states and what they would say (the lens)", "隱藏狀態與其透鏡")
            case .residual: ("the residual stream", "殘差流")
            case .logits: ("a record of all logits", "所有 logit 的紀錄")
            case .ablation: ("switching heads off", "關掉注意力頭")
            case .drop: ("dropping positions from the cache", "從快取丟掉位置")
            case .beams: ("beam search", "集束搜尋")
            case .score: ("scoring a text (--max-tokens 0)", "為文字評分（--max-tokens 0）")
            case .masks: ("filling masks", "填入遮罩")
            case .recordedRun: ("going on with a recorded run", "接續已記錄的執行")
            case .tools: ("measuring contexts", "量測上下文")
            }
        return Phrase(
            "\(english) cannot be had from an engine elsewhere: run the model here (without --engine)",
            "\(chinese)無法從別處的引擎取得：請在這裡執行模型（不加 --engine）")
    }
}

/// "12.3 %", and as many digits as tell a small rest from none.
func percent(_ share: Double) -> String {
    let value = max(0, share) * 100
    return value == 0 ? "0 %" : value < 0.05 ? "< 0.1 %" : fixed(value, 1) + " %"
}
