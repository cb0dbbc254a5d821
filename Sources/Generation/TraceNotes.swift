// The notes of a trace in words. A file holds them in English; the forms they were made with know them again.
public import Phrases
internal import Stages
public import Tokenizers
internal import Traces

/// Notes of traces, made and known again.
public enum TraceNotes {
    /// A note of a trace in both languages; one that no form here knows, in its own words with nothing hidden.
    public static func phrase(_ note: String) -> Phrase {
        for form in forms {
            guard let values = form.values(in: note) else { continue }
            return form.filled(values.map { Phrase(same: readable(Array($0.utf8))) })
        }
        return Phrase(same: readable(Array(note.utf8)))
    }

    private static let forms =
        RecordPlan.noteForms + lossForms.map { $0.form } + StageNotes.forms
        + [typedControl, doubledBegin, beyondEmbedding, maskedForm, headlessForm, unscoredForm]

    /// A text that looks like a control token and was read as text.
    private static let typedControl = SentenceForm(
        "\"{}\" in the text was read as text; with --special it is the control token",
        "文字中的「{}」讀作一般文字；加上 --special 才是控制詞元")
    private static let doubledBegin = SentenceForm(
        "the prompt begins with the begin token \"{}\" twice: the model adds it by itself, leave it out of the text",
        "提示以起始詞元「{}」開頭兩次：模型會自行加上，請從文字中拿掉")
    static let beyondEmbedding = SentenceForm(
        "the tokenizer has {} tokens and the embedding {} rows: the tokens from {} on cannot be read",
        "切分詞元的程式（tokenizer）有 {} 個詞元，嵌入只有 {} 列：從 {} 起的詞元無法讀入")

    private static let maskedForm = SentenceForm(
        "each token was scored with a mask in its place, from all others: the mean is the logarithm of the text's pseudo-perplexity",
        "每個詞元都以遮罩代替，由其他所有詞元來預測：平均值是這段文字的偽困惑度的對數")
    /// What is to be said of a text whose tokens were masked in turn.
    static var maskedInTurn: Phrase { maskedForm.filled([Phrase]()) }
    private static let headlessForm = SentenceForm(
        "the model has no head over its vocabulary: it gives attention and hidden states, and fills no mask",
        "這個模型沒有詞彙輸出頭：它給出注意力與隱藏狀態，不填遮罩")
    /// What is to be said of a run of an encoder without a head.
    static var noHead: Phrase { headlessForm.filled([Phrase]()) }

    private static let unscoredForm = SentenceForm(
        "some tokens have no score: the logits before them are no numbers; the weights or their arithmetic are broken",
        "有些詞元沒有分數：前面的 logit 不是數；權重或其運算有誤")
    /// What is to be said of a text whose tokens could not all be scored.
    public static var unscored: Phrase { unscoredForm.filled([Phrase]()) }

    /// What is to be said of a text that looks like a control token and was read as text; nil where none does.
    public static func control(_ text: [UInt8], _ tokenizer: Tokenizer) -> Phrase? {
        guard let range = tokenizer.controlTexts(in: text).first else { return nil }
        return typedControl.filled(String(decoding: text[range], as: UTF8.self))
    }

    /// What is to be said of a prompt that begins with the begin token twice; nil where it does not.
    public static func begin(_ ids: [Int], _ tokenizer: Tokenizer) -> Phrase? {
        guard ids.count > 1, let first = tokenizer.prefix.first, ids[0] == first, ids[1] == first else { return nil }
        return doubledBegin.filled(String(decoding: tokenizer.bytes(of: first), as: UTF8.self))
    }

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

extension Trace {
    /// Keeps a note, once.
    mutating func note(_ note: Phrase) {
        if !notes.contains(note.english) { notes.append(note.english) }
    }
}
