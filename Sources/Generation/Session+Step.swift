// One step of a session: the forward pass that is due, the choice, the record.
internal import Kernels
internal import Stages
public import Traces
internal import Tokenizers
internal import Transformers

extension Session {
    /// Chooses the next token and records how. Returns the step and the text that can be shown now.
    ///
    /// - Parameter force: this token instead of the choice.
    public func step(force: Int? = nil) throws(GenerationError) -> (step: Step, shown: String)? {
        if trace.run == .score || isFinished { return nil }
        if let force, !(0..<model.configuration.vocabularySize).contains(force) {
            throw .unknownToken(id: force, vocabulary: model.configuration.vocabularySize)
        }
        try follow()
        let clock = SteadyClock()
        let start = clock.now
        let raw = currentLogits()
        let forwardDone = clock.now
        model.compute.enter(.sampling)
        defer { model.compute.enter(.rest) }
        let forced = force ?? trace.settings.forced[trace.steps.count]
        let made: MadeChoice
        if let ahead, ahead.isFor(inForce, forced) {
            made = ahead
        } else {
            made = try choose(from: raw, forced: forced)
        }
        let chosenAt = clock.now
        model.compute.enter(.recording)
        var state = made.state
        let choice = made.choice
        let (token, shown, finish) = state.take(choice.id, of: model)
        let assembler = states[trace.steps.count].assembler
        var step = Step(
            index: trace.steps.count, position: trace.prompt.tokens.count + trace.steps.count, token: token,
            stages: choice.stages, candidates: choice.candidates, tail: made.tail,
            entropyBitsRaw: choice.entropyBitsRaw,
            entropyBitsFinal: choice.entropyBitsFinal, logSumExp: choice.logSumExp, draw: choice.draw, finish: finish,
            seconds: StepSeconds(forward: 0, choose: 0, record: 0),
            lens: recorder.keepsHidden ? lens(recorder.newest, token: choice.id, assembler) : [])
        if trace.settings.record.contains(.residual) {
            step.residual = try residual(step: step.index, position: step.position - 1, token: choice.id)
        }
        step.seconds = StepSeconds(
            forward: trace.steps.isEmpty ? trace.metrics.prefillSeconds : forwardDone - start + secondsAhead,
            choose: made.seconds.choose, record: made.seconds.record + clock.now - chosenAt)
        let keepFinal = trace.settings.record.contains(.logits)
        adopt(step, state, raw: raw, finalLogits: keepFinal ? choice.finalLogits ?? raw : nil)
        return (step, shown)
    }

    /// Chooses from logits and changes nothing: sessions of one model may do so on several threads at once.
    func choose(from raw: [Float], forced: Int?) throws(GenerationError) -> MadeChoice {
        let clock = SteadyClock()
        let start = clock.now
        var state = states[trace.steps.count]
        try reseed(&state, at: trace.steps.count)
        let history = History(prompt: trace.prompt.tokens.map { $0.id }, output: trace.steps.map { $0.token.id })
        let keepFinal = trace.settings.record.contains(.logits)
        let assembler = state.assembler
        let tokenizer = model.tokenizer
        let choice: StepChoice
        do {
            choice = try pipeline.run(
                logits: raw, history: history, state: &state.choice, force: forced, keepFinalLogits: keepFinal
            ) { id in
                let bytes = tokenizer.bytes(of: id)
                return (bytes, assembler.peek(bytes))
            }
        } catch {
            throw .choice(error)
        }
        let chosenAt = clock.now
        var tail = choice.tail
        // A record with all logits needs no others.
        if !keepFinal && tail.count > 0 {
            tail.logits = TailLogits(of: raw, listed: choice.candidates.map { $0.id }, history: history)
        }
        return MadeChoice(
            choice: choice, tail: tail, state: state, settings: inForce, forced: forced,
            seconds: (chosenAt - start, clock.now - chosenAt))
    }

    /// What each of the hidden states (layer, hiddenSize) would say, the embedding's first; and how `token` stands there.
    func lens(_ hidden: [[Float]], token: Int, _ assembler: TextAssembler) -> [LensRow] {
        let site = model.compute.profile?.enter(.lens)
        defer { if let site { model.compute.enter(site) } }
        let all = Array(hidden.joined())
        let size = model.configuration.vocabularySize
        let rows = all.withUnsafeBufferPointer {
            model.transformer.lens($0.baseAddress!, count: hidden.count)
        }
        return hidden.indices.map { layer in
            let logits = UnsafeBufferPointer(rebasing: rows[layer * size..<(layer + 1) * size])
            let sums = model.transformer.compute.exponentials(logits)
            let best = largest(logits, count: Self.lensTokens)
            return LensRow(
                layer: layer,
                top: best.map { id in
                    LensToken(
                        id: id, text: assembler.peek(model.tokenizer.bytes(of: id)),
                        probability: sums.probability(of: logits[id]))
                }, chosen: standing(of: token, in: logits, sums))
        }
    }

    static let lensTokens = 5

    private func largest(_ logits: UnsafeBufferPointer<Float>, count: Int) -> [Int] {
        var best: [Int] = []
        for id in logits.indices where best.count < count || logits[id] > logits[best.last!] {
            let place = best.firstIndex { logits[$0] < logits[id] } ?? best.count
            best.insert(id, at: place)
            if best.count > count { best.removeLast() }
        }
        return best
    }
}

/// A step's choice, made from the logits alone.
struct MadeChoice {
    let choice: StepChoice
    let tail: Tail
    /// What the choice leaves to the next step; the token itself is not taken in yet.
    let state: StepState
    /// What it was made with.
    let settings: Settings
    let forced: Int?
    /// How long the stages and the draw took, and the writing down of the tail.
    let seconds: (choose: Double, record: Double)

    func isFor(_ settings: Settings, _ forced: Int?) -> Bool { self.forced == forced && self.settings == settings }
}

extension Session {
    /// Makes the last step again with another token, as if that one had been chosen: what was drawn for it stays drawn.
    public func replaceLastStep(with id: Int) throws(GenerationError) {
        let last = trace.steps.count - 1
        let choice = states[last + 1].choice
        try rewind(toSteps: last)
        _ = try step(force: id)
        restore(choice: choice)
    }
}
