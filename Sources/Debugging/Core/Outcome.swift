// What a command gives back, as values. A front end draws them; the plain-text drawing is in Text/.
public import Phrases
public import Traces

/// Where the cursor is.
public struct Place: Equatable, Sendable {
    public var branch: Int
    /// nil at the prompt, before the first step.
    public var step: Int?
    /// Inside a step: from the outermost place to the current one.
    public var frames: [FrameKind]

    public init(branch: Int, step: Int?, frames: [FrameKind]) {
        self.branch = branch
        self.step = step
        self.frames = frames
    }
}

/// Why the debugger stands where it stands.
public enum StopReason: Equatable, Sendable {
    case moved
    case breakpoints([Hit])
    /// The prompt: there is nothing before.
    case start
    /// The last step; `finish` says why the text ends, nil when only the record ends.
    case end(FinishReason?)
    case interrupted
}

/// A breakpoint that held at a stop.
public struct Hit: Equatable, Sendable {
    public var id: Int
    /// Its question as it was written.
    public var source: String
    /// The values that the question compared, in its order; see ``Question/evidence(at:in:)``.
    public var evidence: [QuestionAnswer]
}

/// A stop after a movement.
public struct Stop: Equatable, Sendable {
    public var place: Place
    public var reason: StopReason
    /// The step at the cursor, nil at the prompt.
    public var step: Step?
    /// The last bytes before the step's token, for a line of context.
    public var before: [UInt8]
    public var displays: [Answered]
}

/// A question and its answer.
public struct Answered: Equatable, Sendable {
    /// The number of the display or watch; nil for `print`.
    public var id: Int?
    public var source: String
    public var answer: QuestionAnswer
}

/// What the front end has to write; the debugger itself touches no file.
public struct FileRequest: Sendable {
    public enum Kind: Equatable, Sendable {
        case trace
        case export(ExportFormat)
    }
    public var kind: Kind
    /// The path as typed; nil means the front end's default.
    public var path: String?
    /// Whether a file that is there already may go.
    public var replaces: Bool
    public var trace: Trace
    /// The step the cursor is at, nil at the prompt.
    public var step: Int?
    /// For a fork: the run it came from, so that the file can name it (``Parent``).
    public var origin: Origin?

    public struct Origin: Sendable {
        public var trace: Trace
        /// The first step that was not copied.
        public var step: Int
        /// What was changed, in plain words.
        public var change: String
    }
}

/// A row of `info attention`.
public struct AttentionTable: Equatable, Sendable {
    /// nil: the mean over all layers, all heads.
    public var layer: Int?
    public var head: Int?
    public var query: Int
    public var places: [AttentionPlace]
    public var tokens: [Token]
}

/// Numbers of `info kv`: the key/value cache at the cursor.
public struct CacheState: Equatable, Sendable {
    public var layers: Int
    public var keyValueHeads: Int
    public var headSize: Int
    /// Positions filled once the cursor's step is made.
    public var positions: Int
    /// How many of them came from the parent branch, nil without one.
    public var sharedPositions: Int?
    /// Bytes of the whole run's cache as the trace states it; 0 when it does not.
    public var totalBytes: Int
    /// Token positions that went through the model in all branches; nil without a model.
    public var tokenPasses: Int?

    /// Keys and values held: 2 · layers · key/value heads · head size · positions.
    public var values: Int { 2 * layers * keyValueHeads * headSize * positions }
}

public enum InfoTable: Sendable {
    /// The step, and how many of its candidates to list.
    case candidates(Step, count: Int)
    case attention(AttentionTable)
    case stages(Step)
    case kv(CacheState)
    case timing(Step?, Metrics, steps: Int)
    /// The context up to the cursor; `first` is the position of the first listed token.
    case tokens(first: Int, [Token], promptCount: Int)
    case beam(depth: Int, [BeamNode], BeamTree)
    case breakpoints([Breakpoint])
    case branches([Branch], current: Int)
    case watches([Series])
    case displays([Answered])
    case settings([SettingRow])
}

/// A page of `help`.
public enum HelpPage: Equatable, Sendable {
    case commands
    case command(CommandName)
    case questions
    case function(QuestionFunction)
    case aggregate(Aggregate)
}

public enum Outcome: Sendable {
    case nothing
    case stopped(Stop)
    case frame(Frame, step: Int)
    case place(Place, steps: Int)
    /// A short confirmation.
    case said(Phrase)
    case breakpoint(Breakpoint)
    case answered(Answered)
    case series(Series)
    case info(InfoTable)
    case why(TokenPath)
    case asserted(Answered, holds: Bool)
    case branched(Branch, Stop)
    case difference(TraceDifference, from: Int, to: Int)
    case file(FileRequest)
    case help(HelpPage)
    /// The front end goes on in this language.
    case language(Language)
    case quit
}
