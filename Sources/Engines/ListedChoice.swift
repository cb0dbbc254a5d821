// A step chosen from the tokens that an engine lists: by the house's own stages and draw, or not at all.
//
// The others are filled in twice as differently as they can be: their mass spread evenly, and packed on as few tokens as
// can hold it. Where a stage does the same to the listed tokens both times and takes all others out, it does so whatever
// they truly are; where it does not, the step is refused and says which stage it was.
internal import ElementaryFunctions
internal import Stages
internal import Traces

struct ListedChoice {
    private let listing: Listing
    private let others: [Int]
    private let step: Int
    private var even: Distribution
    private var packed: Distribution
    /// The latest stage behind which nobody knows what the others sum to.
    private var blurred: String?
    /// A stage took something off others: their sum lies between that of the two.
    private var hasMoved = false
    private var hasScaled = false

    /// Chooses a token as ``StagePipeline/run(logits:history:state:force:uniform:keepFinalLogits:token:)`` does.
    ///
    /// - Throws: ``EngineError/undecided(step:_:)`` where what is listed does not decide the step.
    static func choose(
        _ listing: Listing, _ pipeline: StagePipeline, history: History, state: inout ChoiceState, force: Int?,
        token: (Int) -> (bytes: [UInt8], text: String)
    ) throws(EngineError) -> StepChoice {
        let others = listing.others
        let step = history.output.count
        let stages = pipeline.stages(at: step)
        if let force, !listing.tokens.contains(where: { $0.id == force }) {
            throw .undecided(step: step, .notListed(id: force, listing.rest))
        }
        let context = StageContext(
            history: history, generator: state.generator, surpriseBound: state.surpriseBound)
        var proof = ListedChoice(listing, others, step, moved: moved(others, listing, stages, context))
        let isGone = try proof.follow(stages, context)
        let before = state
        var choice: StepChoice
        do {
            choice = try pipeline.run(
                logits: listing.even(others), history: history, state: &state, force: force, keepFinalLogits: true,
                token: token)
        } catch {
            throw .choice(error)
        }
        if !isGone, let problem = proof.problem(of: choice, pipeline.stageNames.last) {
            state = before
            throw .undecided(step: step, problem)
        }
        finish(&choice, listing, others)
        return choice
    }

    private init(_ listing: Listing, _ others: [Int], _ step: Int, moved: Set<Int>) {
        (self.listing, self.others, self.step) = (listing, others, step)
        even = Distribution(listing.even(others, leavingOut: moved, change: Listing.rounding))
        packed = Distribution(listing.packed(others, first: moved))
    }

    /// Those of the others that a stage moves or bars for what they are.
    private static func moved(
        _ others: [Int], _ listing: Listing, _ stages: [Stage], _ context: StageContext
    ) -> Set<Int> {
        if others.isEmpty { return [] }
        var distribution = Distribution(listing.even(others))
        var context = context
        var moved = Set<Int>()
        for stage in stages {
            guard let effect = StageList.named(stage.name)?.effect, effect == .shifts || effect == .bars else {
                continue
            }
            let before = distribution.logits
            _ = stage.apply(to: &distribution, &context)
            for id in others where distribution.logits[id] != before[id] { moved.insert(id) }
            if distribution.keptCount == 0 { break }
        }
        return moved
    }

    /// Goes through the stages; whether none of the others is left behind them.
    private mutating func follow(_ stages: [Stage], _ context: StageContext) throws(EngineError) -> Bool {
        var contexts = (context, context)
        var isGone = others.isEmpty
        for stage in stages {
            let before = even
            let effect = StageList.named(stage.name)?.effect
            if effect == .shifts, !Self.isRelative(stage, even, context) {
                throw .undecided(step: step, .needsZero(stage: stage.name))
            }
            _ = stage.apply(to: &even, &contexts.0)
            _ = stage.apply(to: &packed, &contexts.1)
            // The stages themselves will say that they leave nothing.
            if even.keptCount == 0 || packed.keptCount == 0 { return true }
            if isGone { continue }
            switch effect {
            case .none?: break
            case .shifts, .bars: try moves(stage, from: before)
            case .scales:
                hasScaled = true
                blurred = stage.name
            case .best, .threshold(.ofBest): isGone = try cuts(stage)
            case .threshold(.ofShare), .threshold(.ofSum):
                if hasMoved && hasScaled {
                    throw .undecided(step: step, .sumUnknown(stage: blurred ?? "", listing.rest))
                }
                isGone = try cuts(stage)
            case .threshold(.ofAll), .mass, .normalizes, nil:
                throw .undecided(step: step, .looksAtAll(stage: stage.name, listing.rest))
            }
        }
        return isGone
    }

