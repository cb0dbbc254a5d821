// Logits of the whole vocabulary where a record lists only the likeliest tokens: the others as the record bounds them.
internal import ElementaryFunctions
internal import Traces

/// Logits of the whole vocabulary in which the listed tokens have theirs, and the others what the record tells of them.
struct UnlistedLogits {
    /// As near to the truth as can be: what is shown.
    private(set) var likely: [Float]
    /// Σ e^(βx) over the others is in one of these no more, and in the other no less, than it was in truth, whatever
    /// β > 0 is. With ``TailLogits`` the first is always the smaller one.
    private(set) var extremes: (first: [Float], second: [Float])
    /// (token): whether it is one of those of which nobody knows whose logit is whose.
    private(set) var isNameless: [Bool]
    /// Where tokens lie whose logits are not known one by one; the highest first.
    private(set) var bins: [Bin] = []
    /// Whether the extremes have in each bin what the truth has in it, but for where in the bin it lies.
    let isBinned: Bool

    /// The tokens that stand for those of a bin, and between which heights these lie.
    struct Bin {
        var ids: ArraySlice<Int>
        var highest: Float
        var lowest: Float
    }

    /// - Parameter seen: the tokens that the record's ``TailLogits/seen`` speaks of.
    init(of step: Step, seen: [Int], vocabularySize: Int) {
        likely = [Float](repeating: -.infinity, count: vocabularySize)
        isNameless = [Bool](repeating: true, count: vocabularySize)
        extremes = ([], [])
        isBinned = step.tail.logits != nil
        // The list goes down by rank without a gap; a chosen token of a lower rank may stand behind it.
        var last = Float.infinity
        for (place, candidate) in step.candidates.enumerated() where likely.indices.contains(candidate.id) {
            isNameless[candidate.id] = false
            guard let raw = candidate.logits.first.flatMap({ $0 }) else { continue }
            likely[candidate.id] = raw
            if candidate.rank == place + 1 { last = raw }
        }
        let listedInPlay = step.candidates.count { $0.logits.first.flatMap { $0 } != nil }
        // A little less than the last listed one, so that none takes its place in the list.
        let top = last.nextDown
        if let logits = step.tail.logits {
            for (id, logit) in zip(seen, logits.seen) where likely.indices.contains(id) {
                isNameless[id] = false
                likely[id] = logit
            }
            spread(logits, top)
        } else {
            spreadBySum(nameless(max(0, (step.stages.first?.kept ?? 0) - listedInPlay)), top, step)
        }
    }

    /// So many tokens without a name, by id.
    private func nameless(_ count: Int) -> [Int] {
        var ids: [Int] = []
        ids.reserveCapacity(min(count, isNameless.count))
        for id in isNameless.indices where isNameless[id] {
            if ids.count == count { break }
            ids.append(id)
        }
        return ids
    }

    // MARK: What a record keeps now

    private mutating func spread(_ logits: TailLogits, _ top: Float) {
        let others = nameless(logits.next.count + logits.bins.reduce(0) { $0 + $1.count })
        for (id, logit) in zip(others, logits.next) { likely[id] = min(top, logit) }
        extremes = (likely, likely)
        var rest = others.dropFirst(logits.next.count)
        for (place, bin) in logits.bins.enumerated() {
            let lowest = place + 1 < logits.bins.count ? logits.bins[place + 1].highest : min(logits.lowest, bin.mean)
            let ids = rest.prefix(bin.count)
            rest = rest.dropFirst(bin.count)
            bins.append(Bin(ids: ids, highest: bin.highest, lowest: lowest))
            let heights = BinHeights(bin, lowest: lowest)
            heights.put(into: &likely, ids, below: top)
            heights.put(heights.least, into: &extremes.first, ids)
            heights.put(heights.most, into: &extremes.second, ids)
        }
    }

    // MARK: What earlier builds kept: the sum alone

    /// Of logits with one Σ e^x those that are all alike have the largest Σ e^(x/T) at temperatures above 1 and the
    /// smallest below; those packed as high as they may be, the other way round.
    private mutating func spreadBySum(_ others: [Int], _ top: Float, _ step: Step) {
        extremes = (likely, likely)
        let mass = step.tail.rawProbability
        // So far below that it has no part at any temperature, and yet is in play.
        let nothing = Float(step.logSumExp) - 1e7
        let even =
            mass > 0 ? Float(step.logSumExp + Double.log(mass / Double(max(1, others.count)))) : nothing
        let one = Double.exp(Double(top) - step.logSumExp)
        var left = mass
        for id in others {
            extremes.first[id] = min(top, even)
            if left >= one {
                extremes.second[id] = top
                left -= one
            } else {
                extremes.second[id] = left > 0 ? min(top, Float(step.logSumExp + Double.log(left))) : nothing
                left = 0
            }
        }
        likely = extremes.first
        if !others.isEmpty { bins = [Bin(ids: others[...], highest: top, lowest: -.infinity)] }
    }
}

