// The Kullback–Leibler divergence of two steps' distributions, exact or as a lower bound.
internal import ElementaryFunctions
internal import Traces

/// Exact when both traces hold the step's logits, else from the candidates that both list.
func divergence(
    logits: (a: [[Float]], b: [[Float]]), _ index: Int, _ a: Step, _ b: Step, _ view: ListedView
) -> Divergence {
    if index < logits.a.count, index < logits.b.count, logits.a[index].count == logits.b[index].count,
        !logits.a[index].isEmpty
    {
        return Divergence(bits: divergenceBits(logits.a[index], logits.b[index]), method: .exact)
    }
    return listedDivergence(a, b, view)
}

/// Which of a step's two distributions is compared.
enum ListedView {
    /// Before the stages.
    case raw
    /// The one that was drawn from.
    case final

    func probability(_ candidate: Candidate) -> Double {
        self == .raw ? candidate.rawProbability : candidate.probability
    }
    func tailProbability(_ step: Step) -> Double { self == .raw ? step.tail.rawProbability : step.tail.probability }
    func entropyBits(_ step: Step) -> Double { self == .raw ? step.entropyBitsRaw : step.entropyBitsFinal }
}

/// What two lists of candidates prove: the value where all that A may choose is in both lists, else a bound below it and,
/// where the record tells how improbable B's least token is, one above.
func listedDivergence(_ a: Step, _ b: Step, _ view: ListedView) -> Divergence {
    let least = lumpedDivergenceBits(a, b) { view.probability($0) }
    let inB = Set(b.candidates.map { $0.id })
    // −KL = H(A) + Σ p_A · log₂ p_B: the entropy is recorded, and so is p_B of the tokens that both list.
    var (known, unknown) = (-view.entropyBits(a), view.tailProbability(a))
    let byID = b.candidates.byID()
    for left in a.candidates {
        let p = view.probability(left)
        if p <= 0 { continue }
        guard inB.contains(left.id), let right = byID[left.id] else {
            unknown += p
            continue
        }
        let q = view.probability(right)
        if q <= 0 { return Divergence(bits: .infinity, method: .exact) }
        known -= p * Double.log2(q)
    }
    if unknown <= 0 { return Divergence(bits: least, method: .exact) }
    guard least.isFinite, view == .raw || isUntouched(a) && isUntouched(b), let logits = b.tail.logits,
        let lowest = logits.lowestInPlay
    else { return Divergence(bits: least, method: .lowerBound) }
    // The least likely token of B, in bits.
    let most = (b.logSumExp - Double(lowest)) / Double.log(2)
    return Divergence(bits: least, method: .lowerBound, atMost: max(least, known + unknown * most))
}

/// Whether the stages left the model's own distribution as it was.
private func isUntouched(_ step: Step) -> Bool {
    step.tail.probability == step.tail.rawProbability
        && step.candidates.allSatisfy { $0.probability == $0.rawProbability }
}

extension TailLogits {
    /// The smallest logit of those that are not listed; nil where one of them is −∞, or none is there.
    fileprivate var lowestInPlay: Float? {
        if seen.contains(-.infinity) { return nil }
        let others = bins.isEmpty ? next.last : lowest
        guard let others else { return seen.min() }
        return min(others, seen.min() ?? others)
    }
}

/// KL of the softmaxes of two rows of logits, in bits; a removed token is −∞.
func divergenceBits(_ a: [Float], _ b: [Float]) -> Double {
    let (sumA, sumB) = (logSumExp(a), logSumExp(b))
    var nats = 0.0
    for (left, right) in zip(a, b) where left > -.infinity {
        if right == -.infinity { return .infinity }
        let logA = Double(left) - sumA
        nats += Double.exp(logA) * (logA - (Double(right) - sumB))
    }
    return max(0, nats / Double.log(2))
}

private func logSumExp(_ row: [Float]) -> Double {
    let largest = Double(row.max() ?? 0)
    return largest + Double.log(row.reduce(0) { $0 + Double.exp(Double($1) - largest) })
}

/// KL over a coarser choice: each token that both list, and all others together. By the log-sum inequality merging
/// outcomes never raises the divergence, so this is a lower bound of the exact one.
func lumpedDivergenceBits(_ a: Step, _ b: Step, _ probability: (Candidate) -> Double) -> Double {
    let inB = b.candidates.byID().mapValues(probability)
    var restA = 1.0
    var restB = 1.0
    var bits = 0.0
    for left in a.candidates {
        guard let q = inB[left.id] else { continue }
        let p = probability(left)
        restA -= p
        restB -= q
        if p <= 0 { continue }
        if q <= 0 { return .infinity }
        bits += p * Double.log2(p / q)
    }
    // What is left after subtracting from 1 carries the rounding of every term.
    let noise = 1e-9
    if restA > noise {
        if restB <= noise { return .infinity }
        bits += restA * Double.log2(restA / restB)
    }
    return max(0, bits)
}
