// The fields of a step: its stages, its candidates, the draw, the times, the logit lens. Those of the residual stream stand
// in a file of their own.
import JSONText

extension StageRecord {
    static let table = FieldTable<StageRecord>(
        "stage", "A stage of the way from logits to a token.",
        blank: StageRecord(name: "", parameters: [], kept: 0, removed: 0),
        [
            Field("name", .text.drawable(to: 100), { $0.name }, { $0.name = $1 }),
            Field(
                "parameters", .parameters, "The stage's numbers by name.", { $0.parameters }, { $0.parameters = $1 }),
            Field("kept", .tokenCount, "Tokens still in play after the stage.", { $0.kept }, { $0.kept = $1 }),
            Field("removed", .tokenCount, "Tokens that this stage removed.", { $0.removed }, { $0.removed = $1 }),
        ])
}

extension Candidate {
    static let table = FieldTable<Candidate>(
        "candidate", "A token that could have been chosen, and its way through the stages.",
        blank: Candidate(
            id: 0, bytes: [], text: "", rank: 1, logits: [], rawProbability: 0, probability: 0, removedBy: nil),
        [
            Field("id", .tokenID, { $0.id }, { $0.id = $1 }),
            Field("text", .tokenText, "The characters it would have completed here.", { $0.text }, { $0.text = $1 }),
            Field("bytes", .tokenBytes, { $0.bytes }, { $0.bytes = $1 }),
            Field(
                "rank", .size, "1 is the largest raw logit; of equal ones the lower id.",
                { $0.rank }, { $0.rank = $1 }),
            Field(
                "logits", .logits.drawable(to: 64),
                "After each stage, as many as there are stages; null once removed.", { $0.logits }, { $0.logits = $1 }),
            Field(
                "rawProbability", .probability, "Softmax of the raw logits over the whole vocabulary.",
                { $0.rawProbability }, { $0.rawProbability = $1 }),
            Field(
                "probability", .probability, "In the distribution that was drawn from; 0 once removed.",
                { $0.probability }, { $0.probability = $1 }),
            Field(
                "removedBy", .orNull(.text.drawable(to: 100)),
                "The stage that removed it, null when it stayed to the end.", { $0.removedBy }, { $0.removedBy = $1 }),
        ])
}

extension GeneratorState {
    static let table = FieldTable<GeneratorState>(
        "generator", "A PCG64 generator as NumPy's bit_generator.state tells it: its state and inc, in decimal digits.",
        blank: GeneratorState(state: 0, increment: 0),
        [
            Field("state", .digits, { $0.state }, { $0.state = $1 }),
            Field("increment", .digits, { $0.increment }, { $0.increment = $1 }),
        ])
}

extension Draw {
    static let table = FieldTable<Draw>(
        "draw",
        "The chosen token owns low ≤ u < high of the cumulative distribution, in order of descending probability.",
        blank: Draw(uniform: 0, low: 0, high: 0),
        [
            Field("uniform", .fraction, "u, from PCG64.", { $0.uniform }, { $0.uniform = $1 }),
            Field("low", .probability, { $0.low }, { $0.low = $1 }),
            Field("high", .probability, { $0.high }, { $0.high = $1 }),
            Field(
                "generator", .present(.object(GeneratorState.table)),
                "Just before the draw; absent when u was given by hand.", { $0.generator }, { $0.generator = $1 },
                presence: .unless { $0.generator == nil }),
        ])
}

extension StepSeconds {
    static let table = FieldTable<StepSeconds>(
        "stepSeconds", "Where the step's time went, in seconds.",
        blank: StepSeconds(forward: 0, choose: 0, record: 0),
        [
            Field(
                "forward", .seconds, "The forward pass that gave the logits.", { $0.forward }, { $0.forward = $1 }),
            Field("choose", .seconds, "The stages and the draw.", { $0.choose }, { $0.choose = $1 }),
            Field("record", .seconds, "Keeping it.", { $0.record }, { $0.record = $1 }),
        ])
}

extension LensToken {
    static let table = FieldTable<LensToken>(
        "lensToken", "A token of a layer's distribution.", blank: LensToken(id: 0, text: "", probability: 0),
        [
            Field("id", .tokenID, { $0.id }, { $0.id = $1 }),
            Field("text", .tokenText, { $0.text }, { $0.text = $1 }),
            Field("probability", .probability, { $0.probability }, { $0.probability = $1 }),
        ])
}

