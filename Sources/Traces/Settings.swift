// Every option that shapes a run. A run is a function of the model, the prompt and these.
public import JSONText

/// Which tokens the frequency and presence penalties count.
public enum PenaltyScope: String, Equatable, Sendable, CaseIterable {
    /// The prompt's tokens alone, the generated ones alone (the default), or all.
    case prompt, output, both
}

/// When a beam search ends with as many finished hypotheses as beams, with transformers' meaning.
public enum EarlyStopping: String, Equatable, Sendable, CaseIterable {
    /// `no`: when no open hypothesis would now score better than the worst finished one; `yes`: at once; `never`:
    /// when none could, were it to run to the length limit at no cost (with a length penalty above 0; else as `no`).
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
    /// What each part of the pass behind a step added to the residual stream, and to the logit of the step's token.
    case residual
    /// How well the model foresaw each prompt token.
    case prompt
}

/// The settings of a run, defaults included. Values are checked by `Generation` before a run; here they are data.
public struct Settings: Equatable, Sendable {
    /// The prompt was put into the model's chat template.
    public var chat = false
    /// The system message of a chat; nil puts none before the user's, and leaves it to the template.
    public var system: String?
    /// The whole conversation of a chat, in place of a prompt and a system message: a list of objects. Nil when there is
    /// none, and then absent from the file, as are the next two.
    public var messages: JSONValue?
    /// Definitions of the tools that the model may call: a list of objects.
    public var tools: JSONValue?
    /// The date that the chat template was told, as YYYY-MM-DD; nil when it did not ask.
    public var date: String?
    /// Control tokens that stand in the text are matched as such; without it a text holds none.
    public var special = false
    /// The most tokens to generate; 0 scores the prompt and generates none.
    public var maxTokens = 128
    /// While fewer are out, end tokens have the logit −∞ before the stages run.
    public var minTokens = 0
    /// Texts that end the generation where the first of them appears, also across tokens.
    public var stop: [String] = []
    /// Logits are divided by it; 0 is greedy: the largest logit, and no draw.
    public var temperature: Double = 1
    /// How many of the largest logits stay, ties at the edge with them; 0 is off.
    public var topK = 0
    /// The smallest set of the most probable tokens whose probabilities reach it stays; 1 is off.
    public var topP: Double = 1
    /// Tokens with at least this share of the largest probability stay; 0 is off.
    public var minP: Double = 0
    /// Divides the positive logits, multiplies the negative ones of tokens seen in prompt or output; 1 is off
    /// (Keskar et al. 2019).
    public var repetitionPenalty: Double = 1
    /// Taken once from the logit of each token that the scope counts at all; 0 is off.
    public var presencePenalty: Double = 0
    /// Taken from a token's logit as many times as the scope counts it; 0 is off.
    public var frequencyPenalty: Double = 0
    /// Which tokens the presence and frequency penalties count.
    public var penaltyScope = PenaltyScope.output
    /// The names of the stages in the order they run.
    public var order: [String] = Settings.defaultOrder
    /// Further stages' numbers by "stage.parameter" ("typical-p.p"), in name order when written.
    public var extra: [String: Double] = [:]
    /// Added to a token's logit before all stages, by id.
    public var logitBias: [Int: Double] = [:]
    /// Ids that their stage removes in every step.
    public var bannedTokens: [Int] = []
    /// Texts across which the stage DRY sees no repetition.
    public var dryBreakers: [String] = []
    /// The seed of PCG64, an unsigned 128-bit number in decimal digits.
    public var seed = "0"
    /// Hypotheses that are open at a time; 1 is no beam search.
    public var beams = 1
    /// Groups of beams that choose one after the other (Vijayakumar et al. 2018); divides `beams`, 1 is off.
    public var beamGroups = 1
    /// What a token loses in the ranking for each earlier group's beam that took it in the same step.
    public var beamDiversity: Double = 0
    /// Beams draw their continuations instead of taking the best.
    public var beamSample = false
    /// A hypothesis scores its sum of log-probabilities ÷ length ^ this.
    public var lengthPenalty: Double = 1
    /// When a beam search ends.
    public var earlyStopping = EarlyStopping.no
    /// How many candidates a step lists.
    public var candidates = 50
    /// What is recorded beside the steps.
    public var record: [RecordKind] = [.attention]
    /// Positions the cache may hold; 0 means the model's own context length.
    public var context = 0
    /// "exact": 32-bit float activations.
    public var precision = "exact"
    /// Attention heads whose output is set to zero, as "layer.head".
    public var ablated: [String] = []
    /// Positions whose key and value are lost to all later tokens: a damaged cache. A token still sees its own.
    public var dropped: [Int] = []
    /// Tokens put in place of the choice, by step index.
    public var forced: [Int: Int] = [:]
    /// What was set anew while the run went on, by rising step; empty for most runs.
    public var changes: [SettingsChange] = []

    /// The order of the stages when none is asked for; the draw comes after them.
    public static let defaultOrder = [
        "repetition-penalty", "frequency-penalty", "presence-penalty", "temperature", "top-k", "top-p", "min-p",
    ]

    /// Every option at its default.
    public init() {}

    /// The settings that step `step` is made with: those of the last change up to it.
    public func at(step: Int) -> Settings {
        // By halves: a run may have as many changes as steps, and this is asked for each of them.
        var (low, high) = (0, changes.count)
        while low < high {
            let middle = (low + high) / 2
            if changes[middle].step <= step { low = middle + 1 } else { high = middle }
        }
        if low == 0 { return withoutChanges }
        var settings = changes[low - 1].settings
        settings.forced = forced
        return settings
    }

    /// Whether the forward pass is the same as with `other`: the heads that are off, and the entries that are lost.
    public func passesAlike(_ other: Settings) -> Bool { ablated == other.ablated && dropped == other.dropped }

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

    /// A change from `step` on; the later changes and forced tokens of `settings` are left out.
    public init(step: Int, settings: Settings) {
        self.step = step
        self.settings = settings
        self.settings.changes = []
        self.settings.forced = [:]
    }
}
