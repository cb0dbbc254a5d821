// A record of an encoder against what its model says now: each mask as a step is, each score as a prompt's.
internal import Generation
internal import Phrases
internal import Traces

extension Verifier {
    /// Makes one more pass over the text; once none is left, compares everything.
    func goOn(_ filling: Filling) throws(GenerationError) -> Verification? {
        if try filling.advance() { return nil }
        filling.finish(peakMemoryBytes: 0, ended: trace.ended)
        var made = filling.trace
        let counts = (trace.steps.count, made.steps.count)
        if let difference = values.text(.fact(.maskCount), "\(counts.0)", "\(counts.1)", step: nil) {
            return finding(difference, nil)
        }
        for (old, new) in zip(trace.steps, made.steps) {
            if !isExact, old.token.id != new.token.id, let tie = values.nearTie(old, new) {
                notes.append(tie)
                made.text = trace.text
                continue
            }
            if let difference = values.step(old, new, notes: &notes) { return finding(difference, nil) }
        }
        if let difference = values.ending(trace, made) { return finding(difference, nil) }
        return try conclusion(made)
    }
}
