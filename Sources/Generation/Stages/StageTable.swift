// Which stages there are, when each is active, and the order they run in. Called by: StagePipeline.

internal import Traces

/// The stages by name.
public enum StageTable {
    /// Every name that an order may hold, in the order in which they would all run.
    public static let names = Settings.defaultOrder

    /// The stages that run for these settings, in order, and notes about those that cannot do anything.
    static func active(for settings: Settings) throws(SettingsError) -> (stages: [any Stage], notes: [String]) {
        var seen: Set<String> = []
        for name in settings.order {
            if !names.contains(name) { throw .unknownStage(name: name, known: names) }
            if !seen.insert(name).inserted { throw .duplicateStage(name: name) }
        }
        var stages: [any Stage] = []
        var notes: [String] = []
        for name in settings.order { if let stage = make(name, settings) { stages.append(stage) } }
        for name in Settings.defaultOrder where !settings.order.contains(name) && make(name, settings) != nil {
            notes.append("\(name) does nothing: the order does not name it")
        }
        if let greedy = stages.firstIndex(where: { $0.name == Greedy.stageName }), greedy + 1 < stages.count {
            let later = stages[(greedy + 1)...].map(\.name).joined(separator: ", ")
            notes.append("\(later): no effect, because temperature 0 (greedy) comes before and leaves one token")
        }
        return (stages, notes)
    }

    /// The stage of that name as the settings ask for it; nil when they leave it off.
    private static func make(_ name: String, _ settings: Settings) -> (any Stage)? {
        switch name {
        case "repetition-penalty":
            settings.repetitionPenalty == 1 ? nil : RepetitionPenalty(penalty: settings.repetitionPenalty)
        case "frequency-penalty":
            settings.frequencyPenalty == 0
                ? nil : FrequencyPenalty(penalty: settings.frequencyPenalty, scope: settings.penaltyScope)
        case "presence-penalty":
            settings.presencePenalty == 0
                ? nil : PresencePenalty(penalty: settings.presencePenalty, scope: settings.penaltyScope)
        case "temperature":
            if settings.temperature == 0 {
                Greedy()
            } else {
                settings.temperature == 1 ? nil : Temperature(temperature: settings.temperature)
            }
        case "top-k": settings.topK == 0 ? nil : TopK(k: settings.topK)
        case "top-p": settings.topP == 1 ? nil : TopP(p: settings.topP)
        case "min-p": settings.minP == 0 ? nil : MinP(p: settings.minP)
        default: nil
        }
    }
}
