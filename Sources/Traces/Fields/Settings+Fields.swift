// The fields of the settings. Each names the option that sets it, as people know it, and whether it may change on the way.
import JSONText

extension Settings {
    /// A setting that a file does not name keeps its default: files may be older than the setting.
    static let table = FieldTable<Settings>(
        "settings",
        "Every option that shaped the run, defaults included. The run is a function of the model, the prompt and these.",
        blank: Settings(), keepsBlanks: true,
        textFields + samplingFields + beamFields + recordFields + chatFields + [changesField])

    private static let textFields: [Field<Settings>] = [
        Field(
            "chat", .flag, "The prompt was put into the model's chat template.", { $0.chat }, { $0.chat = $1 },
            name: "chat"),
        Field("system", .typed, "The system message of a chat.", { $0.system }, { $0.system = $1 }, name: "system"),
        Field(
            "special", .flag, "Control tokens in the text were matched as such; absent where the text stayed text.",
            { $0.special }, { $0.special = $1 }, presence: .unless { !$0.special }, name: "special"),
        Field("maxTokens", .count, { $0.maxTokens }, { $0.maxTokens = $1 }, name: "max-tokens"),
        Field(
            "minTokens", .count, "While fewer are out, end tokens have the logit −∞.",
            { $0.minTokens }, { $0.minTokens = $1 }, name: "min-tokens", changesOnTheWay: true),
        Field(
            "stop", .typed, "Generation ends where one of these appears.", { $0.stop }, { $0.stop = $1 }, name: "stop"),
    ]

    private static let samplingFields: [Field<Settings>] = [
        Field(
            "temperature", .number, "0: greedy, no draw.", { $0.temperature }, { $0.temperature = $1 },
            name: "temperature", changesOnTheWay: true),
        Field("topK", .count, "0: off.", { $0.topK }, { $0.topK = $1 }, name: "top-k", changesOnTheWay: true),
        Field("topP", .number, "1: off.", { $0.topP }, { $0.topP = $1 }, name: "top-p", changesOnTheWay: true),
        Field("minP", .number, "0: off.", { $0.minP }, { $0.minP = $1 }, name: "min-p", changesOnTheWay: true),
        Field(
            "repetitionPenalty", .number, "1: off.", { $0.repetitionPenalty }, { $0.repetitionPenalty = $1 },
            name: "repetition-penalty", changesOnTheWay: true),
        Field(
            "presencePenalty", .number, "0: off.", { $0.presencePenalty }, { $0.presencePenalty = $1 },
            name: "presence-penalty", changesOnTheWay: true),
        Field(
            "frequencyPenalty", .number, "0: off.", { $0.frequencyPenalty }, { $0.frequencyPenalty = $1 },
            name: "frequency-penalty", changesOnTheWay: true),
        Field(
            "penaltyScope", .word, "Which tokens the frequency and presence penalties count.",
            { $0.penaltyScope }, { $0.penaltyScope = $1 }, name: "penalty-scope", changesOnTheWay: true),
        Field(
            "order", .order, "The stages in the order they run.", { $0.order }, { $0.order = $1 }, name: "order",
            changesOnTheWay: true),
        Field(
            "extra", .numbers, "Numbers of further stages, by stage.parameter.", { $0.extra }, { $0.extra = $1 },
            name: "extra", changesOnTheWay: true),
        Field(
            "logitBias", .biases, "By token id, added to its logit before all stages; null is −∞.",
            { $0.logitBias }, { $0.logitBias = $1 }, name: "logit-bias", changesOnTheWay: true),
        Field(
            "bannedTokens", .tokens, { $0.bannedTokens }, { $0.bannedTokens = $1 }, name: "banned-tokens",
            changesOnTheWay: true),
        Field(
            "dryBreakers", .typed, { $0.dryBreakers }, { $0.dryBreakers = $1 }, name: "dry-breaker",
            changesOnTheWay: true),
        Field(
            "seed", .seed, "Seed of PCG64 as NumPy takes it; above 2^53 as a string of digits, up to 128 bits.",
            { $0.seed }, { $0.seed = $1 }, name: "seed", changesOnTheWay: true),
    ]

    private static let beamFields: [Field<Settings>] = [
        Field("beams", .size, "1: no beam search.", { $0.beams }, { $0.beams = $1 }, name: "beams"),
        Field("beamGroups", .size, { $0.beamGroups }, { $0.beamGroups = $1 }, name: "beam-groups"),
        Field("beamDiversity", .number, { $0.beamDiversity }, { $0.beamDiversity = $1 }, name: "beam-diversity"),
        Field("beamSample", .flag, { $0.beamSample }, { $0.beamSample = $1 }, name: "beam-sample"),
        Field(
            "lengthPenalty", .number, "A hypothesis scores its sum of log-probabilities / length ^ this.",
            { $0.lengthPenalty }, { $0.lengthPenalty = $1 }, name: "length-penalty"),
        Field("earlyStopping", .word, { $0.earlyStopping }, { $0.earlyStopping = $1 }, name: "early-stopping"),
    ]

