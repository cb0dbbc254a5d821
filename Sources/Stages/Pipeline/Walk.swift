// One way through the stages, the draw at its end, and the ledger of both.

internal import Traces

/// A distribution that went through all stages, with the way of the listed tokens.
struct Walk {
    private var final: Distribution
    private let listed: [Int]
    /// (stage, listed token): the logit after each stage, "raw" first; −∞ once removed.
    private var paths: [Float]
    private(set) var records: [StageRecord]
    private let isGreedy: Bool
    private let afterDraw: Stage.AfterDraw?

    struct Choice: Equatable {
        var id: Int
        var draw: Draw?
    }

    init(
        _ stages: [Stage], _ raw: Distribution, listed: [Int], history: History, state: inout ChoiceState, step: Int
    ) throws(ChoiceError) {
        var distribution = raw
        var records = [
            StageRecord(name: "raw", parameters: [], kept: raw.keptCount, removed: raw.vocabularySize - raw.keptCount)
        ]
        var paths: [Float] = []
        paths.reserveCapacity((stages.count + 1) * listed.count)
        for id in listed { paths.append(raw.logits[id]) }
        records.reserveCapacity(stages.count + 1)
        var context = StageContext(history: history, generator: state.generator, surpriseBound: state.surpriseBound)
        for stage in stages {
            let before = distribution.keptCount
            let parameters = stage.apply(to: &distribution, &context)
            let kept = distribution.keptCount
            if kept == 0 { throw .nothingLeft(step: step, stage: stage.name) }
            if distribution.maximum() == .infinity { throw .overflow(step: step, stage: stage.name) }
            records.append(StageRecord(name: stage.name, parameters: parameters, kept: kept, removed: before - kept))
            for id in listed { paths.append(distribution.logits[id]) }
        }
        self.listed = listed
        self.records = records
        self.paths = paths
        final = distribution
        isGreedy = stages.contains { $0.leavesOne }
        afterDraw = stages.last?.afterDraw
        state.generator = context.generator
        state.surpriseBound = context.surpriseBound
    }

    /// Draws from what is left, renormalised, in the order of descending probability (ties: lower id first): the first
    /// token whose cumulative probability exceeds u.
    mutating func choose(force: Int?, uniform: Double?, state: inout ChoiceState) -> Choice {
        var choice = Choice(id: 0, draw: nil)
        if let force {
            choice.id = force
        } else if isGreedy {
            choice.id = final.largest(1)[0]
        } else {
            let generator = uniform == nil ? GeneratorState(state.generator) : nil
            let uniform = uniform ?? state.generator.uniform()
            let total = final.sums().sum
            let found = final.descend { $0 > uniform * total }
            choice.id = found.passed[found.passed.count - 1]
            choice.draw = Draw(
                uniform: uniform, low: found.before / total, high: found.after / total, generator: generator)
        }
        moveState(after: choice.id, &state)
        return choice
    }

    /// The state moves with the token that was taken; a forced token that was removed leaves it alone.
    private mutating func moveState(after id: Int, _ state: inout ChoiceState) {
        guard let afterDraw, final.isKept(id) else { return }
        let surprise = -logarithm(final.sums().probability(final.logits[id])) / natsPerBit
        records[records.count - 1].parameters += afterDraw(surprise, &state)
    }

    /// The ledger: candidates with their ways, and everything else as the tail. Masses are sums, never 1 − the rest.
    ///
    /// - Parameter ranked: so many of the listed tokens are the largest, in order; others were chosen or forced.
    mutating func record(
        raw: Distribution, ranked: Int, rawSums: (whole: Distribution.Sums, rest: Distribution.Sums), choice: Choice,
        keepFinalLogits: Bool, token: (Int) -> (bytes: [UInt8], text: String)
    ) -> StepChoice {
        let finalSums = records.count == 1 ? rawSums : final.sums(leavingOut: listed)
        var candidates: [Candidate] = []
        candidates.reserveCapacity(listed.count)
        for (place, id) in listed.enumerated() {
            /// The token's logit after each stage; nil once one removed it.
            var way: [Float?] = []
            way.reserveCapacity(records.count)
            for stage in records.indices {
                let logit = paths[stage * listed.count + place]
                way.append(logit == -.infinity ? nil : logit)
            }
            let end = way.firstIndex { $0 == nil }
            let (bytes, text) = token(id)
            candidates.append(
                Candidate(
                    id: id, bytes: bytes, text: text, rank: place < ranked ? place + 1 : raw.rank(of: id),
                    logits: way, rawProbability: rawSums.whole.probability(paths[place]),
                    probability: finalSums.whole.probability(paths[paths.count - listed.count + place]),
                    removedBy: end.map { records[$0].name }
                ))
        }
        return StepChoice(
            id: choice.id, stages: records, candidates: candidates,
            tail: Tail(
                count: raw.vocabularySize - listed.count, rawProbability: rawSums.rest.sum / rawSums.whole.sum,
                probability: finalSums.rest.sum / finalSums.whole.sum),
            entropyBitsRaw: rawSums.whole.entropyNats / natsPerBit,
            entropyBitsFinal: finalSums.whole.entropyNats / natsPerBit, logSumExp: rawSums.whole.logSumExp,
            draw: choice.draw, finalLogits: keepFinalLogits ? final.logits : nil)
    }
}
