// Moving the cursor: over recorded steps for nothing, beyond the end with the maker's help.
internal import Phrases
internal import Traces

extension Debugger {
    /// Puts the cursor on a recorded step, outside of all frames.
    func move(to step: Int) {
        cursor = min(max(step, Self.prompt), trace.steps.count - 1)
        frames = []
        listed = nil
    }

    /// One step on; false when there is none to be had.
    func advance() throws(DebuggingError) -> Bool {
        frames = []
        listed = nil
        if cursor + 1 < trace.steps.count {
            cursor += 1
            return true
        }
        guard trace.run == .generate, trace.steps.last?.finish == nil, let maker = try revived() else { return false }
        try maker.step()
        adopt(maker)
        lines[current].isSaved = false
        guard cursor + 1 < trace.steps.count else { return false }
        cursor += 1
        return true
    }

    /// Does a part of what the step beyond the end waits for; nil where nothing makes the run grow. The cursor stays.
    public func prepare(seconds: Double) throws(DebuggingError) -> Preparation? {
        guard let maker = lines[current].maker else { return nil }
        let before = trace.steps.count
        let preparation = try maker.prepare(seconds: seconds)
        if maker.trace.steps.count != before {
            adopt(maker)
            lines[current].isSaved = false
        }
        return preparation
    }

    /// Bytes that the branches' makers hold beside their traces and could compute again.
    public var heldBytes: Int64 {
        var bytes: Int64 = 0
        for line in lines { bytes += line.maker?.heldBytes ?? 0 }
        return bytes
    }

    /// Bytes of what the branches have recorded beside numbers of steps.
    public var recordBytes: Int64 {
        var bytes: Int64 = 0
        // What a record says of itself is a stranger's number.
        for line in lines { bytes += min(max(line.trace.metrics.recordBytes, 0), 1 << 40) }
        return bytes
    }

    /// Lets go of what can be computed again; the runs and all that is recorded of them stay.
    public func letGo() { for line in lines { line.maker?.letGo() } }

    /// Brings a part of it back for the current branch; whether all is there.
    public func wake(seconds: Double) -> Bool { lines[current].maker?.wake(seconds: seconds) ?? true }

    /// Takes over the maker's longer trace.
    func adopt(_ maker: any TraceMaker) {
        lines[current].trace = maker.trace
        lines[current].branch.steps = maker.trace.steps.count
        lines[current].branch.ending = Branch.ending(of: maker.trace)
        forgetReader()
    }

    private var endReason: StopReason { .end(trace.steps.last?.finish) }

    /// The breakpoints that hold at the cursor, and the watches that stop and changed since `previous`; counts the hits,
    /// those that are ignored too, and drops temporary ones.
    private func hit(from previous: Int) -> StopReason? {
        guard cursor >= 0 else { return nil }
        let changes = changes(from: previous)
        var holding: [Int] = []
        for place in breakpoints.indices
        where breakpoints[place].isEnabled && holds(breakpoints[place].question, at: cursor) {
            breakpoints[place].hits += 1
            if breakpoints[place].ignoring > 0 { breakpoints[place].ignoring -= 1 } else { holding.append(place) }
        }
        if holding.isEmpty && changes.isEmpty { return nil }
        let hits = holding.map { place in
            let point = breakpoints[place]
            return Hit(
                id: point.id, source: point.question.source, evidence: point.question.evidence(at: cursor, in: reader),
                commands: point.commands)
        }
        breakpoints.removeAll { point in point.isTemporary && hits.contains { $0.id == point.id } }
        return changes.isEmpty ? .breakpoints(hits) : .changed(changes, hits: hits)
    }

    private func changes(from previous: Int) -> [WatchChange] {
        guard previous >= 0, previous < trace.steps.count else { return [] }
        return watches.filter { $0.stops }.compactMap { watched in
            let old = watched.question.answer(at: previous, in: reader)
            let new = watched.question.answer(at: cursor, in: reader)
            if old.value.isSame(as: new.value) { return nil }
            return WatchChange(id: watched.id, source: watched.question.source, old: old, new: new)
        }
    }

    /// On until the step or the question; breakpoints on the way stop.
    func until(_ source: String?) throws(DebuggingError) -> Outcome {
        guard let source else { return try step(1) }
        let goal = Int(source)
        if let goal, goal <= cursor {
            throw .command(
                Phrase(
                    "step \(goal) is not ahead, the cursor stands on \(cursor); run to \(goal) goes there",
                    "第 \(goal) 步不在前面，目前在第 \(cursor) 步；要去那裡請用 run to \(goal)"))
        }
        let question = goal == nil ? try Question(condition: source, in: scope) : nil
        while try advance() {
            let reason = hit(from: cursor - 1)
            if let reason { return .stopped(stop(reason)) }
            if cursor == goal || question.map({ holds($0, at: cursor) }) == true { return .stopped(stop(.moved)) }
            if let keepsGoing, !keepsGoing() { return .stopped(stop(.interrupted)) }
        }
        return .stopped(stop(endReason))
    }

