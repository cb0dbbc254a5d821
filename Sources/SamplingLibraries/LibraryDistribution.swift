// Logits with what is left of them, and what the libraries do to such: the ways in which they differ are cases here.
internal import ElementaryFunctions

func exponential(_ value: Double) -> Double { Double.exp(value) }

/// The logits of a vocabulary on their way through a library's stages, in its 32-bit floats.
struct LibraryDistribution {
    var logits: [Float]
    var isKept: [Bool]

    /// A logit of −∞ is no token's.
    init(_ logits: [Float]) {
        self.logits = logits
        isKept = logits.map { $0 > -.infinity }
    }

    /// By rising id.
    var kept: [Int] { isKept.indices.filter { isKept[$0] } }
    /// By falling logit, ties by the lower id.
    var ordered: [Int] { kept.sorted { logits[$0] != logits[$1] ? logits[$0] > logits[$1] : $0 < $1 } }

    private var largest: Float { kept.map { logits[$0] }.max() ?? 0 }

    mutating func keep(_ ids: some Sequence<Int>) {
        isKept = [Bool](repeating: false, count: isKept.count)
        for id in ids { isKept[id] = true }
    }

    /// The probabilities of some tokens, in 32-bit floats.
    private func probabilities(of ids: [Int]) -> [Float] {
        let top = largest
        let weights = ids.map { Float(exponential(Double(logits[$0] - top))) }
        let sum = Float(weights.reduce(0) { $0 + Double($1) })
        return weights.map { $0 / sum }
    }

    // MARK: stages

    mutating func divide(by temperature: Double) {
        for id in kept { logits[id] /= Float(temperature) }
    }

    mutating func keepLargest() { if let best = ordered.first { keep([best]) } }

    mutating func topK(_ k: Int, keepsTies: Bool) {
        let order = ordered
        if k >= order.count { return }
        let edge = logits[order[k - 1]]
        keep(keepsTies ? order.filter { logits[$0] >= edge } : Array(order.prefix(k)))
    }

    /// How a library adds up probabilities until they reach p.
    enum Nucleus {
        /// From the likeliest on, until the sum is at least p.
        case fromLikeliest
        /// From the least likely on: what adds up to no more than 1 − p goes; the likeliest stays.
        case fromLeastLikely
        /// As from the likeliest on, and whatever is as likely as the last one stays too.
        case byValue
    }

    mutating func topP(_ p: Double, _ nucleus: Nucleus) {
        let order = ordered
        let probabilities = probabilities(of: order)
        switch nucleus {
        case .fromLikeliest, .byValue:
            var (sum, last) = (Float(0), order.count - 1)
            for (place, probability) in probabilities.enumerated() {
                sum += probability
                if sum >= Float(p) {
                    last = place
                    break
                }
            }
            let edge = order.isEmpty ? 0 : logits[order[last]]
            keep(nucleus == .byValue ? order.filter { logits[$0] >= edge } : Array(order[...last]))
        case .fromLeastLikely:
            var sum = 0.0
            var gone = 0
            for probability in probabilities.reversed() {
                sum += Double(probability)
                if Float(sum) > Float(1 - p) { break }
                gone += 1
            }
            keep(order.prefix(max(order.count - gone, 1)))
        }
    }

    /// - Parameter byLogits: in differences of logits, else in probabilities.
    mutating func minP(_ share: Double, byLogits: Bool) {
        let ids = kept
        let top = largest
        if byLogits {
            let least = top + Float(Double.log(Double(Float(share))))
            keep(ids.filter { logits[$0] >= least })
            return
        }
        let probabilities = probabilities(of: ids)
        let least = Float(share) * (probabilities.max() ?? 0)
        keep(zip(ids, probabilities).filter { $0.1 >= least }.map { $0.0 })
    }

    mutating func repetitionPenalty(_ penalty: Double, of tokens: [Int]) {
        for id in Set(tokens) where isKept.indices.contains(id) && isKept[id] {
            logits[id] = logits[id] > 0 ? logits[id] / Float(penalty) : logits[id] * Float(penalty)
        }
    }

    mutating func subtract(_ penalty: Double, of tokens: [Int], perOccurrence: Bool) {
        var counts: [Int: Int] = [:]
        for id in tokens { counts[id, default: 0] += 1 }
        for (id, count) in counts where isKept.indices.contains(id) && isKept[id] {
            logits[id] -= Float(perOccurrence ? count : 1) * Float(penalty)
        }
    }
}
