// Movements: what a client's buttons do to the cursor, and telling where it then stands.
internal import Debugging
internal import Phrases
internal import Traces

/// What follows an answer: the client hears first that its request was taken.
enum Afterwards {
    case nothing
    case tell([Event])
    case move(Movement)
    /// The cursor is elsewhere already: the client hears it.
    case arrived(StopKind, description: String?)
    /// The configuration is complete: the run begins.
    case begin
    case restart
    /// A command was carried out that may have moved, forked, or taken breakpoints away.
    case changed(since: Snapshot, description: String?)
}

/// How a session stood before a command.
struct Snapshot {
    var place: Place
    var branches: Int
}

/// A movement of the cursor.
enum Movement {
    case next, into, out, back
    case forwards, backwards
    /// To a step; nil is the prompt.
    case to(Int?)
}

extension Adapter {
    func carryOut(_ after: Afterwards) {
        switch after {
        case .nothing: break
        case .tell(let events): for event in events { tell(event) }
        case .move(let movement): move(movement)
        case .arrived(let kind, let description): arrive(kind, description: description)
        case .begin:
            tell(.process(name: readable(debugger.trace.model.name), isAttached: !debugger.isLive))
            for branch in debugger.branches { tell(.thread(branch.id, started: true)) }
            if stopsOnEntry { arrive(.entry, description: say("at the prompt", "停在提示處")) } else { move(.forwards) }
        case .restart:
            _ = try? debugger.execute(.runTo(-1))
            for place in points.indices { points[place].hits = 0 }
            if stopsOnEntry { arrive(.entry, description: say("at the prompt", "停在提示處")) } else { move(.forwards) }
        case .changed(let before, let description): tellChanges(since: before, description)
        }
    }

    var snapshot: Snapshot { Snapshot(place: debugger.place, branches: debugger.branches.count) }

    /// Tells what a command changed: new branches, another place, values that hold no longer.
    private func tellChanges(since before: Snapshot, _ description: String?) {
        for branch in debugger.branches.dropFirst(before.branches) { tell(.thread(branch.id, started: true)) }
        forgetDeleted()
        if tellMismatch() { return }
        if debugger.place != before.place || debugger.branches.count != before.branches {
            if client.hearsInvalidated { tell(.invalidated(["threads", "stacks", "variables"])) }
            arrive(.goto, description: description)
        } else if client.hearsInvalidated {
            tell(.invalidated(["variables"]))
        }
    }

    /// Has the debugger do something.
    func execute(_ command: Command) throws(AdapterError) -> Outcome {
        do { return try debugger.execute(command) } catch { throw .debugger(error.phrase) }
    }

    /// Makes a thread's branch the one that moves.
    func turn(to thread: Int) throws(AdapterError) {
        let branch = try branch(ofThread: thread)
        if branch != debugger.place.branch { _ = try execute(.switchTo(String(branch))) }
    }

    // MARK: moving

    func move(_ movement: Movement) {
        watch()
        defer { unwatch() }
        do throws(AdapterError) {
            switch movement {
            case .next:
                let before = debugger.place
                let outcome = try execute(.step(1))
                // A walk looks at the steps on its way; this one is where it ends.
                if watchesMismatch, debugger.place.step != before.step { mismatch = findMismatch() }
                try stop(at: outcome, .step)
            case .back: try stop(at: execute(.back(1)), .step)
            case .into: try stop(at: execute(.stepIn), .step)
            case .out:
                // Out of a step, as out of a program's outermost function: to the end, or what stops before.
                if debugger.place.frames.isEmpty { return try walk(.continue) }
                try stop(at: execute(.finish), .step)
            case .forwards: try walk(.continue)
            case .backwards: try walk(.reverseContinue)
            case .to(let step): try stop(at: execute(.runTo(step ?? -1)), .goto)
            }
        } catch {
            // The client waits for a stop after each movement.
            tell(.output(shown(error.phrase) + "\n", category: .important))
            arrive(.step, description: shown(error.phrase))
        }
    }

    /// On or back until something stops: a breakpoint that does not mean to lets the walk go on.
    private func walk(_ command: Command) throws(AdapterError) {
        while true {
            let outcome = try execute(command)
            guard case .stopped(let stop) = last(outcome) else { return try self.stop(at: outcome, .step) }
            if tellMismatch() { return }
            switch stop.reason {
            case .breakpoints(let hits):
                if try stops(hits.map { $0.id }, [], stop) { return }
            case .changed(let changes, let hits):
                if try stops(hits.map { $0.id }, changes, stop) { return }
            case .interrupted: return arrive(.pause, description: say("interrupted", "已中斷"))
            case .start: return arrive(.step, description: say("at the prompt", "停在提示處"))
            case .end: return try self.stop(at: outcome, .step)
            case .moved: return arrive(.step, description: nil)
            }
            // Also where only messages were told on the way.
            if host.wantsStop() { return arrive(.pause, description: say("interrupted", "已中斷")) }
        }
    }

