// The words in which a beam tree says why a node ended or was left out. Called by: BeamSearch, the re-ranking of a tree.

internal import Traces

enum BeamReason {
    private static let words: [(FinishReason, String)] = [
        (.eos, "end token"), (.stop, "stop string"), (.length, "length limit"), (.context, "context limit"),
    ]

    static func finished(_ reason: FinishReason) -> String { words.first { $0.0 == reason }!.1 }

    /// A finished hypothesis that the pool of the best did not keep.
    static func displaced(_ reason: FinishReason, width: Int) -> String {
        "\(finished(reason)); \(width) finished hypotheses score better"
    }

    /// How the node finished, read back from its words; nil for a node that did not.
    static func finish(of node: BeamNode) -> FinishReason? {
        guard node.state == .finished || node.state == .chosen, let why = node.why else { return nil }
        return words.first { why == $0.1 || why.hasPrefix($0.1 + ";") }?.0
    }

    static func endsTooLow(_ reason: FinishReason, rank: Int, of count: Int, width: Int) -> String {
        "\(finished(reason)), but at rank \(rank) of \(count): only the first \(width) may finish"
    }

    static func outranked(rank: Int, of count: Int, width: Int, penalty: Double) -> String {
        let diversity = penalty > 0 ? ", after a diversity penalty of \(penalty)" : ""
        return "rank \(rank) of \(count)\(diversity): the best \(width) open ones go on"
    }

    static let notReached = "not expanded with these settings: the search ends before"
}
