// The way of one token through a step: its logit after each stage, what removed it, what would have kept it (`why`).
internal import JSONText
public import Phrases
public import Stages
public import Traces

/// What is known of the changes that would have kept a token.
public enum RemedyAnswer: Equatable, Sendable {
    /// It stayed.
    case notNeeded
    /// From the stages run again over the whole vocabulary.
    case known(Remedies)
    /// Nothing, and why.
    case unknown(Unknown)
}

/// One stage on the token's way.
public struct PathStage: Equatable, Sendable {
    /// The stage's name.
    public var name: String
    /// Its numbers as it ran.
    public var parameters: [StageRecord.Parameter]
    /// nil from the stage that removed the token.
    public var logit: Float?
    /// How many tokens were left after it.
    public var kept: Int
}

/// What became of one token at one step.
public struct TokenPath: Equatable, Sendable {
    /// The step's number, from 0.
    public var step: Int
    /// The token asked about; id and bytes as far as they are known.
    public var token: TokenReference
    /// nil when the step does not list the token and its logits are not known; nothing else is known then.
    public var candidate: Candidate?
    /// How many candidates the step lists.
    public var listed: Int
    /// What the asker may have meant otherwise.
    public var notes: [Phrase] = []
    /// In the order they ran, "raw" first, up to the one that removed it.
    public var stages: [PathStage]
    /// What would have kept it.
    public var remedies: RemedyAnswer
    /// Its stretch of the draw; nil when removed or when nothing was drawn, or not known from the listed tokens.
    public var stretch: Draw?
    /// Whether the step chose this token.
    public var isChosen: Bool
    /// Whether it was put there, whatever the stages had left.
    public var isForced = false
    /// The token the step chose.
    public var chosen: Token
    /// The chosen token's logit minus this one's after the last stage; nil when either was removed.
    public var logitsBehind: Double?
}

/// Follows a token through one step.
///
/// - Parameters:
///   - situation: what the stages had before them; nil takes what the record tells.
///   - bytes: what a token stands for, as far as it is known.
func tokenPath(
    _ token: TokenReference, at index: Int, in reader: TraceReader, situation: ChoiceSituation?,
    bytes: (Int) -> [UInt8]?
) -> TokenPath {
    let evaluator = QuestionEvaluator(reader: reader, index: index, budget: .question)
    let step = reader.trace.steps[index]
    let listed = evaluator.candidate(.token(token)).map { step.candidates[$0] }
    let ledger = StepLedger(
        id: listed?.id ?? token.id, step: step, trace: reader.trace, situation: situation, bytes: bytes)
    let candidate = listed ?? ledger.candidate
    var path = TokenPath(
        step: index, token: token, candidate: candidate, listed: step.candidates.count, stages: [],
        remedies: .notNeeded, stretch: nil, isChosen: candidate?.id == step.token.id, chosen: step.token,
        logitsBehind: nil)
    path.isForced = path.isChosen && reader.trace.settings.forced[index] == step.token.id
    guard let candidate else {
        if let problem = ledger.problem { path.remedies = .unknown(problem) }
        return path
    }
    let known = listed?.bytes ?? bytes(candidate.id)
    path.token = TokenReference(id: candidate.id, bytes: known)
    for (place, stage) in step.stages.enumerated() {
        let logit = place < candidate.logits.count ? candidate.logits[place] : nil
        path.stages.append(
            PathStage(name: stage.name, parameters: stage.parameters, logit: logit, kept: stage.kept))
        if logit == nil { break }
    }
    if candidate.removedBy != nil { path.remedies = ledger.remedies(for: candidate.id) }
    path.stretch = ledger.stretch(of: candidate, in: step) ?? listedStretch(of: candidate, in: step)
    if let mine = candidate.logits.last ?? nil, let theirs = step.chosen?.logits.last ?? nil {
        path.logitsBehind = Double(theirs) - Double(mine)
    }
    return path
}

/// A step's stages run again, with the way of one token whatever its rank.
private struct StepLedger {
    private var situation: ChoiceSituation?
    private var choice: StepChoice?
    /// Why nothing is known beyond the record.
    private(set) var problem: Unknown?
    private var id: Int?

    init(id: Int?, step: Step, trace: Trace, situation: ChoiceSituation?, bytes: (Int) -> [UInt8]?) {
        self.id = id
        let found = situation.map { RecordedSituation.known($0) } ?? RecordedSituation(step: step.index, of: trace)
        switch found {
        case .unknown(let reason): problem = reason
        case .known(let known):
            guard let id, known.logits.indices.contains(id) else {
                problem = .noSuchToken(id: id, vocabulary: known.logits.count)
                return
            }
            do {
                let made = try known.ledger(following: id) { (bytes($0) ?? [], "") }
                guard made.repeats(step, logits: { made.finalLogits?[$0] }) else {
                    problem = .notRepeatable(step: step.index)
                    return
                }
                (self.situation, choice) = (known, made)
            } catch {
                problem = .notRepeatable(step: step.index)
            }
        }
    }

    var candidate: Candidate? { choice?.candidates.first { $0.id == id } }

    func remedies(for id: Int) -> RemedyAnswer {
        if let problem { return .unknown(problem) }
        guard let situation, let remedies = Remedies(for: id, in: situation) else { return .notNeeded }
        return .known(remedies)
    }

    /// From all final logits: tokens by descending probability, ties by lower id.
    func stretch(of candidate: Candidate, in step: Step) -> Draw? {
        guard let draw = step.draw, candidate.probability > 0, let logits = choice?.finalLogits else { return nil }
        if candidate.id == step.token.id { return draw }
        let own = logits[candidate.id]
        var (before, all) = (0.0, 0.0)
        for (id, logit) in logits.enumerated() where logit > -.infinity {
            let weight = exponential(Double(logit) - Double(own))
            all += weight
            if logit > own || (logit == own && id < candidate.id) { before += weight }
        }
        if !all.isFinite { return nil }
        return Draw(uniform: draw.uniform, low: before / all, high: (before + 1) / all)
    }
}

/// Where the token lies in the draw's cumulative distribution, from the listed tokens alone.
private func listedStretch(of candidate: Candidate, in step: Step) -> Draw? {
    guard let draw = step.draw, candidate.probability > 0 else { return nil }
    if candidate.id == step.token.id { return draw }
    var low = 0.0
    for other in step.candidates {
        let before =
            other.probability > candidate.probability
            || (other.probability == candidate.probability && other.id < candidate.id)
        if before { low += other.probability }
    }
    // An unlisted token cannot be more probable than the least listed one unless a stage reordered them.
    let least = step.candidates.filter { $0.probability > 0 }.map { $0.probability }.min() ?? 0
    if step.tail.probability > 0, candidate.probability <= least { return nil }
    return Draw(uniform: draw.uniform, low: low, high: low + candidate.probability)
}
