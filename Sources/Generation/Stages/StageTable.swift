// Which stages there are, when each is active, and the order they run in. Called by: StagePipeline.

internal import Traces

/// The stages by name.
public enum StageTable {
    /// Stages that run before those of the order unless the order names them.
    static let early = ["logit-bias", "banned-tokens", "no-repeat-n-gram", "dry"]
    /// Stages that run after those of the order unless the order names them.
    static let late = ["top-n-sigma", "typical-p", "epsilon", "eta", "xtc", Mirostat.stageName]

    /// Stages that shape what is drawn from; beam search without sampling leaves them out, as transformers does.
    static let samplingOnly: Set<String> = [
        "temperature", Greedy.stageName, "top-k", "top-p", "min-p", "top-n-sigma", "typical-p", "epsilon", "eta", "xtc",
        Mirostat.stageName,
    ]

    /// Every name that an order may hold, in the order in which they would all run by default.
    public static var names: [String] { early + Settings.defaultOrder + late }

    /// The stages that run for these settings, in order, and notes about those that cannot do anything.
    static func active(
        for settings: Settings, dryBreakers: DryBreakers
    ) throws(SettingsError) -> (stages: [any Stage], notes: [String]) {
        var seen: Set<String> = []
        for name in settings.order {
            if !names.contains(name) { throw .unknownStage(name: name, known: names) }
            if !seen.insert(name).inserted { throw .duplicateStage(name: name) }
        }
        var order = early.filter { !seen.contains($0) } + settings.order + late.filter { !seen.contains($0) }
        order.removeAll { $0 == Mirostat.stageName }
        order.append(Mirostat.stageName)
        var stages = order.compactMap { make($0, settings, dryBreakers) }
        if settings.beams > 1 && !settings.beamSample {
            let unused = stages.map(\.name).filter { samplingOnly.contains($0) }
            stages.removeAll { samplingOnly.contains($0.name) }
            // Greedy is left out without a word: it asks for the most probable, as beam search does.
            let named = unused.filter { $0 != Greedy.stageName }.joined(separator: ", ")
            return (stages, named.isEmpty ? [] : ["no effect in beam search without sampling: \(named)"])
        }
        var notes: [String] = []
        for name in Settings.defaultOrder where !seen.contains(name) && make(name, settings, dryBreakers) != nil {
            notes.append("\(name) does nothing: the order does not name it")
        }
        let names = stages.map(\.name)
        if let greedy = names.firstIndex(of: Greedy.stageName), greedy + 1 < names.count {
            notes.append(
                "no effect: \(names[(greedy + 1)...].joined(separator: ", ")), because temperature 0 (greedy) comes before "
                    + "and leaves one token")
        }
        if names.last == Mirostat.stageName, seen.contains(Mirostat.stageName), settings.order.last != names.last {
            notes.append("mirostat runs last, wherever the order names it: it ends with the draw")
        }
        return (stages, notes)
    }

    /// The stage of that name as the settings ask for it; nil when they leave it off.
    private static func make(_ name: String, _ settings: Settings, _ dryBreakers: DryBreakers) -> (any Stage)? {
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
        case "logit-bias": settings.logitBias.isEmpty ? nil : LogitBias(biases: settings.logitBias)
        case "banned-tokens": settings.bannedTokens.isEmpty ? nil : BannedTokens(ids: settings.bannedTokens)
        default: extra(name, settings, dryBreakers)
        }
    }

    /// The stages whose numbers stand in `settings.extra`.
    private static func extra(_ name: String, _ settings: Settings, _ dryBreakers: DryBreakers) -> (any Stage)? {
        func number(_ parameter: String) -> Double { settings.extraValue("\(name).\(parameter)") }
        switch name {
        case "no-repeat-n-gram":
            let size = Int(number("size"))
            return size == 0 ? nil : NoRepeatNGram(size: size)
        case "dry":
            if number("multiplier") == 0 || number("last-n") == 0 { return nil }
            return DRY(
                multiplier: number("multiplier"), base: number("base"), allowedLength: Int(number("allowed-length")),
                lastN: number("last-n") < 0 ? nil : Int(number("last-n")), breakers: dryBreakers)
        case "typical-p": return number("p") == 1 ? nil : TypicalP(p: number("p"))
        case "epsilon": return number("cutoff") == 0 ? nil : Epsilon(cutoff: number("cutoff"))
        case "eta": return number("cutoff") == 0 ? nil : Eta(cutoff: number("cutoff"))
        case "top-n-sigma": return number("n") == 0 ? nil : TopNSigma(n: number("n"))
        case "xtc":
            return number("probability") == 0
                ? nil : XTC(probability: number("probability"), threshold: number("threshold"))
        case Mirostat.stageName: return number("tau") == 0 ? nil : Mirostat(tau: number("tau"), eta: number("eta"))
        default: return nil
        }
    }
}