    /// A question asked of a trace it was not checked against (another branch) stays total: see the evaluator.
    private func holds(_ question: Question, at step: Int) -> Bool { question.value(at: step, in: reader).isTrue }

    func step(_ count: Int) throws(DebuggingError) -> Outcome {
        if !frames.isEmpty { return try nextFrame(count) }
        for made in 0..<count {
            guard try advance() else { return .stopped(stop(endReason)) }
            // A breakpoint stops a longer walk; for a single step the stop is there anyway.
            if made == count - 1 { break }
            if let reason = hit(from: cursor - 1) { return .stopped(stop(reason)) }
            if let keepsGoing, !keepsGoing() { return .stopped(stop(.interrupted)) }
        }
        return .stopped(stop(.moved))
    }

    /// A move, not a walk: breakpoints on the way do not stop it.
    func back(_ count: Int) -> Outcome {
        if !frames.isEmpty { return previousFrame(count) }
        move(to: cursor - count)
        return .stopped(stop(cursor == Self.prompt ? .start : .moved))
    }

    func goOn() throws(DebuggingError) -> Outcome {
        while try advance() {
            if let reason = hit(from: cursor - 1) { return .stopped(stop(reason)) }
            if let keepsGoing, !keepsGoing() { return .stopped(stop(.interrupted)) }
        }
        return .stopped(stop(endReason))
    }

    func goBack() -> Outcome {
        while cursor > Self.prompt {
            move(to: cursor - 1)
            if let reason = hit(from: cursor + 1) { return .stopped(stop(reason)) }
            if let keepsGoing, !keepsGoing() { return .stopped(stop(.interrupted)) }
        }
        return .stopped(stop(.start))
    }

    func run(to target: Int?) throws(DebuggingError) -> Outcome {
        let goal = target ?? Int.max
        if goal < trace.steps.count {
            move(to: goal)
        } else {
            move(to: trace.steps.count - 1)
            while cursor < goal {
                guard try advance() else { return .stopped(stop(endReason)) }
                if cursor < goal, let keepsGoing, !keepsGoing() { return .stopped(stop(.interrupted)) }
            }
        }
        return .stopped(stop(cursor == Self.prompt ? .start : .moved))
    }

    /// The stop at the cursor with its displays.
    func stop(_ reason: StopReason) -> Stop {
        let end = trace.position(ofStep: max(cursor, 0))
        // A character cut by the edge is left out.
        let before = (max(0, end - 12)..<end).flatMap { reader.token(at: $0).bytes }.drop { $0 & 0xC0 == 0x80 }
        return Stop(place: place, reason: reason, step: currentStep, before: Array(before), displays: displayed())
    }

    // MARK: inside a step

    func stepIn() throws(DebuggingError) -> Outcome {
        if cursor < 0 {
            throw .command(Phrase("there is no step yet to go into; step first", "還沒有任何一步可以走進去；請先 step"))
        }
        guard let first = frameMaker.children(of: frames).first else {
            throw .command(
                Phrase("there is nothing further inside; step or finish goes on", "裡面沒有更細的內容了；用 step 或 finish 繼續"))
        }
        frames.append(first)
        return currentFrame()
    }

    func finish() throws(DebuggingError) -> Outcome {
        if frames.isEmpty {
            throw .command(
                Phrase("finish goes out of a step; step in goes inside first", "finish 用來走出步驟；先用 step in 走進去"))
        }
        frames.removeLast()
        return frames.isEmpty ? .stopped(stop(.moved)) : currentFrame()
    }

    private var frameMaker: FrameMaker { FrameMaker(reader: reader, index: cursor) }

    /// The place inside the step, with what goes in and out there; nothing outside of a step.
    public func currentFrame() -> Outcome {
        if frames.isEmpty { return .nothing }
        let extra = lines[current].maker?.details(step: cursor, at: frames[frames.count - 1]) ?? []
        return .frame(frameMaker.frame(frames, extra: extra), step: cursor)
    }

    /// The next place on this level, or on the nearest outer level that has one; after the last, the step itself.
    private func nextFrame(_ count: Int) throws(DebuggingError) -> Outcome {
        moveFrame(by: 1, times: count)
        return frames.isEmpty ? .stopped(stop(.moved)) : currentFrame()
    }

    private func previousFrame(_ count: Int) -> Outcome {
        moveFrame(by: -1, times: count)
        return frames.isEmpty ? .stopped(stop(.moved)) : currentFrame()
    }

    /// A level is made once, however many of its places are passed.
    private func moveFrame(by offset: Int, times count: Int) {
        var left = count
        while left > 0, let last = frames.popLast() {
            let siblings = frameMaker.children(of: frames)
            let place = siblings.firstIndex(of: last)
            let room = place.map { offset < 0 ? $0 : siblings.count - 1 - $0 } ?? 0
            if let place, room > 0 {
                let moves = min(room, left)
                frames.append(siblings[place + offset * moves])
                left -= moves
            } else if offset < 0 {
                // Going back from the first place leads to the place around it.
                left -= 1
            }
        }
    }
}
