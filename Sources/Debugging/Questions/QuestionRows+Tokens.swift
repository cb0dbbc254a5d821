// The names for the step, its token and its distribution, one row each.
internal import Phrases

extension QuestionDefinition {
    static let step = QuestionDefinition(
        result: .number(.index),
        example: "step in 3..7",
        meaning: Phrase("the step's number, from 0", "第幾步，從 0 數起"))

    static let position = QuestionDefinition(
        result: .number(.index),
        example: "position > 100",
        meaning: Phrase("the chosen token's place in the context, prompt first, from 0", "選出的詞元在整段上下文的位置，從提示開頭的 0 數起"))

    static let token = QuestionDefinition(
        result: .token,
        example: "token == \" Paris\"",
        meaning: Phrase("the token this step chose", "這一步選出的詞元"))

    static let chosen = QuestionDefinition(
        result: .token,
        example: "rank(chosen) > 5",
        meaning: Phrase("the token this step chose", "這一步選出的詞元"))

    static let argmax = QuestionDefinition(
        result: .token,
        example: "removed(argmax)",
        meaning: Phrase("the token with the largest raw logit", "原始 logit 最大的詞元"))

    static let top = QuestionDefinition(
        parameters: [.need("rank", .number(.none))],
        result: .token,
        example: "p(top(2)) > 0.2",
        meaning: Phrase("the listed token of that raw rank; 1 is argmax", "原始排名第幾的詞元；1 就是 argmax"))

    static let p = QuestionDefinition(
        parameters: [.need("token", .token), .may("stage", .stage)],
        result: .number(.probability),
        example: "p(\" Paris\") > 0.3",
        meaning: Phrase(
            "the token's probability; final unless a stage is named (raw: before every stage)",
            "詞元的機率；不寫階段就是最後的機率（raw：所有階段之前）"))

    static let logit = QuestionDefinition(
        parameters: [.need("token", .token), .may("stage", .stage)],
        result: .number(.logit),
        example: "logit(\" Paris\", stage: temperature) > 10",
        meaning: Phrase(
            "the token's logit after a stage; after the last one unless a stage is named",
            "詞元在某階段之後的 logit；不寫階段就是最後階段之後"))

    static let rank = QuestionDefinition(
        parameters: [.need("token", .token)],
        result: .number(.rank),
        example: "rank(chosen) > 5",
        meaning: Phrase("the token's place by raw logit; 1 is the largest", "詞元依原始 logit 的名次；1 最大"))

    static let surprise = QuestionDefinition(
        parameters: [.need("token", .token), .may("stage", .end)],
        result: .number(.bits),
        example: "surprise(chosen) > 6",
        meaning: Phrase("−log2 of the token's probability; final, or raw", "詞元機率的 −log2；預設為最後的機率，可寫 raw"))

    static let entropy = QuestionDefinition(
        parameters: [.may("stage", .end)],
        result: .number(.bits),
        example: "entropy(raw) > 2",
        meaning: Phrase(
            "how undecided the distribution is; final, or raw before every stage", "分布的熵，越大越猶豫；預設為最後的分布，raw 為所有階段之前"
        ))

    static let margin = QuestionDefinition(
        parameters: [.may("stage", .end)],
        result: .number(.probability),
        example: "margin < 0.1",
        meaning: Phrase(
            "the most probable token's lead over the second; final, or raw", "最可能的詞元領先第二名多少；預設為最後的機率，可寫 raw"))

    static let logsumexp = QuestionDefinition(
        result: .number(.logit),
        example: "logsumexp > 20",
        meaning: Phrase("log Σ exp(raw logit) over the vocabulary", "整個詞彙表的 log Σ exp（原始 logit）"))
}
