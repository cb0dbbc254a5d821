// Steps of several runs: the one pass that each of them waits for is made for all of them together, so that the weights
// are read once. What a run gets does not depend on who else is in the pass.
internal import Kernels
internal import Traces
internal import Transformers

extension Session {
    /// Whether what the next step waits for is one token's pass: one that ``runTogether(_:)`` may make.
    public var awaitsToken: Bool {
        guard unread == 0, logits == nil, trace.run == .generate, trace.settings.beams == 1, !isFinished,
            let last = trace.steps.last, path.count == last.position
        else { return false }
        // What was set anew is put in force by the step itself, and may concern the pass.
        return settings == inForce
    }

    /// Runs the newest token of each of the sessions, all of one model, in one pass, and has each choose what follows. Each
    /// of them must await one, and none may share its cache with another.
    public static func runTogether(_ sessions: [Session]) {
        guard let first = sessions.first else { return }
        let clock = SteadyClock()
        let start = clock.now
        var rows: [RunRow] = []
        for session in sessions {
            precondition(session.model === first.model && session.awaitsToken, "a session that awaits no token")
            rows.append(session.newestRow())
        }
        let model = first.model
        let logits = model.transformer.forward(rows)
        let seconds = clock.now - start
        let size = model.configuration.vocabularySize
        // What follows from a row of logits is each session's own: as many choose at once as there are threads.
        var made: [(logits: [Float], choice: MadeChoice?)] = sessions.map { _ in ([], nil) }
        made.withUnsafeMutableBufferPointer { made in
            model.compute.pool.run(sessions.count) { place, _ in
                let session = sessions[place]
                let row = Array(logits[place * size..<(place + 1) * size])
                // What is wrong with a choice, the step itself says.
                made[place] = (
                    row,
                    try? session.choose(from: row, forced: session.trace.settings.forced[session.trace.steps.count])
                )
            }
        }
        for (session, made) in zip(sessions, made) {
            session.restore(logits: made.logits, ahead: made.choice)
            // Each has waited for all of it.
            session.secondsAhead = seconds
        }
    }

    /// The newest token at the end of the path, as a row of a pass.
    private func newestRow() -> RunRow {
        let token = trace.steps[trace.steps.count - 1].token.id
        _ = path.extend(by: [token])
        recorder.reserve(positions: path.count)
        recorder.profile = model.compute.profile
        return RunRow(
            token: token, path: path.slots,
            owner: RowOwner(
                cache: path.store.cache, recorder: recorder.isIdle ? nil : recorder, ablated: ablated,
                dropped: dropped))
    }
}
