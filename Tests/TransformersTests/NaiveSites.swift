// Every site computed again from the sites before it, in double precision and in the plainest way: no kernels, no cache,
// no threads.
import Foundation
import ModelFiles
import Testing
import Traces

@testable import Transformers

/// A row-major matrix of doubles: (rows, columns).
struct Matrix {
    let rows: Int
    let columns: Int
    let values: [Double]

    init(rows: Int, columns: Int, _ values: [Double]) {
        precondition(values.count == rows * columns)
        (self.rows, self.columns, self.values) = (rows, columns, values)
    }

    func row(_ index: Int) -> ArraySlice<Double> { values[index * columns..<(index + 1) * columns] }

    func mapRows(_ transform: (Int, ArraySlice<Double>) -> [Double]) -> Matrix {
        let all = (0..<rows).map { transform($0, row($0)) }
        return Matrix(rows: rows, columns: all[0].count, all.flatMap { $0 })
    }

    static func + (a: Matrix, b: Matrix) -> Matrix {
        Matrix(rows: a.rows, columns: a.columns, zip(a.values, b.values).map(+))
    }
}

/// A model of a Hugging Face folder by its files alone.
struct NaiveModel {
    let configuration: Configuration
    let source: ModelFolder
    let tied: Bool
    private let kind: String
    private let isGPT2, isGemma: Bool
    private let epsilon: Double

