// The notes of a trace in words. A file holds them in English; the forms they were made with know them again.
public import Phrases
public import Tokenizers
internal import Traces

public enum TraceNotes {
    /// A note of a trace in both languages; one that no form here knows, in its own words with nothing hidden.
    public static func phrase(_ note: String) -> Phrase {
        for form in forms {
            guard let values = form.values(in: note) else { continue }
            return form.filled(values.map { Phrase(same: readable(Array($0.utf8))) })
        }
        return Phrase(same: readable(Array(note.utf8)))
    }

    private static let forms = RecordPlan.noteForms + lossForms.map(\.form) + stageForms

    /// What ``StageTable`` says of stages that cannot do anything.
    private static let stageForms = [
        SentenceForm("no effect in beam search without sampling: {}", "集束搜尋不抽樣時沒有作用：{}"),
        SentenceForm("{} does nothing: the order does not name it", "{} 沒有作用：順序中沒有列出它"),
        SentenceForm(
            "no effect: {}, because temperature 0 (greedy) comes before and leaves one token",
            "沒有作用：{}，因為溫度 0（貪婪解碼）在前，只留下一個詞元"),
        SentenceForm(
            "mirostat runs last, wherever the order names it: it ends with the draw",
            "mirostat 一律最後執行，與順序中的位置無關：它以抽選結束"),
    ]

    /// One form for each remedy, for one byte and for several.
    private static let lossForms: [(remedy: Encoding.Loss.Remedy, isOne: Bool, form: SentenceForm)] = {
        let remedies: [(Encoding.Loss.Remedy, Phrase)] = [
            (.replaced, Phrase("U+FFFD stands in its place", "以 U+FFFD 代替")),
            (.dropped, Phrase("it is left out", "略去")),
            (.unknown, Phrase("the token for the unknown stands in its place", "以代表未知的詞元代替")),
        ]
        return remedies.flatMap { remedy, words in
            [true, false].map { isOne in
                let english = isOne ? "1 byte" : "{} bytes"
                let count = isOne ? "1" : "{}"
                return (
                    remedy, isOne,
                    SentenceForm(
                        "the tokens do not give back \(english) of the text; the first is {} at byte {}: \(words.english)",
                        "詞元無法還原文字中的 \(count) 個位元組；第一個是 {}，在位元組 {}：\(words.chinese)")
                )
            }
        }
    }()

    /// What a tokenizer could not keep, in one line; nil when it kept all.
    public static func losses(_ losses: [Encoding.Loss]) -> Phrase? {
        guard let first = losses.first else { return nil }
        let isOne = losses.count == 1
        guard let form = lossForms.first(where: { $0.remedy == first.remedy && $0.isOne == isOne })?.form else {
            return nil
        }
        let place = [Phrase(same: hexadecimal(first.byte)), .number(first.offset)]
        return form.filled(isOne ? place : [.number(losses.count)] + place)
    }
}
