// Where no memory is left, whoever notices it: the kernels, which ask beforehand, Swift's runtime, or a library that crashes.
// The program ends with one line and leaves nothing half written.
internal import CMemoryEnd
internal import Kernels
internal import Phrases

enum MemoryEnd {
    private static let next = Phrase(
        "close other programs, raise the limit (ulimit -v), or take a smaller model or --context",
        "請關閉其他程式、提高上限（ulimit -v），或改用較小的模型或 --context")
    private static let name = Phrase(same: "stepglass: ")

    /// From here on; before anything else takes memory.
    static func watch(_ language: Language) {
        // Looked at once, so that it is there when a handler does.
        removeTemporaryFiles()
        sg_memory_end_watch {
            removeTemporaryFiles()
            DebugTerminal.leave()
        }
        let line = name + Phrase("there is no more memory; ", "記憶體已經用完；") + next
        sg_memory_end_tell(line[language] + "\n")
        whenMemoryEnds = { byteCount in
            let megabytes = max(1, byteCount >> 20)
            let line =
                name
                + Phrase("there is no memory for \(megabytes) MB more; ", "再也沒有記憶體可供 \(megabytes) MB 使用；") + next
            sg_memory_end_now(line[language] + "\n")
        }
    }
}
