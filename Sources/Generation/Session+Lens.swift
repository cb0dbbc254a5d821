// What a run's model says of one token at a recorded step: by layer, by what each part adds, and without each head. The
// passes behind the step are made again in cache slots of their own; the run and its record stay as they are.
internal import Kernels
public import Stages
public import Traces
internal import Tokenizers
internal import Transformers

extension Session {
    /// What the stages of a step had before them; nil when the session does not keep its logits.
    public func situation(step: Int) -> ChoiceSituation? {
        guard step < trace.steps.count, let logits = rawLogits(ofStep: step) else { return nil }
        var state = states[step]
        do { try reseed(&state, at: step) } catch { return nil }
        let settings = trace.settings.at(step: step)
        return ChoiceSituation(
            logits: logits,
            history: History(
                prompt: trace.prompt.tokens.map { $0.id }, output: trace.steps[..<step].map { $0.token.id }),
            state: state.choice, settings: settings, endTokens: endTokens,
            dryBreakers: model.dryBreakers(for: settings))
    }

    /// The logit lens of a token at a step: of the embedding, then of each layer's output.
    public func lens(step: Int, token: Int) throws(GenerationError) -> [LensReading] {
        try lensRows(step: step, token: token).map { row in
            LensReading(
                layer: row.layer, logit: row.chosen?.logit, probability: row.chosen?.probability,
                rank: row.chosen?.rank, best: row.top[0])
        }
    }

    /// The same as a record keeps it: each layer's most probable tokens, and how `token` stands there.
    public func lensRows(step: Int, token: Int) throws(GenerationError) -> [LensRow] {
        let pass = try passAgain(step: step, position: try position(behind: step))
        return lens(pass.hidden, token: token, states[step].assembler)
    }

    /// The residual stream behind a step, as parts of a token's logit.
    public func residual(step: Int, token: Int) throws(GenerationError) -> ResidualReading {
        try residual(step: step, position: try position(behind: step), token: token)
    }

    /// The same of a step that is being made.
    func residual(step: Int, position: Int, token: Int) throws(GenerationError) -> ResidualReading {
        guard let weights = model.transformer.residual else { throw .noResidual(model: model.facts.name) }
        let pass = try passAgain(step: step, position: position)
        let compute = model.compute
        let sum = weights.sum(pass, token: token, heads: model.configuration.heads, compute: compute)
        let near = weights.neighbours(
            of: trace.tokens[position].id, count: Self.neighbours, lengths: model.embeddingLengths, compute: compute)
        return ResidualReading(
            token: token,
            embedding: EmbeddingReading(
                values: sum.embedding.values, part: sum.embedding.part,
                neighbours: near.map { id, cosine in
                    let bytes = model.tokenizer.bytes(of: id)
                    return TokenNeighbour(id: id, bytes: bytes, text: TextAssembler().peek(bytes), cosine: cosine)
                }),
            layers: sum.layers, scale: sum.scale, constant: sum.constant, logit: sum.logit)
    }

    /// How many of the tokens nearest to the embedding are listed.
    private static let neighbours = 8

    /// The pass of one position once more, with the heads of its step, in a slot that the next step overwrites.
    private func passAgain(step: Int, position: Int) throws(GenerationError) -> ResidualPass {
        let recorder = ResidualPass()
        let slots = Array(path.slots[..<position]) + [path.store.next]
        let batch = Batch(tokens: [trace.tokens[position].id], paths: [slots])
        try withHeads(ofStep: step) {
            _ = $0.forward(batch, cache: path.store.cache, logits: .none, recorder: recorder)
        }
        return recorder
    }

    /// What each head does to a token's logit at a step: the pass without it, one head at a time. As an ablation in force
    /// from this step on would have it: keys and values of earlier positions as they were; for the first step the whole
    /// prompt is read without the head.
    ///
    /// - Parameter progress: how many heads are done, of how many; false stops.
    /// - Returns: nil when it was stopped.
    public func sweep(
        step: Int, token: Int, progress: (_ done: Int, _ of: Int) -> Bool
    ) throws(GenerationError) -> HeadSweep? {
        var found: [TokenStanding] = []
        return try sweep(step: step, token: token, tokens: Self.sweptTokens, found: &found, progress: progress)
    }

