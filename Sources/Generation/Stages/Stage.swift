// What a stage is, and the table of all of them. Called by: StagePipeline.

internal import Traces

/// One stage of the way from logits to a token: a pure change of the distribution. It never removes the last token.
protocol Stage: Sendable {
    /// The stage's name in the field's spelling.
    var name: String { get }
    /// Changes the distribution; returns the stage's numbers for the record.
    func apply(to distribution: inout Distribution, _ context: inout StageContext) -> [StageRecord.Parameter]
}

/// What a stage may look at beside the logits.
struct StageContext {
    let history: History
    /// Handed in by the run; a stage that draws moves it on.
    var generator: PCG64
    /// Mirostat's bound on the surprise, in bits; nil before its first step.
    var surpriseBound: Double?
}
