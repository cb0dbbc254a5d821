// What a recorded step can be chosen from once more: all its logits, or the listed ones with the two extremes that the
// others may be.
internal import ElementaryFunctions
internal import Stages
internal import Traces

/// The draw where a record does not tell its seed's numbers.
private let middle = 0.5

/// A step with what stood before its stages.
struct ChoiceBasis {
    let step: Step
    /// One situation with all logits; or two, with the others spread evenly and packed as high as they may be.
    private let situations: [ChoiceSituation]
    /// How many tokens that are not listed were in play.
    private let unlisted: Int
    /// Whether a penalty could move a token that is not listed.
    private let historyIsListed: Bool
    /// What the seed would have drawn.
    let nextUniform: Double

    /// - Parameter situation: what the stages had before them; nil takes what the record tells.
    init(_ step: Step, of trace: Trace, situation: ChoiceSituation?) {
        self.step = step
        var known = situation
        if known == nil, case .known(let recorded) = RecordedSituation(step: step.index, of: trace) { known = recorded }
        let generator = known?.state.generator ?? RecordedSituation.generator(before: step.index, in: trace)
        var next = generator
        nextUniform = next?.uniform() ?? middle
        if let known {
            (situations, unlisted, historyIsListed) = ([known], 0, true)
            return
        }
        let history = History(
            prompt: trace.prompt.tokens.map { $0.id }, output: trace.steps[..<step.index].map { $0.token.id })
        let listed = Set(step.candidates.map { $0.id })
        historyIsListed = (history.prompt + history.output).allSatisfy { listed.contains($0) }
        let others = UnlistedLogits(of: step, vocabularySize: trace.model.vocabularySize)
        unlisted = others.count
        let state = ChoiceState(
            generator: generator ?? PCG64(state: 0, increment: 1),
            surpriseBound: step.stages.first { $0.name == "mirostat" }?.parameters.first { $0.name == "mu" }?.value)
        situations = [others.spread, others.packed].map { logits in
            ChoiceSituation(
                logits: logits, history: history, state: state, settings: trace.settings.at(step: step.index),
                endTokens: RecordedSituation.barred(at: step, in: trace) ?? [])
        }
    }

    /// The step with these settings, and how far its probabilities may be off.
    func choose(
        _ settings: Settings, uniform: Double, bytes: (Int) -> [UInt8]?
    ) throws(DebuggingError) -> (step: Step, bound: Double?, notes: [String]) {
        var found: [Step] = []
        var notes: [String] = []
        for situation in situations {
            var situation = situation
            situation.settings = settings
            do throws(StagesError) {
                let (choice, remarks) = try situation.choose(uniform: uniform) { known($0, bytes) }
                found.append(made(choice))
                notes = remarks
            } catch {
                throw .command(error.phrase)
            }
        }
        guard found.count == 2 else { return (found[0], 0, notes) }
        return (
            found[0],
            Self.bound(
                found[0], found[1], settings, unlisted, listed: Set(step.candidates.map { $0.id }), historyIsListed),
            notes
        )
    }

    /// What stood before top-p; nil where it does not run.
    func stairs(
        _ settings: Settings, uniform: Double, bytes: (Int) -> [UInt8]?
    ) throws(DebuggingError) -> Stairs? {
        guard settings.topP < 1, settings.temperature != 0,
            let place = settings.order.firstIndex(of: "top-p")
        else { return nil }
        // What the order names from top-p on does not run, nor what comes behind the order by itself.
        var before = settings
        before.order = Array(settings.order[..<place])
        let behind = StageList.all.filter {
            [.late, .later, .last].contains($0.phase) && !before.order.contains($0.name)
        }
        before.extra = settings.extra.filter { entry in !behind.contains { entry.key.hasPrefix($0.name + ".") } }
        let step = try choose(before, uniform: uniform, bytes: bytes).step
        let treads = step.candidates.filter { $0.probability > 0 }
            .sorted { $0.probability > $1.probability || ($0.probability == $1.probability && $0.id < $1.id) }
            .map { Stairs.Tread(id: $0.id, share: $0.probability) }
        return Stairs(p: settings.topP, treads: treads)
    }

    /// A token's bytes and text: as the step lists it, else as the run knows it.
    private func known(_ id: Int, _ bytes: (Int) -> [UInt8]?) -> (bytes: [UInt8], text: String) {
        if let candidate = step.candidates.first(where: { $0.id == id }) { return (candidate.bytes, candidate.text) }
        let bytes = bytes(id) ?? []
        return (bytes, String(validating: bytes, as: UTF8.self) ?? "")
    }

    /// The recorded step with another choice in it.
    private func made(_ choice: StepChoice) -> Step {
        var made = step
        var choice = choice
        if situations.count == 2 { Self.forgetUnlisted(&choice, listed: step) }
        if choice.id != step.token.id {
            let chosen = choice.chosen
            let start = step.token.start
            made.token = Token(
                id: choice.id, bytes: chosen?.bytes ?? [], text: chosen?.text ?? "", start: start,
                end: start + (chosen?.bytes.count ?? 0), special: false)
            made.finish = nil
        }
        (made.stages, made.candidates, made.tail) = (choice.stages, choice.candidates, choice.tail)
        (made.entropyBitsRaw, made.entropyBitsFinal) = (choice.entropyBitsRaw, choice.entropyBitsFinal)
        (made.logSumExp, made.draw) = (choice.logSumExp, choice.draw)
        return made
    }

