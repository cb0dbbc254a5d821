// Other settings on a recorded run: the stages run anew on the recorded logits for as long as the tokens stay the same;
// from the step where they part the model goes on.
internal import Digests
internal import Tokenizers
public import Traces
internal import Transformers

/// Where the raw logits of a replayed step came from.
public enum ReplaySource: String, Equatable, Sendable {
    /// The trace's recorded logits of the whole vocabulary.
    case recorded
    /// The candidates that the step lists, where they decide the whole ledger.
    case listed
    /// The model, run over the shared tokens.
    case model
}

/// A run with other settings over the prompt and the shared tokens of a recorded one.
///
/// The result is the trace that a run with these settings from the start gives, value for value, but for its parent and
/// its times: with the same weights, the same tokens before a step give the same raw logits.
public final class Replay {
    private let parent: Trace
    private let recorded: [[Float]]
    let session: Session
    /// The source of each replayed step.
    public private(set) var sources: [ReplaySource] = []
    /// The first step that was not copied: its token differs, or the parent has no such step.
    public private(set) var forkStep = 0
    /// Raw logits of the steps from `ahead.first` on, made in one pass over the parent's tokens.
    private var ahead: (first: Int, rows: [[Float]]) = (0, [])
    private let onlyModel: Bool

    /// Tokens of the parent that one pass looks ahead.
    private static let lookAhead = 64

    /// - Parameters:
    ///   - logits: (step, vocabulary), raw, as `tensors.safetensors` holds them; empty when they were not recorded.
    ///   - settings: those of the new run. Only what comes after the forward pass may differ from the parent's.
    /// - Throws: ``GenerationError/replay(_:)`` when the forward pass would be another.
    public init(
        of parent: Trace, logits: [[Float]], model: LanguageModel, settings: Settings, engine: EngineInfo
    ) throws(GenerationError) {
        let old = parent.settings
        try parent.model.check(against: model.info)
        if let change = old.changes.first { throw .replay(.changedOnTheWay(step: change.step)) }
        if old.beams > 1 || settings.beams > 1 { throw .replay(.beamSearch) }
        if !settings.passesAlike(old) || settings.chat != old.chat || settings.system != old.system
            || settings.messages != old.messages || settings.tools != old.tools || settings.date != old.date
        {
            throw .replay(.otherPass)
        }
        self.parent = parent
        recorded = logits.allSatisfy { $0.count == model.configuration.vocabularySize } ? logits : []
        let reading = try model.read(parent.prompt.text, settings: settings)
        if reading.prompt.tokens != parent.prompt.tokens { throw .replay(.otherTokens) }
        session = try Session(model, reading: reading, settings: settings, engine: engine)
        // What is read off while a token runs, or in its pass made again: there every token is run by itself.
        onlyModel = settings.record.contains(.hidden) || settings.record.contains(.residual)
    }

    /// Hears of the prompt being read, where the replay has to.
    public func onPrefill(_ heard: @escaping (_ done: Int, _ of: Int) -> Void) { session.onPrefill = heard }

    /// The new run's trace as far as it has come.
    public var trace: Trace { session.trace }
    var parentSettings: Settings { parent.settings }
    func parentStep(_ index: Int) -> Step { parent.steps[index] }

    /// Replays, then goes on. `shown` hears each step's text, `isShared` says whether its token is the parent's.
    public func run(
        change: String, peakMemoryBytes: () -> Int64, shown: (_ text: String, _ isShared: Bool) -> Void = { _, _ in }
    ) throws(GenerationError) {
        var shares = true
        while shares && !session.isFinished && sources.count < parent.steps.count {
            let index = sources.count
            let source = try prepare(index)
            guard let (step, text) = try session.step() else { break }
            sources.append(source)
            if source == .listed { session.adopt(newest: withRecordedNumbers(step)) }
            shares = step.token.id == parent.steps[index].token.id
            forkStep = shares ? index + 1 : index
            shown(text, shares)
        }
        ahead = (0, [])
        if !session.isFinished || !reuseAttention() { catchUp() }
        while !session.isFinished {
            guard let (_, text) = try session.step() else { break }
            shown(text, false)
        }
        if session.trace.prompt.scores.isEmpty { session.adopt(scores: parent.prompt.scores) }
        session.finish(peakMemoryBytes: peakMemoryBytes())
        session.adopt(Parent(sha256: try traceHash(parent), step: forkStep, change: change))
    }

    /// Sees to it that the session has the raw logits of the step to come.
    private func prepare(_ index: Int) throws(GenerationError) -> ReplaySource {
        if onlyModel {
            // step() runs what is due.
            return .model
        }
        if recorded.indices.contains(index) {
            session.restore(logits: recorded[index])
            return .recorded
        }
        if let completed = completedLogits(index) {
            session.restore(logits: completed)
            return .listed
        }
        if !ahead.rows.indices.contains(index - ahead.first) { runAhead(index) }
        session.restore(logits: ahead.rows[index - ahead.first])
        return .model
    }

    /// Runs the parent's tokens from step `index` on in one pass, for the logits of the steps after them. What precedes
    /// them and has not been run is run first: the prompt, then the tokens.
    private func runAhead(_ index: Int) {
        let size = session.model.configuration.vocabularySize
        let tokens = parent.steps.map { $0.token.id }
        let promptCount = session.trace.prompt.tokens.count
        var rows: [[Float]] = []
        if session.path.count < promptCount {
            session.prefill()
            if index == 0 { rows = [session.logits ?? []] }
        }
        // The logits of a step are those of the token before it.
        let first = max(0, index - 1)
        let done = session.path.count - promptCount
        if done < first { _ = session.run(Array(tokens[done..<first]), logits: .none) }
        let end = min(index + Self.lookAhead, tokens.count - 1)
        if first < end {
            let logits = session.run(Array(tokens[first..<end]), logits: .all)
            for row in 0..<end - first { rows.append(Array(logits[row * size..<(row + 1) * size])) }
        }
        ahead = (index, rows)
    }

    /// Brings the cache to where a run that chose these tokens one by one would have it: all of them but the last.
    private func catchUp() {
        let promptCount = session.trace.prompt.tokens.count
        let before = session.trace.steps.count - 1
        if before < 0 { return }
        // What was looked at ahead of the fork.
        if session.path.count > promptCount + before { session.forget(positionsFrom: promptCount + before) }
        if session.path.count < promptCount { session.prefill() }
        let done = session.path.count - promptCount
        if done < before {
            _ = session.run(session.trace.steps[done..<before].map { $0.token.id }, logits: .none)
        }
    }

    /// Takes the parent's attention when both runs have the same positions and nothing was run.
    private func reuseAttention() -> Bool {
        if !session.path.slots.isEmpty { return false }
        if session.recorder.attention == nil { return true }
        guard let attention = parent.attention,
            attention.positions == session.trace.prompt.tokens.count + session.trace.steps.count - 1
        else { return false }
        session.adopt(attention)
        return true
    }
}

/// SHA-256 of what two equal runs have in common, in hexadecimal: the name of a run.
public func traceHash(_ trace: Trace) throws(GenerationError) -> String {
    do { return try sha256(of: canonicalBytes(trace)).hexadecimal } catch { throw .trace(error) }
}
