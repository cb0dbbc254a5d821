// One stage of a run, made from its descriptor and the settings.
package import Traces

/// One stage of the way from logits to a token: a pure change of the distribution. It never removes the last token.
public struct Stage: Sendable {
    typealias Act = @Sendable (inout Distribution, inout StageContext) -> [StageRecord.Parameter]
    /// Moves the state on by the surprise of the token that was drawn, in bits; returns further numbers for the record.
    typealias AfterDraw = @Sendable (_ surprise: Double, inout ChoiceState) -> [StageRecord.Parameter]

    /// The name of its descriptor.
    public let name: String
    /// Leaves one token; nothing is drawn then.
    let leavesOne: Bool
    private let act: Act
    let afterDraw: AfterDraw?

    init(_ name: String, leavesOne: Bool = false, afterDraw: AfterDraw? = nil, _ act: @escaping Act) {
        self.name = name
        self.leavesOne = leavesOne
        self.act = act
        self.afterDraw = afterDraw
    }

    /// Changes the distribution; returns the stage's numbers for the record.
    package func apply(
        to distribution: inout Distribution, _ context: inout StageContext
    ) -> [StageRecord.Parameter] { act(&distribution, &context) }
}

/// What a stage may look at beside the logits.
package struct StageContext {
    package let history: History
    /// Handed in by the run; a stage that draws moves it on.
    package var generator: PCG64
    /// Mirostat's bound on the surprise, in bits; nil before its first step.
    package var surpriseBound: Double?

    package init(history: History, generator: PCG64, surpriseBound: Double?) {
        self.history = history
        self.generator = generator
        self.surpriseBound = surpriseBound
    }
}
