// The one list of stages, and which of them are active in what order. What speaks of stages elsewhere asks this list.
internal import Phrases
internal import Traces

/// All kinds of stages.
public enum StageList {
    /// In the order of the command's help. A new stage is a row here and its file beside the others.
    public static let all: [StageDescriptor] = [
        .raw, .logSoftmax, .minTokens,
        .temperature, .greedy, .topK, .topP, .minP,
        .repetitionPenalty, .presencePenalty, .frequencyPenalty,
        .logitBias, .bannedTokens, .noRepeatNGram,
        .typicalP, .epsilon, .eta, .topNSigma, .xtc,
        .topA,
        .pLess,
        .dry, .mirostat,
    ]

    /// The kind of that name; nil for names of no kind, which files may hold.
    public static func named(_ name: String) -> StageDescriptor? { all.first { $0.name == name } }

    /// Every option of the stages, in the order of the help.
    public static var parameters: [StageParameter] { all.flatMap { $0.parameters } }

    private static func names(_ phase: StagePhase) -> [String] { all.filter { $0.phase == phase }.map { $0.name } }

    /// Every name that an order may hold, in the order in which they would all run by default.
    public static var names: [String] {
        names(.early) + Settings.defaultOrder + names(.late) + names(.later) + names(.last)
    }

    /// Every name that a step's record may hold but "raw", which is no stage: those of the order first.
    public static var recordNames: [String] {
        Settings.defaultOrder
            + all.filter { $0.phase != .ordered && $0.effect != .none }.map { $0.name }
    }

    /// Every name in the order in which these settings would have all stages run.
    static func order(for settings: Settings) -> [String] {
        func unnamed(_ phase: StagePhase) -> [String] { names(phase).filter { !settings.order.contains($0) } }
        let last = names(.last)
        let order = unnamed(.early) + settings.order + unnamed(.late) + unnamed(.later)
        return order.filter { !last.contains($0) } + last
    }

    /// The stages that run for these settings, in order, and notes about those that cannot do anything.
    static func active(
        for request: StageRequest
    ) throws(SettingsError) -> (stages: [Stage], notes: [String]) {
        let settings = request.settings
        var seen: Set<String> = []
        for name in settings.order {
            if !names.contains(name) { throw .unknownStage(name: name, known: names) }
            if !seen.insert(name).inserted { throw .duplicateStage(name: name) }
        }
        var stages = order(for: settings).compactMap { named($0)?.make(request) }
        if settings.beams > 1 && !settings.beamSample {
            let unused = stages.filter { named($0.name)?.isSamplingOnly == true }
            stages.removeAll { named($0.name)?.isSamplingOnly == true }
            // Greedy is left out without a word: it asks for the most probable, as beam search does.
            let told = unused.filter { !$0.leavesOne }.map { $0.name }.joined(separator: ", ")
            return (stages, told.isEmpty ? [] : [StageNotes.unusedInBeams.filled(told).english])
        }
        return (stages, notes(stages, order: settings.order, request))
    }

    private static func notes(_ stages: [Stage], order: [String], _ request: StageRequest) -> [String] {
        var notes: [String] = []
        for name in Settings.defaultOrder where !order.contains(name) && named(name)?.make(request) != nil {
            notes.append(StageNotes.notInOrder.filled(name).english)
        }
        let names = stages.map { $0.name }
        if let greedy = stages.firstIndex(where: { $0.leavesOne }), greedy + 1 < names.count {
            let behind = names[(greedy + 1)...].joined(separator: ", ")
            notes.append(StageNotes.behindGreedy.filled(behind).english)
        }
        if let name = names.last, named(name)?.phase == .last, order.contains(name), order.last != name {
            notes.append(StageNotes.runsLast.filled(name).english)
        }
        return notes
    }
}

extension StageDescriptor {
    /// The beginning of every record: the logits as the model gave them.
    static let raw = StageDescriptor(
        "raw", .implicit, .none, isSamplingOnly: false, label: Phrase("raw", "原始"), inText: Phrase("raw", "原始"),
        formulas: [])
}
