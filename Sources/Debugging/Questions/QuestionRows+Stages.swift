// The names for the stages, the draw, the text so far and the time, one row each.
internal import Phrases

extension QuestionDefinition {
    static let removed = QuestionDefinition(
        parameters: [.need("token", .token)],
        result: .boolean,
        example: "removed(\" the\")",
        meaning: Phrase("whether a stage removed the token", "詞元是否被某個階段移除"))

    static let by = QuestionDefinition(
        parameters: [.need("token", .token)],
        result: .stage,
        example: "by(\" the\") == top_p",
        meaning: Phrase("the stage that removed the token, or none", "移除這個詞元的階段，沒有就是 none"))

    static let kept = QuestionDefinition(
        parameters: [.may("stage", .stage)],
        result: .number(.tokens),
        example: "kept(top_p) < 5",
        meaning: Phrase("how many tokens are left after a stage; after the last unless named", "某階段之後還剩幾個詞元；不寫就是最後階段"))

    static let parameter = QuestionDefinition(
        parameters: [.need("stage", .stage), .init(label: "name", kind: .word, required: false)],
        result: .number(.none),
        example: "parameter(temperature) > 1",
        meaning: Phrase("a number of a stage as it ran; its first unless named", "階段執行時的參數；不寫名稱就是第一個"))

    static let tail = QuestionDefinition(
        parameters: [.may("stage", .end)],
        result: .number(.probability),
        example: "tail(raw) > 0.1",
        meaning: Phrase("the probability of all tokens not listed; final, or raw", "所有未列出詞元的機率總和；預設為最後的機率，可寫 raw"))

    static let tailCount = QuestionDefinition(
        result: .number(.tokens),
        example: "tail.count > 49000",
        meaning: Phrase("how many tokens are not listed", "未列出的詞元有幾個"))

    static let drawU = QuestionDefinition(
        result: .number(.probability),
        example: "draw.u > 0.9",
        meaning: Phrase("the uniform number that was drawn", "抽出的均勻亂數"))

    static let drawLow = QuestionDefinition(
        result: .number(.probability),
        example: "draw.low > 0.5",
        meaning: Phrase("where the chosen token's stretch begins", "選中詞元的區間起點"))

    static let drawHigh = QuestionDefinition(
        result: .number(.probability),
        example: "draw.high - draw.low < 0.05",
        meaning: Phrase("where the chosen token's stretch ends", "選中詞元的區間終點"))

    static let text = QuestionDefinition(
        result: .text,
        example: "text contains \"\\n\\n\"",
        meaning: Phrase("the text generated so far, this token included", "到這個詞元為止產生的文字"))

    static let prompt = QuestionDefinition(
        result: .text,
        example: "prompt ends \" is\"",
        meaning: Phrase("the prompt as the model read it", "模型讀到的提示"))

    static let tokens = QuestionDefinition(
        result: .tokenSet,
        example: "\" Paris\" in tokens",
        meaning: Phrase("all tokens up to this one, prompt first", "到這裡為止的所有詞元，含提示"))

    static let candidates = QuestionDefinition(
        result: .tokenSet,
        example: "\" London\" in candidates",
        meaning: Phrase("the tokens listed at this step", "這一步列出的詞元"))

    static let tokensCount = QuestionDefinition(
        result: .number(.tokens),
        example: "tokens.count > 100",
        meaning: Phrase("how many tokens up to this one, the prompt's included", "到這個詞元為止共有幾個詞元，含提示"))

    static let promptCount = QuestionDefinition(
        result: .number(.tokens),
        example: "position < prompt.count + 10",
        meaning: Phrase("how many tokens the prompt has", "提示有幾個詞元"))

    static let merges = QuestionDefinition(
        result: .text,
        example: "merges contains \"o+n\"",
        meaning: Phrase(
            "how pairs of the prompt's bytes became its tokens, in that order, as o+n, ␣+m",
            "提示的位元組依序兩兩合併成詞元的經過，例如 o+n, ␣+m"))

    static let textShown = QuestionDefinition(
        result: .text,
        example: "text.shown ends \".\"",
        meaning: Phrase("the whole run's text as it is shown: cut before a stop string", "整次執行顯示的文字：停止字串之前為止"))

    static let candidatesCount = QuestionDefinition(
        result: .number(.tokens),
        example: "candidates.count < 50",
        meaning: Phrase("how many tokens this step lists", "這一步列出幾個詞元"))

    static let finish = QuestionDefinition(
        result: .finish,
        example: "finish == eos",
        meaning: Phrase("why generation ended here, or none", "在這裡結束的原因，還沒結束就是 none"))

    static let seconds = QuestionDefinition(
        result: .number(.seconds),
        example: "seconds > 0.1",
        meaning: Phrase("how long the step took", "這一步花的時間"))

    static let secondsForward = QuestionDefinition(
        result: .number(.seconds),
        example: "seconds.forward > 0.05",
        meaning: Phrase("time of the forward pass", "前向計算的時間"))

    static let secondsChoose = QuestionDefinition(
        result: .number(.seconds),
        example: "seconds.choose > 0.01",
        meaning: Phrase("time of the stages and the draw", "各階段與抽選的時間"))

    static let secondsRecord = QuestionDefinition(
        result: .number(.seconds),
        example: "seconds.record > 0.01",
        meaning: Phrase("time of the recording", "記錄的時間"))
}
