// The stages "temperature" and, for temperature 0, "greedy".

internal import Phrases
internal import Traces

extension StageDescriptor {
    static let temperature = StageDescriptor(
        "temperature", .ordered, .scales, isSamplingOnly: true, label: Phrase("temperature", "溫度"),
        inText: Phrase("temperature", "溫度"),
        parameters: [
            StageParameter(
                "temperature", .number(temperatureNumber),
                Phrase("Divide the logits by this; 0 is greedy (default: 1).", "logit 除以此數；0 為貪婪解碼（預設 1）。")),
            StageParameter(
                "greedy", .flag(sets: "temperature", to: 0),
                Phrase("Take the most probable token (temperature 0).", "取最可能的詞元（溫度 0）。")),
        ],
        formulas: [
            StageFormula(
                .always, Phrase(same: "z′ = z ÷ T"), "{before} ÷ {first} = {after}",
                note: Phrase("Below 1 the gaps widen, above 1 they narrow.", "溫度低於 1 差距拉大，高於 1 差距縮小。"))
        ],
        make: {
            let value = $0.settings.temperature
            if value == 0 { return Stage("greedy", leavesOne: true, Greedy().apply) }
            return value == 1 ? nil : Stage("temperature", Temperature(temperature: value).apply)
        })

    static let greedy = StageDescriptor(
        "greedy", .implicit, .best, isSamplingOnly: true, label: Phrase("greedy", "貪婪解碼"),
        formulas: [
            .rule(
                "z′ = max z",
                note: Phrase(
                    "Temperature 0: only the largest logit stays, ties go to the lower id.",
                    "溫度 0：只留最大的 logit，同分取編號較小者。"))
        ])
}

private let temperatureNumber = StageNumber(
    1, NumberRange(.real(0.001...1000), first: .init(0, Phrase("greedy", "貪婪解碼"))), example: 0.8,
    read: { $0.temperature }, write: { $0.temperature = $1 })

/// l / T. T < 1 sharpens the distribution, T > 1 flattens it.
struct Temperature {
    let temperature: Double

    func apply(to distribution: inout Distribution, _ context: inout StageContext) -> [StageRecord.Parameter] {
        distribution.divide(by: temperature)
        return [.init("temperature", temperature)]
    }
}

/// The limit T → 0: keeps the largest logit (ties: the lower id) and removes all others; nothing is left to draw.
struct Greedy {
    func apply(to distribution: inout Distribution, _ context: inout StageContext) -> [StageRecord.Parameter] {
        distribution.keep(distribution.largest(1))
        return [.init("temperature", 0)]
    }
}
