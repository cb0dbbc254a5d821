// What a breakpoint has to be done at its stops: `commands` … `end`, and carrying it out.
internal import Phrases

extension Debugger {
    /// Whether lines are being kept for a breakpoint: front ends show that, and hand lines over as typed.
    public var isCollecting: Bool { collecting != nil }

    func beginCommands(_ id: Int?) throws(DebuggingError) -> Outcome {
        let id = id ?? breakpoints.last?.id
        guard let id, breakpoints.contains(where: { $0.id == id }) else {
            let list = breakpoints.isEmpty ? "—" : breakpoints.map { String($0.id) }.joined(separator: ", ")
            throw .command(
                Phrase(
                    "there is no breakpoint \(id.map(String.init) ?? ""); there are: \(list)",
                    "沒有編號 \(id.map(String.init) ?? "") 的中斷點；現有：\(list)"))
        }
        collecting = (id, [])
        return .said(
            Phrase("commands for breakpoint \(id), one a line, then end", "輸入中斷點 \(id) 的指令，每行一個，最後寫 end"))
    }

    /// Keeps a line, or ends with `end`. A line that is no command is refused at once and the others stay.
    func collect(_ line: String) throws(DebuggingError) -> Outcome {
        guard let (id, commands) = collecting else { return .nothing }
        if let problem = problem(ofLine: line) { throw .command(problem) }
        let text = trimmed(line)
        if text == "end" {
            collecting = nil
            guard let place = breakpoints.firstIndex(where: { $0.id == id }) else { return .nothing }
            breakpoints[place].commands = commands
            let count = commands.count
            return .said(
                Phrase(
                    "breakpoint \(id): \(count) command\(count == 1 ? "" : "s") at each stop",
                    "中斷點 \(id)：每次停下執行 \(count) 個指令"))
        }
        if text != "silent" {
            switch try parseCommand(text) {
            case .nothing: return .nothing
            case .commands:
                throw .command(Phrase("commands cannot stand within commands", "commands 裡面不能再寫 commands"))
            default: break
            }
        }
        collecting!.commands.append(text)
        return .nothing
    }

    /// Takes back what is being typed (Ctrl-C, the end of a script).
    public func stopCollecting() { collecting = nil }

    /// How many stops one command may lead to by the commands of breakpoints: `run` among them would never end.
    private static let limitStops = 10_000
    /// How many bytes their outcomes may hold: they are told when all is over.
    private static let limitKept = 1 << 26

    /// The outcome, and where it is a stop with something to be done there, that too. A command that moves is the last one
    /// at its stop; its own stop follows.
    func follow(_ first: Outcome) -> Outcome {
        var outcomes: [Outcome] = []
        var next: Outcome? = first
        var stops = 0
        var size = 0
        func keep(_ outcome: Outcome) {
            outcomes.append(outcome)
            size += outcome.size
        }
        while let outcome = next {
            next = nil
            let todo = commands(at: outcome)
            // What is left out at a silent stop is the stop, not an answer on the way to it.
            if todo.first != "silent" { keep(outcome) }
            stops += 1
            // What is to be done at the first stop is done, also where the walk to it took all the time there was.
            let isEnough = stops > Self.limitStops || size > Self.limitKept
            if !todo.isEmpty, isEnough || stops > 1 && keepsGoing?() == false {
                outcomes.append(.fault(.command(Phrase("the commands of the breakpoints were stopped", "中斷點的指令已中止"))))
                break
            }
            for line in todo where line != "silent" {
                do throws(DebuggingError) {
                    let command = try parseCommand(line)
                    let result = try carryOut(command)
                    if command.moves { next = result } else { keep(result) }
                    if command.moves || command == .quit { break }
                } catch {
                    outcomes.append(.fault(error))
                    break
                }
            }
        }
        return outcomes.count == 1 ? outcomes[0] : .several(outcomes)
    }

    private func commands(at outcome: Outcome) -> [String] {
        switch outcome {
        case .stopped(let stop):
            switch stop.reason {
            case .breakpoints(let hits), .changed(_, let hits): return hits.flatMap { $0.commands }
            default: return []
            }
        case .several(let outcomes): return outcomes.last.map { commands(at: $0) } ?? []
        default: return []
        }
    }
}

extension Outcome {
    /// Bytes that it holds of its own, roughly: texts that were answered, and as much as a table may have.
    fileprivate var size: Int {
        switch self {
        case .answered(let answered), .asserted(let answered, _): answered.size
        case .stopped(let stop), .branched(_, let stop):
            stop.displays.reduce(1_000 + stop.before.count) { $0 + $1.size }
        case .series(let series): series.values.reduce(1_000) { $0 + $1.size }
        case .several(let outcomes): outcomes.reduce(0) { $0 + $1.size }
        case .nothing, .place, .said, .fault, .language, .quit: 100
        default: 50_000
        }
    }
}

extension Answered {
    fileprivate var size: Int { 300 + source.utf8.count + answer.value.size }
}

extension QuestionValue {
    fileprivate var size: Int {
        switch self {
        case .text(let bytes): 100 + bytes.count
        case .token(let token): 100 + (token.bytes?.count ?? 0)
        default: 100
        }
    }
}

extension Command {
    /// Whether it moves the cursor: what stands behind it among a breakpoint's commands is not carried out.
    var moves: Bool {
        switch self {
        case .step, .back, .continue, .reverseContinue, .run, .runTo, .until, .force, .restart, .switchTo: true
        default: false
        }
    }
}

extension Debugger {
    /// The line that goes on with one that ``keepsGoing`` has interrupted: the same, unless it counts its steps from where it
    /// began, or begins at the prompt.
    ///
    /// - Parameter step: where the cursor stood before the line was carried out; nil at the prompt.
    /// - Returns: nil where there is nothing to go on with.
    public func rest(of line: String, from step: Int?) -> String? {
        guard let command = try? parseCommand(line) else { return nil }
        switch command {
        case .step(let count):
            let left = count - (cursor - (step ?? Self.prompt))
            return left > 0 ? "step \(left)" : nil
        case .run: return "continue"
        case .continue, .reverseContinue, .until, .runTo, .sweep: return line
        default: return nil
        }
    }
}
