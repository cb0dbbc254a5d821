// The names for texts by their words and characters, one row each: what a lesson asks of a prompt that was written.
internal import Phrases

extension QuestionDefinition {
    static let words = QuestionDefinition(
        parameters: [.need("text", .text)],
        result: .text,
        example: "words(prompt) == \"capital is the\"",
        meaning: Phrase(
            "the text's words in small letters, in order of the alphabet, a blank between", "文字裡的詞，一律小寫、依字母排序、以空格分開"))

    static let exchanged = QuestionDefinition(
        parameters: [.need("text", .text), .need("other", .text)],
        result: .number(.none),
        example: "exchanged(prompt, \"The capital of Spain is\") == 1",
        meaning: Phrase(
            "how many words differ, place by place; all of them where one text has more words or blanks",
            "逐一對照，有幾個詞不同；詞數或空格數不同時，全部都算不同"))

    static let characters = QuestionDefinition(
        parameters: [.need("text", .text)],
        result: .number(.none),
        example: "characters(prompt) <= 8",
        meaning: Phrase("how many characters the text has", "文字有幾個字"))

    static let chinese = QuestionDefinition(
        parameters: [.need("text", .text)],
        result: .boolean,
        example: "chinese(prompt)",
        meaning: Phrase("whether the text is Chinese alone, with its marks", "文字是否只有中文字與中文標點"))
}
