// What a sample run's passes were made of: numbers that add up as in a real run, and mean nothing.
import Traces

extension SampleShape {
    /// A number of a place, in −0.5 ..< 0.5, the same each time.
    private func number(_ seed: Int, _ layer: Int, _ place: Int) -> Float {
        Float((seed * 31 + layer * 17 + place * 29 + 11) % 97) / 97 - 0.5
    }

    /// A residual stream whose parts add up to the token's logit: the last MLP makes up the rest.
    func residual(token: Int, logit: Float, vocabulary: SampleVocabulary) -> ResidualReading {
        let values = (0..<heads * 16).map { number(token, 0, $0) }
        let neighbours = (1...4).map { place -> TokenNeighbour in
            let id = (token + 13 * place) % vocabularySize
            let bytes = vocabulary.bytes[id]
            return TokenNeighbour(
                id: id, bytes: bytes, text: String(validating: bytes, as: UTF8.self) ?? "",
                cosine: 0.9 - 0.1 * Float(place))
        }
        let embedding = ResidualPart(length: 1.5, logit: number(token, 1, 3))
        let constant: Float = 0.375
        var left = logit - embedding.logit - constant
        let layers = (0..<self.layers).map { layer -> ResidualLayer in
            let heads = (0..<self.heads).map { 2 * number(token, layer, $0) }
            let bias: Float = 0.0625
            let attention = heads.reduce(bias, +)
            left -= attention
            let mlp = layer == self.layers - 1 ? left : 3 * number(token, layer, 40)
            left -= mlp
            return ResidualLayer(
                attention: ResidualPart(length: 2 + Float(layer), logit: attention),
                headLengths: (0..<self.heads).map { 1 + number(token, layer, $0 + 7) }, headLogits: heads,
                mlp: ResidualPart(length: 3 + Float(layer) / 2, logit: mlp), length: 4 + 2 * Float(layer))
        }
        return ResidualReading(
            token: token, embedding: EmbeddingReading(values: values, part: embedding, neighbours: neighbours),
            layers: layers, scale: 0.25, constant: constant, logit: logit)
    }

    /// The rows of the lens with how the token stands in each: its probability leans towards the final one.
    func withStandings(_ rows: [LensRow], token: Int, probability: Double) -> [LensRow] {
        rows.map { row in
            var row = row
            let listed = row.top.firstIndex { $0.id == token }
            let share = Double(row.layer) / Double(layers)
            row.chosen = TokenStanding(
                logit: Float(row.layer) - 2, probability: listed.map { row.top[$0].probability } ?? share * probability,
                rank: listed.map { $0 + 1 } ?? 9)
            return row
        }
    }
}