    /// Which of the tokens that the record does not list was drawn nobody knows: it is one of them, without a name.
    private static func forgetUnlisted(_ choice: inout StepChoice, listed step: Step) {
        guard let place = choice.candidates.firstIndex(where: { $0.id == choice.id }),
            !step.candidates.contains(where: { $0.id == choice.id })
        else { return }
        let other = choice.candidates.remove(at: place)
        choice.tail.count += 1
        choice.tail.rawProbability += other.rawProbability
        choice.tail.probability += other.probability
    }

    /// How far apart the two extremes are; nil where the truth need not lie between them.
    ///
    /// Σ e^(x/T) over tokens of known Σ e^x lies between the even and the packed ones, and every probability falls as that
    /// sum grows. That no longer holds once a stage cuts among the tokens that are not listed, looks at more than their
    /// sum, or moves one of them.
    private static func bound(
        _ spread: Step, _ packed: Step, _ settings: Settings, _ unlisted: Int, listed: Set<Int>,
        _ historyIsListed: Bool
    ) -> Double? {
        for (place, stage) in spread.stages.enumerated().dropFirst() {
            switch StageList.named(stage.name)?.effect {
            case .scales, .best, .normalizes, .bars: break
            case .shifts where historyIsListed: break
            case .threshold where stage.name != "top-n-sigma" && stage.name != "eta" && stage.name != "mirostat": break
            default: return nil
            }
            for step in [spread, packed] where step.stages.indices.contains(place) {
                let inPlay = step.candidates.count { $0.logits[place] != nil }
                let others = step.stages[place].kept - inPlay
                // A chosen token of the record from beyond its list need not be listed anew: it is one of the others.
                let all = unlisted + listed.count - step.candidates.count { listed.contains($0.id) }
                if others != 0 && others != all { return nil }
            }
        }
        let few = [spread, packed].map { step in step.candidates.filter { $0.probability > 0 } }.sorted {
            $0.count < $1.count
        }
        let (small, large) = (few[0].byID(), few[1].byID())
        guard small.keys.allSatisfy({ large[$0] != nil }) else { return nil }
        var distance = abs(spread.tail.probability - packed.tail.probability)
        let own = spread.candidates.byID()
        func compare(_ shares: [Int: Double]) {
            for (id, candidate) in own { distance = max(distance, abs(candidate.probability - (shares[id] ?? 0))) }
        }
        compare(packed.candidates.byID().mapValues { $0.probability })
        // A cut that moves lets tokens in one by one, and the last one in has most then: each set between is looked at.
        if small.count < large.count {
            let ordered = few[1].sorted { ($0.probability, -$0.id) > ($1.probability, -$1.id) }
            for count in small.count...large.count {
                let sum = ordered[..<count].reduce(0) { $0 + $1.probability }
                var shares: [Int: Double] = [:]
                for candidate in ordered[..<count] { shares[candidate.id] = candidate.probability / sum }
                compare(shares)
            }
        }
        return distance
    }
}

/// Logits of the whole vocabulary in which the listed tokens have theirs, and the others what their recorded mass allows.
struct UnlistedLogits {
    /// How many others are in play.
    let count: Int
    /// The others all alike: the largest sum at any temperature above 1, the smallest below.
    let spread: [Float]
    /// As many as fit at the height of the last listed one, nothing in the rest: the other extreme.
    let packed: [Float]

    init(of step: Step, vocabularySize: Int) {
        var logits = [Float](repeating: -.infinity, count: vocabularySize)
        var isListed = [Bool](repeating: false, count: vocabularySize)
        // The list goes down by rank without a gap; a chosen token of a lower rank may stand behind it.
        var lowest = Float.infinity
        for (place, candidate) in step.candidates.enumerated() where logits.indices.contains(candidate.id) {
            isListed[candidate.id] = true
            guard let raw = candidate.logits.first.flatMap({ $0 }) else { continue }
            logits[candidate.id] = raw
            if candidate.rank == place + 1 { lowest = raw }
        }
        let listedInPlay = step.candidates.count { $0.logits.first.flatMap { $0 } != nil }
        let count = max(0, (step.stages.first?.kept ?? 0) - listedInPlay)
        self.count = count
        let others = Array(logits.indices.lazy.filter { !isListed[$0] }.prefix(count))
        (spread, packed) = Self.extremes(logits, others, below: lowest, step)
    }

    private static func extremes(
        _ logits: [Float], _ others: [Int], below lowest: Float, _ step: Step
    ) -> (spread: [Float], packed: [Float]) {
        var (spread, packed) = (logits, logits)
        // A little less than the last listed one, so that none takes its place in the list.
        let top = lowest.nextDown
        let mass = step.tail.rawProbability
        // So far below that it has no part at any temperature, and yet is in play.
        let nothing = Float(step.logSumExp) - 1e7
        let even =
            mass > 0 ? Float(step.logSumExp + Double.log(mass / Double(max(1, others.count)))) : nothing
        let one = Double.exp(Double(top) - step.logSumExp)
        var left = mass
        for id in others {
            spread[id] = min(top, even)
            if left >= one {
                packed[id] = top
                left -= one
            } else {
                packed[id] = left > 0 ? min(top, Float(step.logSumExp + Double.log(left))) : nothing
                left = 0
            }
        }
        return (spread, packed)
    }
}
