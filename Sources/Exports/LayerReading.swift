// What a record tells of a layer in one step: the lens and what the layer added, where either was recorded.
internal import JSONText
internal import Phrases
internal import Traces

/// A layer in one step; layer 0 is the embedding.
struct LayerReading {
    private let layer: Int
    private let lens: LensRow?
    private let added: ResidualLayer?

    /// Those of a step, in the model's order; none where nothing of the layers was recorded.
    static func all(of step: Step) -> [LayerReading] {
        var rows: [Int: LensRow] = [:]
        for row in step.lens { rows[row.layer] = row }
        let layers = step.residual?.layers ?? []
        if rows.isEmpty && layers.isEmpty { return [] }
        return Set(0...layers.count).union(rows.keys).sorted().compactMap { layer in
            let added = layer > 0 && layer <= layers.count ? layers[layer - 1] : nil
            if rows[layer] == nil && added == nil { return nil }
            return LayerReading(layer: layer, lens: rows[layer], added: added)
        }
    }

    var name: String { layer == 0 ? "embedding" : "layer \(layer)" }

    func write(_ json: inout JSONWriter) {
        if let best = lens?.top.first {
            json.member("lens best", readable(best.text))
            json.member("lens best id", best.id)
            json.member("lens best probability", best.probability)
        }
        if let chosen = lens?.chosen {
            json.member("lens rank of the token", chosen.rank)
            json.member("lens probability of the token", chosen.probability)
        }
        if let added {
            json.member("attention added to the logit", added.attention.logit)
            json.member("mlp added to the logit", added.mlp.logit)
            json.member("length of the stream", added.length)
        }
    }
}
