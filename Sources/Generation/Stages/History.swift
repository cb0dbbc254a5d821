// The tokens before a choice, as the penalties see them. Made by: the session, the sample command.

internal import Traces

/// Prompt and output ids so far. Ids outside the vocabulary of the logits are allowed and ignored (some models have more
/// embeddings than logits).
public struct History: Equatable, Sendable {
    public var prompt: [Int]
    public var output: [Int]

    public init(prompt: [Int] = [], output: [Int] = []) {
        self.prompt = prompt
        self.output = output
    }

    /// Prompt and output in one row.
    var all: [Int] { prompt + output }
}

extension PenaltyScope {
    /// How often each token occurs in this scope, below `vocabularySize`; unordered.
    func counts(in history: History, vocabularySize: Int) -> [Int: Int] {
        var counts: [Int: Int] = [:]
        if self != .output { for id in history.prompt where id < vocabularySize { counts[id, default: 0] += 1 } }
        if self != .prompt { for id in history.output where id < vocabularySize { counts[id, default: 0] += 1 } }
        return counts
    }
}
