// What the next step waits for, done a part at a time: whoever asks may draw, or think better of it, in between.
public import Debugging
internal import Generation
internal import Kernels
internal import Phrases
internal import Traces

extension LiveMaker {
    public func prepare(seconds: Double) throws(DebuggingError) -> Preparation {
        let clock = SteadyClock()
        let end = clock.now + seconds
        if run.unreadTokens > 0 {
            let all = run.unread
            readAgain(until: end, clock)
            return Preparation(.prompt, done: all - run.unreadTokens, of: all, isReady: false)
        }
        let session = run
        repeat {
            if session.hasReadPrompt { break }
            readPart(within: end - clock.now, clock)
        } while clock.now < end
        let (read, all) = (session.readTokens, session.trace.prompt.tokens.count)
        let searches = session.trace.settings.beams > 1 && session.trace.steps.isEmpty
        if !searches || !session.hasReadPrompt {
            if session.awaitsToken { host.gather?(session) }
            return Preparation(.prompt, done: read, of: all, isReady: session.hasReadPrompt && !searches)
        }
        do throws(GenerationError) { return try searchPart(until: end, clock) } catch { throw .maker(error.phrase) }
    }

    /// One pass over as many of the prompt's tokens as fit the time, at least one.
    private func readPart(within seconds: Double, _ clock: SteadyClock) {
        let (start, before) = (clock.now, run.readTokens)
        run.prefill(tokens: fittingTokens(seconds)) { _, _ in false }
        secondsPerToken = (clock.now - start) / Double(max(run.readTokens - before, 1))
    }

    /// Passes over what the run let go of, the step to come not being begun.
    private func readAgain(until end: Double, _ clock: SteadyClock) {
        repeat {
            let (start, before) = (clock.now, run.unreadTokens)
            if run.reread(tokens: fittingTokens(end - start)) { break }
            secondsPerToken = (clock.now - start) / Double(max(before - run.unreadTokens, 1))
        } while clock.now < end
    }

    public func wake(seconds: Double) -> Bool {
        let clock = SteadyClock()
        if run.unreadTokens > 0 { readAgain(until: clock.now + seconds, clock) }
        return run.unreadTokens == 0
    }

    /// How many tokens of a pass fit a time, at least one and at most as many as a pass may take.
    private func fittingTokens(_ seconds: Double) -> Int {
        let fitting = secondsPerToken > 0 ? max(seconds, 0) / secondsPerToken : 1
        return Int(min(max(fitting, 1), Double(host.passTokens)))
    }

    private func searchPart(until end: Double, _ clock: SteadyClock) throws(GenerationError) -> Preparation {
        let run = try searched()
        repeat {
            if run.isFinished { break }
            try run.advance()
        } while clock.now < end
        let all = session.trace.settings.maxTokens
        if !run.isFinished { return Preparation(.beams, done: run.depth, of: all, isReady: false) }
        begunSearch = nil
        try run.finish()
        session.finish(peakMemoryBytes: host.peakMemoryBytes())
        return Preparation(.beams, done: run.depth, of: all, isReady: true)
    }
}
