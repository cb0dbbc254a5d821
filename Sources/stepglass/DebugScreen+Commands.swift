// What the full screen does with a command, typed or by a key, and with what comes of it.
internal import Phrases
internal import Debugging
internal import Traces

extension DebugScreen {
    /// A typed line. `clear` aside, everything is the debugger's own.
    func type(_ line: String) -> Effect {
        if debugger.isCollecting {
            carryOut { try debugger.execute(line: line) }
            isTyping = debugger.isCollecting
            if isTyping, message.isEmpty { message = [say("the next command, or end", "下一個指令，或 end")] }
            return .none
        }
        do {
            let command = try parseCommand(line)
            if command == .quit { return quit() }
            run(command)
        } catch { message = rendererNow.lines(error) }
        // The next lines are the breakpoint's.
        isTyping = debugger.isCollecting
        return hasQuit ? .quit : .none
    }

    private var rendererNow: TextRenderer { TextRenderer(language: renderer.language, width: currentWidth) }

    func lines(_ line: String) -> [String] {
        do { return rendererNow.lines(try debugger.execute(line: line)) } catch { return rendererNow.lines(error) }
    }

    func run(_ command: Command) {
        announce(command)
        carryOut { try debugger.execute(command) }
    }

    private func carryOut(_ work: () throws -> Outcome) {
        let before = debugger.place
        do {
            let outcome = try work()
            if debugger.place.step != before.step || debugger.place.branch != before.branch { follow() }
            if debugger.place != before { panelTop = 0 }
            let lines = try told(outcome)
            switch outcome {
            // What was said of a stop stays at the bottom, however much it is: the panels show the step.
            case .stopped, .branched, .frame, .series, .asserted: message = lines
            default: show(lines)
            }
        } catch let error as DebuggingError {
            message = rendererNow.lines(error)
        } catch {
            message = ["\(error)"]
        }
    }

    /// What is said of an outcome beside what the panels show of it.
    private func told(_ outcome: Outcome) throws -> [String] {
        switch outcome {
        case .stopped(let stop):
            // The panels show the step; a reason or displays are worth a line.
            return rendererNow.lines(stop.reason) + stop.displays.flatMap { rendererNow.lines(.answered($0)) }
        case .branched(let branch, _): return rendererNow.lines(branch)
        case .frame: return []
        case .series(let series):
            return Array(rendererNow.lines(outcome).prefix(1)) + rendererNow.notes(series.notes)
        case .language(let language): renderer.language = language
        case .file(let request):
            let written = try writeFile(request)
            if request.holdsTrace { debugger.noteSaved() }
            return [written]
        case .asserted(_, let holds): if !holds { assertFailed = true }
        case .several(let outcomes): return try outcomes.flatMap { try told($0) }
        case .quit: hasQuit = true
        default: break
        }
        return rendererNow.lines(outcome)
    }

    /// Says that the model is at work when the command may need it; a first step reads the whole prompt.
    private func announce(_ command: Command) {
        let last = debugger.trace.steps.count - 1
        guard debugger.canGoOn, (debugger.place.step ?? -1) >= last || command == .continue else { return }
        switch command {
        case .step, .continue, .run, .runTo, .until, .force:
            message = [say("computing …", "計算中……")]
            redraw()
        default: break
        }
    }

    /// The ledger's selection goes to the token that was chosen.
    private func follow() {
        guard let step = debugger.currentStep else {
            selected = 0
            return
        }
        selected = step.candidates.firstIndex { $0.id == step.token.id } ?? 0
    }

    /// How far a long command is.
    func show(_ done: Int, of all: Int) {
        message = [say("taking heads away … \(done) of \(all)", "逐一拿掉各頭……\(done)／\(all)")]
    }

    /// Short answers at the bottom, long ones over the panels.
    func show(_ lines: [String]) {
        if lines.count <= 3 { message = lines } else { showOverlay(lines) }
    }

    func showOverlay(_ lines: [String]) {
        overlay = lines
        overlayTop = 0
    }
}
