// Two runs side by side: where they part, and how far their distributions differ at each step.
public import Phrases
public import Traces

/// What differs between two traces, A and B.
public struct TraceDifference: Equatable, Sendable {
    /// The first step whose tokens differ, or where one run has ended and the other has not; nil when they are equal
    /// to their common end.
    public var forkStep: Int?
    /// Steps with the same token in both, from the start on.
    public var sharedSteps: Int
    /// How many steps A has.
    public var stepsA: Int
    /// How many steps B has.
    public var stepsB: Int
    /// One entry for each step that both have, in order.
    public var steps: [StepDifference]
    /// What differs in the settings, by name.
    public var settings: [SettingDifference]
    /// Model facts that differ ("name", "sha256", …).
    public var model: [SettingDifference]
    /// Whether both read the same prompt tokens. If not, no step has the same context in both.
    public var samePrompt: Bool
    /// Whether the vocabularies have the same size; distributions are compared by token id only then.
    public var sameVocabulary: Bool
}

/// A named value in A and B, in words.
public struct SettingDifference: Equatable, Sendable {
    /// The option's or the fact's name.
    public var name: String
    /// The value in A.
    public var a: Phrase
    /// The value in B.
    public var b: Phrase
}

/// How a divergence was worked out.
public enum DivergenceMethod: Equatable, Sendable {
    /// From the recorded logits of the whole vocabulary.
    case exact
    /// From the tokens that both list, and the rest as one lump: never more than the exact value.
    case lowerBound
}

/// KL(A ‖ B) = Σ p_A · log₂(p_A / p_B), in bits.
public struct Divergence: Equatable, Sendable {
    /// Infinite when B removed a token that A may choose.
    public var bits: Double
    /// Whether `bits` is the value or a bound below it.
    public var method: DivergenceMethod
    /// What the exact value is not above, in bits; nil where `bits` is the value, or the records prove no such bound.
    public var atMost: Double?
}

/// Where two traces part, and what of them can be compared. Steps stand side by side by their numbers.
public struct TraceAlignment: Equatable, Sendable {
    /// The first step whose tokens differ, or where one run has ended and the other has not; nil when they are equal
    /// to their common end.
    public var forkStep: Int?
    /// Steps with the same token in both, from the start on.
    public var sharedSteps: Int
    /// Whether both generated, both filled masks, or both scored a text.
    public var sameKind: Bool
    /// Whether both read the same prompt tokens. If not, no step has the same context in both.
    public var samePrompt: Bool
    /// Whether the vocabularies have the same size; distributions are compared by token id only then.
    public var sameVocabulary: Bool
    private var isFilled: Bool

    /// The alignment of A and B.
    public init(_ a: Trace, _ b: Trace) {
        sameKind = a.run == b.run
        samePrompt = a.prompt.tokens.map { $0.id } == b.prompt.tokens.map { $0.id }
        sameVocabulary = a.model.vocabularySize == b.model.vocabularySize
        sharedSteps =
            zip(a.steps, b.steps).prefix { $0.token.id == $1.token.id && $0.token.bytes == $1.token.bytes }.count
        let isForked = sharedSteps < min(a.steps.count, b.steps.count) || a.steps.count != b.steps.count
        forkStep = isForked ? sharedSteps : nil
        isFilled = a.run == .fill
    }

    /// Whether all tokens before a step are the same in both, so that its distributions answer the same question.
    public func hasSameContext(_ step: Int) -> Bool {
        sameKind && samePrompt && (step <= sharedSteps || isFilled)
    }
}

/// One step of both runs.
public struct StepDifference: Equatable, Sendable {
    /// A token whose raw rank differs.
    public struct RankChange: Equatable, Sendable {
        /// The token's id.
        public var id: Int
        /// The token's bytes.
        public var bytes: [UInt8]
        /// nil where the run does not list the token.
        public var rankA: Int?
        /// nil where the run does not list the token.
        public var rankB: Int?
        /// Before every stage; nil where A does not list it.
        public var rawProbabilityA: Double?
        /// Before every stage; nil where B does not list it.
        public var rawProbabilityB: Double?
    }

