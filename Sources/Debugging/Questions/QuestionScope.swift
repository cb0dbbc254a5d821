// What names a question may use beyond the language's own: the stages, and how many layers and heads there are.
internal import Phrases
internal import Stages
public import Traces

/// What a question is checked against. Without a trace (lessons, the grammar alone) layers and heads are not bounded.
public struct QuestionScope: Equatable, Sendable {
    /// The stages' names in the field's spelling ("top-k").
    public var stages: [String]
    /// How many layers the model has; nil: not bounded.
    public var layers: Int?
    /// How many query heads a layer has; nil: not bounded.
    public var heads: Int?

    /// The type of `answer` where an answer is being checked; nil: there is no such name.
    public var answer: QuestionType?
    /// The runs that may be asked beside the one at hand (`base.entropy`).
    public var runs: [QuestionRun] = []

    /// ``knownStages`` and `stages`, each once.
    public init(stages: [String] = [], layers: Int? = nil, heads: Int? = nil) {
        self.stages = Self.knownStages + stages.filter { !Self.knownStages.contains($0) && $0 != "raw" }
        self.layers = layers
        self.heads = heads
    }

    /// The stages that the trace names, its layers and its heads.
    public init(_ trace: Trace) {
        var names = trace.settings.order
        for change in trace.settings.changes { names += change.settings.order }
        for step in [0] + trace.settings.changes.map({ $0.step }) where step < trace.steps.count {
            names += trace.steps[step].stages.map { $0.name }
        }
        self.init(stages: names, layers: trace.model.layers, heads: trace.model.heads)
    }

    /// Stages one can ask for in any trace; one that did not run gives an unknown value, not an error.
    public static var knownStages: [String] { StageList.recordNames }

    /// In a question a stage's `-` is written `_`, since `-` subtracts.
    static func spelling(_ stage: String) -> String {
        String(decoding: stage.utf8.map { $0 == UInt8(ascii: "-") ? UInt8(ascii: "_") : $0 }, as: UTF8.self)
    }

    /// The stage written so in a question: `top_k`, `top-k` and `"top-k"` are one.
    func stage(spelled name: String) -> String? { meant(name, among: stages) }
}
