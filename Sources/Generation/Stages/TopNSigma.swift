// The stage "top-n-sigma". Made by: StageTable.

internal import Traces

/// Keeps the tokens with l ≥ (largest l) − n · σ, σ the standard deviation of the logits in play (÷ their count).
///
/// Source: Tang et al. 2024, Top-nσ: Not All Logits Are You Need.
struct TopNSigma: Stage {
    let name = "top-n-sigma"
    let n: Double

    func apply(to distribution: inout Distribution, _ context: inout StageContext) -> [StageRecord.Parameter] {
        let count = Double(distribution.keptCount)
        var sum = 0.0
        for logit in distribution.logits where logit > -.infinity { sum += Double(logit) }
        let mean = sum / count
        var squares = 0.0
        for logit in distribution.logits where logit > -.infinity {
            squares += (Double(logit) - mean) * (Double(logit) - mean)
        }
        let sigma = (squares / count).squareRoot()
        let edge = Double(distribution.maximum()) - n * sigma
        distribution.removeBelow(smallestFloat(atLeast: edge))
        return [.init("n", n), .init("sigma", sigma)]
    }
}