    /// The outcome that tells where the cursor is: what a breakpoint has to be done comes before it.
    private func last(_ outcome: Outcome) -> Outcome {
        guard case .several(let outcomes) = outcome else { return outcome }
        for outcome in outcomes { tellLines(of: outcome) }
        return outcomes.last { if case .stopped = $0 { true } else { false } } ?? outcome
    }

    func tellLines(of outcome: Outcome) {
        let lines = TextRenderer(language: language, width: 100).lines(outcome)
        if !lines.isEmpty { tell(.output(lines.joined(separator: "\n") + "\n", category: .console)) }
    }

    /// Tells a stop that a movement came to.
    private func stop(at outcome: Outcome, _ kind: StopKind) throws(AdapterError) {
        if tellMismatch() { return }
        guard case .stopped(let stop) = last(outcome), case .end(let finish) = stop.reason else {
            return arrive(kind, description: nil)
        }
        let end = finish.map { Phrase("the end: ", "已到結尾：") + $0.phrase } ?? Phrase("the end of the record", "已到紀錄的結尾")
        arrive(kind, description: shown(end))
    }

    /// Tells of a step that the stages give otherwise, where a movement has just found one.
    private func tellMismatch() -> Bool {
        guard let found = mismatch else { return false }
        mismatch = nil
        arrive(.exception, description: ExceptionFilter.mismatch.label[language], text: found)
        exception = (.mismatch, found)
        return true
    }

    /// Tells that the run stands still, and where.
    func arrive(_ kind: StopKind, description: String?, text: String? = nil, points: [Int] = []) {
        if kind != .exception { exception = nil }
        tellText()
        if hasGrown {
            let document = RunDocument(trace: debugger.trace, branch: debugger.place.branch)
            tell(.loadedSource(document.source(.tokens, language), reason: "changed"))
            hasGrown = false
        }
        (frames, containers) = (Numbered(), Numbered())
        tell(.stopped(kind, thread: debugger.place.branch, description: description, text: text, points: points))
    }

    /// The run's own text goes out as it is written.
    func tellText() {
        let (steps, branch) = (debugger.trace.steps, debugger.place.branch)
        let shared = debugger.branches.first { $0.id == branch }?.sharedSteps ?? 0
        let told = min(toldSteps[branch] ?? shared, steps.count)
        if debugger.trace.run == .generate, told < steps.count {
            let text = steps[told...].filter { !$0.token.special }.map { $0.token.text }.joined()
            if !text.isEmpty { tell(.output(text, category: .stdout)) }
            hasGrown = true
        }
        toldSteps[branch] = steps.count
    }

    // MARK: while it goes on

    /// Lets a waiting request stop what goes on, and looks at each step on the way.
    func watch() {
        mismatch = nil
        debugger.keepsGoing = { [unowned self] in
            tellText()
            if host.wantsStop() { return false }
            guard mismatch == nil, watchesMismatch else { return true }
            mismatch = findMismatch()
            return mismatch == nil
        }
        debugger.progress = { [unowned self] in hear(Phrase("taking heads away", "逐一拿掉各頭"), $0, $1) }
    }

    func unwatch() {
        (debugger.keepsGoing, debugger.progress) = (nil, nil)
        endProgress()
    }

    private var watchesMismatch: Bool { points.contains { $0.kind == .exception(.mismatch) } }

    /// What the stages run again over the cursor's step give otherwise than the record; nil where they give the same, or
    /// where the record does not tell enough.
    private func findMismatch() -> String? {
        guard let step = debugger.currentStep, debugger.trace.settings.forced[step.index] == nil else { return nil }
        let made: WhatIf
        do throws(DebuggingError) {
            made = try debugger.whatIf(step: step.index, settings: debugger.trace.settings.at(step: step.index))
        } catch { return nil }
        guard made.bound == 0 else { return nil }
        var found: [String] = []
        for (old, new) in zip(step.stages, made.step.stages) where old.kept != new.kept {
            found.append("\(new.name): \(old.kept) ≠ \(new.kept)")
        }
        if step.stages.count != made.step.stages.count {
            found.append(say("other stages", "階段不同"))
        }
        if made.step.token.id != step.token.id {
            found.append("\(quoted(step.token.bytes)) ≠ \(quoted(made.step.token.bytes))")
        }
        return found.isEmpty ? nil : found.joined(separator: ", ")
    }
}
