// What a live run asks of the program around it.
public import Generation
public import Phrases

/// The program around a live run, as far as the run needs it.
public struct LiveHost {
    /// The process's peak resident size in bytes; 0 where nobody knows.
    public var peakMemoryBytes: () -> Int64
    /// Begins to tell how far a long piece of work is: what it is called, and who hears of the tokens done.
    public var progress: (_ work: Phrase) -> (_ done: Int, _ of: Int) -> Void

    /// The token positions that one pass of a long piece of work takes at most: between passes it can be stopped.
    public var passTokens = 128

    /// Whether long work is still wanted; asked between its parts, from the thread that does it.
    public var goesOn: () -> Bool = { true }

    /// Hears of a run that waits for one token's pass, when it is prepared: the program may make it together with those of
    /// other runs (``Session/runTogether(_:)``) before the step is asked for. Nil: the step makes it.
    public var gather: ((Session) -> Void)?

    /// Bytes that the runs of one engine may hold together; nil: as many as there are.
    public var mostBytes: Int64?

    /// The models that this program has, for engines that open them by name.
    public var shelf: Shelf?

    /// Models by their names, their weights in memory once for all who open them.
    public struct Shelf {
        /// A model that can be opened.
        public struct Entry {
            public var name: String
            public var title: Phrase
            public var purpose: Phrase
            public init(name: String, title: Phrase, purpose: Phrase) {
                (self.name, self.title, self.purpose) = (name, title, purpose)
            }
        }

        public var entries: [Entry]
        /// The name of the one that a new page begins with.
        public var first: String
        /// Opens one of them; throws why that cannot be.
        public var open: (_ name: String) throws(RequestError) -> LanguageModel

        public init(
            _ entries: [Entry], first: String,
            open: @escaping (_ name: String) throws(RequestError) -> LanguageModel
        ) {
            (self.entries, self.first, self.open) = (entries, first, open)
        }
    }

    /// A program that neither knows its memory nor shows progress, unless told otherwise.
    public init(
        peakMemoryBytes: @escaping () -> Int64 = { 0 },
        progress: @escaping (_ work: Phrase) -> (_ done: Int, _ of: Int) -> Void = { _ in { _, _ in } }
    ) {
        self.peakMemoryBytes = peakMemoryBytes
        self.progress = progress
    }
}
