// What would have kept a token that a stage removed: the smallest change of one number in force, else of two. Every
// answer is a run of all stages over the whole vocabulary; no stage is known here by its formula.
public import Phrases
internal import Traces

/// One number as it would have had to be.
public struct Adjustment: Equatable, Sendable {
    /// The option by its long name without dashes.
    public var option: String
    /// The stage that it shapes.
    public var stage: String
    /// Whose entry of the option's list it is; nil for an option that is a number.
    public var token: Int?
    /// As it was set.
    public var from: Double
    /// As it would have had to be; nil: taken off the list.
    public var to: Double?
    /// What ``to`` means where that is not its size, as "off".
    public var meaning: Phrase?
}

/// A change that keeps the token, all else as it was.
public struct Remedy: Equatable, Sendable {
    /// One number, or two that do it together.
    public var adjustments: [Adjustment]
    /// The probability that the token then has in the distribution that is drawn from.
    public var probability: Double
}

/// What would have kept a token.
///
/// A number is *in force* when its stage ran at the step; the temperature always is, also when it is 1. Nothing that is
/// off is switched on, and the order of the stages, the seed and what penalties count stay. What came before the step
/// is as it was: its tokens, the random numbers, mirostat's bound.
///
/// *Smallest* for one number: the value nearest to the present one, of four significant digits (whole numbers exact; more
/// digits only where none of four does). A number that switches its stage off comes last. For two: among the values of
/// the number that acts first those nearest to its present one with which any value of the other does, then the nearest
/// of the other; of all pairs of numbers the pair whose changes are the smallest parts of their ranges in sum, measured by
/// ratio where a range begins above 0.
public struct Remedies: Equatable, Sendable {
    /// Significant digits that a value is told in, unless none of so many would do.
    public static let digits = NumberScale.digits
    /// The stage that removed the token; "raw" where the model itself gave −∞.
    public var stage: String
    /// For each number in force that does it alone: those of the removing stage first, then by their part of the range.
    public var single: [Remedy]
    /// The smallest two that do it together; nil when one does, or when two do not.
    public var pair: Remedy?
    /// Numbers in force that were tried alone but not in pairs, as there were more than ``mostPaired``: entries of lists.
    public private(set) var unpaired = 0

    /// Numbers that are tried in pairs. All that the stages have fit; of the entries of lists, which are as many as
    /// somebody writes, those of the token itself and then the first.
    public static let mostPaired = 32

    /// Looks for what would have kept the token.
    ///
    /// - Returns: nil when the token stays, or when the situation is none that a run could have had.
    public init?(for token: Int, in situation: ChoiceSituation) {
        guard let passage = Passage(situation, token: token), case .removed(let stage) = passage.fate else {
            return nil
        }
        self.stage = stage
        single = []
        if stage == "raw" { return }
        let numbers = AdjustableNumber.all(of: passage)
        let search = RemedySearch(passage: passage)
        var found: [(own: Bool, share: Double, remedy: Remedy)] = []
        for number in numbers {
            guard let value = search.nearest(number) else { continue }
            let after = number.passage(value, from: passage)
            let remedy = Remedy(adjustments: [number.adjustment(to: value)], probability: after.probability)
            let isOwn = number.stage.name == stage || (stage == "greedy" && number.option == "temperature")
            found.append((isOwn, number.scale.share(of: value), remedy))
        }
        single = found.sorted { $0.own != $1.own ? $0.own : $0.share < $1.share }.map { $0.remedy }
        if !single.isEmpty { return }
        unpaired = max(numbers.count - Self.mostPaired, 0)
        pair = search.smallestPair(of: unpaired == 0 ? numbers : Self.paired(numbers, token: token))
    }
}

extension Remedies {
    /// Those of many that are tried in pairs, in their order.
    private static func paired(_ numbers: [AdjustableNumber], token: Int) -> [AdjustableNumber] {
        var left = mostPaired - numbers.count { $0.isFirst(for: token) }
        return numbers.filter { number in
            if number.isFirst(for: token) { return true }
            left -= 1
            return left >= 0
        }
    }
}

extension AdjustableNumber {
    /// Whether it is a number of a stage, or the token's own entry.
    fileprivate func isFirst(for wanted: Int) -> Bool { token == nil || token == wanted }
}

/// The search over a passage on which the token was removed.
struct RemedySearch {
    let passage: Passage

    func nearest(_ number: AdjustableNumber) -> Double? {
        number.scale.nearest { value in
            value == number.scale.present ? passage.fate : number.passage(value, from: passage).fate
        }
    }

    func smallestPair(of numbers: [AdjustableNumber]) -> Remedy? {
        var best: (share: Double, remedy: Remedy)?
        for (place, first) in numbers.enumerated() {
            for second in numbers[(place + 1)...] {
                guard let found = values(first, second) else { continue }
                let share = first.scale.share(of: found.values.0) + second.scale.share(of: found.values.1)
                if let best, best.share <= share { continue }
                let adjustments = [
                    first.adjustment(to: found.values.0), second.adjustment(to: found.values.1),
                ]
                best = (share, Remedy(adjustments: adjustments, probability: found.probability))
            }
        }
        return best?.remedy
    }

    /// The first number's value nearest to its present one with which some value of the second keeps the token, and the
    /// nearest such value of the second.
    private func values(
        _ first: AdjustableNumber, _ second: AdjustableNumber
    ) -> (values: (Double, Double), probability: Double)? {
        let value = first.scale.nearest(every: 3) { value in
            if value == first.scale.present { return passage.fate }
            let changed = first.passage(value, from: passage, keepsInputs: true)
            return changed.fate != .stays && isKept(changed, by: second) ? .stays : changed.fate
        }
        guard let value else { return nil }
        let changed = first.passage(value, from: passage, keepsInputs: true)
        guard let other = RemedySearch(passage: changed).nearest(second) else { return nil }
        return ((value, other), second.passage(other, from: changed).probability)
    }

    /// Whether some value of the number keeps the token: the ends of its range, the number for off, some in between.
    private func isKept(_ passage: Passage, by number: AdjustableNumber) -> Bool {
        // Removed before the number's stage: nothing of it helps.
        if !passage.reaches(number.stage) { return false }
        func keeps(_ value: Double) -> Bool { number.passage(value, from: passage).fate == .stays }
        let scale = number.scale
        let ends = [scale.special, scale.high, scale.low].compactMap { $0 }.filter { $0 != scale.present }
        if ends.contains(where: keeps) { return true }
        return NumberScale.Direction.allCases.contains { direction in
            let way = scale[direction]
            return stride(from: 0, to: way.count, by: 15).contains { keeps(way[$0]) }
        }
    }
}
