// The names for attention, layers and beams, and those over values, one row each.
internal import Phrases

extension QuestionDefinition {
    static let attention = QuestionDefinition(
        parameters: [
            .need("layer", .number(.none)), .need("head", .number(.none)), .place, .may("from", .number(.none)),
        ],
        result: .number(.weight),
        example: "attention(layer: 12, head: 3, to: \"France\") > 0.5",
        meaning: Phrase(
            "how much the head looked at a place when it chose; a text counts every token it touches",
            "選這個詞元時，該頭對某處的注意力；文字則計入它碰到的每個詞元"))

    static let mass = QuestionDefinition(
        parameters: [.need("head", .head), .place, .may("from", .number(.none))],
        result: .number(.weight),
        example: "mass(head(3, 1), 0..2) > 0.9",
        meaning: Phrase("as attention, for head(layer, head)", "同 attention，寫法為 head(層, 頭)"))

    static let head = QuestionDefinition(
        parameters: [.need("layer", .number(.none)), .need("head", .number(.none))],
        result: .head,
        example: "mass(head(3, 1), 0) > 0.5",
        meaning: Phrase("a head, both numbers from 0", "某個注意力頭，兩個數字都從 0 數起"))

    static let layers = QuestionDefinition(
        result: .number(.none),
        example: "layers > 10",
        meaning: Phrase("how many layers the model has", "模型有幾層"))

    static let heads = QuestionDefinition(
        result: .number(.none),
        example: "heads == 9",
        meaning: Phrase("how many heads a layer has", "每層有幾個頭"))

    static let lens = QuestionDefinition(
        parameters: [.need("token", .token), .need("layer", .number(.none))],
        result: .number(.probability),
        example: "lens(\" Paris\", layer: 20) > 0.1",
        meaning: Phrase(
            "the probability the token would have if the model ended at that layer (0: embedding)",
            "若模型停在該層，詞元會有的機率（0：嵌入）"))

    static let lensTop = QuestionDefinition(
        parameters: [.need("layer", .number(.none))],
        result: .token,
        example: "lens.top(layer: 20) == \" Paris\"",
        meaning: Phrase("the token the model would say if it ended at that layer", "若模型停在該層會說的詞元"))

    static let beamCount = QuestionDefinition(
        result: .number(.none),
        example: "beam.count < 4",
        meaning: Phrase("how many beams this step kept", "這一步集束搜尋留下幾條路徑"))

    static let beamScore = QuestionDefinition(
        parameters: [.need("index", .number(.none))],
        result: .number(.nats),
        example: "beam(0).score - beam(1).score < 0.1",
        meaning: Phrase(
            "the n-th best beam's sum of log-probabilities ÷ length ^ length penalty", "第 n 好的路徑：對數機率總和 ÷ 長度 ^ 長度懲罰"
        ),
        isMemberOfBeam: true)

    static let beamSum = QuestionDefinition(
        parameters: [.need("index", .number(.none))],
        result: .number(.nats),
        example: "beam(0).sum > -3",
        meaning: Phrase("sum of log-probabilities", "對數機率總和"),
        isMemberOfBeam: true)

    static let beamLogp = QuestionDefinition(
        parameters: [.need("index", .number(.none))],
        result: .number(.nats),
        example: "beam(0).logp < -2",
        meaning: Phrase("log-probability of the beam's last token", "路徑最後一個詞元的對數機率"),
        isMemberOfBeam: true)

    static let beamToken = QuestionDefinition(
        parameters: [.need("index", .number(.none))],
        result: .token,
        example: "beam(0).token == \" Paris\"",
        meaning: Phrase("the beam's last token", "路徑最後一個詞元"),
        isMemberOfBeam: true)

    static let beamText = QuestionDefinition(
        parameters: [.need("index", .number(.none))],
        result: .text,
        example: "beam(1).text contains \"Paris\"",
        meaning: Phrase("the beam's text so far", "路徑到目前為止的文字"),
        isMemberOfBeam: true)

    static let known = QuestionDefinition(
        parameters: [.init(label: "value", kind: .any, required: true)],
        result: .boolean,
        example: "known(p(\" Paris\"))",
        meaning: Phrase("whether the record holds the value", "紀錄裡有沒有這個值"))

    static let abs = QuestionDefinition(
        parameters: [.need("value", .number(.none))],
        result: .number(.none),
        example: "abs(logit(chosen) - 12) < 1",
        meaning: Phrase("the size without the sign", "絕對值"))
}
