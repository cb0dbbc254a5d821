// Runs a recorded run again and compares every value.
public import Generation
public import Phrases
public import Traces
internal import Tokenizers

/// The first value of a trace that another run does not give.
public struct VerificationDifference: Equatable, Sendable {
    /// nil for what belongs to no step: the prompt, the beam tree, the attention.
    public var step: Int?
    /// Which value differs.
    public var what: VerifiedValue
    /// The two values, or words for what stands there.
    public var recorded: Phrase
    /// What the run gave this time.
    public var computed: Phrase
    /// |recorded − computed|, for numbers.
    public var distance: Double?
}

/// What a verification found.
public struct Verification: Equatable, Sendable {
    /// Whether the computed run is the recorded one.
    public enum Outcome: Equatable, Sendable {
        /// Every recorded value is the computed one, bit for bit.
        case identical
        /// Run on other kernels: the same tokens, and no number further apart than this.
        case identicalWithin(Double)
        /// The first value that differs.
        case different(VerificationDifference)
    }

    /// The result.
    public var outcome: Outcome
    /// Why, as far as the numbers tell; nil when they do not.
    public var cause: VerificationCause?
    /// What is worth knowing beside the result, in the order it was found; may be empty.
    public var notes: [VerificationNote]

    /// How near two logits must lie for different kernels or versions to be allowed to choose differently between them.
    /// Versions may round sums in different orders; on SmolLM2 their logits differ by less than a tenth of this.
    public static let margin = 1e-3

    /// For tensors beside a trace that are not those of its run.
    public static func otherTensors(_ file: String, tensor: String?, byte: Int) -> Verification {
        let difference = VerificationDifference(
            step: nil, what: .tensor(tensor, file: file),
            recorded: Phrase("another value at byte \(byte)", "第 \(byte) 個位元組的值不同"),
            computed: Phrase("the run's own", "這次執行自己的值"), distance: nil)
        return Verification(
            outcome: .different(difference), cause: .otherFile, notes: [])
    }

    /// For a file whose values contradict each other: no run writes one.
    public static func contradiction(path: String, problem: String) -> Verification {
        let difference = VerificationDifference(
            step: nil, what: .path(path), recorded: Phrase(same: problem),
            computed: Phrase("a value that agrees with the others", "與其他值相符的值"), distance: nil)
        return Verification(
            outcome: .different(difference), cause: .contradiction, notes: [])
    }
}

/// Checks a trace against a model.
public final class Verifier {
    let trace: Trace
    /// What the run is made again with.
    public let model: LanguageModel
    let engine: EngineInfo
    var values: ValueComparison
    var notes: [VerificationNote] = []

    /// - Parameter engine: what the run is repeated on; with the trace's own kernels and version every bit must agree.
    public init(_ trace: Trace, model: LanguageModel, engine: EngineInfo) {
        self.trace = trace
        self.model = model
        self.engine = engine
        values = ValueComparison(
            settings: trace.settings, margin: engine.hasBits(of: trace.engine) ? 0 : Verification.margin)
    }

    var isExact: Bool { values.isExact }
    /// The run as far as it has been made again, and how many of its steps were compared.
    private var session: Session?
    private var filling: Filling?
    private var compared = 0
    var hasSearched = false
    /// The search, while it is made again.
    var beamRun: BeamRun?
    /// The run made again, once every value of it was found the same.
    public private(set) var repeated: Trace?

    /// How many tokens of prompt and steps were run again, and of how many.
    public var progress: (done: Int, of: Int) {
        if let filling { return filling.progress }
        let prompt = trace.prompt.tokens.count
        return ((session?.readTokens ?? 0) + compared, prompt + trace.steps.count)
    }

    /// Repeats the run. `progress` hears how many steps are done.
    public func run(progress: (_ done: Int, _ of: Int) -> Void = { _, _ in }) throws(GenerationError) -> Verification {
        while true {
            let before = compared
            if let found = try advance() { return found }
            if let filling {
                progress(filling.progress.done, filling.progress.of)
            } else if compared > before {
                progress(compared, trace.steps.count)
            }
        }
    }

    /// Repeats a part of the run: some of its prompt, a level of its beam search, or one step. To be called until it returns what
    /// was found.
    ///
    /// - Parameter tokens: as many of the prompt's as a part may have.
    public func advance(tokens: Int = .max) throws(GenerationError) -> Verification? {
        if let filling { return try goOn(filling) }
        guard let session else { return try begin() }
        if !session.hasReadPrompt {
            session.prefill(tokens: tokens) { _, _ in false }
            return nil
        }
        if trace.settings.beams > 1, !hasSearched {
            if let difference = try search(session) { return finding(difference, nil) }
            return nil
        }
        if compared == 0, values.treesPart, session.trace.steps.map({ $0.token.id }) != trace.steps.map({ $0.token.id })
        {
            notes.append(.otherBestHypothesis)
            return Verification(outcome: .identicalWithin(values.largest), cause: nil, notes: notes)
        }
        if compared < trace.steps.count {
            if let difference = try step(compared, session) {
                return finding(difference, cause(of: difference, compared))
            }
            compared += 1
            return nil
        }
        session.finish(peakMemoryBytes: 0)
        if let difference = values.ending(trace, session.trace) { return finding(difference, nil) }
        return try conclusion(session.trace)
    }

