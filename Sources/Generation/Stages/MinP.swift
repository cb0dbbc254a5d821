// The stage "min-p". Made by: StageTable.

internal import Traces

/// Keeps the tokens with probability ≥ m · (largest probability), that is l − largest l ≥ ln m.
///
/// Source: Nguyen et al. 2024, Turning Up the Heat: Min-p Sampling for Creative and Coherent LLM Outputs.
struct MinP: Stage {
    let name = "min-p"
    let p: Double

    func apply(to distribution: inout Distribution, _ context: inout StageContext) -> [StageRecord.Parameter] {
        let edge = Double(distribution.maximum()) + logarithm(p)
        distribution.removeBelow(smallestFloat(atLeast: edge))
        return [.init("p", p)]
    }
}

/// The smallest 32-bit float that is not below `value`.
func smallestFloat(atLeast value: Double) -> Float {
    let near = Float(value)
    return Double(near) < value ? near.nextUp : near
}
