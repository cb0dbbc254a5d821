// How far what is shown of a step may be from what its whole vocabulary would have given.
internal import ElementaryFunctions
internal import Stages
internal import Traces

/// A step's choice made with the two extremes that its unlisted tokens may be. Every probability falls as the sum over the
/// others grows, so that the truth lies between the two; what a stage cuts in two, one of them goes without, and the other
/// has whole.
struct ChoiceEnclosure {
    /// Σ over the tokens without a name is no more than in truth in the one, and no less in the other.
    private var sides: (Distribution, Distribution)
    private let unlisted: UnlistedLogits
    /// The ends of the bins, scaled as the logits are: highest, lowest, highest, …
    private var ends: Distribution

    /// nil where the truth need not lie between the two: a stage looked at more than sums, or moved one of the tokens
    /// that have no name, or the settings leave nothing to choose.
    init?(_ situation: ChoiceSituation, _ unlisted: UnlistedLogits) {
        self.unlisted = unlisted
        sides = (Distribution(unlisted.extremes.first), Distribution(unlisted.extremes.second))
        ends = Distribution(unlisted.bins.flatMap { [$0.highest, $0.lowest] })
        let stages: [Stage]
        do throws(SettingsError) {
            stages = try situation.pipeline().stages(at: situation.history.output.count)
        } catch {
            return nil
        }
        let context = StageContext(
            history: situation.history, generator: situation.state.generator,
            surpriseBound: situation.state.surpriseBound)
        var contexts = (context, context)
        for (place, stage) in stages.enumerated() {
            let before = sides
            _ = stage.apply(to: &sides.0, &contexts.0)
            _ = stage.apply(to: &sides.1, &contexts.1)
            if sides.0.keptCount == 0 || sides.1.keptCount == 0 { return nil }
            let scalesLater = stages[(place + 1)...].contains { StageList.named($0.name)?.effect == .scales }
            if !follow(stage, from: before, context, scalesLater: scalesLater) { return nil }
        }
    }

    /// What the stage did, seen from the tokens without a name; false where nothing is sure any longer.
    private mutating func follow(
        _ stage: Stage, from before: (Distribution, Distribution), _ context: StageContext, scalesLater: Bool
    ) -> Bool {
        switch StageList.named(stage.name)?.effect {
        case .none?, .best: return true
        case .scales:
            var context = context
            _ = stage.apply(to: &ends, &context)
            return true
        case .shifts, .bars:
            return isUntouched(before.0, sides.0) && isUntouched(before.1, sides.1)
        case .threshold(let height):
            if height != .ofAll || !hasNameless(before.0) && !hasNameless(before.1) {
                return cut(from: before, reachesShare: height == .ofShare && !scalesLater)
            }
            return false
        case .mass: return !hasNameless(before.0) && !hasNameless(before.1)
        case .normalizes, nil: return false
        }
    }

    private func isUntouched(_ before: Distribution, _ after: Distribution) -> Bool {
        before.logits.indices.allSatisfy { !unlisted.isNameless[$0] || before.logits[$0] == after.logits[$0] }
    }

    private func hasNameless(_ distribution: Distribution) -> Bool {
        distribution.logits.indices.contains { unlisted.isNameless[$0] && distribution.isKept($0) }
    }

    // MARK: A cut at one height

    /// Each bin above the cut is whole, each below is gone; what it runs through has anything between.
    private mutating func cut(from before: (Distribution, Distribution), reachesShare: Bool) -> Bool {
        if before.0.keptCount == sides.0.keptCount && before.1.keptCount == sides.1.keptCount { return true }
        // Of the sum alone no part can be told.
        if !unlisted.isBinned { return !hasNameless(sides.0) && !hasNameless(sides.1) }
        let (first, second) = (Self.edge(before.0, sides.0), Self.edge(before.1, sides.1))
        let removed = min(first.removed, second.removed)
        let kept = max(first.kept, second.kept)
        var isCut = false
        var (whole, halved) = ([Int](), [Int]())
        var highest = -Float.infinity
        for (place, bin) in unlisted.bins.enumerated() {
            let (top, bottom) = (ends.logits[2 * place], ends.logits[2 * place + 1])
            if bottom >= kept {
                whole += bin.ids
            } else if top > removed {
                if bin.ids.contains(where: { before.0.isKept($0) || before.1.isKept($0) }) {
                    isCut = true
                    highest = max(highest, top)
                }
                halved += bin.ids
            }
        }
        if isCut && reachesShare { return share(highest) }
        sides.0 = with(whole, sides.0, from: before.0)
        sides.1 = with(whole + halved, sides.1, from: before.1)
        return sides.0.keptCount > 0
    }

    /// The largest logit that went and the smallest that stayed.
    private static func edge(_ before: Distribution, _ after: Distribution) -> (removed: Float, kept: Float) {
        var (removed, kept) = (-Float.infinity, Float.infinity)
        for id in before.logits.indices where before.isKept(id) {
            if after.isKept(id) {
                kept = min(kept, after.logits[id])
            } else {
                removed = max(removed, before.logits[id])
            }
        }
        return (removed, kept)
    }

