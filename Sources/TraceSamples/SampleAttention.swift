// Made-up attention of the kinds real heads show: a sink on the first token, the recent past, the token before, and a
// few keys far back that a query singles out.
import Traces

func sampleAttention(layers: Int, heads: Int, keyValueHeads: Int, positions: Int, seed: UInt64) -> AttentionRecord {
    let record = AttentionRecord(
        layers: layers, heads: heads, keyValueHeads: keyValueHeads, capacityPositions: positions)
    record.grow(toPositions: positions)
    for layer in 0..<layers {
        for head in 0..<heads {
            var random = SampleRandom(state: seed &+ UInt64(layer * heads + head) &* 977)
            let sink = 6 * random.uniform()
            let decay = 0.02 + 0.6 * random.uniform()
            let content = (0..<positions).map { _ in 2.5 * random.uniform() }
            let previous = (layer + head) % 4 == 0 ? 5.0 : 0
            for query in 0..<positions {
                let scores = (0...query).map { key in
                    var score = content[key] - decay * Double(query - key) + 0.4 * random.uniform()
                    if key == 0 { score += sink }
                    if key == query - 1 { score += previous }
                    return Float(score)
                }
                let weights = softmax(scores)
                let row = record.rowPointer(layer: layer, head: head, query: query)
                for key in 0...query { row[key] = Float(weights[key]) }
            }
        }
    }
    return record
}
