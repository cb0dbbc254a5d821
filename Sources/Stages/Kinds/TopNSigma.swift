// The stage "top-n-sigma".

internal import Phrases
internal import Traces

extension StageDescriptor {
    static let topNSigma = StageDescriptor(
        "top-n-sigma", .late, .threshold(.ofAll), isSamplingOnly: true, label: Phrase(same: "top-nσ"),
        parameters: [
            StageParameter(
                "top-n-sigma", .number(n),
                Phrase(
                    "Keep logits within this many standard deviations of the largest; 0 is off.",
                    "保留與最大者相差不超過這麼多個標準差的 logit；0 為關閉。"))
        ],
        formulas: [
            .rule(
                "z < max z − n · σ",
                note: Phrase(
                    "Tokens more than n standard deviations below the best are struck.",
                    "比最佳者低超過 n 個標準差的詞元劃掉。"))
        ],
        make: { n.isOff(in: $0.settings) ? nil : Stage("top-n-sigma", TopNSigma(n: n.value(in: $0.settings)).apply) })
}

private let n = StageNumber(
    extra: "top-n-sigma.n", 0, NumberRange(.real(0...100), first: .off(0, isEndless: true)), example: 1, isSwitch: true)

/// Keeps the tokens with l ≥ (largest l) − n · σ, σ the standard deviation of the logits in play (÷ their count).
///
/// Source: Tang et al. 2024, Top-nσ: Not All Logits Are You Need.
struct TopNSigma {
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