extension LensRow {
    static let table = FieldTable<LensRow>(
        "lensRow", "The distribution that a layer's hidden state would give.", blank: LensRow(layer: 0, top: []),
        [
            Field("layer", .layer, "0: the embedding; n: the output of layer n.", { $0.layer }, { $0.layer = $1 }),
            Field(
                "top", .list(.object(LensToken.table)).drawable(to: 1024), "Best first.", { $0.top }, { $0.top = $1 }),
            Field(
                "chosen", .present(.object(TokenStanding.table)),
                "How the step's token stands there; absent in records of earlier builds.",
                { $0.chosen }, { $0.chosen = $1 }, presence: .unless { $0.chosen == nil }),
        ])
}

extension Step {
    /// The two entropies, an object of their own.
    static let entropies = FieldTable<Step>(
        "entropyBits", "−Σ p · log2 p in bits.", blank: blank,
        [
            Field(
                "raw", .entropy, "Of the distribution before every stage.",
                { $0.entropyBitsRaw }, { $0.entropyBitsRaw = $1 }),
            Field(
                "final", .entropy, "Of the distribution that was drawn from.",
                { $0.entropyBitsFinal }, { $0.entropyBitsFinal = $1 }),
        ])

    private static let blank = Step(
        index: 0, position: 0, token: Token.table.blank, stages: [], candidates: [], tail: Tail.table.blank,
        entropyBitsRaw: 0, entropyBitsFinal: 0, logSumExp: 0, draw: nil, finish: nil, seconds: StepSeconds.table.blank)

    static let table = FieldTable<Step>(
        "step", "One generated token and everything that led to it.", blank: blank,
        [
            Field("index", .count, "0 for the first generated token.", { $0.index }, { $0.index = $1 }),
            Field(
                "position", .count, "The place of the token in the context; prompt tokens come first.",
                { $0.position }, { $0.position = $1 }),
            Field("token", .object(Token.table), { $0.token }, { $0.token = $1 }),
            Field(
                "stages", .list(.object(StageRecord.table), atLeast: 1).drawable(to: 64),
                "In the order they ran; the first is named raw.", { $0.stages }, { $0.stages = $1 },
                check: { (step) throws(TraceError) in
                    if step.stages.first?.name == "raw" { return }
                    throw .field(path: "", problem: "does not begin with \"raw\"")
                }),
            Field(
                "candidates", .list(.object(Candidate.table)),
                "Best first by raw logit; the chosen token is always among them.",
                { $0.candidates }, { $0.candidates = $1 },
                check: { (step) throws(TraceError) in
                    for (place, candidate) in step.candidates.enumerated()
                    where candidate.logits.count != step.stages.count {
                        throw .field(
                            path: "[\(place)].logits",
                            problem: "has \(candidate.logits.count) entries for \(step.stages.count) stages")
                    }
                }),
            Field(
                "tail", .object(Tail.table), { $0.tail }, { $0.tail = $1 },
                check: { (step) throws(TraceError) in
                    guard let logits = step.tail.logits, let raw = step.stages.first else { return }
                    let others = raw.kept - step.candidates.count { $0.logits.first.flatMap { $0 } != nil }
                    if logits.countInPlay == others { return }
                    throw .field(
                        path: "logits",
                        problem: "holds \(logits.countInPlay) tokens; \(others) are in play and not listed")
                }),
            Field("entropyBits", part: entropies),
            Field(
                "logSumExp", .number,
                "log Σ exp(raw logit) over the vocabulary: a raw probability is exp(logit − logSumExp).",
                { $0.logSumExp }, { $0.logSumExp = $1 }),
            Field(
                "draw", .orNull(.object(Draw.table)), "null when nothing was drawn.", { $0.draw }, { $0.draw = $1 }),
            Field(
                "finish", .orNull(.word), "Why generation ended with this step, null when it went on.",
                { $0.finish }, { $0.finish = $1 }),
            Field("seconds", .object(StepSeconds.table), { $0.seconds }, { $0.seconds = $1 }, isCost: true),
            Field(
                "lens", .list(.object(LensRow.table)).drawable(to: 4096),
                "What each layer would have said; only when hidden states were recorded.",
                { $0.lens }, { $0.lens = $1 }, presence: .unless { $0.lens.isEmpty }),
            Field(
                "residual", .present(.object(ResidualReading.table)),
                "What each part of the pass added; only when the residual stream was recorded.",
                { $0.residual }, { $0.residual = $1 }, presence: .unless { $0.residual == nil }),
        ])
}
