// The stage "mirostat", always the last: its state moves on after the draw.

internal import Phrases
internal import Traces

extension StageDescriptor {
    static let mirostat = StageDescriptor(
        "mirostat", .last, .threshold(.ofSum), isSamplingOnly: true, label: Phrase(same: "mirostat"),
        parameters: [
            StageParameter(
                "mirostat-tau", .number(tau),
                Phrase("The surprise in bits that mirostat steers to; 0 is off.", "mirostat 趨向的驚訝程度（位元）；0 為關閉。")),
            StageParameter(
                "mirostat-eta", .number(rate), Phrase("How fast it steers (default 0.1).", "調整的快慢（預設 0.1）。")),
        ],
        formulas: [
            .rule(
                "−log₂ p > μ",
                note: Phrase(
                    "Tokens more surprising than μ are struck; μ follows the surprise that was drawn.",
                    "驚訝程度超過 μ 的詞元劃掉；μ 隨抽到的驚訝程度調整。"))
        ],
        make: { request in
            let settings = request.settings
            if tau.isOff(in: settings) { return nil }
            let stage = Mirostat(tau: tau.value(in: settings), eta: rate.value(in: settings))
            return Stage("mirostat", afterDraw: stage.move, stage.apply)
        })
}

private let tau = StageNumber(
    extra: "mirostat.tau", 0, NumberRange(.real(0...100), first: .off(0, isEndless: true), unit: Phrase("bits", "位元")),
    example: 5,
    isSwitch: true)
private let rate = StageNumber(extra: "mirostat.eta", 0.1, .real(0...10), example: 0.1, isSwitch: false)

/// Mirostat version 2: removes the tokens whose surprise −log₂ p exceeds μ (the most probable stays), draws from the
/// rest, and moves μ by −η · (surprise of the drawn token − τ), so that surprises settle around τ bits. μ begins at 2τ.
///
/// Source: Basu et al. 2021, Mirostat; version 2 and the surprise after renormalising as in llama.cpp.
struct Mirostat {
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

    /// Moves μ after a token of this surprise (in bits) was drawn.
    func move(_ surprise: Double, _ state: inout ChoiceState) -> [StageRecord.Parameter] {
        guard let bound = state.surpriseBound else { return [] }
        let moved = bound - eta * (surprise - tau)
        state.surpriseBound = moved
        return [.init("surprise", surprise), .init("next-mu", moved)]
    }
}
