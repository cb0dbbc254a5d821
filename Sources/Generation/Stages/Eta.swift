// The stage "eta". Made by: StageTable.

internal import Traces

/// Removes the tokens with probability < η = min(ε, √ε · e^(−H)), H the entropy in nats; the most probable token stays.
///
/// Source: Hewitt, Manning and Liang 2022, Truncation Sampling as Language Model Desmoothing, section 4.
struct Eta: Stage {
    let name = "eta"
    let cutoff: Double

    func apply(to distribution: inout Distribution, _ context: inout StageContext) -> [StageRecord.Parameter] {
        let eta = min(cutoff, cutoff.squareRoot() * exponential(-distribution.sums().entropyNats))
        distribution.removeLessProbable(than: eta)
        return [.init("cutoff", cutoff), .init("eta", eta)]
    }
}
