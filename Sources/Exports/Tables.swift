// The tables: one row for each step, for each listed candidate of each step, for each stage of each step. Names are those of
// trace.json. The same tables, column for column, are made by the notebook module (python/stepglass/tables.py).
internal import Traces

extension ExportTable {
    /// One row for each step; for each mask where the run fills.
    public static let steps = ExportTable(
        "steps", of: Step.self,
        [
            Column("step") { .whole($0.index) },
            Column("position") { .whole($0.position) },
            Column("id") { .whole($0.token.id) },
            Column("text") { .text($0.token.text) },
            Column("bytes") { .bytes($0.token.bytes) },
            Column("special") { .whole($0.token.special ? 1 : 0) },
            Column("rank") { .optional($0.chosen?.rank) },
            Column("rawLogit") { .optional($0.chosen?.logits.first.flatMap { $0 }) },
            Column("finalLogit") { .optional($0.chosen?.logits.last.flatMap { $0 }) },
            Column("rawProbability") { .optional($0.chosen?.rawProbability) },
            Column("probability") { .optional($0.chosen?.probability) },
            Column("rawEntropyBits") { .number($0.entropyBitsRaw) },
            Column("finalEntropyBits") { .number($0.entropyBitsFinal) },
            Column("logSumExp") { .number($0.logSumExp) },
            Column("kept") { .optional($0.stages.last?.kept) },
            Column("listed") { .whole($0.candidates.count) },
            Column("tailCount") { .whole($0.tail.count) },
            Column("tailRawProbability") { .number($0.tail.rawProbability) },
            Column("tailProbability") { .number($0.tail.probability) },
            Column("drawUniform") { .optional($0.draw?.uniform) },
            Column("drawLow") { .optional($0.draw?.low) },
            Column("drawHigh") { .optional($0.draw?.high) },
            Column("finish") { .optional($0.finish?.rawValue) },
            Column("forwardSeconds") { .number($0.seconds.forward) },
            Column("chooseSeconds") { .number($0.seconds.choose) },
            Column("recordSeconds") { .number($0.seconds.record) },
        ]
    ) { trace, body in for step in trace.steps { body(step) } }

    /// A candidate with its step.
    private struct Listed {
        var step: Step
        var candidate: Candidate
    }

    /// One row for each listed candidate of each step, best first.
    public static let candidates = ExportTable(
        "candidates", of: Listed.self,
        [
            Column("step") { .whole($0.step.index) },
            Column("rank") { .whole($0.candidate.rank) },
            Column("id") { .whole($0.candidate.id) },
            Column("text") { .text($0.candidate.text) },
            Column("bytes") { .bytes($0.candidate.bytes) },
            Column("chosen") { .whole($0.candidate.id == $0.step.token.id ? 1 : 0) },
            Column("rawLogit") { .optional($0.candidate.logits.first.flatMap { $0 }) },
            Column("finalLogit") { .optional($0.candidate.logits.last.flatMap { $0 }) },
            Column("rawProbability") { .number($0.candidate.rawProbability) },
            Column("probability") { .number($0.candidate.probability) },
            Column("removedBy") { .optional($0.candidate.removedBy) },
        ]
    ) { trace, body in
        for step in trace.steps { for candidate in step.candidates { body(Listed(step: step, candidate: candidate)) } }
    }

    /// A stage with its place in its step.
    private struct Placed {
        var step: Int
        var place: Int
        var stage: StageRecord
    }

    /// One row for each stage of each step, in the order they ran.
    public static let stages = ExportTable(
        "stages", of: Placed.self,
        [
            Column("step") { .whole($0.step) },
            Column("place") { .whole($0.place) },
            Column("stage") { .text($0.stage.name) },
            Column("kept") { .whole($0.stage.kept) },
            Column("removed") { .whole($0.stage.removed) },
            Column("parameters") { .text($0.stage.parameters.map { "\($0.name)=\($0.value)" }.joined(separator: " ")) },
        ]
    ) { trace, body in
        for step in trace.steps {
            for (place, stage) in step.stages.enumerated() {
                body(Placed(step: step.index, place: place, stage: stage))
            }
        }
    }
}
