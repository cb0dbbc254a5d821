// The finished hypotheses of a beam search and the rule for its end.

internal import Stages
internal import Traces

/// The best finished hypotheses of one group of beams, best first, and when no better one is to be expected.
///
/// The rules are those of transformers' beam search: score = Σ log p ÷ length ^ length penalty, where the length counts
/// generated tokens, the end token included.
struct BeamPool: Equatable, Sendable {
    let capacity: Int
    let lengthPenalty: Double
    let earlyStopping: EarlyStopping
    /// The most tokens a hypothesis can have.
    let maxLength: Int
    private(set) var entries: [Entry] = []

    struct Entry: Equatable, Sendable {
        /// The node that ends the hypothesis.
        var node: Int
        var score: Double
    }

    var isFull: Bool { entries.count == capacity }

    func score(sum: Double, length: Int) -> Double { sum / realPower(Double(length), lengthPenalty) }

    /// Takes a finished hypothesis in if it is among the best; an equal older one stays ahead.
    mutating func add(node: Int, score: Double) {
        let place = entries.firstIndex { $0.score < score } ?? entries.count
        entries.insert(Entry(node: node, score: score), at: place)
        if entries.count > capacity { entries.removeLast() }
    }

    /// Whether the search goes on after a step.
    ///
    /// - Parameters:
    ///   - bestLiveSum: Σ log p of the best hypothesis that is still open; nil without one.
    ///   - length: how many tokens the open hypotheses have.
    func goesOn(bestLiveSum: Double?, length: Int) -> Bool {
        guard let bestLiveSum else { return false }
        if !isFull { return true }
        if earlyStopping == .yes { return false }
        // "never" with a positive penalty: the best that the open one could become if it ran to the limit at no cost.
        let reached = earlyStopping == .never && lengthPenalty > 0 ? maxLength : length
        return score(sum: bestLiveSum, length: reached) > entries[entries.count - 1].score
    }
}
