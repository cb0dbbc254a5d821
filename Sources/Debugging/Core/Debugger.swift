// The debugger: a cursor over recorded steps, the branches, and what the user asked to be watched.
// Knows no terminal and no file; front ends send lines or commands and draw the outcomes.
internal import Phrases
public import Traces

/// A debugging session over one or more runs. Not for use from two threads at once.
public final class Debugger {
    /// The cursor before the first step.
    public static let prompt = -1

    /// A run with the thing that makes it grow, if there is one.
    struct Line {
        var branch: Branch
        var trace: Trace
        var maker: (any TraceMaker)?
        /// What was changed in this line, the parents' changes that reach it first.
        var history: [RecordedChange] = []
        /// Whether a file has all of it.
        var isSaved = true
    }

    /// A change in plain words, and the first step made with it.
    struct RecordedChange {
        var words: String
        var step: Int
        var isForce: Bool

        /// Whether a fork that shares `steps` steps starts with it. A forced token stays in the run's settings.
        func reaches(forkAt steps: Int) -> Bool { isForce || step <= steps }
    }

    var lines: [Line] = []
    var current = 0
    /// The step the cursor stands on, ``prompt`` before the first.
    var cursor = Debugger.prompt
    /// Where inside that step, outermost first; empty outside.
    var frames: [FrameKind] = []
    var breakpoints: [Breakpoint] = []
    var displays: [WatchedQuestion] = []
    var watches: [WatchedQuestion] = []
    /// Numbers are not given twice, also after a deletion.
    var lastBreakpoint = 0
    private var lastDisplay = 0
    private var lastWatch = 0
    private var lastCheckpoint = 0
    private var cachedReader: TraceReader?
    var checkpoints: [Checkpoint] = []
    /// What `list` showed last, as places in the context; nil after a movement.
    var listed: Range<Int>?
    /// The breakpoint whose commands are being typed, and those so far.
    var collecting: (id: Int, commands: [String])?

    /// Makes a saved run go on, at its end: loads the model that it names. Nil where saved runs stay as they are.
    public var revive: ((Trace) throws(DebuggingError) -> any TraceMaker)?
    /// Called after every step of a longer movement; false stops there (Ctrl-C, a key).
    public var keepsGoing: (() -> Bool)?

    /// Called while one command's work goes on that may take long (`sweep`): how much is done, and of how much.
    public var progress: ((_ done: Int, _ of: Int) -> Void)?

    /// A saved run, without a model: everything but going beyond its end.
    public convenience init(_ trace: Trace) { self.init([trace]) }

    /// Several saved runs, one branch each; the first is shown.
    public init(_ traces: [Trace]) {
        precondition(!traces.isEmpty, "a debugger needs a trace")
        for (index, trace) in traces.enumerated() { add(trace, maker: nil, id: index + 1) }
    }

    /// A live run.
    public init(_ maker: any TraceMaker) { add(maker.trace, maker: maker, id: 1) }

    private func add(_ trace: Trace, maker: (any TraceMaker)?, id: Int) {
        let branch = Branch(
            id: id, name: nil, parent: nil, sharedSteps: 0, inherited: [], changes: [], cursor: Self.prompt,
            steps: trace.steps.count, ending: Branch.ending(of: trace), isLive: maker != nil)
        lines.append(Line(branch: branch, trace: trace, maker: maker))
    }

    // MARK: state for front ends

    /// The run of the current branch.
    public var trace: Trace { lines[current].trace }
    /// Where the cursor is: branch, step, and the places inside the step.
    public var place: Place {
        Place(branch: lines[current].branch.id, step: cursor < 0 ? nil : cursor, frames: frames)
    }
    /// The branches with steps or changes that no file has, by number.
    public var unsavedBranches: [Int] { lines.filter { !$0.isSaved }.map { $0.branch.id } }
    /// To be called when the current branch has been written as a trace.
    public func noteSaved() { lines[current].isSaved = true }
    /// Whether the current branch has a model and can go beyond its end.
    public var isLive: Bool { lines[current].maker != nil }
    /// Whether the current branch can go on: it has a model, or there is a way to one.
    public var canGoOn: Bool { trace.run != .fill && (isLive || revive != nil) }
    /// The step the cursor stands on, nil at the prompt.
    public var currentStep: Step? { cursor < 0 ? nil : trace.steps[cursor] }
    /// All breakpoints, the disabled ones too, in the order they were made.
    public var currentBreakpoints: [Breakpoint] { breakpoints }
    /// Names that `set` understands; empty where no run can go on.
    public var settingNames: [String] { lines[current].maker?.settingNames ?? revivedSettingNames }
    /// Those of saved runs that ``revive`` makes go on.
    public var revivedSettingNames: [String] = []

    /// The current run opened for questions.
    public var reader: TraceReader {
        if let cachedReader { return cachedReader }
        let reader = TraceReader(trace)
        cachedReader = reader
        return reader
    }

    /// To be called after every change of the current trace.
    func forgetReader() { cachedReader = nil }

    var scope: QuestionScope { QuestionScope(trace) }

