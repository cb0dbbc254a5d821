// Steps written by hand: each candidate with its share after each stage.
import ElementaryFunctions
import Traces

/// A candidate: its text, and its share of the distribution after each stage, the raw one first; nil from the stage that
/// removed it.
typealias Row = (text: String, shares: [Double?])

/// A stage with its first number, and how many tokens it left of the 100 of the vocabulary.
typealias Act = (name: String, number: Double?, kept: Int)

/// A step of a vocabulary of 100 tokens.
func step(
    _ rows: [Row], _ acts: [Act] = [], takes chosen: String, drawn uniform: Double? = nil, index: Int = 0,
    position: Int = 5, finish: FinishReason? = nil
) -> Step {
    let names = ["raw"] + acts.map { $0.name }
    let candidates = rows.enumerated().map { place, row in
        Candidate(
            id: place + 1, bytes: Array(row.text.utf8), text: row.text, rank: place + 1,
            logits: row.shares.map { $0.map { Float(Double.log($0)) } }, rawProbability: row.shares[0]!,
            probability: row.shares[names.count - 1] ?? 0,
            removedBy: row.shares.firstIndex { $0 == nil }.map { names[$0] })
    }
    let token = candidates.first { $0.text == chosen }!
    var kept = 100
    let stages =
        [StageRecord(name: "raw", parameters: [], kept: 100, removed: 0)]
        + acts.map { act in
            defer { kept = act.kept }
            return StageRecord(
                name: act.name, parameters: act.number.map { [.init("x", $0)] } ?? [], kept: act.kept,
                removed: kept - act.kept)
        }
    let best = candidates.filter { $0.probability > 0 }
        .sorted { ($0.probability, -$0.id) > ($1.probability, -$1.id) }
    let low = best.prefix { $0.id != token.id }.reduce(0) { $0 + $1.probability }
    return Step(
        index: index, position: position,
        token: Token(id: token.id, bytes: token.bytes, text: token.text, start: 0, end: 1, special: false),
        stages: stages, candidates: candidates,
        tail: Tail(
            count: 100 - rows.count, rawProbability: 1 - candidates.reduce(0) { $0 + $1.rawProbability },
            probability: max(0, 1 - candidates.reduce(0) { $0 + $1.probability })),
        entropyBitsRaw: 1, entropyBitsFinal: 1, logSumExp: 0,
        draw: uniform.map { Draw(uniform: $0, low: low, high: low + token.probability) }, finish: finish,
        seconds: StepSeconds(forward: 0, choose: 0, record: 0))
}
