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
        kept: { bound($0).map { StageBound("eta-cutoff", .atMost, $0) } },
        make: {
            cutoff.isOff(in: $0.settings) ? nil : Stage("eta", Eta(cutoff: cutoff.value(in: $0.settings)).apply)
        })
}

private let cutoff = StageNumber(
    extra: "eta.cutoff", 0, NumberRange(.real(0...0.999), first: .off(0)), example: 0.0003, isSwitch: true)

/// A token stays where ε ≤ p or √ε · e^(−H) ≤ p, that is ε ≤ max(p, (p · e^H)²). The record's η tells e^H when it is
/// below ε; else √ε · e^(−H) ≥ ε, and then (p · e^H)² ≤ p² / ε < p for a token that went.
private func bound(_ input: StageInput) -> ClosedRange<Double>? {
    guard let p = input.probability, let cutoff = input.numbers("cutoff"), let eta = input.numbers("eta") else {
        return nil
    }
    let spread = eta < cutoff && eta > 0 ? cutoff.squareRoot() / eta : 0
    func edge(_ p: Double) -> Double { min(1, max(p, p * spread * p * spread)) }
    return edge(p.lowerBound)...edge(p.upperBound)
}

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
