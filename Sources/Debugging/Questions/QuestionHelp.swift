// What each name of the question language means, with an example.
public import Phrases

extension QuestionFunction {
    /// A question that uses the name; every example is checked by a test.
    public var example: String {
        switch self {
        case .step: "step in 3..7"
        case .position: "position > 100"
        case .token: "token == \" Paris\""
        case .chosen: "rank(chosen) > 5"
        case .argmax: "removed(argmax)"
        case .top: "p(top(2)) > 0.2"
        case .p: "p(\" Paris\") > 0.3"
        case .logit: "logit(\" Paris\", stage: temperature) > 10"
        case .rank: "rank(chosen) > 5"
        case .surprise: "surprise(chosen) > 6"
        case .entropy: "entropy(raw) > 2"
        case .margin: "margin < 0.1"
        case .logsumexp: "logsumexp > 20"
        case .removed: "removed(\" the\")"
        case .by: "by(\" the\") == top_p"
        case .kept: "kept(top_p) < 5"
        case .parameter: "parameter(temperature) > 1"
        case .tail: "tail(raw) > 0.1"
        case .tailCount: "tail.count > 49000"
        case .drawU: "draw.u > 0.9"
        case .drawLow: "draw.low > 0.5"
        case .drawHigh: "draw.high - draw.low < 0.05"
        case .text: "text contains \"\\n\\n\""
        case .prompt: "prompt ends \" is\""
        case .tokens: "\" Paris\" in tokens"
        case .candidates: "\" London\" in candidates"
        case .tokensCount: "tokens.count > 100"
        case .promptCount: "position < prompt.count + 10"
        case .candidatesCount: "candidates.count < 50"
        case .finish: "finish == eos"
        case .attention: "attention(layer: 12, head: 3, to: \"France\") > 0.5"
        case .mass: "mass(head(3, 1), 0..2) > 0.9"
        case .head: "mass(head(3, 1), 0) > 0.5"
        case .layers: "layers > 10"
        case .heads: "heads == 9"
        case .lens: "lens(\" Paris\", layer: 20) > 0.1"
        case .lensTop: "lens.top(layer: 20) == \" Paris\""
        case .beamCount: "beam.count < 4"
        case .beamScore: "beam(0).score - beam(1).score < 0.1"
        case .beamSum: "beam(0).sum > -3"
        case .beamLogp: "beam(0).logp < -2"
        case .beamToken: "beam(0).token == \" Paris\""
        case .beamText: "beam(1).text contains \"Paris\""
        case .seconds: "seconds > 0.1"
        case .secondsForward: "seconds.forward > 0.05"
        case .secondsChoose: "seconds.choose > 0.01"
        case .secondsRecord: "seconds.record > 0.01"
        case .known: "known(p(\" Paris\"))"
        case .abs: "abs(logit(chosen) - 12) < 1"
        }
    }

    /// What the name stands for.
    public var meaning: Phrase {
        switch self {
        case .step: Phrase("the step's number, from 0", "第幾步，從 0 數起")
        case .position:
            Phrase("the chosen token's place in the context, prompt first, from 0", "選出的詞元在整段上下文的位置，從提示開頭的 0 數起")
        case .token, .chosen: Phrase("the token this step chose", "這一步選出的詞元")
        case .argmax: Phrase("the token with the largest raw logit", "原始 logit 最大的詞元")
        case .top: Phrase("the listed token of that raw rank; 1 is argmax", "原始排名第幾的詞元；1 就是 argmax")
        case .p:
            Phrase(
                "the token's probability; final unless a stage is named (raw: before every stage)",
                "詞元的機率；不寫階段就是最後的機率（raw：所有階段之前）")
        case .logit:
            Phrase(
                "the token's logit after a stage; after the last one unless a stage is named",
                "詞元在某階段之後的 logit；不寫階段就是最後階段之後")
        case .rank: Phrase("the token's place by raw logit; 1 is the largest", "詞元依原始 logit 的名次；1 最大")
        case .surprise:
            Phrase("−log2 of the token's probability; final, or raw", "詞元機率的 −log2；預設為最後的機率，可寫 raw")
        case .entropy:
            Phrase(
                "how undecided the distribution is; final, or raw before every stage", "分布的熵，越大越猶豫；預設為最後的分布，raw 為所有階段之前"
            )
        case .margin:
            Phrase("the most probable token's lead over the second; final, or raw", "最可能的詞元領先第二名多少；預設為最後的機率，可寫 raw")
        case .logsumexp: Phrase("log Σ exp(raw logit) over the vocabulary", "整個詞彙表的 log Σ exp（原始 logit）")
        default: stageMeaning
        }
    }

