// The stage "typical-p".

internal import Phrases
internal import Traces

extension StageDescriptor {
    static let typicalP = StageDescriptor(
        "typical-p", .later, .mass, isSamplingOnly: true, label: Phrase(same: "typical-p"),
        parameters: [
            StageParameter(
                "typical-p", .number(p),
                Phrase(
                    "Keep the tokens whose surprise is nearest to the entropy, up to this mass; 1 is off.",
                    "由驚訝程度最接近熵的詞元起，保留到機率和達此值；1 為關閉。"))
        ],
        formulas: [
            .rule(
                "Σ p  (|−ln p − H| ↑) ≥ p",
                note: Phrase(
                    "Tokens whose surprise is nearest to the entropy H stay, until their probabilities reach p.",
                    "驚訝程度最接近熵 H 的詞元先留下，直到機率和達到 p。"))
        ],
        make: {
            p.isOff(in: $0.settings) ? nil : Stage("typical-p", TypicalP(p: p.value(in: $0.settings)).apply)
        })
}

private let p = StageNumber(
    extra: "typical-p.p", 1, NumberRange(.real(0.001...1), within: .off(1)), example: 0.9, isSwitch: true)

/// Keeps the tokens whose surprise −ln p lies nearest to the entropy H, until their probabilities sum to p.
///
/// Tokens are ordered by |−ln p − H| ascending; the first whose running sum is not below p is the last one kept, with
/// all that lie exactly as far as it. Source: Meister et al. 2022, Locally Typical Sampling; ties as in transformers.
struct TypicalP {
    let p: Double

    func apply(to distribution: inout Distribution, _ context: inout StageContext) -> [StageRecord.Parameter] {
        let sums = distribution.sums()
        let center = sums.logSumExp - sums.entropyNats  // the logit of a token with −ln p = H
        let best = distribution.allOrdered()
        let logits = distribution.logits
        // Above the center distances fall along the order, below it they rise: two ends are walked outwards.
        var above = best.firstIndex { Double(logits[$0]) < center } ?? best.count
        var below = above
        var kept: [Int] = []
        var sum = 0.0
        var edge = Double.infinity
        while above > 0 || below < best.count {
            let left = above > 0 ? Double(logits[best[above - 1]]) - center : .infinity
            let right = below < best.count ? center - Double(logits[best[below]]) : .infinity
            if min(left, right) > edge { break }
            let id: Int
            if left <= right {
                above -= 1
                id = best[above]
            } else {
                id = best[below]
                below += 1
            }
            kept.append(id)
            sum += sums.probability(logits[id])
            if edge == .infinity, sum >= p { edge = min(left, right) }
        }
        distribution.keepOnly(kept)
        return [.init("p", p)]
    }
}
