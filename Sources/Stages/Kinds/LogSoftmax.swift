// The stage "log-softmax", which comes first where stages act in a beam search.

internal import Phrases
internal import Traces

extension StageDescriptor {
    static let logSoftmax = StageDescriptor(
        "log-softmax", .implicit, .normalizes, isSamplingOnly: false, label: Phrase("log-probability", "對數機率"),
        inText: Phrase("log-softmax", "對數機率"),
        formulas: [
            StageFormula(.removed, rule, "{after}", note: note),
            StageFormula(.always, rule, "{before} − {shift} = {after}", note: note),
        ])
}

private let rule = Phrase(same: "z′ = z − log Σ e^z")
private let note = Phrase(
    "Less the logarithm of all exponentials together: now a log-probability, which is what the search adds up.",
    "減去全部指數總和的對數，成為對數機率；搜尋累加的就是它。")

/// x − log Σ exp(x): a beam search ranks by log-probabilities, and its stages work on those, as transformers' do.
struct LogSoftmax {

    func apply(to distribution: inout Distribution, _ context: inout StageContext) -> [StageRecord.Parameter] {
        let logSumExp = distribution.sums().logSumExp
        distribution.subtract(logSumExp)
        return [.init("log-sum-exp", logSumExp)]
    }
}
