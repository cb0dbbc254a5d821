// A run through another engine as what makes the debugger's trace grow.
public import Debugging
internal import Generation
internal import Phrases
internal import Requests
public import Stages
internal import Tokenizers
public import Traces
internal import Transformers

/// One branch of a run through an engine. Branches share the engine, and what it has listed.
public final class EngineMaker: TraceMaker {
    private var session: EngineSession
    private let peakMemoryBytes: () -> Int64

    /// - Parameter peakMemoryBytes: the process's peak resident size, which only the command can ask for.
    public init(_ session: EngineSession, peakMemoryBytes: @escaping () -> Int64) {
        self.session = session
        self.peakMemoryBytes = peakMemoryBytes
    }

    public var trace: Trace { session.trace }
    public var tokenPasses: Int { session.engine.connection.requests }

    public func step() throws(DebuggingError) {
        do throws(EngineError) { _ = try session.step() } catch { throw .maker(error.phrase) }
        session.finish(peakMemoryBytes: peakMemoryBytes())
    }

    public func fork(steps: Int) throws(DebuggingError) -> any TraceMaker {
        do throws(EngineError) {
            return EngineMaker(try session.fork(steps: steps), peakMemoryBytes: peakMemoryBytes)
        } catch {
            throw .maker(error.phrase)
        }
    }

    public func apply(_ change: Change) throws(DebuggingError) {
        var settings = session.settings
        switch change {
        case .force(let id): settings.forced[session.trace.steps.count] = id
        case .setting(let name, let value):
            let model = session.model
            try settings.set(name, to: value, find: { model.token($0) })
            if settings.maxTokens != session.settings.maxTokens {
                throw .command(
                    Phrase(
                        "max-tokens is of the whole run: give it when the run begins (--max-tokens)",
                        "max-tokens 屬於整次執行：請在開始時指定（--max-tokens）"))
            }
        case .ablate, .restore, .restoreAll: throw Self.unavailable(.ablation)
        }
        do throws(EngineError) { try session.change(settings) } catch {
            if case .settings(let problem) = error { throw .command(told(problem, setting: change)) }
            throw .maker(error.phrase)
        }
    }

    private static func unavailable(_ what: OwnPass) -> DebuggingError { .command(what.phrase) }

    public func tokenIDs(of text: [UInt8]) throws(DebuggingError) -> [Int] {
        do throws(TokenizerError) {
            return try session.model.tokenizer.encoding(of: text, special: true, framed: false).ids
        } catch {
            throw .maker(GenerationError.tokenizer(error, file: session.model.configuration.name).phrase)
        }
    }

    public func tokenBytes(of id: Int) -> [UInt8]? {
        (0..<session.engine.vocabularySize).contains(id) ? session.model.tokenizer.bytes(of: id) : nil
    }

    /// Where the run ends is fixed.
    public var settingNames: [String] { LiveMaker.settingNames.filter { $0 != "max-tokens" && $0 != "drop" } }

    /// Nothing inside a pass is told.
    public func details(step: Int, at frame: FrameKind) -> [Variable] { [] }
    /// Of the logits only what is listed is known, and that stands in the step.
    public func situation(step: Int) -> ChoiceSituation? { nil }

    public func lens(step: Int, token: Int) throws(DebuggingError) -> [LensReading] { throw Self.unavailable(.hidden) }
    public func lensRows(step: Int, token: Int) throws(DebuggingError) -> [LensRow] { throw Self.unavailable(.hidden) }
    public func residual(step: Int, token: Int) throws(DebuggingError) -> ResidualReading {
        throw Self.unavailable(.residual)
    }
    public func sweep(
        step: Int, token: Int, progress: (_ done: Int, _ of: Int) -> Bool
    ) throws(DebuggingError) -> HeadSweep? { throw Self.unavailable(.ablation) }

    public func prepare(seconds: Double) throws(DebuggingError) -> Preparation {
        if !session.isFinished {
            do throws(EngineError) { try session.foresee() } catch { throw .maker(error.phrase) }
        }
        let count = session.trace.prompt.tokens.count
        return Preparation(.prompt, done: count, of: count, isReady: true)
    }
}
