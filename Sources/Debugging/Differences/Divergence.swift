// The Kullback–Leibler divergence of two steps' distributions, exact or as a lower bound.
internal import ElementaryFunctions
internal import Traces

/// Exact when both traces hold the step's logits, else from the candidates that both list.
func divergence(
    logits: (a: [[Float]], b: [[Float]]), _ index: Int, _ a: Step, _ b: Step, _ probability: (Candidate) -> Double
) -> Divergence {
    if index < logits.a.count, index < logits.b.count, logits.a[index].count == logits.b[index].count,
        !logits.a[index].isEmpty
    {
        return Divergence(bits: divergenceBits(logits.a[index], logits.b[index]), method: .exact)
    }
    return Divergence(bits: lumpedDivergenceBits(a, b, probability), method: .lowerBound)
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
