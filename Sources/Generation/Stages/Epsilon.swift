// The stage "epsilon". Made by: StageTable.

internal import Traces

/// Removes the tokens with probability < ε; the most probable token stays.
///
/// Source: Hewitt, Manning and Liang 2022, Truncation Sampling as Language Model Desmoothing, section 4.
struct Epsilon: Stage {
    let name = "epsilon"
    let cutoff: Double

    func apply(to distribution: inout Distribution, _ context: inout StageContext) -> [StageRecord.Parameter] {
        distribution.removeLessProbable(than: cutoff)
        return [.init("cutoff", cutoff)]
    }
}

extension Distribution {
    /// Removes the tokens whose probability is below `probability`, but never the most probable one.
    mutating func removeLessProbable(than probability: Double) {
        // p = e^l / Σe^l, so p < ε where l < ln ε + ln Σe^l.
        let edge = smallestFloat(atLeast: sums().logSumExp + logarithm(probability))
        removeBelow(min(edge, maximum()))
    }
}
