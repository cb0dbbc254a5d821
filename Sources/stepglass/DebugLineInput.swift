// A line of input with editing, recall and completion, on the line where the cursor is: no full screen.
internal import Debugging
internal import Phrases

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// Reads lines from the terminal; ↑ and ↓ recall those before, Tab completes.
final class DebugLineInput {
    private let debugger: Debugger
    private var editor = DebugEditor()

    init(_ debugger: Debugger) { self.debugger = debugger }

    /// The next line; nil when the input ends (Ctrl-D on an empty line).
    func line(_ prompt: String) throws -> InputLine? {
        var saved = termios()
        guard tcgetattr(STDIN_FILENO, &saved) == 0 else { return inputLine() }
        var raw = saved
        // Keys come one by one and are not echoed; signals stay, but for Ctrl-C, which empties the line.
        raw.c_lflag &= ~tcflag_t(ICANON | ECHO | ISIG)
        raw.c_iflag &= ~tcflag_t(ICRNL | IXON)
        tcsetattr(STDIN_FILENO, TCSADRAIN, &raw)
        defer { tcsetattr(STDIN_FILENO, TCSADRAIN, &saved) }
        editor.clear()
        let keys = DebugKeyReader(next: { Self.byte(waiting: $0) })
        draw(prompt)
        while true {
            guard let key = keys.key(waiting: -1) else {
                if Self.isClosed { return nil }
                continue
            }
            switch key {
            case .enter:
                finish()
                return InputLine(text: editor.take(), isWhole: true)
            case .control("c"):
                finish("^C")
                editor.clear()
            case .control("d") where editor.text.isEmpty:
                finish()
                return nil
            case .control("z"):
                tcsetattr(STDIN_FILENO, TCSADRAIN, &saved)
                kill(0, SIGTSTP)
                tcsetattr(STDIN_FILENO, TCSADRAIN, &raw)
            case .tab:
                let candidates = editor.complete(debugger)
                if !candidates.isEmpty {
                    finish()
                    printOut(wrapped(candidates, to: Terminal.out.columns))
                }
            default: _ = editor.handle(key)
            }
            draw(prompt)
        }
    }

    /// The line as far as it fits, its end in view while it is typed.
    private func draw(_ prompt: String) {
        let room = max(10, Terminal(STDOUT_FILENO).columns - columns(prompt) - 1)
        // Of a line that was pasted, no more is looked at for each key than can be seen.
        let left = editor.text[..<editor.cursor].suffix(room + 1)
        let right = editor.text[editor.cursor...].prefix(room + 1)
        let before = clippedFront(readable(String(left)), to: room)
        let after = clipped(readable(String(right)), to: room - columns(before))
        let back = columns(after)
        writeAll(
            STDOUT_FILENO,
            "\r\(prompt)\(before)\(after)\u{1B}[K\(back > 0 ? "\u{1B}[\(back)D" : "")".utf8)
    }

    private func finish(_ mark: String = "") {
        writeAll(STDOUT_FILENO, (mark.isEmpty ? "\r\n" : "\u{1B}[K\(mark)\r\n").utf8)
    }

    nonisolated(unsafe) private static var isClosed = false

    private static func byte(waiting milliseconds: Int32) -> UInt8? {
        var wait = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
        guard poll(&wait, 1, milliseconds) > 0 else { return nil }
        var byte: UInt8 = 0
        let count = read(STDIN_FILENO, &byte, 1)
        if count == 0 || (count < 0 && errno != EINTR) { isClosed = true }
        return count == 1 ? byte : nil
    }
}
