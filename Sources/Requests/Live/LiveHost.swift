// What a live run asks of the program around it.
public import Phrases

/// The program around a live run, as far as the run needs it.
public struct LiveHost {
    /// The process's peak resident size in bytes; 0 where nobody knows.
    public var peakMemoryBytes: () -> Int64
    /// Begins to tell how far a long piece of work is: what it is called, and who hears of the tokens done.
    public var progress: (_ work: Phrase) -> (_ done: Int, _ of: Int) -> Void

    /// The token positions that one pass of a long piece of work takes at most: between passes it can be stopped.
    public var passTokens = 128

    /// A program that neither knows its memory nor shows progress, unless told otherwise.
    public init(
        peakMemoryBytes: @escaping () -> Int64 = { 0 },
        progress: @escaping (_ work: Phrase) -> (_ done: Int, _ of: Int) -> Void = { _ in { _, _ in } }
    ) {
        self.peakMemoryBytes = peakMemoryBytes
        self.progress = progress
    }
}
