// `free`: words for the teacher to read. Anything but a blank is handed in, and no check gives points for it.
internal import Phrases

extension ExerciseKind {
    static let free = ExerciseKind(
        "free", title: Phrase("own words", "自由作答"),
        form: Phrase("your own words; your teacher reads them", "用自己的話寫；由老師閱讀"),
        praise: Phrase("Kept: your teacher reads it.", "已記下，由老師閱讀。"),
        read: { (_, text) throws(LessonError) in
            if plainSigns(text).isEmpty { throw .answer(Phrase("there is nothing written yet", "還沒有寫任何內容")) }
            return .words(text)
        },
        judge: { (_, _) throws(LessonError) in Judgement(isRight: true, score: 0) },
        example: { (_, _) throws(LessonError) in "…" })
}
