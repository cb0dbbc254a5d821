// The record of a run: what every view, figure, question and lesson reads, and nothing else.
public import JSONText
public import Phrases

/// What a run does with its prompt.
public enum RunKind: String, Equatable, Sendable, CaseIterable {
    /// Goes on from it, one step for each token.
    case generate
    /// Says how well each of its tokens was foreseen, and makes no step.
    case score
    /// Says what could stand behind each of its masks. Its steps are the masks; no token is added.
    case fill
}

/// One run from prompt to text with every number on the way.
public struct Trace: Sendable {
    /// What `format` says in every trace.json.
    public static let format = "stepglass-trace"
    /// The version of trace.json that this program writes, and the latest it reads.
    public static let version = 1

    /// What the run did with its prompt.
    public var run = RunKind.generate
    /// The program that made the run.
    public var engine: EngineInfo
    /// The model that ran.
    public var model: ModelInfo
    /// Every option that shaped the run, defaults included.
    public var settings: Settings
    /// The prompt, and how it was cut into tokens.
    public var prompt: Prompt
    /// One for each generated token, in order; one for each mask where the run fills.
    public var steps: [Step]
    /// The generated text (without end tokens; cut before a stop string); where the run fills, the prompt with the best
    /// candidate in the place of each mask.
    public var text: String
    /// The tree of a beam search; nil for a run without one.
    public var beam: BeamTree?
    /// The attention weights of prompt and output; nil when not recorded.
    public var attention: AttentionRecord?
    /// The run this one was made from; nil for a run of its own.
    public var parent: Parent?
    /// Why the run ended before its time; nil for one that ended by itself (the last step's ``Step/finish`` says how).
    public var ended: EarlyEnd?
    /// The server that the numbers came from where another engine ran the model, and what of them it told: an object, see
    /// docs/engines.md. nil: this program ran the model.
    public var origin: JSONValue?
    /// What it cost.
    public var metrics: Metrics
    /// What context costs on the model; nil in records of earlier builds, and where the model's shape is not known.
    public var costs: ContextCosts?
    /// Notes for the reader: a stage order that makes a stage useless, why something was recorded in less detail.
    public var notes: [String]
    /// Recorded tensors that only `tensors.safetensors` holds; not read back from `trace.json`.
    public var tensors: TensorRecord

    /// A run from its parts; what is left out is empty, nil or 0.
    public init(
        engine: EngineInfo, model: ModelInfo, settings: Settings, prompt: Prompt, steps: [Step] = [], text: String = "",
        beam: BeamTree? = nil, attention: AttentionRecord? = nil, parent: Parent? = nil, metrics: Metrics = Metrics(),
        notes: [String] = [], tensors: TensorRecord = TensorRecord()
    ) {
        self.engine = engine
        self.model = model
        self.settings = settings
        self.prompt = prompt
        self.steps = steps
        self.text = text
        self.beam = beam
        self.attention = attention
        self.parent = parent
        self.metrics = metrics
        self.notes = notes
        self.tensors = tensors
    }

    /// The tokens of the whole context in order: prompt, then one for each step that made one.
    public var tokens: [Token] { prompt.tokens + generated.map { $0.token } }
}

/// What ended a run before its time. Its record is complete up to its last step.
public enum EarlyEnd: String, Equatable, Sendable, CaseIterable {
    /// Somebody asked it to end: Ctrl-C, a signal, a reader that went away.
    case interrupted
    /// A step failed: no token was left to choose, or the weights gave no number.
    case error

    /// What the run was ended by.
    public var phrase: Phrase {
        switch self {
        case .interrupted: Phrase("an interruption", "中斷")
        case .error: Phrase("an error", "錯誤")
        }
    }
}

/// Dense float tensors recorded on request.
public struct TensorRecord: Sendable {
    /// (step, vocabulary): the logits before and after all stages; a removed token is −∞ in `finalLogits`.
    public var rawLogits: [[Float]] = []
    /// (step, vocabulary), in the order of ``Trace/steps``; empty when not recorded.
    public var finalLogits: [[Float]] = []
    /// (layer 0…layers, position · hidden size): embedding first, then each layer's output; no final norm.
    public var hidden: [[Float]] = []

    /// Nothing recorded.
    public init() {}
}
