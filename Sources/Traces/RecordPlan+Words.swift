// What is told of a plan: its line before the run, and the note that the trace keeps.
public import Phrases

extension RecordPlan {
    /// The plan in one line for the reader.
    public var summary: Phrase {
        var parts: [Phrase] = []
        if attentionBytes > 0 { parts.append(Phrase("attention ", "注意力 ") + byteText(attentionBytes)) }
        if logitsBytes > 0 { parts.append(Phrase(same: "logits ") + byteText(logitsBytes)) }
        if hiddenBytes > 0 { parts.append(Phrase("hidden states ", "隱藏狀態 ") + byteText(hiddenBytes)) }
        let memory = parts.isEmpty ? Phrase("no tensors", "不記錄張量") : .list(parts)
        let file = byteText(traceFileBytes)
        let line = Phrase(
            "recording up to \(positions) positions: \(memory.english) in memory; trace.json about \(file.english)",
            "最多記錄 \(positions) 個位置：記憶體中 \(memory.chinese)；trace.json 約 \(file.chinese)")
        return note.map { line + Phrase("; ", "；") + $0 } ?? line
    }

    static let tooManyPositions = SentenceForm(
        "attention is not recorded: {} positions are more than {}", "不記錄注意力：{} 個位置超過上限 {}")
    static let strongestKeys = SentenceForm(
        "attention is kept as each row's {} strongest keys and the sum of the others (all weights in 32 bits would take {})",
        "注意力的每一列只保留最強的 {} 個鍵與其餘的總和（以 32 位元保存全部權重要 {}）")
    static let tooManyBytes = SentenceForm(
        "attention is not recorded: even 8 keys of each row would take {}, more than {}",
        "不記錄注意力：每一列只留 8 個鍵也要 {}，超過上限 {}")

    /// The forms of ``note``, by which one in a file is known again.
    public static let noteForms = [tooManyPositions, strongestKeys, tooManyBytes]
}
