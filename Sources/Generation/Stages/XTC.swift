// The stage "xtc". Made by: StageTable.

internal import Traces

/// Exclude top choices: with the given probability, removes all tokens with p ≥ threshold but the least probable of them.
///
/// One number u is drawn when at least two tokens are in play; the stage acts when u ≤ probability.
/// Source: p-e-w 2024, the XTC sampler; details as in llama.cpp.
struct XTC: Stage {
    let name = "xtc"
    let probability: Double
    let threshold: Double

    func apply(to distribution: inout Distribution, _ context: inout StageContext) -> [StageRecord.Parameter] {
        var parameters: [StageRecord.Parameter] = [.init("probability", probability), .init("threshold", threshold)]
        if distribution.keptCount < 2 { return parameters }
        let uniform = context.generator.uniform()
        parameters.append(.init("uniform", uniform))
        if uniform > probability { return parameters }
        let sums = distribution.sums()
        // At most 1 / threshold tokens can reach the threshold.
        let reach = Int(min(1 / threshold, Double(distribution.keptCount))) + 1
        let top = distribution.largest(reach).filter { sums.probability(distribution.logits[$0]) >= threshold }
        for id in top.dropLast() { distribution.remove(id) }
        return parameters
    }
}
