// What a recorded step can be chosen from once more: all its logits, or the listed ones with what the record keeps of the
// others.
internal import Stages
internal import Traces

/// The draw where a record does not tell its seed's numbers.
private let middle = 0.5

/// A step with what stood before its stages.
struct ChoiceBasis {
    let step: Step
    /// All logits; or those of the listed tokens, and of the others what is likeliest.
    private let situation: ChoiceSituation
    /// The others; nil where all logits are known.
    private let unlisted: UnlistedLogits?
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
            (self.situation, unlisted) = (known, nil)
            return
        }
        let others = UnlistedLogits(
            of: step, seen: trace.unlistedSeen(before: step), vocabularySize: trace.model.vocabularySize)
        let state = ChoiceState(
            generator: generator ?? PCG64(state: 0, increment: 1),
            surpriseBound: step.stages.first { $0.name == "mirostat" }?.parameters.first { $0.name == "mu" }?.value)
        self.situation = ChoiceSituation(
            logits: others.likely,
            history: History(
                prompt: trace.prompt.tokens.map { $0.id }, output: trace.steps[..<step.index].map { $0.token.id }),
            state: state, settings: trace.settings.at(step: step.index),
            endTokens: RecordedSituation.barred(at: step, in: trace) ?? [])
        unlisted = others
    }

    /// The step with these settings, and how far its probabilities may be off.
    func choose(
        _ settings: Settings, uniform: Double, bytes: (Int) -> [UInt8]?
    ) throws(DebuggingError) -> (step: Step, bound: Double?, notes: [String]) {
        let (step, notes) = try shown(settings, uniform: uniform, bytes: bytes)
        guard let unlisted else { return (step, 0, notes) }
        var situation = situation
        situation.settings = settings
        return (step, ChoiceEnclosure(situation, unlisted)?.distance(from: step), notes)
    }

    private func shown(
        _ settings: Settings, uniform: Double, bytes: (Int) -> [UInt8]?
    ) throws(DebuggingError) -> (step: Step, notes: [String]) {
        var situation = situation
        situation.settings = settings
        do throws(StagesError) {
            let (choice, notes) = try situation.choose(uniform: uniform) { known($0, bytes) }
            return (made(choice), notes)
        } catch {
            throw .command(error.phrase)
        }
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
        let step = try shown(before, uniform: uniform, bytes: bytes).step
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
        if let unlisted { Self.forget(&choice, unlisted) }
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

    /// Which of the tokens without a name was drawn nobody knows: it is one of them.
    private static func forget(_ choice: inout StepChoice, _ unlisted: UnlistedLogits) {
        guard unlisted.isNameless[choice.id], let place = choice.candidates.firstIndex(where: { $0.id == choice.id })
        else { return }
        let other = choice.candidates.remove(at: place)
        choice.tail.count += 1
        choice.tail.rawProbability += other.rawProbability
        choice.tail.probability += other.probability
    }
}
