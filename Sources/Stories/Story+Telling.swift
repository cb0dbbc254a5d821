// What there is to tell of a step: its situations, found in the record.

internal import Phrases
internal import Stages
public import Traces

extension Story {
    /// From this share on a token is nearly always taken.
    static let nearlyAlways = 0.9
    /// Below this share the likeliest token does not stand out.
    private static let littleShare = 0.15
    /// From this part of the first's share on the second is level with it.
    private static let levelRatio = 0.85
    /// Below this share it is luck to be drawn.
    private static let luckyShare = 0.1
    /// A draw nearer to the edge of a token's share could as well have gone the other way.
    private static let nearEdge = 0.01
    /// A change of a share that is worth a sentence.
    private static let noticeable = 0.01

    /// A change of a logit that is worth one: it changes the odds by a tenth.
    private static let noticeableShift: Float = 0.1
    /// A token with less than this part of the leader's share is drawn by luck.
    private static let luckyRatio = 0.5

    /// The story of a step.
    ///
    /// - Parameters:
    ///   - step: one of the trace's, or one that stands in the place of the step of its index.
    ///   - trace: the run: its prompt, and the settings in force.
    public init(of step: Step, in trace: Trace) {
        let settings = trace.settings.at(step: step.index)
        let isForced = settings.forced[step.index] != nil
        let isSearch = trace.beam != nil || settings.beams > 1
        let isGreedy = step.stages.contains { StageList.named($0.name)?.effect == .best }
        var situations: [Situation] = []
        if step.position > 0 {
            situations.append(.read(count: step.position, last: Self.lastRead(before: step, settings)))
        }
        if !settings.ablated.isEmpty { situations.append(.headsOff(count: settings.ablated.count)) }
        // The last token that was read finds itself.
        let lost = Self.distinct(settings.dropped, below: step.position - 1)
        if lost > 0 { situations.append(.entriesLost(count: lost)) }
        if let facts = StepFacts(step) {
            situations.append(.thought(facts.thought))
            if !isForced { situations += facts.changeOfLead.map { [.deed($0)] } ?? [] }
            if !isForced && !isSearch && !isGreedy { situations += facts.shaping.map { .deed($0) } }
        }
        situations += Self.choice(step, isForced: isForced, isSearch: isSearch, isGreedy: isGreedy)
        if let finish = step.finish { situations.append(.ended(finish)) }
        self.init(situations)
    }

    /// How many different positions of a list lie below a bound.
    private static func distinct(_ positions: [Int], below bound: Int) -> Int {
        // Told of every step, of lists as long as somebody writes them.
        if positions.isEmpty || bound <= 0 { return 0 }
        var isThere = [Bool](repeating: false, count: bound)
        var count = 0
        for position in positions where position >= 0 && position < bound && !isThere[position] {
            isThere[position] = true
            count += 1
        }
        return count
    }

    private static func lastRead(before step: Step, _ settings: Settings) -> Situation.LastRead {
        if step.index == 0 { return .prompt }
        return settings.forced[step.index - 1] == nil ? .own : .byHand
    }

    /// How the token was taken.
    private static func choice(_ step: Step, isForced: Bool, isSearch: Bool, isGreedy: Bool) -> [Situation] {
        let chosen = step.chosen
        let token = StoryToken(step.token, share: chosen?.probability ?? 0)
        if isForced { return [.choice(.forced(token, struckBy: chosen?.removedBy))] }
        if isSearch { return [.choice(.searched(token))] }
        if isGreedy { return [.choice(.greedy)] }
        guard let draw = step.draw, let facts = StepFacts(step) else { return [.choice(.taken(token))] }
        if step.stages.last?.kept == 1 { return [.choice(.onlyOne)] }
        if chosen == nil { return [.choice(.drawnUnlisted)] }
        return [.choice(facts.drawn(token))] + (facts.nearMiss(draw).map { [$0] } ?? [])
    }

    /// What a step's candidates show.
    private struct StepFacts {
        let step: Step
        /// The likeliest before the stages.
        let first: Candidate
        let second: Candidate?
        /// By the distribution that was drawn from: the largest share first, ties by the lower id.
        let final: [Candidate]

        init?(_ step: Step) {
            let best = step.candidates.filter { $0.rank <= 2 }.sorted { $0.rank < $1.rank }
            guard let first = best.first, first.rank == 1 else { return nil }
            self.step = step
            self.first = first
            second = best.count > 1 ? best[1] : nil
            final = step.candidates.filter { $0.probability > 0 }
                .sorted { $0.probability > $1.probability || ($0.probability == $1.probability && $0.id < $1.id) }
        }

        private var isTied: Bool {
            guard let second, first.rawProbability >= littleShare else { return false }
            return second.rawProbability >= levelRatio * first.rawProbability
        }

        var thought: Situation.Thought {
            let token = StoryToken(first, share: first.rawProbability)
            if first.rawProbability >= nearlyAlways { return .sure(token) }
            if first.rawProbability < littleShare { return .undecided(token) }
            if isTied, let second { return .nearTie(token, StoryToken(second, share: second.rawProbability)) }
            return .favourite(token)
        }

