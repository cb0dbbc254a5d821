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

/// Carries out a line and shows on stderr how far it is when it takes a while.
private func execute(_ line: String, by debugger: Debugger) throws(DebuggingError) -> Outcome {
    let progress = Progress(Phrase("taking heads away", "逐一拿掉各頭"))
    debugger.progress = { progress.update($0, of: $1, unit: Phrase("heads", "個頭")) }
    defer {
        progress.finish()
        debugger.progress = nil
    }
    return try debugger.execute(line: line)
}

/// What would be lost by leaving; nil where a file has all of it.
func askedBeforeQuit(_ debugger: Debugger) -> Phrase? {
    let lost = debugger.unsavedBranches
    if lost.isEmpty { return nil }
    let list = lost.map(String.init)
    return Phrase(
        lost.count == 1
            ? "branch \(list[0]) is not saved (save FILE keeps it)"
            : "branches \(list.joined(separator: ", ")) are not saved (switch N and save FILE keep one)",
        "分支 \(list.joined(separator: "、")) 還沒有存檔（switch N、save 檔名 可保留）")
}

/// Prints what the lines of a session answer, and remembers whether an assert failed.
struct DebugPrinter {
    let debugger: Debugger
    private(set) var renderer: TextRenderer
    private(set) var failed = false
    /// Asked before `quit` ends the program.
    var mayLeave: () -> Bool = { true }

    init(_ debugger: Debugger, _ renderer: TextRenderer) {
        self.debugger = debugger
        self.renderer = renderer
    }

    /// Prints an outcome; the first fault within it is thrown behind what came before it. `quit` ends the program.
    mutating func show(_ outcome: Outcome) throws {
        switch outcome {
        case .several(let outcomes):
            for outcome in outcomes { try show(outcome) }
            return
        case .fault(let error): throw error
        case .language(let language): renderer.language = language
        case .file(let request):
            // The line that says where it is says what was done.
            printOut(try write(request, renderer))
            if request.holdsTrace { debugger.noteSaved() }
            return
        default: break
        }
        printOut(renderer.lines(outcome))
        switch outcome {
        case .asserted(_, holds: false): failed = true
        case .quit: if mayLeave() { throw ExitCode(failed ? 2 : 0) }
        default: break
        }
    }
}

/// Runs the lines of a script and prints what they answer.
struct DebugScriptRunner {
    private let debugger: Debugger
    private var printer: DebugPrinter

    init(_ debugger: Debugger, _ renderer: TextRenderer) {
        self.debugger = debugger
        printer = DebugPrinter(debugger, renderer)
    }

    /// Ends the program with 0, with 2 when an assert did not hold, and stops at the first wrong command with 1.
    mutating func run(_ lines: [String], name: String) throws {
        for (number, line) in lines.enumerated() {
            do {
                if !debugger.isCollecting, try parseCommand(line) == .nothing { continue }
                printOut("> " + readable(line))
                try printer.show(try execute(line, by: debugger))
            } catch let error as DebuggingError {
                throw wrong(error, name, number)
            }
        }
        if debugger.isCollecting {
            throw Failure(
                Phrase("\(readable(name)): commands is not closed by end", "\(readable(name))：commands 沒有以 end 結束"))
        }
        throw ExitCode(printer.failed ? 2 : 0)
    }

    private func wrong(_ error: DebuggingError, _ name: String, _ number: Int) -> Failure {
        let renderer = printer.renderer
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
    private let debugger: Debugger
    private var printer: DebugPrinter
    private let interactive = isTerminal(0)
    private let input: DebugLineInput?

    init(_ debugger: Debugger, _ renderer: TextRenderer) {
        self.debugger = debugger
        printer = DebugPrinter(debugger, renderer)
        // Recalling and editing lines needs a terminal on both sides that knows how to go back on a line.
        let hasEditor = interactive && Terminal.out.isTerminal && environment("TERM") != "dumb"
        input = hasEditor ? DebugLineInput(debugger) : nil
    }

    mutating func run() throws {
        if interactive { Interrupt.catchIt() }
        debugger.keepsGoing = { !Interrupt.take() }
        printer.mayLeave = mayLeave
        var last = ""
        printOut(printer.renderer.lines(try debugger.execute(.where)))
        while let (line, isWhole) = try nextLine() {
            if !isWhole {
                printOut(printer.renderer.lines(Self.tooLong))
                continue
            }
            // Return alone repeats the last command, as other debuggers do.
            let command = line.isEmpty && interactive && !debugger.isCollecting ? last : line
            last = command
            if !interactive && !command.isEmpty { printOut("> " + readable(command)) }
            do { try printer.show(try execute(command, by: debugger)) } catch let error as DebuggingError {
                printOut(printer.renderer.lines(error))
            } catch let failure as Failure {
                printOut(failure.phrase[printer.renderer.language])
            }
        }
        if debugger.isCollecting {
            printError(Phrase("commands is not closed by end", "commands 沒有以 end 結束")[printer.renderer.language])
        }
        throw ExitCode(printer.failed ? 2 : 0)
    }

    /// Asks a person before something is lost; a pipe has nobody to ask.
    private func mayLeave() -> Bool {
        guard interactive, let question = askedBeforeQuit(debugger) else { return true }
        let whole = question + Phrase(". Leave? (y/n) ", "。要離開嗎？(y/n) ")
        printOut(whole[printer.renderer.language], terminator: "")
        guard let answer = inputLine()?.text else { return true }
        return ["y", "yes", "是", "好"].contains(answer.lowercased())
    }

    private static let tooLong = DebuggingError.command(
        Phrase(
            "the line has more than \(longestCommand) bytes; a command has \(longestCommand) at most",
            "這一行超過 \(longestCommand) 個位元組；指令最多 \(longestCommand) 個"))

    /// The next line, and whether it is no longer than a command may be.
    private func nextLine() throws -> (line: String, isWhole: Bool)? {
        let prompt = debugger.isCollecting ? "> " : "(stepglass) "
        if let input { return try input.line(prompt).map { ($0.text, $0.isWhole) } }
        if interactive { printOut(prompt, terminator: "") }
        let line = inputLine().map { ($0.text, $0.isWhole) }
        // Ctrl-C at the prompt is not meant for the command that follows.
        _ = Interrupt.take()
        return line
    }
}

func printOut(_ lines: [String]) {
    if !lines.isEmpty { printOut(lines.joined(separator: "\n")) }
}