/// The logits of a bin put back, with the count, the mean and the deviation that they have.
private struct BinHeights {
    private let count: Int
    private let mean: Double
    private let deviation: Double
    private let ends: ClosedRange<Double>
    /// With two heights, how many stand on the lower one: for the least Σ e^(βx), and for the most.
    private(set) var least = 0
    private(set) var most = 0

    init(_ bin: TailLogits.Bin, lowest: Float) {
        count = bin.count
        mean = Double(bin.mean)
        deviation = count < 2 ? 0 : Double(bin.deviation)
        ends = min(Double(lowest), mean)...max(Double(bin.highest), mean)
        if deviation == 0 { return }
        // With k below and n − k above: mean − σ √((n − k) / k) and mean + σ √(k / (n − k)). The lower height is the lower
        // end, or just beyond it, at the largest whole k for which it can be; so is the upper one. There always is one
        // (Samuelson's inequality).
        least = beyond(mean - ends.lowerBound)
        most = count - beyond(ends.upperBound - mean)
    }

    /// How many can stand as far from the mean, or farther.
    private func beyond(_ way: Double) -> Int {
        let share = 1 + way * way / (deviation * deviation)
        return Int(min(Double(count - 1), max(1, (Double(count) / share).rounded(.down))))
    }

    /// On two heights.
    func put(_ lower: Int, into logits: inout [Float], _ ids: ArraySlice<Int>, below top: Float = .infinity) {
        var (low, high) = (mean, mean)
        if lower > 0 {
            let ratio = Double(count - lower) / Double(lower)
            low -= deviation * ratio.squareRoot()
            high += deviation / ratio.squareRoot()
        }
        for (place, id) in ids.enumerated() { logits[id] = min(top, Float(place < lower ? low : high)) }
    }

    /// As a density that rises or falls evenly over the bin would have them, moved and stretched to the mean and the
    /// deviation: of all densities between the ends that have the mean it is the one that tells no more than this, and
    /// logits of a vocabulary thicken downwards much like it. A cut through the bin then finds about as many on each side
    /// as there were.
    func put(into logits: inout [Float], _ ids: ArraySlice<Int>, below top: Float) {
        let width = ends.upperBound - ends.lowerBound
        if deviation == 0 || width <= 0 {
            for id in ids { logits[id] = min(top, Float(mean)) }
            return
        }
        let rate = Self.rate(mean: (mean - ends.lowerBound) / width)
        let growth = Double.exp(rate) - 1
        var (heights, sum, squares) = ([Double](), 0.0, 0.0)
        heights.reserveCapacity(count)
        for place in 0..<count {
            let share = 1 - (Double(place) + 0.5) / Double(count)
            // Its quantile: ln(1 + share · (e^k − 1)) ÷ k.
            let height = abs(rate) < Self.evenRate ? share : Double.log(1 + share * growth) / rate
            heights.append(height)
            sum += height
            squares += height * height
        }
        let middle = sum / Double(count)
        let spread = max(0, squares / Double(count) - middle * middle).squareRoot()
        let stretch = spread > 0 ? deviation / spread : 0
        for (height, id) in zip(heights, ids) { logits[id] = min(top, Float(mean + (height - middle) * stretch)) }
    }

    /// Densities e^(ku) below this k are taken as even.
    private static let evenRate = 1e-6

    /// The k of the density e^(ku), u in 0…1, that has this mean: 1 + 1 ÷ (e^k − 1) − 1 ÷ k, which rises with k.
    private static func rate(mean: Double) -> Double {
        var (low, high) = (-500.0, 500.0)
        for _ in 0..<60 {
            let rate = (low + high) / 2
            // Near 0 the two parts take each other away.
            let own = abs(rate) < 1e-3 ? 0.5 + rate / 12 : 1 + 1 / (Double.exp(rate) - 1) - 1 / rate
            if own < mean { low = rate } else { high = rate }
        }
        return (low + high) / 2
    }
}
