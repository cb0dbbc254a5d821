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
        repeat {
            if session.hasReadPrompt { break }
            readPart(within: end - clock.now, clock)
        } while clock.now < end
        let (read, all) = (session.readTokens, session.trace.prompt.tokens.count)
        let searches = session.trace.settings.beams > 1 && session.trace.steps.isEmpty
        if !searches || !session.hasReadPrompt {
            return Preparation(.prompt, done: read, of: all, isReady: session.hasReadPrompt && !searches)
        }
        do throws(GenerationError) { return try searchPart(until: end, clock) } catch { throw .maker(error.phrase) }
    }

    /// One pass over as many of the prompt's tokens as fit the time, at least one.
    private func readPart(within seconds: Double, _ clock: SteadyClock) {
        let fitting = secondsPerToken > 0 ? max(seconds, 0) / secondsPerToken : 1
        let (start, before) = (clock.now, session.readTokens)
        session.prefill(tokens: Int(min(max(fitting, 1), Double(host.passTokens)))) { _, _ in false }
        secondsPerToken = (clock.now - start) / Double(max(session.readTokens - before, 1))
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
