// The page of keys that ? shows in the full screen.
internal import Phrases
internal import Debugging

extension DebugScreen {
    func keyHelp() -> [String] {
        let rows: [(String, Phrase)] = [
            (
                "← →",
                Phrase("a step back, a step on (inside a step: the place before, after)", "後退、前進一步（在步驟裡面：前一處、後一處）")
            ),
            ("PgUp PgDn", Phrase("ten steps back, on", "後退、前進十步")),
            ("Home End", Phrase("the prompt, the last step made", "回到提示、到最後一步")),
            ("↑ ↓", Phrase("select a candidate; scroll the prompt and places inside", "選候選詞元；捲動提示與步驟裡面")),
            (
                "Enter",
                Phrase(
                    "force: take the selected candidate in place of this step's token, in a new branch",
                    "force：把這一步的詞元換成選取的候選，開新分支")
            ),
            ("w", Phrase("why: the selected candidate's way through the stages", "為什麼：選取的候選經過各階段的路徑")),
            ("v", Phrase("the whole of the last answer", "上一個回答的全文")),
            ("s", Phrase("the stages of this step", "這一步的各階段")),
            ("c r", Phrase("continue, reverse-continue (Ctrl-C stops)", "前進、後退到中斷點（Ctrl-C 停下）")),
            ("i o", Phrase("into the step, out again", "走進步驟、走出來")),
            ("l L h H m", Phrase("attention: next or previous layer, head; mean of all", "注意力：下或上一層、頭；全部平均")),
            ("t", Phrase("the strip's tint: none, p, surprise, entropy, attention", "文字的底色：無、機率、驚訝程度、熵、注意力")),
            ("b", Phrase("the next branch", "下一個分支")),
            (
                ":",
                Phrase(
                    "type a command (Tab completes, ↑ recalls); :help lists them; :lang zh-TW for Chinese",
                    "輸入指令（Tab 補完、↑ 找回）；:help 列出全部；:lang en 換成英文")
            ),
            ("q", Phrase("quit", "離開")),
        ]
        return rows.flatMap { key, meaning in
            wrapped(meaning[renderer.language], to: max(10, currentWidth - 14)).enumerated().map { line, text in
                padded(line == 0 ? "  " + key : "", to: 13) + text
            }
        }
    }
}