    init(_ configuration: Configuration, _ source: ModelFolder, tied: Bool) throws {
        (self.configuration, self.source, self.tied) = (configuration, source, tied)
        let values = source.configuration
        kind = try #require(try values.string("model_type"))
        (isGPT2, isGemma) = (kind == "gpt2", kind.hasPrefix("gemma"))
        epsilon = Double(Float(try #require(try values.double(isGPT2 ? "layer_norm_epsilon" : "rms_norm_eps"))))
    }

    /// A number of config.json; nil where it is absent or null.
    private func setting(_ key: String) throws -> Double? { try source.configuration.double(key) }

    /// The keys before its own that a layer's query sees; nil for all.
    private func window(_ layer: Int) throws -> Int? {
        let values = source.configuration
        if let kinds = try values.strings("layer_types"), kinds[layer] == "full_attention" { return nil }
        return try values.int("sliding_window")
    }

    /// θ of a layer's rotation; nil for a layer that turns nothing.
    private func ropeBase(_ layer: Int) throws -> Double? {
        let values = source.configuration
        if let turning = try values.integers("no_rope_layers"), turning[layer] == 0 { return nil }
        let object = try values.strings("layer_types").map { "rope_parameters.\($0[layer]).rope_theta" }
        return try object.flatMap { try setting($0) } ?? setting("rope_parameters.rope_theta") ?? 10_000
    }

    private func tensor(_ name: String) throws -> Matrix {
        let view = try source.requiredTensor(named: name)
        return Matrix(rows: view.rows, columns: view.columns, floats(view).map(Double.init))
    }

    private func layerName(_ layer: Int, _ name: String) -> String {
        (isGPT2 ? "transformer.h." : "model.layers.") + "\(layer).\(name)"
    }

    /// x Wᵀ (+ b): a linear layer as its architecture stores it, by the name without ".weight".
    private func linear(_ name: String, _ x: Matrix) throws -> Matrix {
        let weight = try tensor(name + ".weight")
        // GPT-2's layers are stored (input, output), but for the output matrix of the model.
        let isTurned = isGPT2 && name.contains(".h.")
        let bias = try source.tensor(named: name + ".bias").map { floats($0).map(Double.init) } ?? []
        let outputs = isTurned ? weight.columns : weight.rows
        return x.mapRows { _, row in
            (0..<outputs).map { output in
                row.enumerated().reduce(bias.isEmpty ? 0 : bias[output]) { sum, pair in
                    let place = isTurned ? pair.offset * outputs + output : output * weight.columns + pair.offset
                    return sum + pair.element * weight.values[place]
                }
            }
        }
    }

    private func norm(_ name: String, _ x: Matrix) throws -> Matrix {
        let weight = try tensor(name + ".weight").values.map { isGemma ? 1 + $0 : $0 }
        if weight.count < x.columns {
            // Each head by itself.
            let heads = Matrix(rows: x.values.count / weight.count, columns: weight.count, x.values)
            return Matrix(rows: x.rows, columns: x.columns, try norm(name, heads).values)
        }
        let bias = isGPT2 ? try tensor(name + ".bias").values : [Double](repeating: 0, count: weight.count)
        return x.mapRows { _, row in
            let count = Double(row.count)
            let mean = isGPT2 ? row.reduce(0, +) / count : 0
            let square = row.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count
            return zip(row, zip(weight, bias)).map { ($0 - mean) / (square + epsilon).squareRoot() * $1.0 + $1.1 }
        }
    }

    /// The value of a site from those of its sources, in the order of the table. `tokens` stand at positions 0, 1, ….
    func compute(_ site: SiteKind, layer: Int, _ inputs: [Matrix], tokens: [Int]) throws -> Matrix {
        switch site {
        case .embedding: return try embedding(tokens)
        case .attentionNorm: return try norm(layerName(layer, isGPT2 ? "ln_1" : "input_layernorm"), inputs[0])
        case .query: return try projection(0, "q", layer, inputs[0])
        case .key: return try projection(1, "k", layer, inputs[0])
        case .value: return try projection(2, "v", layer, inputs[0])
        case .normedQuery: return try norm(layerName(layer, "self_attn.q_norm"), inputs[0])
        case .normedKey: return try norm(layerName(layer, "self_attn.k_norm"), inputs[0])
        case .rotatedQuery, .rotatedKey: return try ropeBase(layer).map { rotate(inputs[0], base: $0) } ?? inputs[0]
        case .attention: return try attention(inputs[0], inputs[1], layer)
        case .attentionMix: return mix(inputs[0], inputs[1])
        case .attentionOutput:
            return try linear(layerName(layer, isGPT2 ? "attn.c_proj" : "self_attn.o_proj"), inputs[0])
        case .afterAttention, .hidden: return inputs[0] + inputs[1]
        case .attentionPostNorm: return try norm(layerName(layer, "post_attention_layernorm"), inputs[0])
        case .mlpPostNorm: return try norm(layerName(layer, "post_feedforward_layernorm"), inputs[0])
        case .mlpNorm:
            let name = isGemma ? "pre_feedforward_layernorm" : isGPT2 ? "ln_2" : "post_attention_layernorm"
            return try norm(layerName(layer, name), inputs[0])
        case .gate, .up: return try widening(site, layer, inputs[0])
        case .activation: return activation(inputs)
        case .mlpOutput: return try linear(layerName(layer, isGPT2 ? "mlp.c_proj" : "mlp.down_proj"), inputs[0])
        case .finalNorm: return try norm(isGPT2 ? "transformer.ln_f" : "model.norm", inputs[0])
        case .logits:
            let logits = try linear(tied ? embeddingName : "lm_head", inputs[0])
            return try setting("final_logit_softcapping").map { capped(logits, $0) } ?? logits
        default:
            Issue.record("\(site.name) has no plain computation")
            return inputs[0]
        }
    }

    private var embeddingName: String { isGPT2 ? "transformer.wte" : "model.embed_tokens" }

    private func embedding(_ tokens: [Int]) throws -> Matrix {
        let table = try tensor(embeddingName + ".weight")
        let rows = Matrix(rows: tokens.count, columns: table.columns, tokens.flatMap { table.row($0) })
        let scale = isGemma ? Double(table.columns).squareRoot() : 1
        guard isGPT2 else { return rows.mapRows { _, row in row.map { $0 * scale } } }
        let positions = try tensor("transformer.wpe.weight")
        return rows + Matrix(rows: tokens.count, columns: table.columns, tokens.indices.flatMap { positions.row($0) })
    }

    private func projection(_ part: Int, _ letter: String, _ layer: Int, _ x: Matrix) throws -> Matrix {
        if kind == "phi3" {
            let (queries, keys) = (configuration.queryWidth, configuration.keyValueWidth)
            let (first, count) = [(0, queries), (queries, keys), (queries + keys, keys)][part]
            return try linear(layerName(layer, "self_attn.qkv_proj"), x).mapRows { _, row in
                Array(row.dropFirst(first).prefix(count))
            }
        }
        guard isGPT2 else { return try linear(layerName(layer, "self_attn.\(letter)_proj"), x) }
        let width = configuration.hiddenSize
        return try linear(layerName(layer, "attn.c_attn"), x).mapRows { _, row in
            Array(row.dropFirst(part * width).prefix(width))
        }
    }

    /// The gate, or what it is multiplied with.
    private func widening(_ site: SiteKind, _ layer: Int, _ x: Matrix) throws -> Matrix {
        if isGPT2 { return try linear(layerName(layer, "mlp.c_fc"), x) }
        guard kind == "phi3" else {
            return try linear(layerName(layer, site == .gate ? "mlp.gate_proj" : "mlp.up_proj"), x)
        }
        return try linear(layerName(layer, "mlp.gate_up_proj"), x).mapRows { _, row in
            Array(site == .gate ? row.prefix(row.count / 2) : row.suffix(row.count / 2))
        }
    }

    private func capped(_ x: Matrix, _ cap: Double) -> Matrix {
        x.mapRows { _, row in row.map { cap * tanh($0 / cap) } }
    }

    /// Numbers i and i + d/2 of a head are turned by position · θ^(−2i/d).
    private func rotate(_ x: Matrix, base: Double) -> Matrix {
        let size = configuration.headSize
        return x.mapRows { position, row in
            let vector = Array(row)
            return vector.indices.map { place in
                let (head, i) = (place / size, place % size)
                let pair = i % (size / 2)
                let angle = Double(position) / pow(base, 2 * Double(pair) / Double(size))
                let (first, second) = (vector[head * size + pair], vector[head * size + pair + size / 2])
                return i < size / 2
                    ? first * cos(angle) - second * sin(angle) : second * cos(angle) + first * sin(angle)
            }
        }
    }

    /// The head of a key or value that a query head uses: heads share in order.
    private func shared(_ head: Int) -> Int { head / (configuration.heads / configuration.keyValueHeads) }

    /// (head · query, key), zero for the keys that the query does not see.
    private func attention(_ queries: Matrix, _ keys: Matrix, _ layer: Int) throws -> Matrix {
        let (c, count) = (configuration, queries.rows)
        let window = try window(layer) ?? count
        let divisor = try setting("query_pre_attn_scalar") ?? Double(c.headSize)
        let cap = kind == "gemma2" ? try setting("attn_logit_softcapping") : nil
        var all: [Double] = []
        for head in 0..<c.heads {
            for query in 0..<count {
                let first = max(0, query - window + 1)
                let scores = (first...query).map { key in
                    let score =
                        (0..<c.headSize).reduce(0.0) { sum, d in
                            sum + queries.values[query * queries.columns + head * c.headSize + d]
                                * keys.values[key * keys.columns + shared(head) * c.headSize + d]
                        } / divisor.squareRoot()
                    return cap.map { $0 * tanh(score / $0) } ?? score
                }
                let total = scores.reduce(0) { $0 + exp($1) }
                all += [Double](repeating: 0, count: first)
                all += scores.map { exp($0) / total } + [Double](repeating: 0, count: count - query - 1)
            }
        }
        return Matrix(rows: c.heads * count, columns: count, all)
    }

    private func mix(_ attention: Matrix, _ values: Matrix) -> Matrix {
        let (c, count) = (configuration, values.rows)
        return Matrix(
            rows: count, columns: c.queryWidth,
            (0..<count).flatMap { query in
                (0..<c.queryWidth).map { place in
                    let (head, d) = (place / c.headSize, place % c.headSize)
                    return attention.row(head * count + query).enumerated().reduce(0) { sum, weight in
                        sum + weight.element
                            * values.values[weight.offset * values.columns + shared(head) * c.headSize + d]
                    }
                }
            })
    }

    /// silu(gate) · up, gelu(gate) · up, or gelu(up), GELU in its tanh form.
    private func activation(_ inputs: [Matrix]) -> Matrix {
        let gelu = { (x: Double) in x / 2 * (1 + tanh((2 / Double.pi).squareRoot() * (x + 0.044715 * x * x * x))) }
        if inputs.count == 2 {
            let act = isGemma ? gelu : { (x: Double) in x / (1 + exp(-x)) }
            let products = zip(inputs[0].values, inputs[1].values).map { act($0) * $1 }
            return Matrix(rows: inputs[0].rows, columns: inputs[0].columns, products)
        }
        return inputs[0].mapRows { _, row in row.map(gelu) }
    }
}
