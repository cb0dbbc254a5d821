// The fields of what context costs.
import JSONText

extension WorkByPart {
    static let table = FieldTable<WorkByPart>(
        "work", "Multiply-adds by part, one entry for each context.", blank: WorkByPart(),
        [
            Field(
                "projections", .list(.count), "The projections of queries, keys, values and outputs.",
                { $0.projections }, { $0.projections = $1 }),
            Field("mlp", .list(.count), { $0.mlp }, { $0.mlp = $1 }),
            Field(
                "attention", .list(.count), "Scores and mixes of the attention.",
                { $0.attention }, { $0.attention = $1 }),
            Field("head", .list(.count), "The logits.", { $0.head }, { $0.head = $1 }),
        ])

    /// Whether every part has an entry for each of so many contexts.
    fileprivate func has(_ count: Int) -> Bool {
        projections.count == count && mlp.count == count && attention.count == count && head.count == count
    }
}

extension StepWork {
    static let table = FieldTable<StepWork>(
        "stepWork", "What the run's own steps cost, one entry for each.", blank: StepWork(),
        [
            Field(
                "cached", .list(.count),
                "Multiply-adds of the pass before the step's token: the prompt first, then one token a pass.",
                { $0.cached }, { $0.cached = $1 }),
            Field(
                "uncached", .list(.count), "The same without a cache: the whole text again in each pass.",
                { $0.uncached }, { $0.uncached = $1 }),
            Field(
                "cacheBytes", .list(.count), "Bytes of keys and values when the step's token is chosen.",
                { $0.cacheBytes }, { $0.cacheBytes = $1 },
                check: { (work) throws(TraceError) in
                    if work.uncached.count == work.cached.count && work.cacheBytes.count == work.cached.count { return }
                    throw .field(path: "", problem: "has not as many entries as cached and uncached")
                }),
        ])
}

extension MeasuredContext {
    static let table = FieldTable<MeasuredContext>(
        "measuredContext", "Times at one context.",
        blank: MeasuredContext(context: 1, firstTokenSeconds: 0, perTokenSeconds: 0),
        [
            Field("context", .size, "Tokens of the text.", { $0.context }, { $0.context = $1 }),
            Field(
                "firstTokenSeconds", .seconds,
                "From the request to the first token; without a cache every token takes as long.",
                { $0.firstTokenSeconds }, { $0.firstTokenSeconds = $1 }),
            Field(
                "perTokenSeconds", .seconds, "Mean seconds of a later token.",
                { $0.perTokenSeconds }, { $0.perTokenSeconds = $1 }),
        ])
}

extension ContextCosts {
    static let table = FieldTable<ContextCosts>(
        "costs", "What context costs on this model, computed from its shape as the command cost does.",
        blank: ContextCosts(contexts: [], cacheBytes: [], prefill: WorkByPart(), decode: WorkByPart()),
        [
            Field(
                "contexts", .list(.size), "Lengths of the text in tokens, ascending.",
                { $0.contexts }, { $0.contexts = $1 }),
            Field(
                "cacheBytes", .list(.count), "Bytes of keys and values at each context.",
                { $0.cacheBytes }, { $0.cacheBytes = $1 },
                check: { (costs) throws(TraceError) in
                    if costs.cacheBytes.count == costs.contexts.count { return }
                    throw .field(path: "", problem: "has not as many entries as contexts")
                }),
            Field(
                "prefill", .object(WorkByPart.table), "Reading so many tokens at once.",
                { $0.prefill }, { $0.prefill = $1 },
                check: { (costs) throws(TraceError) in
                    if costs.prefill.has(costs.contexts.count) { return }
                    throw .field(path: "", problem: "has not as many entries as contexts")
                }),
            Field(
                "decode", .object(WorkByPart.table),
                "One step of decoding whose token is the last of so many; empty lists where a model generates nothing.",
                { $0.decode }, { $0.decode = $1 },
                check: { (costs) throws(TraceError) in
                    if costs.decode.has(costs.contexts.count) || costs.decode.has(0) { return }
                    throw .field(path: "", problem: "has not as many entries as contexts")
                }),
            Field(
                "steps", .object(StepWork.table), "What the run's own steps cost; empty lists for a search by beams.",
                { $0.steps }, { $0.steps = $1 }),
            Field(
                "measured", .list(.object(MeasuredContext.table)), "Times, where --measure-context asked for them.",
                { $0.measured }, { $0.measured = $1 }),
        ])
}
