// What a record keeps of the logits that a step does not list, found in a few passes over the vocabulary.
internal import CKernels
public import Traces

extension TailLogits {
    /// The raw logits of all tokens but the listed ones; nil where none of these can be chosen.
    ///
    /// - Parameters:
    ///   - logits: (token), raw; −∞ marks tokens that cannot be chosen.
    ///   - listed: the step's candidates, in any order; the largest logit is among them.
    ///   - history: the tokens before the step.
    public init?(of logits: [Float], listed: [Int], history: History) {
        let ids = Self.seenTokens(prompt: history.prompt, output: history.output, listed: listed)
        var rest = logits
        var top = -Float.infinity
        for id in listed {
            top = max(top, rest[id])
            rest[id] = -.infinity
        }
        for id in ids { rest[id] = -.infinity }
        var distribution = Distribution(rest)
        let largest = distribution.largest(Self.nextLimit)
        for id in largest { rest[id] = -.infinity }
        self.init(seen: ids.map { logits[$0] }, next: largest.map { logits[$0] })
        (bins, lowest) = Self.bins(rest, top: top)
        if countInPlay == 0 { return nil }
    }

    /// All logits in the fine bins of one pass, and these put together side by side until there are few enough.
    private static func bins(_ logits: [Float], top: Float) -> (bins: [Bin], lowest: Float) {
        withUnsafeTemporaryAllocation(of: StepglassBin.self, capacity: Int(STEPGLASS_BINS)) { fine in
            let lowest = logits.withUnsafeBufferPointer {
                stepglass_bin($0.baseAddress, $0.count, top, fine.baseAddress)
            }
            guard var first = fine.firstIndex(where: { $0.count > 0 }) else { return ([], 0) }
            // Each is wider than the one before it by the same ratio: a bin matters most at temperatures of about a third
            // of its distance, and there its error goes by its width over its distance.
            let nearest = max(nearestEdge, Double(top) - Double(fine[first].highest))
            let farthest = max(nearest, Double(top) - Double(lowest))
            let ratio = exponential(logarithm(farthest / nearest) / Double(binLimit))
            var bins: [Bin] = []
            var edge = nearest
            for place in 1...binLimit {
                edge *= ratio
                let end = place == binLimit ? fine.count : min(fine.count, max(first, fineBin(below: edge)))
                if let bin = joined(fine[first..<end], top: top) { bins.append(bin) }
                first = end
            }
            return (bins, lowest)
        }
    }

    /// Where the first bin ends at least, however near its logits lie: what is nearer is told apart by the next ones.
    private static let nearestEdge = 0.5

    /// The first fine bin that lies farther from the largest logit than this.
    private static func fineBin(below distance: Double) -> Int {
        let binsEach = Int(STEPGLASS_BINS_PER_DOUBLING)
        let whole = (distance + 1).exponent
        let part = (distance + 1).significand - 1
        return Int(whole) * binsEach + Int(part * Double(binsEach)) + 1
    }

    /// What lies in some of them; nil where that is nothing.
    private static func joined(_ parts: Slice<UnsafeMutableBufferPointer<StepglassBin>>, top: Float) -> Bin? {
        var (count, sum, squares) = (0, 0.0, 0.0)
        var highest = -Float.infinity
        for part in parts where part.count > 0 {
            count += Int(part.count)
            sum += part.sum
            squares += part.squares
            highest = max(highest, part.highest)
        }
        if count == 0 { return nil }
        let mean = sum / Double(count)
        let variance = max(0, squares / Double(count) - mean * mean)
        // A mean is never above the largest, but its rounding may be.
        return Bin(
            count: count, highest: highest, mean: min(highest, Float(Double(top) - mean)),
            deviation: count == 1 ? 0 : Float(variance.squareRoot()))
    }
}
