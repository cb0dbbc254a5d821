// The stage "xtc".

internal import Phrases
internal import Traces

extension StageDescriptor {
    static let xtc = StageDescriptor(
        "xtc", .later, .mass, isSamplingOnly: true, label: Phrase(same: "XTC"),
        parameters: [
            StageParameter(
                "xtc-probability", .number(probability),
                Phrase("How often to exclude the top choices; 0 is off.", "多常排除最可能的幾個選擇；0 為關閉。")),
            StageParameter(
                "xtc-threshold", .number(threshold),
                Phrase("What counts as a top choice there (default 0.1).", "機率多高才算其中之一（預設 0.1）。")),
        ],
        formulas: [
            .rule(
                "p ≥ t,  u ≤ q",
                note: Phrase(
                    "Now and then (u ≤ q) all tokens above the threshold t but the least likely of them are struck.",
                    "偶爾（u ≤ q）把高於門檻 t 的詞元劃掉，只留其中機率最小的一個。"))
        ],
        make: { request in
            let settings = request.settings
            if probability.isOff(in: settings) { return nil }
            let stage = XTC(probability: probability.value(in: settings), threshold: threshold.value(in: settings))
            return Stage("xtc", stage.apply)
        })
}

private let probability = StageNumber(
    extra: "xtc.probability", 0, NumberRange(.real(0...1), within: .off(0)), example: 0.5, isSwitch: true)
private let threshold = StageNumber(extra: "xtc.threshold", 0.1, .real(0...0.5), example: 0.1, isSwitch: false)

/// Exclude top choices: with the given probability, removes all tokens with p ≥ threshold but the least probable of them.
///
/// One number u is drawn when at least two tokens are in play; the stage acts when u ≤ probability.
/// Source: p-e-w 2024, the XTC sampler; details as in llama.cpp.
struct XTC {
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
