// What the stages of a recorded step had before them, as far as the record tells.
internal import Stages
internal import Traces

/// A step's situation, or why the record does not tell it.
enum RecordedSituation {
    case known(ChoiceSituation)
    case unknown(Unknown)

    init(step index: Int, of trace: Trace) {
        let step = trace.steps[index]
        guard let logits = Self.logits(of: step, in: trace) else {
            self = .unknown(.noLogits(step: index))
            return
        }
        let settings = trace.settings.at(step: index)
        if settings.beams > 1 && settings.beamSample {
            self = .unknown(.notRepeatable(step: index))
            return
        }
        // Which tokens are breakers only the vocabulary tells.
        if !settings.dryBreakers.isEmpty && DryBreakers.areNeeded(for: settings) {
            self = .unknown(.notRepeatable(step: index))
            return
        }
        guard let ends = Self.barred(at: step, in: trace), let generator = Self.generator(before: index, in: trace)
        else {
            self = .unknown(.notRepeatable(step: index))
            return
        }
        let bound = step.stages.first { $0.name == "mirostat" }?.parameters.first { $0.name == "mu" }?.value
        let situation = ChoiceSituation(
            logits: logits,
            history: History(
                prompt: trace.prompt.tokens.map { $0.id }, output: trace.steps[..<index].map { $0.token.id }),
            state: ChoiceState(generator: generator, surpriseBound: bound), settings: settings, endTokens: ends)
        self = .known(situation)
    }

    /// The raw logits of the whole vocabulary: recorded, or all of them listed.
    private static func logits(of step: Step, in trace: Trace) -> [Float]? {
        let row = trace.logitsRow(ofStep: step.index)
        if trace.tensors.rawLogits.indices.contains(row) { return trace.tensors.rawLogits[row] }
        guard let raw = step.stages.first, step.candidates.count == raw.kept + raw.removed else { return nil }
        var logits = [Float](repeating: -.infinity, count: step.candidates.count)
        for candidate in step.candidates {
            guard logits.indices.contains(candidate.id) else { return nil }
            logits[candidate.id] = candidate.logits.first.flatMap { $0 } ?? -.infinity
        }
        return logits
    }

    /// The end tokens, where they were barred; nil when the record does not name them all.
    static func barred(at step: Step, in trace: Trace) -> [Int]? {
        guard let bar = step.stages.first(where: { $0.name == "min-tokens" }) else { return [] }
        var ids: Set<Int> = []
        for other in trace.steps {
            for candidate in other.candidates where candidate.removedBy == "min-tokens" { ids.insert(candidate.id) }
            if other.finish == .eos { ids.insert(other.token.id) }
        }
        return ids.count == bar.removed ? ids.sorted() : nil
    }

    /// The random numbers to come before the step: those of the seed, less what the steps before it drew.
    static func generator(before index: Int, in trace: Trace) -> PCG64? {
        var seed = trace.settings.at(step: 0).seed
        guard var generator = generator(seed) else { return nil }
        for (place, step) in trace.steps[...index].enumerated() {
            let own = trace.settings.at(step: place).seed
            if own != seed {
                guard let fresh = self.generator(own) else { return nil }
                (generator, seed) = (fresh, own)
            }
            if place == index { break }
            // A stage that draws names its number; the choice at the end draws one more.
            let drawn = step.stages.flatMap { $0.parameters }.count { $0.name == "uniform" }
            for _ in 0..<(drawn + (step.draw?.generator == nil ? 0 : 1)) { _ = generator.uniform() }
        }
        return generator
    }

    private static func generator(_ seed: String) -> PCG64? {
        do { return try PCG64(seed: seed) } catch { return nil }
    }
}

extension StepChoice {
    /// Whether the stages run again give what the step records: the same stages with the same numbers, as many tokens
    /// after each, and the same logits of every listed token.
    func repeats(_ step: Step, logits: (_ id: Int) -> Float?) -> Bool {
        guard stages.count == step.stages.count else { return false }
        for (mine, theirs) in zip(stages, step.stages) {
            if mine.name != theirs.name || mine.kept != theirs.kept { return false }
            for number in theirs.parameters {
                // Mirostat's numbers of after the draw are those of the token that was drawn.
                if number.name == "surprise" || number.name == "next-mu" { continue }
                guard let own = mine.parameters.first(where: { $0.name == number.name })?.value else { return false }
                if !isSame(own, number.value) { return false }
            }
        }
        return step.candidates.allSatisfy { candidate in
            guard let logit = logits(candidate.id) else { return false }
            let recorded = candidate.logits.last.flatMap { $0 } ?? -.infinity
            return logit == recorded || isSame(Double(logit), Double(recorded))
        }
    }
}

/// Whether two numbers are one but for their last bits: sums over more tokens, and passes over other batches, round
/// otherwise.
private func isSame(_ a: Double, _ b: Double) -> Bool { abs(a - b) <= 1e-4 * max(1e-2, abs(b)) }
