// What a sample run keeps of the logits that its steps do not list: few one by one, so that there are bins of the others.
import Traces

func sampleTailLogits(_ raw: [Float], _ listed: [Int], _ history: [Int]) -> TailLogits {
    let seen = TailLogits.seenTokens(prompt: history, output: [], listed: listed)
    let known = Set(listed + seen)
    let others = raw.indices.filter { !known.contains($0) }.map { raw[$0] }.sorted(by: >)
    let (few, size) = (8, 12)
    var bins: [TailLogits.Bin] = []
    for start in stride(from: few, to: others.count, by: size) {
        let part = others[start..<min(start + size, others.count)]
        let mean = part.reduce(0) { $0 + Double($1) } / Double(part.count)
        let squares = part.reduce(0) { $0 + (Double($1) - mean) * (Double($1) - mean) }
        bins.append(
            TailLogits.Bin(
                count: part.count, highest: part[start], mean: Float(mean),
                deviation: Float((squares / Double(part.count)).squareRoot())))
    }
    return TailLogits(
        seen: seen.map { raw[$0] }, next: Array(others.prefix(few)), bins: bins,
        lowest: bins.isEmpty ? 0 : others[others.count - 1])
}