    func nextBreakpointNumber() -> Int { Self.next(&lastBreakpoint) }
    func nextDisplayNumber() -> Int { Self.next(&lastDisplay) }
    func nextWatchNumber() -> Int { Self.next(&lastWatch) }
    func nextCheckpointNumber() -> Int { Self.next(&lastCheckpoint) }

    private static func next(_ last: inout Int) -> Int {
        last += 1
        return last
    }

    // MARK: commands

    /// Carries out a line as typed; between `commands` and `end` it is kept for the breakpoint.
    public func execute(line: String) throws(DebuggingError) -> Outcome {
        if collecting != nil { return try collect(line) }
        return try execute(try parseCommand(line))
    }

    /// Carries out a command.
    ///
    /// - Throws: ``DebuggingError``: a question with a fault, a command that this run cannot carry out, or the model's
    ///   failure. The cursor and the branches are then as the last step made left them.
    public func execute(_ command: Command) throws(DebuggingError) -> Outcome { follow(try carryOut(command)) }

    /// Carries out a command, but not what a breakpoint has to be done at its stops.
    func carryOut(_ command: Command) throws(DebuggingError) -> Outcome {
        switch command {
        case .step(let count): return try step(count)
        case .back(let count): return back(count)
        case .continue: return try goOn()
        case .reverseContinue: return goBack()
        case .run:
            move(to: Self.prompt)
            return try goOn()
        case .runTo(let target): return try run(to: target)
        case .until(let source): return try until(source)
        case .stepIn: return try stepIn()
        case .finish: return try finish()
        case .where: return .place(place, steps: trace.steps.count)
        case .breakIf(let source, let temporary): return try addBreakpoint(source, temporary: temporary)
        case .delete(let ids): return try deleteBreakpoints(ids)
        case .enable(let ids): return try switchBreakpoints(ids, on: true)
        case .disable(let ids): return try switchBreakpoints(ids, on: false)
        case .ignore(let id, let count): return try ignore(id, count)
        case .commands(let id): return try beginCommands(id)
        case .end: throw .command(Phrase("end closes commands; there are none to close", "end 用來結束 commands；現在沒有"))
        case .watch(let source, let stops): return try watch(source, stops: stops)
        case .unwatch(let ids): return try unwatch(ids)
        case .display(let source): return try display(source)
        case .undisplay(let ids): return try undisplay(ids)
        case .info(let topic, let argument): return .info(try info(topic, argument))
        case .list(let range): return .info(.listing(try list(range)))
        case .story: return .said(try story())
        case .print(let source): return .answered(try answer(source))
        case .why(let source): return .why(try why(source))
        case .lens(let source): return .lens(try lens(source))
        case .sweep(let source, let count): return try sweep(source, count: count)
        case .assert(let source): return try assert(source)
        case .force(let source, let next): return try force(source, next: next)
        case .set(let name, let value):
            return try change(.setting(name: meant(name, among: settingNames) ?? name, value: value))
        case .ablate(let layer, let head): return try changeHead(.ablate(layer: layer, head: head), layer, head)
        case .restore(let layer, let head): return try changeHead(.restore(layer: layer, head: head), layer, head)
        case .restoreAll: return try change(.restoreAll)
        case .checkpoint(let name): return try checkpoint(name)
        case .restart(let name): return try restart(name)
        case .forgetCheckpoints(let ids): return try forgetCheckpoints(ids)
        case .fork(let name): return try fork(name)
        case .branches: return .info(.branches(branches, current: lines[current].branch.id))
        case .switchTo(let name): return try switchBranch(name)
        case .diff(let name): return try diff(name)
        case .save(let path, let replaces): return .file(request(.trace, path, replaces))
        case .export(let format, let path, let replaces): return .file(request(.export(format), path, replaces))
        case .language(let language): return .language(language)
        case .help(let topic): return .help(try helpPage(topic))
        case .quit: return .quit
        case .nothing: return .nothing
        }
    }

    private func request(_ kind: FileRequest.Kind, _ path: String?, _ replaces: Bool) -> FileRequest {
        let branch = lines[current].branch
        let parent = lines.first { $0.branch.id == branch.parent }
        let origin = parent.map {
            FileRequest.Origin(
                trace: $0.trace, step: branch.sharedSteps, change: branch.changes.joined(separator: ", "))
        }
        return FileRequest(
            kind: kind, path: path, replaces: replaces, trace: trace, step: cursor < 0 ? nil : cursor, origin: origin)
    }

    private func helpPage(_ topic: String) throws(DebuggingError) -> HelpPage {
        if topic.isEmpty { return .commands }
        if topic.utf8.count > longestWord { return .command(try commandName(topic)) }
        if topic == "questions" || topic == "question" { return .questions }
        if let function = QuestionFunction.meant(topic) ?? QuestionFunction(rawValue: "beam." + topic) {
            // A name that is a command too (`step`, `print`) is asked for as a command more often.
            if let command = CommandName(rawValue: topic) { return .command(command) }
            return .function(function)
        }
        if let aggregate = Aggregate(rawValue: topic) { return .aggregate(aggregate) }
        return .command(try commandName(firstWord(of: topic).word))
    }
}