        /// The first stage after which the favourite led no more.
        var changeOfLead: Situation.Deed? {
            for (place, stage) in step.stages.enumerated().dropFirst() {
                let left = step.candidates.filter { $0.logits.indices.contains(place) && $0.logits[place] != nil }
                guard
                    let leader = left.max(by: {
                        ($0.logits[place]!, -$0.id) < ($1.logits[place]!, -$1.id)
                    }), leader.id != first.id
                else { continue }
                let token = StoryToken(leader, share: leader.probability)
                return first.logits[place] == nil
                    ? .barred(stage: stage.name, leader: token) : .overtaken(stage: stage.name, leader: token)
            }
            return nil
        }

        /// What temperature and cuts did, and what the leader has after them.
        var shaping: [Situation.Deed] {
            var deeds: [Situation.Deed] = []
            let isOneLeft = step.stages.last?.kept == 1
            let leaderChange = final.first.map { abs($0.probability - $0.rawProbability) } ?? 0
            if changeOfLead == nil, let shift { deeds.append(shift) }
            if let stage = step.stages.first(where: { StageList.named($0.name)?.effect == .scales }),
                let temperature = stage.parameters.first?.value, temperature != 1, !isOneLeft,
                first.rawProbability < 1 - Story.noticeable || leaderChange >= Story.noticeable
            {
                deeds.append(.scaled(temperature: temperature))
            }
            let cuts = step.stages.dropFirst().filter { $0.removed > 0 && Self.cuts($0.name) }
            if let last = step.stages.last, !cuts.isEmpty {
                deeds.append(.cut(stages: cuts.map { $0.name }, left: last.kept))
            }
            if let leader = final.first, !isOneLeft, leaderChange >= Story.noticeable {
                deeds.append(.share(StoryToken(leader, share: leader.probability)))
            }
            return deeds
        }

        /// The first stage that moved the favourite's logit by itself, as penalties do.
        private var shift: Situation.Deed? {
            for (place, stage) in step.stages.enumerated().dropFirst()
            where StageList.named(stage.name)?.effect == .shifts {
                guard first.logits.indices.contains(place), let before = first.logits[place - 1],
                    let after = first.logits[place]
                else { continue }
                if abs(after - before) >= Story.noticeableShift {
                    return .shifted(stage: stage.name, isRaised: after > before)
                }
            }
            return nil
        }

        /// Stages that keep the likely ones; those that bar named tokens are told where they matter.
        private static func cuts(_ name: String) -> Bool {
            switch StageList.named(name)?.effect {
            case .threshold, .mass: true
            default: false
            }
        }

        /// What the draw took.
        func drawn(_ token: StoryToken) -> Situation.Choice {
            if isTied, token.id == first.id || token.id == second?.id,
                final.prefix(2).contains(where: { $0.id == token.id })
            {
                return .tieBroken(token)
            }
            if token.id == final.first?.id { return .drawn(token) }
            let isLucky = token.share < luckyShare && token.share < luckyRatio * (final.first?.probability ?? 0)
            return isLucky ? .lucky(token) : .drawnInstead(token)
        }

        /// The neighbour on the line whose share begins close to the number drawn. Told only where the record lists it
        /// for certain: of those behind, when none that is not listed could stand between.
        func nearMiss(_ draw: Draw) -> Situation? {
            guard let place = final.firstIndex(where: { $0.id == step.token.id }) else { return nil }
            let (below, above) = (draw.uniform - draw.low, draw.high - draw.uniform)
            let isListed = abs(final[..<place].reduce(0) { $0 + $1.probability } - draw.low) < 1e-6
            if below < above, place > 0, below < nearEdge, below > 0, isListed {
                let other = final[place - 1]
                return .nearMiss(StoryToken(other, share: other.probability), by: below, isSmaller: true)
            }
            if place + 1 < final.count, above <= below, above < nearEdge, above > 0,
                step.tail.probability < final[place + 1].probability
            {
                let other = final[place + 1]
                return .nearMiss(StoryToken(other, share: other.probability), by: above, isSmaller: false)
            }
            return nil
        }
    }
}

extension StoryToken {
    init(_ token: Token, share: Double) {
        self.init(id: token.id, name: Self.name(bytes: token.bytes, text: token.text), share: share)
    }

    init(_ candidate: Candidate, share: Double) {
        self.init(id: candidate.id, name: Self.name(bytes: candidate.bytes, text: candidate.text), share: share)
    }

    /// The longest name, in characters.
    private static let longest = 24

    /// "Paris" for " Paris"; blanks alone, line ends and bytes that are no text by their signs.
    private static func name(bytes: [UInt8], text: String) -> String {
        guard String(validating: bytes, as: UTF8.self) != nil else { return byteMark(bytes) }
        let blank = UInt8(ascii: " ")
        let word = Array(bytes.drop { $0 == blank }.reversed().drop { $0 == blank }.reversed())
        if bytes.isEmpty { return text.isEmpty ? "…" : readable(text) }
        if word.isEmpty { return visible(bytes) }
        let name = readable(word)
        return name.count > longest ? String(name.prefix(longest)) + "…" : name
    }
}
