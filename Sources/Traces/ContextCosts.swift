// What context costs: bytes and multiply-adds of the run's model against the length of the text, and what was measured.

/// Multiply-adds by part at several contexts, as many in each list as there are contexts.
public struct WorkByPart: Equatable, Sendable {
    /// The projections of queries, keys, values and outputs.
    public var projections: [Int64]
    /// The MLPs.
    public var mlp: [Int64]
    /// Scores and mixes of the attention.
    public var attention: [Int64]
    /// The logits.
    public var head: [Int64]

    /// Work by its parts.
    public init(projections: [Int64] = [], mlp: [Int64] = [], attention: [Int64] = [], head: [Int64] = []) {
        self.projections = projections
        self.mlp = mlp
        self.attention = attention
        self.head = head
    }
}

/// What a run's steps cost, one entry for each; empty where there are no steps of one token after the other.
public struct StepWork: Equatable, Sendable {
    /// Multiply-adds of the pass before a step's token: the first reads the prompt, each later one a single token, for
    /// keys and values of all others lie in the cache.
    public var cached: [Int64]
    /// The same without a cache: each pass reads the whole text again.
    public var uncached: [Int64]
    /// Bytes of the keys and values when the step's token is chosen.
    public var cacheBytes: [Int64]

    /// The work of some steps.
    public init(cached: [Int64] = [], uncached: [Int64] = [], cacheBytes: [Int64] = []) {
        self.cached = cached
        self.uncached = uncached
        self.cacheBytes = cacheBytes
    }

    /// The first steps' alone.
    public func first(_ count: Int) -> StepWork {
        StepWork(
            cached: Array(cached.prefix(count)), uncached: Array(uncached.prefix(count)),
            cacheBytes: Array(cacheBytes.prefix(count)))
    }
}

/// Times at one context.
public struct MeasuredContext: Equatable, Sendable {
    /// Tokens of the text.
    public var context: Int
    /// Seconds from the request to the first token; without a cache every token takes as long.
    public var firstTokenSeconds: Double
    /// Mean seconds of a later token.
    public var perTokenSeconds: Double

    /// A measured context.
    public init(context: Int, firstTokenSeconds: Double, perTokenSeconds: Double) {
        self.context = context
        self.firstTokenSeconds = firstTokenSeconds
        self.perTokenSeconds = perTokenSeconds
    }
}

/// What context costs on the run's model, computed from its shape; only ``measured`` is measured.
public struct ContextCosts: Equatable, Sendable {
    /// Lengths of the text in tokens, ascending, the model's own at the end.
    public var contexts: [Int]
    /// Bytes of the keys and values at each context; 0 where a model keeps none.
    public var cacheBytes: [Int64]
    /// Reading so many tokens at once.
    public var prefill: WorkByPart
    /// One step of decoding whose token is the last of so many; empty where a model generates nothing.
    public var decode: WorkByPart
    /// The run's own steps.
    public var steps: StepWork
    /// Times, where they were asked for.
    public var measured: [MeasuredContext]

    /// Costs by all their parts.
    public init(
        contexts: [Int], cacheBytes: [Int64], prefill: WorkByPart, decode: WorkByPart, steps: StepWork = StepWork(),
        measured: [MeasuredContext] = []
    ) {
        self.contexts = contexts
        self.cacheBytes = cacheBytes
        self.prefill = prefill
        self.decode = decode
        self.steps = steps
        self.measured = measured
    }
}
