// What context costs, as a run's record holds it: the formulas of the shape at several contexts and at the run's own steps.
public import Traces

extension ModelShape {
    /// The first context that costs are recorded at.
    private static let firstContext = 16
    /// The last one: above it costs may not fit 64 bits.
    private static let lastContext = 1_000_000

    /// Contexts from 16 on, two in each doubling, up to the model's own.
    private var recordedContexts: [Int] {
        let last = min(contextLength, Self.lastContext)
        var contexts: [Int] = []
        var next = Self.firstContext
        while next < last {
            contexts += [next, next / 2 * 3].filter { $0 < last }
            next *= 2
        }
        return contexts + [last]
    }

    /// The costs of contexts on this model, and of a run's own steps.
    ///
    /// - Parameters:
    ///   - prompt: tokens that the first pass reads.
    ///   - steps: steps of one token after the other; 0 for a run that has none.
    public func contextCosts(prompt: Int, steps: Int) -> ContextCosts {
        let contexts = recordedContexts
        return ContextCosts(
            contexts: contexts, cacheBytes: contexts.map { cacheBytes(positions: $0) },
            prefill: WorkByPart(contexts.map { prefill(tokens: $0) }),
            decode: WorkByPart(traits.isEncoder ? [] : contexts.map { decode(context: $0) }),
            steps: stepWork(prompt: prompt, steps: steps))
    }

    /// The work of a run's own steps: with a cache, and with none.
    ///
    /// - Parameters:
    ///   - prompt: tokens that the first pass reads.
    ///   - steps: how many steps.
    public func stepWork(prompt: Int, steps: Int) -> StepWork {
        StepWork(
            cached: (0..<steps).map { step in
                step == 0 ? prefill(tokens: prompt).total : decode(context: prompt + step).total
            }, uncached: (0..<steps).map { prefill(tokens: prompt + $0).total },
            cacheBytes: (0..<steps).map { cacheBytes(positions: prompt + $0) })
    }
}

extension WorkByPart {
    fileprivate init(_ work: [MultiplyAdds]) {
        self.init(
            projections: work.map { $0.projections }, mlp: work.map { $0.mlp }, attention: work.map { $0.attention },
            head: work.map { $0.head })
    }
}
