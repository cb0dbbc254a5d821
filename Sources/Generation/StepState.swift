// What changes from step to step of a run beside its trace.
internal import Stages
internal import Tokenizers

/// What one step leaves to the next.
struct StepState {
    var choice: ChoiceState
    var stop: StopRules
    var assembler: TextAssembler
    /// Assembles what the stop rules let through; the joined text of the run.
    var shown: TextAssembler
    var text: String
    var startByte: Int
}
