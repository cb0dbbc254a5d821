// The terminal of the full screen: raw mode, its size, bytes in and out. Our own and no curses library: the screen is
// a list of lines of which the changed ones are rewritten, with eight control sequences that every terminal of the last
// decades knows; so there is nothing to install and nothing that differs between Linux and macOS.
internal import Phrases

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// The terminal in raw mode. `leave` (also at exit and on a fatal signal) puts everything back.
final class DebugTerminal {
    nonisolated(unsafe) private static var saved = termios()
    nonisolated(unsafe) private static var isRaw = false
    nonisolated(unsafe) private static var resized: sig_atomic_t = 0
    /// Alternate screen off, cursor on, attributes off.
    private static let goodbye: StaticString = "\u{1B}[0m\u{1B}[?25h\u{1B}[?1049l"
    private var pending: [UInt8] = []

    func enter() throws {
        guard tcgetattr(STDIN_FILENO, &Self.saved) == 0 else {
            throw Failure("the terminal cannot be set up; use --lines", "無法設定終端機；請用 --lines")
        }
        var raw = Self.saved
        cfmakeraw(&raw)
        guard tcsetattr(STDIN_FILENO, TCSADRAIN, &raw) == 0 else {
            throw Failure("the terminal cannot be set up; use --lines", "無法設定終端機；請用 --lines")
        }
        Self.isRaw = true
        atexit { DebugTerminal.leave() }
        for fatal in [SIGTERM, SIGHUP, SIGQUIT] {
            signal(fatal) { number in
                DebugTerminal.leave()
                _exit(128 + number)
            }
        }
        signal(SIGWINCH) { _ in DebugTerminal.resized = 1 }
        writeAll(STDOUT_FILENO, "\u{1B}[?1049h\u{1B}[2J".utf8)
    }

    static func leave() {
        guard isRaw else { return }
        isRaw = false
        _ = Self.goodbye.withUTF8Buffer { write(STDOUT_FILENO, $0.baseAddress!, $0.count) }
        tcsetattr(STDIN_FILENO, TCSADRAIN, &saved)
    }

    /// Back to the shell until it brings the program to the front again.
    func suspend() throws {
        Self.leave()
        kill(0, SIGTSTP)
        try enter()
    }

    /// Columns and rows, at least 20 × 6 so that drawing needs no further cases.
    var size: (columns: Int, rows: Int) {
        var size = winsize()
        guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return (80, 24) }
        return (max(20, Int(size.ws_col)), max(6, Int(size.ws_row)))
    }

    /// Whether the size changed since the last look.
    func takeResize() -> Bool {
        defer { Self.resized = 0 }
        return Self.resized != 0
    }

    /// The next byte, waiting at most that long (−1: until there is one); nil when there is none, or on a resize.
    func byte(waiting milliseconds: Int32) -> UInt8? {
        if !pending.isEmpty { return pending.removeFirst() }
        var poll = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
        guard Self.poll(&poll, milliseconds) > 0 else { return nil }
        var buffer = [UInt8](repeating: 0, count: 256)
        let count = read(STDIN_FILENO, &buffer, buffer.count)
        if count == 0 || (count < 0 && errno != EINTR) {
            // The terminal is gone.
            isClosed = true
            return nil
        }
        if count < 0 { return nil }
        pending = Array(buffer[..<count])
        return pending.removeFirst()
    }

    private(set) var isClosed = false

    private static func poll(_ descriptor: inout pollfd, _ milliseconds: Int32) -> Int32 {
        #if canImport(Glibc)
            Glibc.poll(&descriptor, 1, milliseconds)
        #else
            Darwin.poll(&descriptor, 1, milliseconds)
        #endif
    }

    /// Whether Ctrl-C was typed; other keys typed meanwhile stay for later.
    func takeInterrupt() -> Bool {
        if let byte = byte(waiting: 0) { pending.insert(byte, at: 0) }
        guard let place = pending.firstIndex(of: 3) else { return false }
        pending.removeSubrange(...place)
        return true
    }
}