    private static let recordFields: [Field<Settings>] = [
        Field(
            "candidates", .count, "How many candidates a step lists.", { $0.candidates }, { $0.candidates = $1 },
            name: "candidates"),
        Field(
            "record", .kinds, "What was recorded beside the steps.", { $0.record }, { $0.record = $1 }, name: "record"),
        Field(
            "context", .count, "Positions the cache may hold; 0: the model's own context length.",
            { $0.context }, { $0.context = $1 }, name: "context"),
        Field(
            "precision", .text, "exact: 32-bit float activations.", { $0.precision }, { $0.precision = $1 },
            name: "precision"),
        Field(
            "ablated", .heads, "Attention heads set to zero, as layer.head.", { $0.ablated }, { $0.ablated = $1 },
            name: "ablated", changesOnTheWay: true),
        Field(
            "dropped", .positions,
            "Positions whose key and value no later token finds in the cache; absent where all are found.",
            { $0.dropped }, { $0.dropped = $1 }, presence: .unless { $0.dropped.isEmpty }, name: "dropped",
            changesOnTheWay: true),
        Field(
            "forced", .tokensByStep, "By step index, the token put in place of the choice.",
            { $0.forced }, { $0.forced = $1 }, name: "forced"),
    ]

    /// Only in the files of chats that have them.
    private static let chatFields: [Field<Settings>] = [
        Field(
            "messages", .objects,
            "The whole conversation of a chat, as it was given; absent where the prompt is the user's message.",
            { $0.messages }, { $0.messages = $1 }, presence: .unless { $0.messages == nil }, name: "messages"),
        Field(
            "tools", .objects, "Definitions of the tools that the model may call; absent where there are none.",
            { $0.tools }, { $0.tools = $1 }, presence: .unless { $0.tools == nil }, name: "tools"),
        Field(
            "date", .date, "The date that the chat template was told; absent where it did not ask.",
            { $0.date }, { $0.date = $1 }, presence: .unless { $0.date == nil }, name: "date"),
    ]

    /// Without a name: differences tell of each change by what it changes.
    private static let changesField = Field<Settings>(
        "changes", .changes,
        "What was set anew while the run went on, by rising step; absent for most runs.",
        { $0.changes }, { $0.changes = $1 }, presence: .unless { $0.changes.isEmpty },
        check: { (run) throws(TraceError) in
            var last = 0
            for (place, change) in run.changes.enumerated() {
                if change.step <= last {
                    throw .field(
                        path: "[\(place)].step", problem: "is \(change.step), not above \(last), the one before")
                }
                last = change.step
                if change.fits(run) { continue }
                throw .field(path: "[\(place)].settings", problem: "changes what cannot change on the way")
            }
        })
}

extension Form where Value == [SettingsChange] {
    /// The table of a change and that of the settings name each other: looked up once both are made.
    fileprivate static var changes: Form {
        let change = Form<SettingsChange>(
            .object("settingsChange"),
            write: { change, json, extent in SettingsChange.table.write(change, &json, extent) },
            read: { (value, bounds) throws(TraceError) in try SettingsChange.table.read(value, bounds) })
        return .list(change)
    }
}

extension SettingsChange {
    static let table = FieldTable<SettingsChange>(
        "settingsChange",
        "Other settings from a step on: the stages, the seed, the ablated heads and the dropped positions may differ.",
        blank: SettingsChange(step: 0, settings: Settings()),
        [
            Field("step", .laterStep, "The first step made with them.", { $0.step }, { $0.step = $1 }),
            Field(
                "settings", .object("settings"),
                write: { change, json, extent in Settings.table.write(change.settings, &json, extent) },
                read: { (value, change, bounds) throws(TraceError) in
                    // Before it is read: a change inside a change inside a change has no end.
                    if value["changes"] != nil {
                        throw .field(path: "changes", problem: "stands inside another change")
                    }
                    let settings = try Settings.table.read(value, bounds)
                    if !settings.forced.isEmpty { throw .field(path: "forced", problem: "stands inside a change") }
                    change = SettingsChange(step: change.step, settings: settings)
                }),
        ])

    /// Whether it leaves alone what cannot change on the way.
    func fits(_ run: Settings) -> Bool {
        var rest = settings
        for field in Settings.table.fields { field.copy?(run, &rest) }
        // Both stand in the run's own settings alone.
        (rest.forced, rest.changes) = (run.forced, run.changes)
        return rest == run
    }
}
