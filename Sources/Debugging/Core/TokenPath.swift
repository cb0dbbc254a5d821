// The way of one token through a step: its logit after each stage, what removed it, what would have kept it (`why`).
public import Phrases
public import Stages
public import Traces

/// What would have to be different for a stage to keep the token; everything else as it was.
public struct Remedy: Equatable, Sendable {
    /// The stage's name.
    public var stage: String
    /// What one would set: the option's name, or the stage with the number of its record.
    public var parameter: String
    /// Whether `value` is the least or the most that keeps the token.
    public var bound: StageBound.Side
    /// Where the bound lies, in the parameter's unit.
    public var value: Double
    /// The value as it ran.
    public var actual: Double?
    /// Half the width of what is known of `value`, when tokens that are not listed take part; 0 when exact.
    public var uncertainty: Double
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
    /// The token asked about; id and bytes when the step lists it.
    public var token: TokenReference
    /// nil when the step does not list the token; nothing else is known then.
    public var candidate: Candidate?
    /// How many candidates the step lists.
    public var listed: Int
    /// What the asker may have meant otherwise.
    public var notes: [Phrase] = []
    /// In the order they ran, "raw" first, up to the one that removed it.
    public var stages: [PathStage]
    /// How each truncating stage from the removing one on would have kept it, in stage order.
    public var remedies: [Remedy]
    /// Its stretch of the draw; nil when removed or when nothing was drawn, or not known from the listed tokens.
    public var stretch: Draw?
    /// Whether the step chose this token.
    public var isChosen: Bool
    /// The token the step chose.
    public var chosen: Token
    /// The chosen token's logit minus this one's after the last stage; nil when either was removed.
    public var logitsBehind: Double?
}

/// Follows a token through one step.
func tokenPath(_ token: TokenReference, at index: Int, in reader: TraceReader) -> TokenPath {
    let evaluator = QuestionEvaluator(reader: reader, index: index, limitWork: Question.limitWork)
    let step = reader.trace.steps[index]
    let candidate = evaluator.candidate(.token(token)).map { step.candidates[$0] }
    var path = TokenPath(
        step: index, token: token, candidate: candidate, listed: step.candidates.count, stages: [], remedies: [],
        stretch: nil, isChosen: candidate?.id == step.token.id, chosen: step.token, logitsBehind: nil)
    guard let candidate else { return path }
    path.token = TokenReference(id: candidate.id, bytes: candidate.bytes)
    for (place, stage) in step.stages.enumerated() {
        let logit = place < candidate.logits.count ? candidate.logits[place] : nil
        path.stages.append(
            PathStage(name: stage.name, parameters: stage.parameters, logit: logit, kept: stage.kept))
        if logit == nil { break }
    }
    path.remedies = RemedyFinder(step: step, candidate: candidate).remedies()
    path.stretch = stretch(of: candidate, in: step)
    if let mine = candidate.logits.last ?? nil, let theirs = step.chosen?.logits.last ?? nil {
        path.logitsBehind = Double(theirs) - Double(mine)
    }
    return path
}

/// Where the token lies in the draw's cumulative distribution: tokens by descending probability, ties by lower id.
private func stretch(of candidate: Candidate, in step: Step) -> Draw? {
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
    let least = step.candidates.filter { $0.probability > 0 }.map(\.probability).min() ?? 0
    if step.tail.probability > 0, candidate.probability <= least { return nil }
    return Draw(uniform: draw.uniform, low: low, high: low + candidate.probability)
}
