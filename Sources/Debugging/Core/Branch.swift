// Forks as data: traces that share their first steps.
internal import Phrases
internal import Traces

/// A run among the runs of a session.
public struct Branch: Equatable, Sendable {
    /// From 1, in the order they were made.
    public var id: Int
    /// As `fork NAME` gave it; nil without one.
    public var name: String?
    /// The branch it was forked from; nil for the first run and for opened files.
    public var parent: Int?
    /// How many steps it shares with its parent.
    public var sharedSteps: Int
    /// What its parents had changed before the fork, oldest first, in plain words.
    public var inherited: [String]
    /// What was changed in this branch itself, in plain words.
    public var changes: [String]
    /// The cursor when the branch was last looked at.
    public var cursor: Int
    /// How many steps it has, and how its text ends.
    public var steps: Int
    /// UTF-8 of the last six tokens, control tokens left out.
    public var ending: [UInt8]
    /// Whether a model can go on with it.
    public var isLive: Bool

    /// The bytes of the last few tokens of a trace.
    static func ending(of trace: Trace) -> [UInt8] {
        trace.steps.suffix(6).filter { !$0.token.special }.flatMap { $0.token.bytes }
    }
}