    /// A stage that takes something off some of the others, or takes them out for what they are.
    private mutating func moves(_ stage: Stage, from before: Distribution) throws(EngineError) {
        for id in others where even.logits[id] != before.logits[id] {
            if even.logits[id] > before.logits[id] { throw .undecided(step: step, .raises(stage: stage.name, id: id)) }
            hasMoved = true
            blurred = stage.name
        }
    }

    /// A stage that cuts: both times the same among the listed tokens, and all others go. That it leaves them all both times
    /// shows nothing: those that are filled in are alike, and top-k keeps what is alike.
    private func cuts(_ stage: Stage) throws(EngineError) -> Bool {
        let isSame = listing.tokens.allSatisfy { even.isKept($0.id) == packed.isKept($0.id) }
        let isGone = !others.contains { even.isKept($0) || packed.isKept($0) }
        if isSame && isGone { return true }
        throw .undecided(step: step, .cuts(stage: stage.name, listing.rest))
    }

    /// Whether the stage moves logits by as much wherever their zero is.
    private static func isRelative(_ stage: Stage, _ distribution: Distribution, _ context: StageContext) -> Bool {
        let height: Float = 1024
        var (low, high) = (distribution, Distribution(distribution.logits.map { $0 + height }))
        var contexts = (context, context)
        let before = high.logits
        _ = stage.apply(to: &low, &contexts.0)
        _ = stage.apply(to: &high, &contexts.1)
        for id in before.indices where low.logits[id] != distribution.logits[id] || high.logits[id] != before[id] {
            let ways = (low.logits[id] - distribution.logits[id], high.logits[id] - before[id])
            if abs(ways.0 - ways.1) > 0.1 { return false }
        }
        return true
    }

    /// What keeps a choice from being sure while others are in play; nil where it is.
    private func problem(of choice: StepChoice, _ lastStage: String?) -> Undecided? {
        if let blurred { return .sumUnknown(stage: blurred, listing.rest) }
        guard let draw = choice.draw else { return nil }
        let listed = listing.tokens.contains { $0.id == choice.id }
        if !listed { return .drewUnlisted(uniform: draw.uniform, listing.rest) }
        // A listed token that a stage has put below what others may have stands nobody knows where among them.
        if let final = choice.finalLogits, final[choice.id] < listing.bound {
            return .cuts(stage: lastStage ?? "raw", listing.rest)
        }
        return nil
    }

    /// Leaves out what stands in for the others: no token of theirs is named, and their entropy is that of one outcome.
    private static func finish(_ choice: inout StepChoice, _ listing: Listing, _ others: [Int]) {
        let final = choice.finalLogits
        choice.finalLogits = nil
        if others.isEmpty { return }
        let listed = Set(listing.tokens.map { $0.id })
        for candidate in choice.candidates where !listed.contains(candidate.id) {
            choice.tail.count += 1
            choice.tail.rawProbability += candidate.rawProbability
            choice.tail.probability += candidate.probability
        }
        choice.candidates.removeAll { !listed.contains($0.id) }
        let raw = listing.tokens.map { Double.exp(Double($0.logProbability)) }
        choice.entropyBitsRaw = Listing.entropyBits(raw, rest: listing.restMass)
        guard let final, others.contains(where: { final[$0] > -.infinity }) else { return }
        var left = Distribution(final)
        let sums = left.sums(leavingOut: listing.tokens.map { $0.id })
        let probabilities = listing.tokens.map { sums.whole.probability(final[$0.id]) }
        choice.entropyBitsFinal = Listing.entropyBits(probabilities, rest: sums.rest.sum / sums.whole.sum)
    }
}