    /// The step's number, from 0.
    public var index: Int
    /// Whether all tokens before this one are the same, so that the distributions answer the same question.
    public var sameContext: Bool
    /// The token A chose.
    public var tokenA: Token
    /// The token B chose.
    public var tokenB: Token
    /// nil when the vocabularies differ.
    public var raw: Divergence?
    /// After all stages; nil when the vocabularies differ.
    public var final: Divergence?
    /// Largest change of raw probability first, at most ten.
    public var rankChanges: [RankChange]
}

/// Compares two traces step by step.
///
/// - Complexity: O(steps · candidates), or O(steps · vocabulary) when both hold their logits.
public func difference(_ a: Trace, _ b: Trace) -> TraceDifference {
    let alignment = TraceAlignment(a, b)
    return TraceDifference(
        forkStep: alignment.forkStep, sharedSteps: alignment.sharedSteps, stepsA: a.steps.count,
        stepsB: b.steps.count,
        steps: (0..<min(a.steps.count, b.steps.count)).map { stepDifference(a, b, $0, alignment) },
        settings: differingSettings(a, b), model: differingModel(a.model, b.model), samePrompt: alignment.samePrompt,
        sameVocabulary: alignment.sameVocabulary)
}

/// Compares one step that both have.
package func stepDifference(
    _ a: Trace, _ b: Trace, _ index: Int, _ alignment: TraceAlignment
) -> StepDifference {
    let (stepA, stepB) = (a.steps[index], b.steps[index])
    var result = StepDifference(
        index: index, sameContext: alignment.hasSameContext(index), tokenA: stepA.token, tokenB: stepB.token, raw: nil,
        final: nil,
        rankChanges: rankChanges(stepA, stepB))
    if stepA.candidates == stepB.candidates && stepA.tail == stepB.tail && stepA.logSumExp == stepB.logSumExp {
        // The same record: a step before a fork.
        result.raw = Divergence(bits: 0, method: .exact)
        result.final = Divergence(bits: 0, method: .exact)
    } else if alignment.sameVocabulary && alignment.sameKind {
        result.raw = divergence(
            logits: (a.tensors.rawLogits, b.tensors.rawLogits), a.logitsRow(ofStep: index), stepA, stepB,
            .raw)
        result.final = divergence(
            logits: (a.lastLogits, b.lastLogits), a.logitsRow(ofStep: index), stepA, stepB, .final)
    }
    return result
}

extension Trace {
    /// The logits behind all stages; masks have none.
    fileprivate var lastLogits: [[Float]] { run == .fill ? tensors.rawLogits : tensors.finalLogits }
}

private func rankChanges(_ a: Step, _ b: Step) -> [StepDifference.RankChange] {
    let inB = b.candidates.byID()
    let inA = Set(a.candidates.map { $0.id })
    var changes: [(change: StepDifference.RankChange, size: Double)] = []
    for left in a.candidates {
        let right = inB[left.id]
        guard right?.rank != left.rank else { continue }
        changes.append(
            (
                .init(
                    id: left.id, bytes: left.bytes, rankA: left.rank, rankB: right?.rank,
                    rawProbabilityA: left.rawProbability, rawProbabilityB: right?.rawProbability),
                abs(left.rawProbability - (right?.rawProbability ?? 0))
            ))
    }
    for right in b.candidates where !inA.contains(right.id) {
        changes.append(
            (
                .init(
                    id: right.id, bytes: right.bytes, rankA: nil, rankB: right.rank, rawProbabilityA: nil,
                    rawProbabilityB: right.rawProbability),
                right.rawProbability
            ))
    }
    changes.sort { $0.size != $1.size ? $0.size > $1.size : $0.change.id < $1.change.id }
    return changes.prefix(10).map { $0.change }
}
