// A lesson in a terminal: it waits at each screen, takes bets before it tells, and takes the answer of an exercise.
import Foundation
import TestTools
import Testing

@Suite(.needs(.command), .needs(.python)) struct LessonDialogueTests {
    /// Runs the command on a pseudo-terminal; types each of the lines when the screen asks, and prints what was shown, with
    /// «N» where line N was typed.
    private static let typist = """
        import codecs, os, pty, sys, fcntl, termios, struct
        lines = sys.argv[1].split("|")
        process, screen = pty.fork()
        if process == 0:
            fcntl.ioctl(1, termios.TIOCSWINSZ, struct.pack("4H", 24, 80, 0, 0))
            os.environ["TERM"] = "dumb"
            os.execv(os.environ["EXE"], ["stepglass", *sys.argv[2:]])
        text, typed, seen = "", 0, 0
        # A piece may end in the midst of a character.
        whole = codecs.getincrementaldecoder("utf-8")(errors="replace")
        while True:
            try:
                piece = os.read(screen, 65536)
            except OSError:
                break
            if not piece:
                break
            text += whole.decode(piece)
            asked = [text.rfind(end) for end in ("stop ", "go on) ", "離開 ", "跳過）")]
            if max(asked) >= seen and text.rstrip("\\r\\n") == text and typed < len(lines):
                seen = len(text)
                text += "«%d»" % typed
                os.write(screen, (lines[typed] + "\\n").encode())
                typed += 1
        _, status = os.waitpid(process, 0)
        sys.stdout.write(text)
        sys.exit(os.waitstatus_to_exitcode(status))
        """

    private func typed(_ lines: [String], _ arguments: String...) throws -> ProgramOutcome {
        let place = try Workplace()
        place.environment["EXE"] = TestMachine.command
        let given = ["-c", Self.typist, lines.joined(separator: "|")] + arguments
        return try runPython(given, in: place.path, environment: place.environment)
    }

    @Test func aBetIsTakenBeforeTheNextScreen() throws {
        let shown = try typed(["sure 60%, half 40%", "", "q"], "lesson", "read", "1")
        #expect(shown.status == 0, "\(shown.errors)")
        let bet = try #require(shown.text.range(of: "«0»"))
        #expect(shown.text[..<bet.lowerBound].contains("— 1/8") && !shown.text[..<bet.lowerBound].contains("— 2/8"))
        #expect(shown.text[bet.upperBound...].contains("The bet is in") && shown.text.contains("— 2/8"))
        // Enter went to the second screen, where q ended it.
        #expect(!shown.text.contains("— 3/8"))
    }

    @Test func anAnswerIsTakenUntilItIsRight() throws {
        let shown = try typed(["99999999", "x", ""], "lesson", "do", "edge", "--lang", "zh-TW")
        #expect(shown.status == 0, "\(shown.errors)")
        #expect(shown.text.contains("不是數字") && shown.text.contains("你的答案"), "\(shown.text)")
    }

    @Test func whatIsNoTerminalGetsAll() throws {
        let place = try Workplace()
        let read = try place.stepglass("lesson", "read", "1")
        #expect(read.status == 0 && read.text.contains("— 8/8") && !read.text.contains("q: stop"))
        let given = try place.stepglass("lesson", "do", "edge")
        #expect(given.status == 0 && !given.text.contains("Your answer"))
    }

    /// Commands can be copied from a terminal of 80 columns, and a token in Chinese quotes keeps its blank.
    @Test func linesBreakWhereNothingIsLost() throws {
        let place = try Workplace()
        for (number, language) in [(2, "en"), (3, "zh-TW"), (9, "zh-TW"), (11, "en"), (11, "zh-TW")] {
            let text = try place.stepglass("lesson", "read", "\(number)", "--lang", language).text
            for line in text.split(separator: "\n") {
                #expect(!line.hasSuffix("「") && !line.hasPrefix("」"), "\(number) \(line)")
                if line.contains("stepglass ") && !line.hasSuffix("\\") {
                    let quotes = line.filter { $0 == "\"" }.count
                    #expect(quotes % 2 == 0 && line.count <= 80, "\(number) \(line)")
                }
            }
        }
    }
}
