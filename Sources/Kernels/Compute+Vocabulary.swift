// Sums over a vocabulary of logits: probabilities and entropy without sorting.
internal import CKernels
internal import ElementaryFunctions

/// Σ exp(x − maximum) and what follows from it.
public struct Exponentials: Sendable {
    /// The largest x.
    public let maximum: Float
    /// Σ exp(x − maximum), and Σ exp(x − maximum) · (x − maximum).
    let sum: Double
    let weighted: Double

    /// log Σ exp(x)
    public var logSumExp: Double { Double(maximum) + .log(sum) }

    /// The softmax of one of the logits: e^(logit − log Σ exp(x)), in 0…1.
    public func probability(of logit: Float) -> Double { .exp(Double(logit) - logSumExp) }

    /// −Σ p log2 p = (log Σ − Σ e·(x − max) / Σ e) / ln 2
    public var entropyBits: Double { max(0, (.log(sum) - weighted / sum) / .log(2)) }
}

extension Compute {
    /// The sums over one row of logits, (vocabulary).
    public func exponentials(_ logits: UnsafeBufferPointer<Float>) -> Exponentials {
        let count = Int64(logits.count)
        let maximum = kernels.functions.pointee.maximum(logits.baseAddress, count)
        var (sum, weighted) = (0.0, 0.0)
        kernels.functions.pointee.exp_sums(logits.baseAddress, count, maximum, &sum, &weighted)
        return Exponentials(maximum: maximum, sum: sum, weighted: weighted)
    }
}
