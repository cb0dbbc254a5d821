// The passes of a session: over the prompt, as much of it at a time as the caller has patience for, and over what follows.
internal import Kernels
internal import Traces
internal import Transformers

extension Session {
    /// Tokens that one pass of the prefill takes: activations stay in the cache of a core.
    static let prefillChunk = 256
    /// With logits for every prompt token, fewer.
    static let scoredChunk = 32

    /// One pass of the model as this session runs it.
    func forward(_ batch: Batch, logits: LogitsRequest, recorder: (any Recorder)?) -> UnsafeBufferPointer<Float> {
        model.transformer.ablated = ablated
        model.transformer.dropped = dropped
        return model.transformer.forward(batch, cache: path.store.cache, logits: logits, recorder: recorder)
    }

    /// Whether the latest step ended the run, false before the first; of one that scores its prompt whether all of it was.
    public var isFinished: Bool {
        trace.run == .score ? path.count >= trace.prompt.tokens.count : trace.steps.last?.finish != nil
    }

    /// Whether the model has read the whole prompt.
    public var hasReadPrompt: Bool { path.count >= trace.prompt.tokens.count }
    /// How many of the prompt's tokens the model has read.
    public var readTokens: Int { min(path.count, trace.prompt.tokens.count) }

    /// Runs the prompt through the model; ``onPrefill`` hears of it.
    public func prefill() {
        prefill { done, all in
            onPrefill?(done, all)
            return true
        }
    }

    /// Runs the prompt through the model. `progress` hears after every chunk how many of its tokens are done; when it
    /// returns false the prefill stops, and a later call goes on.
    public func prefill(progress: (_ done: Int, _ of: Int) -> Bool) {
        prefill(tokens: Self.prefillChunk, progress: progress)
    }

    /// The same with passes of at most `tokens` tokens. The numbers are the same however the prompt is cut.
    public func prefill(tokens: Int, progress: (_ done: Int, _ of: Int) -> Bool) {
        let clock = SteadyClock()
        let start = clock.now
        let ids = trace.prompt.tokens.map { $0.id }
        let scored = trace.settings.record.contains(.prompt) || trace.run == .score
        let keepsRows = trace.run == .score && trace.settings.record.contains(.logits)
        let size = model.configuration.vocabularySize
        var found = scored ? [nil] + trace.prompt.scores.dropFirst().prefix(path.count) : []
        var last: [Float]?
        while path.count < ids.count {
            let first = path.count
            let end = min(ids.count, first + max(1, min(tokens, scored ? Self.scoredChunk : Self.prefillChunk)))
            let request: LogitsRequest = scored ? .all : end == ids.count ? .last : .none
            let result = run(Array(ids[first..<end]), logits: request)
            if scored { found += scores(result, ids, first: first, end: end) }
            if keepsRows {
                for row in 0..<(end - first) { adopt(rawLogits: Array(result[row * size..<(row + 1) * size])) }
            }
            // They are those of the first step; a replay may have taken it before.
            if end == ids.count && trace.steps.isEmpty { last = Array(result.suffix(size)) }
            if !progress(end, ids.count) { break }
        }
        // A reading that was stopped has no scores for the rest.
        if scored { adopt(scores: found + Array(repeating: nil, count: ids.count - found.count)) }
        if found.dropFirst().contains(where: { $0 == nil }) { note(TraceNotes.unscored) }
        adopt(prefilled: clock.now - start, logits: last)
    }
}
