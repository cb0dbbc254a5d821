// One token's way through the stages of a step, and the same with a number changed. What comes before the changed stage
// is not run again.
internal import Traces

/// What becomes of a token.
enum Fate: Equatable {
    /// In play after all stages.
    case stays
    /// By the stage of that name; "raw" where the model itself gave −∞.
    case removed(by: String)
    /// The settings are refused, or leave no token at all.
    case impossible
}

/// A token on its way.
struct Passage {
    /// What went into a stage.
    private struct Input {
        var distribution: Distribution
        var context: StageContext
    }

    private let situation: ChoiceSituation
    private let token: Int
    let fate: Fate
    /// The token's probability after the last stage; 0 when it was removed.
    let probability: Double
    private let stages: [Stage]
    /// Every stage's name in the order of the settings.
    private let order: [String]
    /// What went into each stage up to the one that removed the token; behind the last one what came out, if it stays.
    private let inputs: [Input]

    /// - Returns: nil when no run could have these settings or logits.
    init?(_ situation: ChoiceSituation, token: Int) {
        let raw = Distribution(situation.logits)
        guard situation.logits.indices.contains(token), raw.isSound, raw.keptCount > 0 else { return nil }
        let state = situation.state
        let first = Input(
            distribution: raw,
            context: StageContext(
                history: situation.history, generator: state.generator, surpriseBound: state.surpriseBound))
        guard let stages = Self.stages(of: situation) else { return nil }
        let order = StageList.order(for: situation.settings)
        self.init(situation, token, stages, order, known: [first], keepsInputs: true)
    }

    /// - Parameter known: what went into the first stages.
    private init(
        _ situation: ChoiceSituation, _ token: Int, _ stages: [Stage], _ order: [String], known: [Input],
        keepsInputs: Bool
    ) {
        (self.situation, self.token, self.stages, self.order) = (situation, token, stages, order)
        var inputs = known
        var (fate, probability) = (Fate.stays, 0.0)
        var current = known[known.count - 1]
        if !current.distribution.isKept(token) { fate = .removed(by: "raw") }
        for place in (known.count - 1)..<stages.count where fate == .stays {
            _ = stages[place].apply(to: &current.distribution, &current.context)
            if current.distribution.keptCount == 0 || current.distribution.maximum() == .infinity {
                fate = .impossible
            } else if !current.distribution.isKept(token) {
                fate = .removed(by: stages[place].name)
            } else if keepsInputs {
                inputs.append(current)
            }
        }
        if fate == .stays {
            probability = current.distribution.sums().probability(current.distribution.logits[token])
        }
        (self.fate, self.probability) = (fate, probability)
        self.inputs = keepsInputs ? inputs : []
    }

    private static func stages(of situation: ChoiceSituation) -> [Stage]? {
        do { return try situation.pipeline().stages(at: situation.history.output.count) } catch { return nil }
    }

    var settings: Settings { situation.settings }
    var vocabularySize: Int { situation.logits.count }
    var history: History { situation.history }

    /// The passage with other settings, which differ from these in numbers of one kind of stage alone. They must be in
    /// their ranges.
    ///
    /// - Parameter keepsInputs: it is to be changed further.
    func with(_ settings: Settings, of kind: StageDescriptor, keepsInputs: Bool = false) -> Passage {
        precondition(!inputs.isEmpty, "a passage that keeps nothing cannot be changed")
        var other = situation
        other.settings = settings
        let (place, isThere) = self.place(of: kind)
        // The token goes before the change comes into play.
        if place >= inputs.count { return self }
        var after = stages
        if isThere { after.remove(at: place) }
        if let stage = other.stage(kind) { after.insert(stage, at: place) }
        return Passage(other, token, after, order, known: Array(inputs[...place]), keepsInputs: keepsInputs)
    }

    /// Whether the token comes as far as the kind's stage.
    func reaches(_ kind: StageDescriptor) -> Bool { place(of: kind).place < inputs.count }

    /// Where the kind's stage runs, or would run.
    func place(of kind: StageDescriptor) -> (place: Int, isThere: Bool) {
        let own = kind.effect == .scales ? [kind.name, StageDescriptor.greedy.name] : [kind.name]
        if let place = stages.firstIndex(where: { own.contains($0.name) }) { return (place, true) }
        let names = order[((order.firstIndex(of: kind.name) ?? order.count - 1) + 1)...]
        return (stages.firstIndex { names.contains($0.name) } ?? stages.count, false)
    }
}

extension ChoiceSituation {
    /// The stage of a kind as these settings have it at this step; nil where it does not run.
    fileprivate func stage(_ kind: StageDescriptor) -> Stage? {
        if kind.name == StageDescriptor.minTokens.name {
            if history.output.count >= settings.minTokens { return nil }
            return Stage(kind.name, MinTokens(minTokens: settings.minTokens, endTokens: endTokens).apply)
        }
        return kind.make(StageRequest(settings: settings, dryBreakers: dryBreakers))
    }
}
