// What a command gives back, as values. A front end draws them; the plain-text drawing is in Text/.
public import Phrases
public import Traces

/// Where the cursor is.
public struct Place: Equatable, Sendable {
    /// The branch's number, from 1.
    public var branch: Int
    /// nil at the prompt, before the first step.
    public var step: Int?
    /// Inside a step: from the outermost place to the current one.
    public var frames: [FrameKind]

    /// A place; `step` is nil at the prompt.
    public init(branch: Int, step: Int?, frames: [FrameKind]) {
        self.branch = branch
        self.step = step
        self.frames = frames
    }
}

/// Why the debugger stands where it stands.
public enum StopReason: Equatable, Sendable {
    /// A movement that went as far as it was told.
    case moved
    /// All breakpoints that hold here, never empty.
    case breakpoints([Hit])
    /// Watches that stop, never empty, whose values changed here; and the breakpoints that hold here too.
    case changed([WatchChange], hits: [Hit])
    /// The prompt: there is nothing before.
    case start
    /// The last step; `finish` says why the text ends, nil when only the record ends.
    case end(FinishReason?)
    /// The front end asked to stop.
    case interrupted
}

/// A watched value that is another than at the step before (or, on the way back, after).
public struct WatchChange: Equatable, Sendable {
    /// The watch's number.
    public var id: Int
    /// Its question as it was written.
    public var source: String
    /// The value where the walk came from.
    public var old: QuestionAnswer
    /// The value here.
    public var new: QuestionAnswer
}

/// A breakpoint that held at a stop.
public struct Hit: Equatable, Sendable {
    /// The breakpoint's number, from 1.
    public var id: Int
    /// Its question as it was written.
    public var source: String
    /// The values that the question compared, in its order; see ``Question/evidence(at:in:)``.
    public var evidence: [QuestionAnswer]
    /// What is to be carried out at this stop.
    public var commands: [String] = []
}

/// A stop after a movement.
public struct Stop: Equatable, Sendable {
    /// Where the cursor is now.
    public var place: Place
    /// Why it is there.
    public var reason: StopReason
    /// The step at the cursor, nil at the prompt.
    public var step: Step?
    /// The last bytes before the step's token, for a line of context.
    public var before: [UInt8]
    /// The displays' answers here; none at the prompt.
    public var displays: [Answered]
}

/// A question and its answer.
public struct Answered: Equatable, Sendable {
    /// The number of the display or watch; nil for `print`.
    public var id: Int?
    /// The question as it was written.
    public var source: String
    /// Its answer at the cursor.
    public var answer: QuestionAnswer
    /// What the asker may have meant otherwise.
    public var notes: [Phrase] = []
}

/// A row of `list`.
public struct ListedToken: Equatable, Sendable {
    /// Its place in the context.
    public var position: Int
    /// The step that made it; nil in the prompt.
    public var step: Int?
    public var token: Token
    /// Its final probability; nil in the prompt.
    public var probability: Double?
    /// Whether the cursor stands on it.
    public var isCurrent: Bool
}

/// What the front end has to write; the debugger itself touches no file.
public struct FileRequest: Sendable {
    /// What kind of file.
    public enum Kind: Equatable, Sendable {
        case trace
        case export(ExportFormat)
    }
    /// What to write.
    public var kind: Kind
    /// The path as typed; nil means the front end's default.
    public var path: String?
    /// Whether a file that is there already may go.
    public var replaces: Bool
    /// The run of the current branch.
    public var trace: Trace
    /// The step the cursor is at, nil at the prompt.
    public var step: Int?
    /// For a fork: the run it came from, so that the file can name it (``Parent``).
    public var origin: Origin?
    /// Whether the file has all of the run.
    public var holdsTrace: Bool { kind == .trace || kind == .export(.json) }

    /// The run a fork came from.
    public struct Origin: Sendable {
        /// The parent's run.
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
    /// nil: the mean over all heads.
    public var head: Int?
    /// The position that looked, from 0.
    public var query: Int
    /// The most looked-at first.
    public var places: [AttentionPlace]
    /// The context, so that a place's `key` finds its token.
    public var tokens: [Token]
}

/// Numbers of `info kv`: the key/value cache at the cursor.
public struct CacheState: Equatable, Sendable {
    /// The model's layers.
    public var layers: Int
    /// Key/value heads a layer.
    public var keyValueHeads: Int
    /// Numbers in a head's key, and in its value.
    public var headSize: Int
    /// Positions filled once the cursor's step is made.
    public var positions: Int
    /// How many of them came from the parent branch, nil without one.
    public var sharedPositions: Int?
    /// Bytes of the whole run's cache as the trace states it; 0 when it does not.
    public var totalBytes: Int64
    /// Token positions that went through the model in all branches; nil without a model.
    public var tokenPasses: Int?

    /// Keys and values held: 2 · layers · key/value heads · head size · positions. A record may name sizes whose product is
    /// beyond all integers.
    public var values: Double {
        2 * Double(layers) * Double(keyValueHeads) * Double(headSize) * Double(positions)
    }
}

/// What `info` shows, one case a topic.
public enum InfoTable: Sendable {
    /// The step, and how many of its candidates to list.
    case candidates(Step, count: Int)
    case attention(AttentionTable)
    case stages(Step)
    case kv(CacheState)
    /// The cursor's step, nil at the prompt; the run's own figures; how many steps it has.
    case timing(Step?, Metrics, steps: Int)
    /// The context up to the cursor; `first` is the position of the first listed token.
    case tokens(first: Int, [Token], promptCount: Int, scores: [PromptScore?])
    /// The beams after so many steps, best first, and the tree they stand in.
    case beam(depth: Int, [BeamNode], BeamTree)
    case breakpoints([Breakpoint])
    /// `current` is a branch's number.
    case branches([Branch], current: Int)
    case watches([Series])
    case displays([Answered])
    case checkpoints([Checkpoint])
    /// A stretch of the text.
    case listing([ListedToken])
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

/// What a command came to.
public enum Outcome: Sendable {
    case nothing
    case stopped(Stop)
    /// A place inside the step.
    case frame(Frame, step: Int)
    /// The cursor, and how many steps the run has.
    case place(Place, steps: Int)
    /// A short confirmation.
    case said(Phrase)
    case breakpoint(Breakpoint, notes: [Phrase])
    case answered(Answered)
    case series(Series)
    case info(InfoTable)
    case why(TokenPath)
    case lens(LensTable)
    case sweep(SweepTable)
    /// `holds` is true only for a true answer; an unknown one fails.
    case asserted(Answered, holds: Bool)
    /// A branch was made, changed or gone to.
    case branched(Branch, Stop)
    /// A is branch `from`, B is branch `to`, the current one.
    case difference(TraceDifference, from: Int, to: Int)
    /// The front end has to write a file.
    case file(FileRequest)
    case help(HelpPage)
    /// One after the other: a stop and what was to be done there.
    case several([Outcome])
    /// One of several that went wrong.
    case fault(DebuggingError)
    /// The front end goes on in this language.
    case language(Language)
    /// The front end ends the session.
    case quit
}
