// Lines from standard input, of which none is kept beyond what a line may have.
internal import Debugging

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// A line without its end. Bytes that are no UTF-8 are replaced.
struct InputLine {
    let text: String
    /// Whether it had no more bytes than a command may have; what was beyond them is passed over.
    let isWhole: Bool
}

/// What was read from the descriptor and not yet given out.
private nonisolated(unsafe) var waiting: ArraySlice<UInt8> = []

/// The next line of standard input, as long as a command may be; nil at its end.
///
/// Not `readLine`, which keeps a line of any length: a stream without a line end would fill the memory.
func inputLine() -> InputLine? {
    var line: [UInt8] = []
    // One more than a command has: it may be the carriage return of the end.
    let most = longestCommand + 1
    var isWhole = true
    var hasBegun = false
    var hasEnded = false
    while fillWaiting() {
        hasBegun = true
        let end = waiting.firstIndex(of: 0x0A)
        let part = waiting[..<(end ?? waiting.endIndex)]
        isWhole = isWhole && part.count <= most - line.count
        line += part.prefix(most - line.count)
        waiting = waiting[(end.map { $0 + 1 } ?? waiting.endIndex)...]
        hasEnded = end != nil
        if hasEnded { break }
    }
    if !hasBegun { return nil }
    if hasEnded && isWhole && line.last == 0x0D { line.removeLast() }
    isWhole = isWhole && line.count <= longestCommand
    return InputLine(text: String(decoding: line, as: UTF8.self), isWhole: isWhole)
}

/// Reads more where nothing waits; false where there is no more.
private func fillWaiting() -> Bool {
    if !waiting.isEmpty { return true }
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
        let count = read(STDIN_FILENO, &chunk, chunk.count)
        if count < 0 && errno == EINTR { continue }
        if count <= 0 { return false }
        waiting = chunk[..<count]
        return true
    }
}
