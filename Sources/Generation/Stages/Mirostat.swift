// The stage "mirostat", always the last. Made by: StageTable; StagePipeline moves its state on after the draw.

internal import Traces

/// Mirostat version 2: removes the tokens whose surprise −log₂ p exceeds μ (the most probable stays), draws from the
/// rest, and moves μ by −η · (surprise of the drawn token − τ), so that surprises settle around τ bits. μ begins at 2τ.
///
/// Source: Basu et al. 2021, Mirostat; version 2 and the surprise after renormalising as in llama.cpp.
struct Mirostat: Stage {
    static let stageName = "mirostat"
    let name = Mirostat.stageName
    let tau: Double
    let eta: Double

    func apply(to distribution: inout Distribution, _ context: inout StageContext) -> [StageRecord.Parameter] {
        let bound = context.surpriseBound ?? 2 * tau
        context.surpriseBound = bound
        // −log₂ p > μ where l < ln Σe^l − μ · ln 2.
        let edge = smallestFloat(atLeast: distribution.sums().logSumExp - bound * natsPerBit)
        distribution.removeBelow(min(edge, distribution.maximum()))
        return [.init("tau", tau), .init("eta", eta), .init("mu", bound)]
    }

    /// μ after a token of this surprise (in bits) was drawn.
    func bound(after surprise: Double, from bound: Double) -> Double { bound - eta * (surprise - tau) }
}