    /// What is wrong before anything is run; nil, and a session, where nothing is.
    private func begin() throws(GenerationError) -> Verification? {
        if let difference = differentModel() {
            return Verification(
                outcome: .different(difference),
                cause: .otherModelFile(name: trace.model.name, file: trace.model.file),
                notes: [])
        }
        if engine.version != trace.engine.version {
            notes.append(.otherVersion(recorded: trace.engine.version, here: engine.version))
        }
        let reading = try model.read(trace.prompt.text, settings: trace.settings)
        if let difference = values.prompt(trace.prompt, reading.prompt) {
            return finding(difference, .otherTokens)
        }
        if trace.run == .fill || (model.isEncoder && trace.run == .score) {
            filling = try Filling(
                model, reading: reading, settings: trace.settings, engine: engine, scoresEach: trace.run == .score)
            return nil
        }
        session = try Session(model, reading: reading, settings: trace.settings, engine: engine)
        return nil
    }

    /// The steps agree; so must everything else, which the canonical form holds in full.
    func conclusion(_ made: Trace) throws(GenerationError) -> Verification {
        if trace.run == .generate, trace.steps.last.map({ $0.finish == nil }) ?? true {
            notes.append(.notEnded(steps: trace.steps.count))
        }
        if trace.steps.allSatisfy({ $0.draw == nil }) && trace.settings.seed != "0" && !trace.settings.beamSample {
            notes.append(.seedWithoutEffect(trace.settings.seed))
        }
        if !isExact { return Verification(outcome: .identicalWithin(values.largest), cause: nil, notes: notes) }
        var again = made
        again.engine = trace.engine
        (again.model.name, again.model.file) = (trace.model.name, trace.model.file)
        again.parent = trace.parent
        again.leaveOutStandings(missingIn: trace)
        if again.notes != trace.notes {
            let difference = VerificationDifference(
                step: nil, what: .fact(.notes), recorded: Phrase(same: trace.notes.joined(separator: "; ")),
                computed: Phrase(same: again.notes.joined(separator: "; ")), distance: nil)
            return finding(difference, nil)
        }
        let (old, new): ([UInt8], [UInt8])
        do { (old, new) = (try canonicalBytes(trace), try canonicalBytes(again)) } catch { throw .trace(error) }
        if old == new {
            repeated = made
            return Verification(outcome: .identical, cause: nil, notes: notes)
        }
        return finding(firstDifference(old, new), nil)
    }

    func finding(_ difference: VerificationDifference, _ cause: VerificationCause?) -> Verification {
        Verification(outcome: .different(difference), cause: cause, notes: notes)
    }

    private func differentModel() -> VerificationDifference? {
        let (old, new) = (trace.model, model.info)
        func differ(_ what: VerifiedValue.Fact, _ recorded: String, _ computed: String) -> VerificationDifference? {
            recorded == computed
                ? nil
                : VerificationDifference(
                    step: nil, what: .fact(what), recorded: Phrase(same: recorded),
                    computed: Phrase(same: computed), distance: nil)
        }
        if old.file != new.file && old.sha256 == new.sha256 {
            notes.append(.renamedModelFile(recorded: old.file, here: new.file))
        }
        if old.name != new.name && old.sha256 == new.sha256 {
            notes.append(.renamedModel(recorded: old.name, here: new.name))
        }
        return differ(.weightsHash, old.sha256, new.sha256)
            ?? differ(.vocabularySize, "\(old.vocabularySize)", "\(new.vocabularySize)")
            ?? differ(.layers, "\(old.layers)", "\(new.layers)")
            ?? differ(.heads, "\(old.heads)", "\(new.heads)")
    }
}

/// Where two canonical forms part, with what stands there.
private func firstDifference(_ old: [UInt8], _ new: [UInt8]) -> VerificationDifference {
    let place = zip(old, new).enumerated().first { $0.element.0 != $0.element.1 }?.offset ?? min(old.count, new.count)
    let around = { (bytes: [UInt8]) in
        String(decoding: bytes[max(0, place - 40)..<min(bytes.count, place + 40)], as: UTF8.self)
    }
    return VerificationDifference(
        step: nil, what: .byte(place), recorded: Phrase(same: around(old)), computed: Phrase(same: around(new)),
        distance: nil)
}

extension EngineInfo {
    /// Whether this engine must come to every bit of the other's run.
    fileprivate func hasBits(of other: EngineInfo) -> Bool { kernels == other.kernels && version == other.version }
}
