// The debugger in plain lines: scripts, pipes, and terminals without a full screen.
internal import Phrases
internal import ArgumentParser
internal import Debugging

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

func isTerminal(_ descriptor: Int32) -> Bool { isatty(descriptor) == 1 }

/// Ctrl-C as a flag: it stops a `continue`, not the program.
enum Interrupt {
    nonisolated(unsafe) private static var raised: sig_atomic_t = 0

    /// From here on Ctrl-C raises the flag. A second Ctrl-C before anyone looked ends the program.
    static func catchIt() {
        signal(SIGINT) { _ in
            if Interrupt.raised != 0 { _exit(130) }
            Interrupt.raised = 1
        }
    }

    /// Whether Ctrl-C was pressed since the last look.
    static func take() -> Bool {
        defer { raised = 0 }
        return raised != 0
    }
}

/// What would be lost by leaving; nil where a file has all of it.
func askedBeforeQuit(_ debugger: Debugger) -> Phrase? {
    let lost = debugger.unsavedBranches
    if lost.isEmpty { return nil }
    let list = lost.map(String.init)
    return Phrase(
        lost.count == 1
            ? "branch \(list[0]) is not saved (save FILE keeps it)"
            : "branches \(list.joined(separator: ", ")) are not saved (switch N, save FILE keep them)",
        "分支 \(list.joined(separator: "、")) 還沒有存檔（switch N、save 檔名 可保留）")
}

/// Runs the lines of a script and prints what they answer.
struct DebugScriptRunner {
    let debugger: Debugger
    private(set) var renderer: TextRenderer

    init(_ debugger: Debugger, _ renderer: TextRenderer) {
        self.debugger = debugger
        self.renderer = renderer
    }

    /// Ends the program with 0, with 2 when an assert did not hold, and stops at the first wrong command with 1.
    mutating func run(_ lines: [String], name: String) throws {
        var failed = 0
        for (number, line) in lines.enumerated() {
            let command: Command
            do { command = try parseCommand(line) } catch { throw wrong(error, line, name, number) }
            if command == .nothing { continue }
            printOut("> " + line)
            do {
                let outcome = try debugger.execute(command)
                if case .language(let language) = outcome { renderer.language = language }
                printOut(renderer.lines(outcome))
                switch outcome {
                case .asserted(_, holds: false): failed += 1
                case .file(let request): printOut(try write(request, renderer))
                case .quit: throw ExitCode(failed > 0 ? 2 : 0)
                default: break
                }
            } catch let error as DebuggingError {
                throw wrong(error, line, name, number)
            }
        }
        throw ExitCode(failed > 0 ? 2 : 0)
    }

    private func wrong(_ error: DebuggingError, _ line: String, _ name: String, _ number: Int) -> Failure {
        if case .question = error { for line in renderer.lines(error).prefix(2) { printError(line) } }
        let message = error.phrase[renderer.language]
        // In the language that the script has chosen.
        return Failure(
            Phrase(
                same: Phrase("\(name), line \(number + 1): ", "\(name) 第 \(number + 1) 行：")[renderer.language] + message
            ))
    }
}

/// Reads lines from standard input until it ends or `quit`; mistakes are told and the next line is read.
struct DebugLineLoop {
    let debugger: Debugger
    private(set) var renderer: TextRenderer
    private let interactive = isTerminal(0)

    init(_ debugger: Debugger, _ renderer: TextRenderer) {
        self.debugger = debugger
        self.renderer = renderer
    }

    mutating func run() throws {
        if interactive { Interrupt.catchIt() }
        debugger.keepsGoing = { !Interrupt.take() }
        var last = ""
        var failed = false
        printOut(renderer.lines(try debugger.execute(.where)))
        while let line = nextLine() {
            // Return alone repeats the last command, as other debuggers do.
            let command = line.isEmpty && interactive ? last : line
            last = command
            if !interactive && !command.isEmpty { printOut("> " + command) }
            do {
                let outcome = try debugger.execute(line: command)
                if case .language(let language) = outcome { renderer.language = language }
                printOut(renderer.lines(outcome))
                switch outcome {
                case .asserted(_, holds: false): failed = true
                case .file(let request):
                    printOut(try write(request, renderer))
                    if request.holdsTrace { debugger.noteSaved() }
                case .quit:
                    if mayLeave() { throw ExitCode(failed ? 2 : 0) }
                default: break
                }
            } catch let error as DebuggingError {
                printOut(renderer.lines(error))
            } catch let failure as Failure {
                printOut(failure.phrase[renderer.language])
            }
        }
        throw ExitCode(failed ? 2 : 0)
    }

    /// Asks a person before something is lost; a pipe has nobody to ask.
    private func mayLeave() -> Bool {
        guard interactive, let question = askedBeforeQuit(debugger) else { return true }
        let whole = question + Phrase(". Leave? (y/n) ", "。要離開嗎？(y/n) ")
        printOut(whole[renderer.language], terminator: "")
        guard let answer = readLine() else { return true }
        return ["y", "yes", "是", "好"].contains(answer.lowercased())
    }

    private func nextLine() -> String? {
        if interactive { printOut("(stepglass) ", terminator: "") }
        let line = readLine()
        // Ctrl-C at the prompt is not meant for the command that follows.
        _ = Interrupt.take()
        return line
    }
}

func printOut(_ lines: [String]) {
    if !lines.isEmpty { printOut(lines.joined(separator: "\n")) }
}
