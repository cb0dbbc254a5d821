// The default stages on made-up logits, written out plainly, so that a sample's ledger adds up like a real one.
import Traces

/// One step's way from logits to a token. `logits[token][stage]` is nil from the stage that removed the token.
struct SampleLedger {
    var stages: [StageRecord] = []
    var logits: [[Float?]]
    var removedBy: [String?]
    let raw: [Float]

    init(raw: [Float]) {
        self.raw = raw
        logits = raw.map { [$0] }
        removedBy = Array(repeating: nil, count: raw.count)
        stages.append(StageRecord(name: "raw", parameters: [], kept: raw.count, removed: 0))
    }

    /// The logits of the tokens still in play; −∞ for the others.
    var current: [Float] { logits.map { $0.last! ?? -.infinity } }

    /// Ends a stage: `after[token]` is its new logit, −∞ when this stage removes it.
    mutating func close(_ name: String, _ parameters: [(String, Double)], _ after: [Float]) {
        var removed = 0
        for token in logits.indices {
            let stays = after[token] > -.infinity
            if !stays, removedBy[token] == nil {
                removedBy[token] = name
                removed += 1
            }
            logits[token].append(stays ? after[token] : nil)
        }
        let kept = removedBy.count { $0 == nil }
        stages.append(
            StageRecord(
                name: name, parameters: parameters.map { StageRecord.Parameter($0.0, $0.1) }, kept: kept,
                removed: removed))
    }

    mutating func run(_ settings: Settings, history: [Int], generated: [Int]) {
        var logits = current
        let r = Float(settings.repetitionPenalty)
        for id in Set(history) { logits[id] = logits[id] > 0 ? logits[id] / r : logits[id] * r }
        close("repetition-penalty", [("penalty", settings.repetitionPenalty)], logits)
        for id in generated { logits[id] -= Float(settings.frequencyPenalty) }
        close("frequency-penalty", [("penalty", settings.frequencyPenalty)], logits)
        for id in Set(generated) { logits[id] -= Float(settings.presencePenalty) }
        close("presence-penalty", [("penalty", settings.presencePenalty)], logits)
        logits = logits.map { $0 / Float(settings.temperature) }
        close("temperature", [("temperature", settings.temperature)], logits)
        let edge = logits.sorted(by: >)[settings.topK - 1]
        logits = logits.map { $0 < edge ? -.infinity : $0 }
        close("top-k", [("k", Double(settings.topK))], logits)
        var sum = 0.0
        let probabilities = softmax(logits)
        for id in bestFirst(probabilities) {
            if sum >= settings.topP { logits[id] = -.infinity }
            sum += probabilities[id]
        }
        close("top-p", [("p", settings.topP)], logits)
        let narrowed = softmax(logits)
        let bar = settings.minP * narrowed.max()!
        for id in logits.indices where narrowed[id] < bar { logits[id] = -.infinity }
        close("min-p", [("p", settings.minP)], logits)
    }
}

/// exp(x) / Σ exp(x), in double precision.
func softmax(_ logits: [Float]) -> [Double] {
    let top = Double(logits.max()!)
    let powers = logits.map { exponential(Double($0) - top) }
    let sum = powers.reduce(0, +)
    return powers.map { $0 / sum }
}

/// Indices by descending value, ties to the lower index.
func bestFirst(_ values: [Double]) -> [Int] {
    values.indices.sorted { values[$0] != values[$1] ? values[$0] > values[$1] : $0 < $1 }
}

/// −Σ p·log2 p.
func entropyBits(_ probabilities: [Double]) -> Double {
    -probabilities.reduce(0) { $0 + ($1 > 0 ? $1 * logarithm($1) / logarithm(2) : 0) }
}
