// The stages "temperature" and, for temperature 0, "greedy". Made by: StageTable.

internal import Traces

/// l / T. T < 1 sharpens the distribution, T > 1 flattens it.
struct Temperature: Stage {
    let name = "temperature"
    let temperature: Double

    func apply(to distribution: inout Distribution, _ context: inout StageContext) -> [StageRecord.Parameter] {
        distribution.divide(by: temperature)
        return [.init("temperature", temperature)]
    }
}

/// The limit T → 0: keeps the largest logit (ties: the lower id) and removes all others; nothing is left to draw.
struct Greedy: Stage {
    static let stageName = "greedy"
    let name = Greedy.stageName

    func apply(to distribution: inout Distribution, _ context: inout StageContext) -> [StageRecord.Parameter] {
        distribution.keep(distribution.largest(1))
        return [.init("temperature", 0)]
    }
}
