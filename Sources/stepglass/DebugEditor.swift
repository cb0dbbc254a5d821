// The command line of the full screen: editing, history, completion.
internal import Debugging

struct DebugEditor {
    private(set) var text: [Character] = []
    /// Characters left of the cursor.
    private(set) var cursor = 0
    private var history: [String] = []
    /// Place in the history while going through it; nil on the line being typed.
    private var recalled: Int?
    private var draft: [Character] = []
    private static let historyLimit = 500
    /// As many as a command may have bytes.
    private static let limitCharacters = 1 << 16

    var line: String { String(text) }

    mutating func clear() {
        text = []
        cursor = 0
        recalled = nil
    }

    /// The finished line; kept in the history.
    mutating func take() -> String {
        let line = self.line
        if !line.isEmpty, history.last != line { history.append(line) }
        if history.count > Self.historyLimit { history.removeFirst() }
        clear()
        return line
    }

    /// Edits; false for a key that means nothing here.
    mutating func handle(_ key: DebugKey) -> Bool {
        switch key {
        case .character(let character):
            if text.count >= Self.limitCharacters { return false }
            text.insert(character, at: cursor)
            cursor += 1
        case .left, .control("b"): cursor = max(0, cursor - 1)
        case .right, .control("f"): cursor = min(text.count, cursor + 1)
        case .home, .control("a"): cursor = 0
        case .end, .control("e"): cursor = text.count
        case .backspace, .control("h"):
            if cursor == 0 { return true }
            cursor -= 1
            text.remove(at: cursor)
        case .delete, .control("d"): if cursor < text.count { text.remove(at: cursor) }
        case .control("u"):
            text.removeSubrange(..<cursor)
            cursor = 0
        case .control("k"): text.removeSubrange(cursor...)
        case .control("w"):
            var start = cursor
            while start > 0, text[start - 1] == " " { start -= 1 }
            while start > 0, text[start - 1] != " " { start -= 1 }
            text.removeSubrange(start..<cursor)
            cursor = start
        case .up, .control("p"): recall(-1)
        case .down, .control("n"): recall(1)
        default: return false
        }
        return true
    }

    private mutating func recall(_ direction: Int) {
        if recalled == nil { draft = text }
        let place = (recalled ?? history.count) + direction
        guard place >= 0, place <= history.count else { return }
        recalled = place == history.count ? nil : place
        text = place == history.count ? draft : Array(history[place])
        cursor = text.count
    }

    /// Completes the word before the cursor; several possibilities are returned to be shown.
    mutating func complete(_ debugger: Debugger) -> [String] {
        let before = String(text[..<cursor])
        let found = debugger.completions(of: before)
        guard let first = found.candidates.first else { return [] }
        // What all candidates have in common.
        var common = Array(first)
        for candidate in found.candidates {
            let other = Array(candidate)
            var same = 0
            while same < min(common.count, other.count), common[same] == other[same] { same += 1 }
            common = Array(common[..<same])
        }
        let start = cursor - found.wordLength
        if common.count > found.wordLength || found.candidates.count == 1 {
            text.replaceSubrange(start..<cursor, with: common)
            cursor = start + common.count
            if found.candidates.count == 1, cursor == text.count, common.last != "(" {
                text.append(" ")
                cursor += 1
            }
            return []
        }
        return found.candidates
    }
}
