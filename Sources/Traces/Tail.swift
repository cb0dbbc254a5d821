// The tokens that a step does not list: what they amount to, and where their logits lie.

/// All tokens that are not listed as candidates, taken together; masses are exact sums.
public struct Tail: Equatable, Sendable {
    /// How many tokens of the vocabulary are not listed.
    public var count: Int
    /// Their probabilities before every stage, summed.
    public var rawProbability: Double
    /// Their probabilities in the distribution that was drawn from, summed.
    public var probability: Double
    /// Where their raw logits lie; nil where the record has all logits, or none of these.
    public var logits: TailLogits?

    /// So many tokens with their summed probabilities, before the stages and after them.
    public init(count: Int, rawProbability: Double, probability: Double, logits: TailLogits? = nil) {
        self.count = count
        self.rawProbability = rawProbability
        self.probability = probability
        self.logits = logits
    }
}

/// Where the raw logits of the tokens lie that a step does not list: enough for their Σ e^(logit / T) at every temperature,
/// in no more than two kilobytes of a file.
///
/// A few are kept one by one. Of the others each bin keeps count, mean and standard deviation, the largest of them, and
/// with the largest of the bin below a height that none of them lies under. No more is needed to enclose the sum of any
/// e^(βx), β > 0: of all sets of numbers with that count, mean and deviation above the lower end, the one on two heights
/// whose lower height is that end has the least sum; of all below the upper end, the one whose upper height is that end
/// has the greatest. (Markov and Krein's canonical representations; the third derivative of e^(βx) is positive.)
public struct TailLogits: Equatable, Sendable {
    /// Those of tokens that stand in the context before the step: each once, the latest first.
    public var seen: [Float]
    /// The largest of the others, falling. Which tokens they are is not kept.
    public var next: [Float]
    /// All others, falling.
    public var bins: [Bin]
    /// The smallest logit in ``bins``; 0 where those are empty.
    public var lowest: Float

    /// Logits that lie beside each other.
    public struct Bin: Equatable, Sendable {
        /// How many there are, 1 or more.
        public var count: Int
        /// The largest.
        public var highest: Float
        /// Their mean.
        public var mean: Float
        /// The square root of the mean of (logit − mean)².
        public var deviation: Float

        /// So many logits, with the largest, the mean and the standard deviation.
        public init(count: Int, highest: Float, mean: Float, deviation: Float) {
            (self.count, self.highest, self.mean, self.deviation) = (count, highest, mean, deviation)
        }
    }

    /// Most entries of ``seen``, ``next`` and ``bins``: as base64 they take 344, 768 and 768 characters.
    public static let seenLimit = 64, nextLimit = 144, binLimit = 36

    /// The parts as they are; nothing is checked here.
    public init(seen: [Float] = [], next: [Float] = [], bins: [Bin] = [], lowest: Float = 0) {
        (self.seen, self.next, self.bins, self.lowest) = (seen, next, bins, lowest)
    }

    /// How many of the tokens can be chosen: a token in the context may be one that the model gives −∞.
    public var countInPlay: Int {
        seen.count { $0 > -.infinity } + next.count + bins.reduce(0) { $0 + $1.count }
    }

    /// The tokens of the context that a step does not list, each once, the latest first, and no more than are kept.
    /// Penalties move them; so their logits are kept one by one.
    package static func seenTokens(
        prompt: some BidirectionalCollection<Int>, output: some BidirectionalCollection<Int>, listed: [Int]
    ) -> [Int] {
        var known = Set(listed)
        var seen: [Int] = []
        for id in output.reversed() {
            if seen.count == seenLimit { return seen }
            if known.insert(id).inserted { seen.append(id) }
        }
        for id in prompt.reversed() {
            if seen.count == seenLimit { return seen }
            if known.insert(id).inserted { seen.append(id) }
        }
        return seen
    }
}

/// The different tokens of a context that grows, the latest last: of each token the last place alone. What was there before
/// `limit` other tokens is forgotten.
struct LatestTokens {
    private(set) var ids: [Int] = []
    private let limit: Int

    /// The tokens of a prompt.
    init(of prompt: some BidirectionalCollection<Int>, limit: Int) {
        self.limit = limit
        var known = Set<Int>()
        for id in prompt.reversed() where known.insert(id).inserted {
            ids.append(id)
            if ids.count == limit { break }
        }
        ids.reverse()
    }

    mutating func add(_ id: Int) {
        if let place = ids.lastIndex(of: id) {
            ids.remove(at: place)
        } else if ids.count == limit {
            ids.removeFirst()
        }
        ids.append(id)
    }
}
