// The tokens before a choice, as the penalties see them.

internal import Traces

/// Prompt and output ids so far. Ids outside the vocabulary of the logits are allowed and ignored (some models have more
/// embeddings than logits).
public struct History: Equatable, Sendable {
    /// The prompt's ids in order.
    public var prompt: [Int]
    /// The ids chosen so far, in order.
    public var output: [Int]

    /// A history; empty unless ids are given.
    public init(prompt: [Int] = [], output: [Int] = []) {
        self.prompt = prompt
        self.output = output
    }

    /// Prompt and output in one row.
    var all: [Int] { prompt + output }
}

extension PenaltyScope {
    /// The tokens that occur in this scope with how often they do, each once, in the order of their first occurrence.
    /// O(vocabulary + history) with a table in place of hashing: histories are long and this runs at every step.
    func counts(in history: History, vocabularySize: Int) -> [(id: Int, count: Int)] {
        var counts = [Int32](repeating: 0, count: vocabularySize)
        var order: [Int] = []
        func add(_ ids: [Int]) {
            for id in ids where id < vocabularySize {
                if counts[id] == 0 { order.append(id) }
                counts[id] += 1
            }
        }
        if self != .output { add(history.prompt) }
        if self != .prompt { add(history.output) }
        return order.map { ($0, Int(counts[$0])) }
    }
}
