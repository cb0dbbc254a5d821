// `trace --engine`: the run's numbers come from a server, its record is made here.
internal import ArgumentParser
internal import Engines
internal import Phrases
internal import Traces
internal import Viewer

extension TraceCommand {
    /// Refuses what has no meaning for a model that runs elsewhere.
    func checkEngine() throws {
        guard engineOptions.engine != nil else { return }
        let refused: [(Bool, String)] = [
            (second.isWanted, "--with"), (measureContext, "--measure-context"), (place.page.live, "--live"),
            (place.tensors, "--tensors"),
        ]
        for (isGiven, name) in refused where isGiven {
            throw ValidationError(
                Phrase(
                    "\(name) needs the model here: leave out --engine", "\(name) 需要在這裡執行模型：請不要加 --engine"))
        }
    }

    /// The whole command with an engine.
    func run(through address: String) throws {
        let (text, note) = try options.prompt(prompt)
        try reportingTyped {
            Interruption.begin()
            let (session, notes) = try engineSession(address, engineOptions, modelOptions, options, text: text)
            for line in session.trace.engineOrigin?.lines ?? [] { tell(line) }
            for note in [note].compactMap({ $0 }) + notes { tell(noteLine(note)) }
            var files = try RunFiles(
                place.folder(named: text), engine: place.page.plain ? nil : PageEngine.records)
            let failure = try generate(session, files.json)
            tell(outcome(session.trace))
            try files.finish(session.trace, tensors: false)
            for note in files.notes { tell(noteLine(note)) }
            tell(files.summary)
            if let failure {
                throw Failure(
                    failure.phrase
                        + Phrase("; the steps before it are in \(files.folder)", "；之前的步驟在 \(files.folder)"))
            }
            Interruption.endIfAsked()
        }
    }

    /// Steps to the end. Where it is asked to end, or a step fails, what was made until then is the record.
    private func generate(_ session: EngineSession, _ json: TraceFile) throws -> EngineError? {
        var failure: EngineError?
        do throws(EngineError) { if !Interruption.isAsked { try session.foresee() } } catch { failure = error }
        try json.begin(session.trace)
        if !quiet { show(session.trace.prompt.rendered) }
        while failure == nil, !Interruption.isAsked {
            let made: (step: Step, shown: String)?
            do throws(EngineError) { made = try session.step() } catch {
                failure = error
                break
            }
            guard let (step, shown) = made else { break }
            show(shown, style: "1")
            try json.append(step)
        }
        show("\n")
        // A request that was given up because the run is to end is no failure.
        if Interruption.isAsked { failure = nil }
        let isWhole = session.isFinished && failure == nil
        session.finish(
            peakMemoryBytes: peakMemoryBytes(), ended: isWhole ? nil : failure == nil ? .interrupted : .error)
        return failure
    }
}