    /// The same where a sweep that was stopped may go on later.
    ///
    /// - Parameters:
    ///   - tokens: the positions that one pass takes at most, though always those of one head.
    ///   - found: what earlier calls found for this step and token; empty at first.
    public func sweep(
        step: Int, token: Int, tokens: Int, found: inout [TokenStanding], progress: (_ done: Int, _ of: Int) -> Bool
    ) throws(GenerationError) -> HeadSweep? {
        let position = try position(behind: step)
        let off = try Self.ablations(trace.settings.at(step: step).ablated, model.configuration)
        let heads = (0..<model.configuration.layers).flatMap { layer in
            (0..<model.configuration.heads).map { LayerHead(layer: layer, head: $0) }
        }.filter { !off.contains($0) }
        // The positions that are read without the head, the last of them the one whose logits count.
        let first = step == 0 ? 0 : position
        let own = position - first + 1
        let chunk = max(1, tokens / own)
        // With all of them first: what the others are compared with comes out of the same pass.
        let runs: [LayerHead?] = [nil] + heads.map { $0 }
        while found.count < runs.count {
            let part = Array(runs[found.count..<min(found.count + chunk, runs.count)])
            found += try standings(step, first...position, without: part, token: token)
            if !progress(found.count - 1, heads.count) { return nil }
        }
        return HeadSweep(
            standing: found[0],
            effects: zip(heads, found.dropFirst()).map {
                HeadEffect(layer: $0.layer, head: $0.head, without: $1)
            })
    }

    /// Token positions that one pass of a sweep takes.
    private static let sweptTokens = 128

    /// The positions read once for each of `heads` without it, side by side in the cache; how the token then stands.
    private func standings(
        _ step: Int, _ positions: ClosedRange<Int>, without heads: [LayerHead?], token: Int
    ) throws(GenerationError) -> [TokenStanding] {
        let (before, own) = (Array(path.slots[..<positions.lowerBound]), positions.count)
        let free = path.store.next
        let paths = heads.indices.map { run in before + (0..<own).map { free + Int32(run * own + $0) } }
        let tokens = trace.tokens[positions].map { $0.id }
        var result: [TokenStanding] = []
        try withHeads(ofStep: step) { transformer in
            if own > 1 {
                let count = own - 1
                let batch = Batch(
                    tokens: heads.flatMap { _ in tokens.dropLast() },
                    paths: paths.flatMap { path in (0..<count).map { Array(path[...(before.count + $0)]) } },
                    ablated: heads.flatMap { Array(repeating: $0, count: count) })
                _ = transformer.forward(batch, cache: path.store.cache, logits: .none, recorder: nil)
            }
            let last = Batch(tokens: heads.map { _ in tokens[own - 1] }, paths: paths, ablated: heads)
            let logits = transformer.forward(last, cache: path.store.cache, logits: .all, recorder: nil)
            let size = model.configuration.vocabularySize
            result = heads.indices.map { run in
                standing(of: token, in: UnsafeBufferPointer(rebasing: logits[run * size..<(run + 1) * size]))
            }
        }
        return result
    }

    /// - Parameter sums: of the logits, where they are known.
    func standing(
        of token: Int, in logits: UnsafeBufferPointer<Float>, _ sums: Exponentials? = nil
    ) -> TokenStanding {
        let own = logits[token]
        var rank = 1
        for (id, logit) in logits.enumerated() where logit > own || (logit == own && id < token) { rank += 1 }
        let sums = sums ?? model.transformer.compute.exponentials(logits)
        return TokenStanding(logit: own, probability: sums.probability(of: own), rank: rank)
    }

    /// The position whose pass the step was chosen from.
    private func position(behind step: Int) throws(GenerationError) -> Int {
        let position = trace.prompt.tokens.count + step - 1
        guard step >= 0, step < trace.steps.count, position < path.count else {
            throw .noSuchStep(step: step, steps: trace.steps.count)
        }
        return position
    }

    /// Calls `body` with the heads off that were off at the step, and the entries lost that were lost.
    private func withHeads(
        ofStep step: Int, _ body: (any Transformer) -> Void
    ) throws(GenerationError) {
        model.transformer.ablated = try Self.ablations(
            trace.settings.at(step: step).ablated, model.configuration)
        model.transformer.dropped = try Self.losses(trace.settings.at(step: step).dropped, model.configuration)
        body(model.transformer)
    }
}
