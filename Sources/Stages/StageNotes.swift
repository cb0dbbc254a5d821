// What is to be said of stages that cannot do anything where they stand. A trace keeps the sentences in English; the same
// forms know them again.
public import Phrases

/// The notes about a run's stages.
public enum StageNotes {
    /// Which stages a beam search that does not sample leaves out.
    static let unusedInBeams = SentenceForm(
        "no effect in beam search without sampling: {}", "集束搜尋不抽樣時沒有作用：{}")
    static let notInOrder = SentenceForm(
        "{} does nothing: the order does not name it", "{} 沒有作用：順序中沒有列出它")
    /// Which stages stand behind one that leaves a single token.
    static let behindGreedy = SentenceForm(
        "no effect: {}, because temperature 0 (greedy) comes before and leaves one token",
        "沒有作用：{}，因為溫度 0（貪婪解碼）在前，只留下一個詞元")
    static let runsLast = SentenceForm(
        "{} runs last, wherever the order names it: it ends with the draw",
        "{} 一律最後執行，與順序中的位置無關：它以抽選結束")

    /// All of them.
    public static let forms = [unusedInBeams, notInOrder, behindGreedy, runsLast]
}
