// The stage "eta".

internal import Phrases
internal import Traces

extension StageDescriptor {
    static let eta = StageDescriptor(
        "eta", .later, .threshold(.ofAll), isSamplingOnly: true, label: Phrase("eta cutoff", "eta 截斷"),
        parameters: [
            StageParameter(
                "eta-cutoff", .number(cutoff),
                Phrase("As epsilon, but lower where the entropy is high; 0 is off.", "同 epsilon，但熵越高門檻越低；0 為關閉。"))
        ],
        formulas: [
            .rule(
                "p < min(ε, √ε · e^(−H))",
                note: Phrase(
                    "The bar sinks where the model is undecided (entropy H); the best stays.",
                    "模型越猶豫（熵 H 越大）門檻越低；最佳者必留。"))
        ],
        make: {
            cutoff.isOff(in: $0.settings) ? nil : Stage("eta", Eta(cutoff: cutoff.value(in: $0.settings)).apply)
        })
}

private let cutoff = StageNumber(
    extra: "eta.cutoff", 0, NumberRange(.real(0...0.999), first: .off(0)), example: 0.0003, isSwitch: true)

/// Removes the tokens with probability < η = min(ε, √ε · e^(−H)), H the entropy in nats; the most probable token stays.
///
/// Source: Hewitt, Manning and Liang 2022, Truncation Sampling as Language Model Desmoothing, section 4.
struct Eta {
    let cutoff: Double

    func apply(to distribution: inout Distribution, _ context: inout StageContext) -> [StageRecord.Parameter] {
        let eta = min(cutoff, cutoff.squareRoot() * exponential(-distribution.sums().entropyNats))
        distribution.removeLessProbable(than: eta)
        return [.init("cutoff", cutoff), .init("eta", eta)]
    }
}