    private var stageMeaning: Phrase {
        switch self {
        case .removed: Phrase("whether a stage removed the token", "詞元是否被某個階段移除")
        case .by: Phrase("the stage that removed the token, or none", "移除這個詞元的階段，沒有就是 none")
        case .kept:
            Phrase("how many tokens are left after a stage; after the last unless named", "某階段之後還剩幾個詞元；不寫就是最後階段")
        case .parameter: Phrase("a number of a stage as it ran; its first unless named", "階段執行時的參數；不寫名稱就是第一個")
        case .tail: Phrase("the probability of all tokens not listed; final, or raw", "所有未列出詞元的機率總和；預設為最後的機率，可寫 raw")
        case .tailCount: Phrase("how many tokens are not listed", "未列出的詞元有幾個")
        case .drawU: Phrase("the uniform number that was drawn", "抽出的均勻亂數")
        case .drawLow: Phrase("where the chosen token's stretch begins", "選中詞元的區間起點")
        case .drawHigh: Phrase("where the chosen token's stretch ends", "選中詞元的區間終點")
        case .text: Phrase("the text generated so far, this token included", "到這個詞元為止產生的文字")
        case .prompt: Phrase("the prompt as the model read it", "模型讀到的提示")
        case .tokens: Phrase("all tokens up to this one, prompt first", "到這裡為止的所有詞元，含提示")
        case .candidates: Phrase("the tokens listed at this step", "這一步列出的詞元")
        case .tokensCount: Phrase("how many tokens up to this one, the prompt's included", "到這個詞元為止共有幾個詞元，含提示")
        case .promptCount: Phrase("how many tokens the prompt has", "提示有幾個詞元")
        case .candidatesCount: Phrase("how many tokens this step lists", "這一步列出幾個詞元")
        case .finish: Phrase("why generation ended here, or none", "在這裡結束的原因，還沒結束就是 none")
        default: modelMeaning
        }
    }

    private var modelMeaning: Phrase {
        switch self {
        case .attention:
            Phrase(
                "how much the head looked at a place when it chose; a text counts every token it touches",
                "選這個詞元時，該頭對某處的注意力；文字則計入它碰到的每個詞元")
        case .mass: Phrase("as attention, for head(layer, head)", "同 attention，寫法為 head(層, 頭)")
        case .head: Phrase("a head, both numbers from 0", "某個注意力頭，兩個數字都從 0 數起")
        case .layers: Phrase("how many layers the model has", "模型有幾層")
        case .heads: Phrase("how many heads a layer has", "每層有幾個頭")
        case .lens:
            Phrase(
                "the probability the token would have if the model ended at that layer (0: embedding)",
                "若模型停在該層，詞元會有的機率（0：嵌入）")
        case .lensTop: Phrase("the token the model would say if it ended at that layer", "若模型停在該層會說的詞元")
        case .beamCount: Phrase("how many beams this step kept", "這一步集束搜尋留下幾條路徑")
        case .beamScore:
            Phrase(
                "the n-th best beam's sum of log-probabilities ÷ length ^ length penalty", "第 n 好的路徑：對數機率總和 ÷ 長度 ^ 長度懲罰"
            )
        case .beamSum: Phrase("sum of log-probabilities", "對數機率總和")
        case .beamLogp: Phrase("log-probability of the beam's last token", "路徑最後一個詞元的對數機率")
        case .beamToken: Phrase("the beam's last token", "路徑最後一個詞元")
        case .beamText: Phrase("the beam's text so far", "路徑到目前為止的文字")
        case .seconds: Phrase("how long the step took", "這一步花的時間")
        case .secondsForward: Phrase("time of the forward pass", "前向計算的時間")
        case .secondsChoose: Phrase("time of the stages and the draw", "各階段與抽選的時間")
        case .secondsRecord: Phrase("time of the recording", "記錄的時間")
        case .known: Phrase("whether the record holds the value", "紀錄裡有沒有這個值")
        case .abs: Phrase("the size without the sign", "絕對值")
        default: Phrase("", "")
        }
    }

    /// How it is written: `p(token, stage)`; a parameter in brackets may be left out.
    public var usage: String {
        if isMemberOfBeam { return "beam(index)" + rawValue.dropFirst("beam".count) }
        if parameters.isEmpty { return rawValue }
        let names = parameters.map { $0.required ? $0.label : "[\($0.label)]" }
        return rawValue + "(" + names.joined(separator: ", ") + ")"
    }
}

extension Aggregate {
    public var meaning: Phrase {
        switch self {
        case .max: Phrase("the largest", "最大值")
        case .min: Phrase("the smallest", "最小值")
        case .mean: Phrase("the mean", "平均")
        case .sum: Phrase("the sum", "總和")
        case .any: Phrase("whether the condition holds for one or more", "是否至少一個成立")
        case .all: Phrase("whether the condition holds for every one", "是否全部成立")
        case .count: Phrase("for how many the condition holds", "有幾個成立")
        }
    }

    public var example: String {
        switch self {
        case .max: "max over heads of attention(layer: 12, head: h, to: \"France\") > 0.5"
        case .min: "min over candidates of rank(c) == 1"
        case .mean: "(mean over layers of attention(layer: l, head: 0, to: 0)) > 0.5"
        case .sum: "(sum over candidates of p(c)) > 0.99"
        case .any: "any over heads of attention(layer: 2, head: h, to: 0) > 0.9"
        case .all: "all over candidates of (removed(c) or c == argmax)"
        case .count: "(count over heads of mass(head(2, h), 0) > 0.5) >= 3"
        }
    }
}

extension AggregateDomain {
    public var meaning: Phrase {
        switch self {
        case .heads: Phrase("the heads of a layer, as h", "一層的各個頭，寫作 h")
        case .layers: Phrase("the layers, as l", "各層，寫作 l")
        case .candidates: Phrase("the listed tokens, as c", "列出的詞元，寫作 c")
        case .positions: Phrase("the positions before this one, as t", "這之前的各個位置，寫作 t")
        }
    }
}
