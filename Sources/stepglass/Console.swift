// What goes to the terminal: results on stdout, messages and progress on stderr, in the language of the run.
internal import Phrases

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// The language that sentences are printed in. Set once, when the command line is read.
enum Console {
    @TaskLocal static var language = Language.english
    /// The command line, for messages that name options.
    @TaskLocal static var words: CommandWords?
}

/// A sentence in the language of the run.
func say(_ english: @autoclosure () -> String, _ chinese: @autoclosure () -> String) -> String {
    Console.language == .english ? english() : chinese()
}

func printOut(_ phrase: Phrase) { printOut(phrase[Console.language]) }
func printError(_ phrase: Phrase) { printError(phrase[Console.language]) }

/// A line on stderr beside the results: what is worth knowing and no failure.
func printNote(_ phrase: Phrase) { printError(noteLine(phrase)) }

/// One line, whatever names and paths it has in it.
func noteLine(_ phrase: Phrase) -> Phrase {
    Phrase("note: ", "註：") + Phrase(onOneLine(phrase.english), onOneLine(phrase.chinese))
}

/// Writes all bytes to a descriptor; a full disk or closed descriptor is reported by the caller through the result.
@discardableResult
func writeAll(_ descriptor: Int32, _ bytes: some Collection<UInt8>) -> Bool {
    let done = bytes.withContiguousStorageIfAvailable { buffer -> Bool in
        var offset = 0
        while offset < buffer.count {
            let count = write(descriptor, buffer.baseAddress! + offset, buffer.count - offset)
            if count < 0 && errno == EINTR { continue }
            if count <= 0 { return false }
            offset += count
        }
        return true
    }
    return done ?? writeAll(descriptor, Array(bytes))
}

/// Prints a result. When it cannot be printed (a full disk behind the redirection), the program ends with one line.
/// Whatever stands in the text: nothing that acts on a terminal is sent but the styles of ``Terminal/style(_:_:)``.
func printOut(_ text: String, terminator: String = "\n") { printOut(bytes: Array(sent(text + terminator).utf8)) }

/// The text of a run as it is sent while it comes: as it is into files and pipes, without what acts on a terminal on one.
func flowingBytes(_ text: String, style: String? = nil) -> [UInt8] {
    guard Terminal.out.isTerminal else { return Array(text.utf8) }
    return Array(sent(style.map { Terminal.out.style($0, flowing(text)) } ?? flowing(text)).utf8)
}

/// Prints JSON: the same values, with what cannot be seen as `\u` escapes.
func printJSON(_ bytes: [UInt8]) {
    var text = ""
    for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars {
        if scalar.value < 0x7F || !isInvisible(scalar) {
            text.unicodeScalars.append(scalar)
        } else {
            for unit in String(Character(scalar)).utf16 { text += "\\u" + hexadecimal(unit, digits: 4).lowercased() }
        }
    }
    printOut(text)
}

func printOut(bytes: [UInt8]) {
    if !writeAll(STDOUT_FILENO, bytes) { endUnprinted() }
}

/// Ends the program where standard output cannot be written to.
func endUnprinted() -> Never {
    let reason = systemReason()
    removeTemporaryFiles()
    printError(
        Phrase("stepglass: cannot write to standard output: \(reason.english)", "stepglass: 無法寫入標準輸出：\(reason.chinese)")
    )
    exit(1)
}

func printError(_ text: String, terminator: String = "\n") {
    writeAll(STDERR_FILENO, Array(sent(text + terminator).utf8))
}

/// The beginning, middle and end of a style in a line that is still to be sent: characters that no text has. A number that
/// no file can know stands behind the first, so that a text which has them all the same is told from ours.
private let styleMarks = (
    open: Unicode.Scalar(0xFDD0 as UInt16)!, text: Unicode.Scalar(0xFDD1 as UInt16)!,
    close: Unicode.Scalar(0xFDD2 as UInt16)!
)
private let styleKey = "\(UInt64.random(in: 0...(.max)));"

