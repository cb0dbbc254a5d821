// The stage "log-softmax", which comes first where stages act in a beam search. Made by: StagePipeline, BeamSearch.

internal import Traces

/// x − log Σ exp(x): a beam search ranks by log-probabilities, and its stages work on those, as transformers' do.
struct LogSoftmax: Stage {
    static let stageName = "log-softmax"
    let name = LogSoftmax.stageName

    func apply(to distribution: inout Distribution, _ context: inout StageContext) -> [StageRecord.Parameter] {
        let logSumExp = distribution.sums().logSumExp
        distribution.subtract(logSumExp)
        return [.init("log-sum-exp", logSumExp)]
    }
}
