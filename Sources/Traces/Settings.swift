// Every option that shapes a run. A run is a function of the model, the prompt and these.
public import JSONText

/// Which tokens the frequency and presence penalties count.
public enum PenaltyScope: String, Equatable, Sendable, CaseIterable {
    case prompt, output, both
}

public enum EarlyStopping: String, Equatable, Sendable, CaseIterable {
    case no = "false", yes = "true", never
}

/// What a run records beside its steps.
public enum RecordKind: String, Equatable, Sendable, CaseIterable {
    /// The attention weights of every layer and head.
    case attention
    /// The logits of every step, raw and final.
    case logits
    /// The hidden state after every layer, and what each layer would have said (logit lens).
    case hidden
    /// How well the model foresaw each prompt token.
    case prompt
}

/// The settings of a run, defaults included. Values are checked by `Generation` before a run; here they are data.
public struct Settings: Equatable, Sendable {
    public var chat = false
    public var system: String?
    /// The whole conversation of a chat, in place of a prompt and a system message: a list of objects. Nil when there is
    /// none, and then absent from the file, as are the next two.
    public var messages: JSONValue?
    /// Definitions of the tools that the model may call: a list of objects.
    public var tools: JSONValue?
    /// The date that the chat template was told, as YYYY-MM-DD; nil when it did not ask.
    public var date: String?
    public var maxTokens = 128
    public var minTokens = 0
    public var stop: [String] = []
    public var temperature: Double = 1
    public var topK = 0
    public var topP: Double = 1
    public var minP: Double = 0
    public var repetitionPenalty: Double = 1
    public var presencePenalty: Double = 0
    public var frequencyPenalty: Double = 0
    public var penaltyScope = PenaltyScope.output
    /// The names of the stages in the order they run.
    public var order: [String] = Settings.defaultOrder
    /// Further stages' numbers by "stage.parameter" ("typical-p.p"), in name order when written.
    public var extra: [String: Double] = [:]
    /// Added to a token's logit before all stages, by id.
    public var logitBias: [Int: Double] = [:]
    public var bannedTokens: [Int] = []
    public var dryBreakers: [String] = []
    /// The seed of PCG64, an unsigned 128-bit number in decimal digits.
    public var seed = "0"
    public var beams = 1
    public var beamGroups = 1
    public var beamDiversity: Double = 0
    public var beamSample = false
    public var lengthPenalty: Double = 1
    public var earlyStopping = EarlyStopping.no
    /// How many candidates a step lists.
    public var candidates = 50
    public var record: [RecordKind] = [.attention]
    /// Positions the cache may hold; 0 means the model's own context length.
    public var context = 0
    /// "exact": 32-bit float activations.
    public var precision = "exact"
    /// Attention heads whose output is set to zero, as "layer.head".
    public var ablated: [String] = []
    /// Tokens put in place of the choice, by step index.
    public var forced: [Int: Int] = [:]
    /// What was set anew while the run went on, by rising step; empty for most runs.
    public var changes: [SettingsChange] = []

    public static let defaultOrder = [
        "repetition-penalty", "frequency-penalty", "presence-penalty", "temperature", "top-k", "top-p", "min-p",
    ]

    public init() {}

    /// The settings that step `step` is made with: those of the last change up to it.
    public func at(step: Int) -> Settings {
        guard let change = changes.last(where: { $0.step <= step }) else { return withoutChanges }
        var settings = change.settings
        settings.forced = forced
        return settings
    }

    /// The settings that the run began with.
    public var withoutChanges: Settings {
        var settings = self
        settings.changes = []
        return settings
    }

    /// Puts the settings `later` in force from step `step` on, in place of all changes from there on.
    public mutating func change(to later: Settings, fromStep step: Int) {
        forced = later.forced
        changes.removeAll { $0.step >= step }
        if step == 0 {
            self = later.withoutChanges
        } else if later.withoutChanges != at(step: step) {
            changes.append(SettingsChange(step: step, settings: later))
        }
    }
}

/// Other settings from a step on: the stages with their numbers, the seed, and the heads that are off. What the run records
/// and where it ends stay as they were.
public struct SettingsChange: Equatable, Sendable {
    /// The first step made with them; at least 1.
    public var step: Int
    /// All settings; forced tokens stand in the run's own.
    public var settings: Settings

    public init(step: Int, settings: Settings) {
        self.step = step
        self.settings = settings
        self.settings.changes = []
        self.settings.forced = [:]
    }
}