/// What goes to the terminal for a text: its style marks as control sequences, and by number what came from a file, a
/// model or a user and would act there. The one place through which all lines go.
private func sent(_ text: String) -> String {
    if text.utf8.allSatisfy({ ($0 >= 0x20 && $0 < 0x7F) || $0 == 0x0A || $0 == 0x09 }) { return text }
    var result = ""
    for part in text.unicodeScalars.split(separator: styleMarks.open, omittingEmptySubsequences: false).enumerated() {
        let piece = part.element
        guard part.offset > 0, String(piece).hasPrefix(styleKey),
            let middle = piece.firstIndex(of: styleMarks.text), let end = piece.firstIndex(of: styleMarks.close)
        else {
            result += part.offset > 0 ? numberMark(styleMarks.open) : ""
            result += flowing(String(piece))
            continue
        }
        let code = String(piece[..<middle]).dropFirst(styleKey.count)
        result += "\u{1B}[\(code)m" + flowing(String(piece[piece.index(after: middle)..<end])) + "\u{1B}[0m"
        result += flowing(String(piece[piece.index(after: end)...]))
    }
    return result
}

/// Whether a descriptor is a terminal that may be drawn on, and whether with colour.
struct Terminal {
    let isTerminal: Bool
    let hasColor: Bool
    let columns: Int

    init(_ descriptor: Int32) {
        isTerminal = isatty(descriptor) == 1
        let plain = getenv("NO_COLOR").map { String(cString: $0) != "" } ?? false
        let dumb = getenv("TERM").map { String(cString: $0) == "dumb" } ?? true
        hasColor = isTerminal && !plain && !dumb
        var size = winsize()
        columns = ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0 ? Int(size.ws_col) : 80
    }

    static let out = Terminal(STDOUT_FILENO)
    static let error = Terminal(STDERR_FILENO)

    /// Text in a style of ANSI codes ("1" bold, "2" faint), where the terminal has colour.
    func style(_ code: String, _ text: String) -> String {
        if !hasColor || text.isEmpty { return text }
        // Marks within the text are not ours.
        let own = text.unicodeScalars.contains { (0xFDD0...0xFDD2).contains($0.value) } ? flowing(text) : text
        return "\(styleMarks.open)\(styleKey)\(code)\(styleMarks.text)\(own)\(styleMarks.close)"
    }
}

extension Phrase {
    /// What a long prompt's progress line begins with.
    static let readingPrompt = Phrase("reading the prompt", "讀提示")
}

/// A line on stderr that shows how far something is; only on a terminal, and only once it has taken a while.
final class Progress {
    private let title: Phrase
    private let clock = ContinuousClock()
    private let start: ContinuousClock.Instant
    private var last: ContinuousClock.Instant
    private var shown = false
    /// Since the last look, a line of progress was on the screen: one that draws all of it must draw anew.
    nonisolated(unsafe) private static var hasDrawn = false
    static func takeDrawn() -> Bool {
        defer { hasDrawn = false }
        return hasDrawn
    }

    init(_ title: Phrase) {
        self.title = title
        start = clock.now
        last = clock.now
    }

    /// Tokens read; the line goes away with the last.
    func showTokens(_ done: Int, of total: Int) {
        update(done, of: total, unit: Phrase("tokens", "詞元"))
        if done >= total { finish() }
    }

    func update(_ done: Int, of total: Int, unit: Phrase) {
        let now = clock.now
        guard Terminal.error.isTerminal, now - start > .milliseconds(500),
            now - last > .milliseconds(80) || done == total
        else { return }
        last = now
        shown = true
        let width = 24
        let filled = total > 0 ? width * min(done, total) / total : 0
        let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: width - filled)
        let language = Console.language
        draw("\(title[language]) \(bar) \(done)/\(total) \(unit[language])\(left(done, total, now)[language])")
    }

    /// How long the rest takes at the speed so far; nothing while that is not worth a word.
    private func left(_ done: Int, _ total: Int, _ now: ContinuousClock.Instant) -> Phrase {
        guard done > 0, done < total else { return Phrase("", "") }
        let seconds = Double((now - start) / .milliseconds(1)) / 1000 * Double(total - done) / Double(done)
        if seconds < 1 { return Phrase("", "") }
        let whole = Int(seconds.rounded(.up))
        return whole < 100
            ? Phrase(", \(whole) s left", "，還要 \(whole) 秒")
            : Phrase(", \((whole + 59) / 60) min left", "，還要 \((whole + 59) / 60) 分鐘")
    }

    /// Takes the line away.
    func finish() {
        if shown {
            draw("")
            Self.hasDrawn = true
        }
        shown = false
    }

    /// Puts the text in place of the line.
    private func draw(_ text: String) { writeAll(STDERR_FILENO, Array("\r\(text)\u{1B}[K".utf8)) }
}
