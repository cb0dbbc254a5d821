// What makes a trace grow. A live session conforms in the command; a saved trace has none.
internal import Phrases
public import Stages
public import Traces

/// Something an experiment changes, from the next step on.
public enum Change: Equatable, Sendable {
    /// The next step's token, whatever the stages would choose.
    case force(tokenID: Int)
    /// An option of the run by its long name without dashes ("temperature"), its value as typed.
    case setting(name: String, value: String)
    /// The head's output becomes zero.
    case ablate(layer: Int, head: Int)
    case restore(layer: Int, head: Int)
    case restoreAll

    /// In plain words, for the list of branches and the trace's `parent`.
    public var words: String {
        switch self {
        case .force(let id): "force #\(id)"
        case .setting(let name, let value): "\(name) = \(value)"
        case .ablate(let layer, let head): "ablate \(layer).\(head)"
        case .restore(let layer, let head): "restore \(layer).\(head)"
        case .restoreAll: "restore all"
        }
    }
}

/// A run that can go on: a loaded model at the end of a trace.
///
/// One maker belongs to one branch. Everything already recorded stays as it is; only the end grows.
public protocol TraceMaker: AnyObject {
    /// The run so far. Its last step's `finish` says whether it can go on.
    var trace: Trace { get }

    /// Makes one more step. Called only while the last step has no `finish`.
    func step() throws(DebuggingError)

    /// A second maker whose trace is the first `steps` steps of this one's; the key/value cache of the shared part is
    /// kept, nothing of it is computed again. This maker is unchanged.
    func fork(steps: Int) throws(DebuggingError) -> any TraceMaker

    /// Applies a change to all steps that follow. Refuses with a message what the run's options refuse.
    func apply(_ change: Change) throws(DebuggingError)

    /// The ids that the tokenizer cuts the text into; one id when the text is one token.
    func tokenIDs(of text: [UInt8]) throws(DebuggingError) -> [Int]

    /// The bytes of a token, nil when the vocabulary has no such id.
    func tokenBytes(of id: Int) -> [UInt8]?

    /// The names that ``Change/setting(name:value:)`` understands.
    var settingNames: [String] { get }

    /// What the model can say about a place inside a recorded step beyond the trace (norms, shapes); may be empty.
    func details(step: Int, at frame: FrameKind) -> [Variable]

    /// What the stages of a recorded step had before them.
    func situation(step: Int) -> ChoiceSituation?

    /// What the hidden state behind each layer says of a token at a recorded step: the row of the embedding, then one for
    /// each layer. The pass is made again; the run stays as it is, bit for bit.
    func lens(step: Int, token: Int) throws(DebuggingError) -> [LensReading]

    /// The same as a record keeps it, and with each layer's most probable tokens.
    func lensRows(step: Int, token: Int) throws(DebuggingError) -> [LensRow]

    /// The residual stream behind a recorded step, as parts of a token's logit. The pass is made again; the run stays as it
    /// is, bit for bit.
    func residual(step: Int, token: Int) throws(DebuggingError) -> ResidualReading

    /// What each head does to a token's logit at a recorded step: the pass made again without it, one head at a time, as
    /// ``Change/ablate(layer:head:)`` before the step would. The run stays as it is, bit for bit.
    ///
    /// - Parameter progress: hears how many heads are done; false stops the sweep.
    /// - Returns: nil when it was stopped.
    func sweep(
        step: Int, token: Int, progress: (_ done: Int, _ of: Int) -> Bool
    ) throws(DebuggingError) -> HeadSweep?

    /// Does a part of what the next step waits for: of reading the prompt, and of a search that is one whole.
    ///
    /// - Parameter seconds: how long it may take, though a part is done in any case.
    func prepare(seconds: Double) throws(DebuggingError) -> Preparation

    /// How many token positions went through the model since the start, in all forks together. A fork does not raise it.
    var tokenPasses: Int { get }

    /// Bytes that this maker holds beside its trace and could compute again.
    var heldBytes: Int64 { get }

    /// Lets go of those. ``prepare(seconds:)`` and ``wake(seconds:)`` bring them back in parts; whatever else needs them does
    /// it at once.
    func letGo()

    /// Brings a part of them back; whether all are there.
    func wake(seconds: Double) -> Bool
}

extension TraceMaker {
    public var heldBytes: Int64 { 0 }
    public func letGo() {}
    public func wake(seconds: Double) -> Bool { true }
}

/// How far what a step waits for has come.
public struct Preparation: Equatable, Sendable {
    /// What is being done.
    public enum Work: String, Sendable {
        /// Tokens of the prompt, or of the run so far where it rested and is read again.
        case prompt
        /// Levels of a beam search, at most as many as are said.
        case beams
    }
    public var work: Work
    public var done: Int
    public var of: Int
    /// Whether the next step waits for nothing more.
    public var isReady: Bool

    /// A preparation by its members.
    public init(_ work: Work, done: Int, of: Int, isReady: Bool) {
        self.work = work
        self.done = done
        self.of = of
        self.isReady = isReady
    }
}
