// Terminals, pipes and redirections: colour where it is wanted, silence where nobody reads.
import Phrases
import Foundation
import JSONText
import TestTools
import Testing

@Suite(.needs(.command)) struct TerminalTests {
    /// Runs the command on a pseudo-terminal of 80 columns and prints what it wrote there.
    private static let terminal = """
        import os, pty, sys, fcntl, termios, struct
        process, screen = pty.fork()
        if process == 0:
            fcntl.ioctl(1, termios.TIOCSWINSZ, struct.pack("4H", 24, 80, 0, 0))
            os.execv(os.environ["EXE"], ["stepglass", *sys.argv[1:]])
        text = b""
        while True:
            try:
                piece = os.read(screen, 65536)
            except OSError:
                break
            if not piece:
                break
            text += piece
        os.waitpid(process, 0)
        sys.stdout.buffer.write(text)
        """

    private func onTerminal(_ variables: [String: String]) throws -> String {
        let place = try Workplace()
        place.environment.merge(["TERM": "xterm-256color"]) { $1 }
        place.environment.merge(variables) { $1 }
        let outcome = try place.python(Self.terminal, "trace", "The capital of France is", "--greedy", "-o", "out")
        #expect(outcome.status == 0, "\(outcome.errors)")
        return outcome.text
    }

    @Test(.needs(.python)) func colourOnATerminal() throws {
        #expect(try onTerminal([:]).contains("\u{1B}[1m"))
        for variables in [["NO_COLOR": "1"], ["TERM": "dumb"]] {
            #expect(try !onTerminal(variables).contains("\u{1B}"), "\(variables)")
        }
    }

    @Test func noEscapesInAFile() throws {
        let outcome = try Workplace().stepglass("trace", "The capital of France is", "--greedy", "-o", "out")
        #expect(outcome.status == 0)
        #expect(outcome.text.hasPrefix("The capital of France is"))
        #expect(!outcome.text.contains("\u{1B}") && !outcome.errors.contains("\u{1B}"))
    }

    @Test func messagesGoToStderr() throws {
        let place = try Workplace()
        let loud = try place.stepglass("trace", "Hello", "--greedy", "--max-tokens", "4", "-o", "out")
        let quiet = try place.stepglass("trace", "Hello", "--greedy", "--max-tokens", "4", "-o", "quiet", "--quiet")
        #expect(quiet.errors == "" && loud.errors != "")
        #expect(loud.text == "Hello" + quiet.text)
    }

    /// A chat's template is shown once.
    @Test func chatIsShownOnce() throws {
        let place = try Workplace()
        let outcome = try place.stepglass(
            "trace", "What is the capital of France?", "--chat", "--greedy", "--max-tokens", "3", "-o", "out")
        #expect(outcome.status == 0, "\(outcome.errors)")
        let all = outcome.text + outcome.errors
        #expect(all.components(separatedBy: "What is the capital of France?").count == 2, "\(all)")
        let rendered = try place.json("out/trace.json")["prompt"]?["rendered"]?.string
        #expect(outcome.text.hasPrefix(try #require(rendered)))
    }

    @Test(arguments: ["schema", "models", "tokenize 'a b c d e f'", "trace Hello --quiet -o out"])
    func closedPipe(_ command: String) throws {
        let outcome = try Workplace().shell("\"$EXE\" \(command) 2>err | head -c 1 >/dev/null; cat err >&2")
        #expect(outcome.errors == "")
    }

    /// A reader that left before the first byte ends a run, and no half-written file stays.
    @Test func closedPipeLeavesNoPart() throws {
        let place = try Workplace()
        let line = "\"$EXE\" trace Hello --max-tokens 200 -o out 2>/dev/null | true; ls -A out 2>/dev/null"
        let names = try place.shell(line).text.split(separator: "\n")
        #expect(names.allSatisfy { !$0.contains(".part") }, "\(names)")
    }

    #if os(Linux)
        @Test(arguments: ["schema", "models", "tokenize Hello", "trace Hello --max-tokens 3 -o out"])
        func fullDiskBehindStdout(_ command: String) throws {
            let place = try Workplace()
            let outcome = try place.shell("\"$EXE\" \(command) >/dev/full")
            #expect(outcome.status == 1)
            let last = try #require(outcome.errorLines.last)
            #expect(last == "stepglass: cannot write to standard output: No space left on device")
            #expect(place.names("out") == [])
        }
    #endif

    /// A closed stdout is no file of ours.
    @Test func closedStdout() throws {
        let place = try Workplace()
        let outcome = try place.shell("\"$EXE\" trace Hello --max-tokens 3 -o out >&-")
        #expect(outcome.status == 1)
        #expect(outcome.errors.hasSuffix("Bad file descriptor\n"), "\(outcome.errors)")
        #expect(place.names("out") == [])
    }

    /// Ctrl-C ends a run at once and leaves nothing half written.
    @Test(.needs(.python)) func interrupted() throws {
        let place = try Workplace()
        let script = """
            import json, os, signal, subprocess, sys
            from heeding import heed_signals
            # A run may have ended before the signal came: then another one is made.
            for number in range(20):
                out = f"out-{number}"
                run = subprocess.Popen([os.environ["EXE"], "trace", "One, two, three,", "--max-tokens", "240",
                    "--min-tokens", "240", "-o", out], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                    preexec_fn=heed_signals)
                run.stdout.read(20)
                run.send_signal(signal.SIGINT)
                run.stdout.read()
                code, names = run.wait(), sorted(os.listdir(out))
                assert "trace.json" in names and not any(".part" in name for name in names), names
                ended = json.load(open(f"{out}/trace.json", encoding="utf-8")).get("ended")
                if ended == "interrupted":
                    assert code == -signal.SIGINT, code
                    sys.exit()
            sys.exit("no run was interrupted")
            """
        let outcome = try place.python(script)
        #expect(outcome.status == 0, "\(outcome.text)\(outcome.errors)")
    }
}