    /// Of the bins' tokens those of `ids` that were in play before, and no others.
    private func with(_ ids: [Int], _ after: Distribution, from before: Distribution) -> Distribution {
        var logits = after.logits
        for bin in unlisted.bins { for id in bin.ids { logits[id] = -.infinity } }
        for id in ids { logits[id] = before.logits[id] }
        return Distribution(logits)
    }

    /// The tokens kept reach a share of the sum with the last of them: without it they stay below, and one more token as
    /// high as a cut bin reaches is surely too much. Nothing scales them later, so that no more than their sum matters.
    private mutating func share(_ highest: Float) -> Bool {
        var logits = sides.0.logits
        var last: Int?
        for id in logits.indices where unlisted.isNameless[id] && logits[id] > -.infinity {
            if let lowest = last, logits[lowest] <= logits[id] { continue }
            last = id
        }
        if let last { logits[last] = -.infinity }
        sides.0 = Distribution(logits)
        logits = sides.1.logits
        for id in logits.indices where unlisted.isNameless[id] && logits[id] == -.infinity {
            logits[id] = highest
            sides.1 = Distribution(logits)
            return sides.0.keptCount > 0
        }
        return false
    }

    // MARK: The distance

    /// No probability of a step that was made of the likely logits is farther than this from the true one.
    func distance(from shown: Step) -> Double {
        let reference = Double(max(sides.0.maximum(), sides.1.maximum()))
        let weight = { (logit: Float) in Double.exp(Double(logit) - reference) }
        // Listed tokens, and others with a name: kept in both, or by one alone.
        var (sure, unsure) = ([(id: Int, weight: Double)](), [(id: Int, weight: Double)]())
        var nameless = (first: 0.0, second: 0.0)
        var rounding = 0.0
        for id in sides.0.logits.indices {
            let (a, b) = (sides.0.logits[id], sides.1.logits[id])
            if unlisted.isNameless[id] {
                nameless.first += weight(a)
                nameless.second += weight(b)
                if b > -.infinity { rounding += weight(b) * Self.roundings * Double(abs(b)) }
            } else if a > -.infinity || b > -.infinity {
                let token = (id: id, weight: weight(max(a, b)))
                if a > -.infinity && b > -.infinity { sure.append(token) } else { unsure.append(token) }
            }
        }
        unsure.sort { ($0.weight, -$0.id) > ($1.weight, -$1.id) }
        let others = (low: min(nameless.first, nameless.second), high: max(nameless.first, nameless.second))
        var distance = 0.0
        for rest in [others.low, others.high] {
            distance = max(distance, Self.distance(shown, sure: sure, unsure: unsure, rest: rest))
        }
        let all = sure.reduce(others.low) { $0 + $1.weight }
        return distance + (all > 0 ? rounding / all : 0)
    }

    /// The largest distance of a shown share from a true one. A cut that moves lets the unsure tokens in one by one: each set
    /// between none and all of them is looked at. Of a token that is in, the share falls as more come in, so that its first
    /// and its last are the farthest.
    ///
    /// - Parameters:
    ///   - sure: listed tokens that are kept, with their weights, exp(logit − the largest).
    ///   - unsure: those that may be, in the order in which they come in.
    ///   - rest: the weight of all others.
    private static func distance(
        _ shown: Step, sure: [(id: Int, weight: Double)], unsure: [(id: Int, weight: Double)], rest: Double
    ) -> Double {
        var own = shown.candidates.byID()
        // (how many of the unsure are in): the weight of all, and of those that are shown.
        var all = [sure.reduce(0) { $0 + $1.weight }]
        var listed = [sure.reduce(0) { $0 + (own[$1.id] == nil ? 0 : $1.weight) }]
        for token in unsure {
            all.append(all[all.count - 1] + token.weight)
            listed.append(listed[listed.count - 1] + (own[token.id] == nil ? 0 : token.weight))
        }
        guard let first = all.firstIndex(where: { $0 + rest > 0 }) else { return 0 }
        let last = unsure.count
        var distance = 0.0
        for (place, token) in (sure + unsure).enumerated() {
            guard let candidate = own.removeValue(forKey: token.id) else { continue }
            let entry = max(place - sure.count + 1, 0)
            if first < entry { distance = max(distance, candidate.probability) }
            for count in [max(first, entry), last] {
                distance = max(distance, abs(candidate.probability - token.weight / (all[count] + rest)))
            }
        }
        for candidate in own.values { distance = max(distance, candidate.probability) }
        for count in first...last {
            distance = max(distance, abs(shown.tail.probability - (1 - listed[count] / (all[count] + rest))))
        }
        return distance
    }

    /// A logit is rounded where a bin's numbers are kept, where it is put on its height, and where a temperature divides
    /// it, here and in truth: by half a unit of 32-bit floats each.
    private static let roundings = 4 * 0x1p-24
}
