// The logits on their way through the stages.

internal import CKernels

/// One step's logits while the stages work on them. A removed token's logit is −∞; no list of removed tokens is kept.
///
/// Nothing is sorted before a stage asks for an order, and then only as far as it asks: ``largest(_:)`` costs a pass or
/// two over the vocabulary for a small count. Ties are always broken by the lower id.
package struct Distribution {
    /// (token): the logit now, −∞ once removed.
    package private(set) var logits: [Float]
    /// How many tokens are still in play.
    package private(set) var keptCount: Int
    /// All kept tokens, best first, while that is known; nil after a value changed.
    private var ordered: [Int]?
    private var knownSums: Sums?
    /// What `scan` finds in the logits, while no value has changed.
    private var knownScan: Scan?
    /// Up to this many kept tokens are summed one by one; more in a vector pass over the vocabulary.
    private static let shortList = 2048

    /// Sums over all kept tokens; the reference is the largest logit.
    package struct Sums: Equatable {
        package var reference: Float
        /// Σ exp(x − reference)
        package var sum: Double
        /// Σ (x − reference) · exp(x − reference)
        package var weighted: Double

        /// log Σ exp(x)
        package var logSumExp: Double { Double(reference) + logarithm(sum) }

        /// −Σ p ln p = ln Σe − Σ d·e / Σe
        package var entropyNats: Double { max(0, logarithm(sum) - weighted / sum) }

        package func probability(_ logit: Float) -> Double { exponential(Double(logit) - Double(reference)) / sum }
    }

    /// - Parameter logits: (token); −∞ marks tokens that cannot be chosen; no NaN, no +∞ (checked by the pipeline).
    package init(_ logits: [Float]) {
        self.logits = logits
        let scan = Self.scan(logits)
        keptCount = scan.kept
        knownScan = scan
    }

    package var vocabularySize: Int { logits.count }

    package func isKept(_ id: Int) -> Bool { logits[id] > -.infinity }

    // MARK: Order

    /// The `count` tokens with the largest logits, best first (fewer when fewer are kept).
    package mutating func largest(_ count: Int) -> [Int] {
        if let ordered { return Array(ordered.prefix(count)) }
        let wanted = min(count, keptCount)
        if wanted == 0 { return [] }
        let maxima = laneMaxima()
        let threshold: Float
        if wanted <= maxima.count / 2 {
            // Each of the n largest lane maxima is a logit, so the n-th largest logit is no smaller than the n-th of them.
            // For few, the groups' maxima do as well, and there are sixteen times fewer.
            var work = wanted <= maxima.count / Int(STEPGLASS_LANES) / 2 ? Self.groupMaxima(maxima) : maxima
            threshold = work.withUnsafeMutableBufferPointer { stepglass_nth_largest($0.baseAddress, $0.count, wanted) }
        } else {
            threshold = -.infinity
        }
        let chosen = gather(from: threshold, maxima: maxima, wanted: wanted)
        if chosen.count == keptCount { ordered = chosen }
        return chosen.count == wanted ? chosen : Array(chosen.prefix(wanted))
    }

    /// All kept tokens, best first. O(vocabulary), with three passes of a radix sort.
    package mutating func allOrdered() -> [Int] {
        if let ordered { return ordered }
        let all = gather(from: -.infinity, maxima: nil)
        ordered = all
        return all
    }

    /// The largest logit of all. At least one token is kept, always.
    package func maximum() -> Float {
        if let first = ordered?.first { return logits[first] }
        if let knownSums { return knownSums.reference }
        return laneMaxima().max() ?? -.infinity
    }

    /// 1 for the largest logit; ties: the lower id first.
    package func rank(of id: Int) -> Int {
        let logit = logits[id]
        let above = logits.withUnsafeBufferPointer { stepglass_count_above($0.baseAddress, $0.count, logit) }
        return 1 + above + logits[..<id].count { $0 == logit }
    }

    /// Whether the logits hold neither NaN nor +∞.
    package var isSound: Bool {
        let scan = knownScan ?? Self.scan(logits)
        return scan.nans == 0 && scan.maxima.allSatisfy { $0 < .infinity }
    }

    private struct Scan {
        var nans: Int
        /// How many logits are above −∞.
        var kept: Int
        /// The largest logit of each lane of each group.
        var maxima: [Float]
    }

    private func laneMaxima() -> [Float] { (knownScan ?? Self.scan(logits)).maxima }

    /// The largest of the lanes of each group.
    private static func groupMaxima(_ maxima: [Float]) -> [Float] {
        let lanes = Int(STEPGLASS_LANES)
        return maxima.withUnsafeBufferPointer { maxima in
            (0..<maxima.count / lanes).map { group in
                var top = maxima[group * lanes]
                for lane in 1..<lanes where maxima[group * lanes + lane] > top { top = maxima[group * lanes + lane] }
                return top
            }
        }
    }

    private static func scan(_ logits: [Float]) -> Scan {
        let groups = (logits.count + Int(STEPGLASS_GROUP) - 1) / Int(STEPGLASS_GROUP)
        let lanes = groups * Int(STEPGLASS_LANES)
        var (nans, kept) = (0, 0)
        let maxima = [Float](unsafeUninitializedCapacity: lanes) { maxima, count in
            nans = logits.withUnsafeBufferPointer {
                stepglass_lane_maxima($0.baseAddress, $0.count, maxima.baseAddress, &kept)
            }
            count = lanes
        }
        return Scan(nans: nans, kept: kept, maxima: maxima)
    }

    /// The kept tokens with logit ≥ threshold, best first; where far more tie at it than are wanted, those wanted alone.
    private func gather(from threshold: Float, maxima: [Float]?, wanted: Int = .max) -> [Int] {
        func run(capacity: Int) -> (found: Int, ids: [Int]) {
            var found = 0
            let items = [StepglassRanked](unsafeUninitializedCapacity: capacity) { items, count in
                logits.withUnsafeBufferPointer { logits in
                    if let maxima {
                        found = maxima.withUnsafeBufferPointer {
                            stepglass_gather(
                                logits.baseAddress, logits.count, $0.baseAddress, threshold, items.baseAddress, capacity
                            )
                        }
                    } else {
                        found = stepglass_gather(
                            logits.baseAddress, logits.count, nil, threshold, items.baseAddress, capacity)
                    }
                }
                count = min(found, capacity)
                let scratch = count > Int(STEPGLASS_FEW) ? count : 0
                withUnsafeTemporaryAllocation(of: StepglassRanked.self, capacity: scratch) {
                    stepglass_sort(items.baseAddress, $0.baseAddress, count)
                }
            }
            return (found, items.map { Int($0.id) })
        }
        // Ties may make the selection far larger than was asked for: then it is gathered again, with room for all of them
        // or without the ties that nobody wants.
        let guess = threshold == -.infinity ? keptCount : min(keptCount, 4096)
        let first = run(capacity: guess)
        if first.found <= guess { return first.ids }
        if wanted == .max { return run(capacity: first.found).ids }
        var best = gather(from: threshold.nextUp, maxima: maxima)
        for id in logits.indices where best.count < wanted && logits[id] == threshold { best.append(id) }
        return best
    }

    // MARK: Sums

    /// Exponential sums over all kept tokens. A pass over the vocabulary, remembered until something changes.
    package mutating func sums() -> Sums {
        if let knownSums { return knownSums }
        let sums = sums(leavingOut: []).whole
        knownSums = sums
        return sums
    }

    /// The sums over all kept tokens, and the part of them without the tokens `ids`, in one pass.
    package mutating func sums(leavingOut ids: [Int]) -> (whole: Sums, rest: Sums) {
        let reference = maximum()
        var rest = Sums(reference: reference, sum: 0, weighted: 0)
        var listed = rest
        // By the number of kept tokens alone, not by what happens to be known: the same logits give the same bits.
        if keptCount <= Self.shortList {
            let skipped = Set(ids)
            for id in allOrdered() where !skipped.contains(id) { rest.add(logits[id]) }
        } else {
            let skipped = ids.sorted().map { Int32($0) }
            let part = logits.withUnsafeBufferPointer { logits in
                skipped.withUnsafeBufferPointer {
                    stepglass_exp_sums(logits.baseAddress, logits.count, reference, $0.baseAddress, $0.count)
                }
            }
            rest.sum = part.sum
            rest.weighted = part.weighted
        }
        for id in ids { listed.add(logits[id]) }
        var whole = rest
        whole.sum += listed.sum
        whole.weighted += listed.weighted
        if knownSums == nil { knownSums = whole }
        return (whole, rest)
    }

    // MARK: Change

    /// Gives one kept token another logit; −∞ removes it. A removed token stays removed.
    package mutating func set(_ id: Int, to logit: Float) {
        let before = logits[id]
        if before == -.infinity || before == logit { return }
        logits[id] = logit
        if logit == -.infinity { keptCount -= 1 }
        forgetOrder()
    }

    /// Removes one token if it is in play.
    package mutating func remove(_ id: Int) { set(id, to: -.infinity) }

    /// Divides every logit, in double precision with one rounding.
    mutating func divide(by divisor: Double) {
        logits.withUnsafeMutableBufferPointer { stepglass_divide($0.baseAddress, $0.count, divisor) }
        // A logit below what a 32-bit float holds has become −∞: it is out of play.
        forgetOrder()
        let scan = Self.scan(logits)
        keptCount = scan.kept
        knownScan = scan
    }

    /// Takes a number off every logit, in double precision with one rounding.
    mutating func subtract(_ number: Double) {
        logits.withUnsafeMutableBufferPointer { logits in
            for id in logits.indices { logits[id] = Float(Double(logits[id]) - number) }
        }
        forgetOrder()
    }

    /// Removes every token whose logit is below `threshold`. The largest must not be.
    mutating func removeBelow(_ threshold: Float) {
        let removed = logits.withUnsafeMutableBufferPointer {
            stepglass_remove_below($0.baseAddress, $0.count, threshold)
        }
        if removed == 0 { return }
        keptCount -= removed
        knownSums = nil
        knownScan = nil
        if let order = ordered { ordered = order.filter { logits[$0] > -.infinity } }
    }

    /// Keeps exactly the tokens `best`, which are the largest ones, best first.
    mutating func keep(_ best: [Int]) {
        guard let last = best.last, best.count < keptCount else { return }
        let edge = logits[last]
        ordered = nil
        removeBelow(edge)
        if keptCount > best.count {
            // Tokens that tie with the last one but have a higher id.
            for id in gather(from: edge, maxima: nil).dropFirst(best.count) { logits[id] = -.infinity }
            keptCount = best.count
            knownSums = nil
            knownScan = nil
        }
        ordered = best
    }

    /// Keeps exactly the tokens `ids` (in any order, without repeats, all of them kept so far).
    mutating func keepOnly(_ ids: [Int]) {
        if ids.count == keptCount { return }
        let values = ids.map { logits[$0] }
        for id in logits.indices { logits[id] = -.infinity }
        for (id, value) in zip(ids, values) { logits[id] = value }
        keptCount = ids.count
        forgetOrder()
        if ids.count <= Self.shortList { _ = allOrdered() }
    }

    private mutating func forgetOrder() {
        ordered = nil
        knownSums = nil
        knownScan = nil
    }
}

extension Distribution.Sums {
    fileprivate mutating func add(_ logit: Float) {
        let d = Double(logit) - Double(reference)
        let e = exponential(d)
        if e > 0 {
            sum += e
            weighted += d * e
        }
    }
}
