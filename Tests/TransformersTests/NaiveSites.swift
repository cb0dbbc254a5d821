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
    private let isGPT2: Bool
    private let epsilon: Double
    private let ropeBase: Double

    init(_ configuration: Configuration, _ source: ModelFolder, tied: Bool) throws {
        (self.configuration, self.source, self.tied) = (configuration, source, tied)
        let values = source.configuration
        isGPT2 = try values.string("model_type") == "gpt2"
        epsilon = Double(Float(try #require(try values.double(isGPT2 ? "layer_norm_epsilon" : "rms_norm_eps"))))
        ropeBase = try values.double("rope_parameters.rope_theta") ?? values.double("rope_theta") ?? 10_000
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
        let bias = isTurned ? try tensor(name + ".bias").values : []
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
        let weight = try tensor(name + ".weight").values
        let bias = isGPT2 ? try tensor(name + ".bias").values : [Double](repeating: 0, count: weight.count)
        return x.mapRows { _, row in
            let count = Double(row.count)
            let mean = isGPT2 ? row.reduce(0, +) / count : 0
            let square = row.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count
            return zip(row, zip(weight, bias)).map { ($0 - mean) / (square + epsilon).squareRoot() * $1.0 + $1.1 }
        }
    }

    /// The value of a site from those of its sources, in the order of the table. `tokens` stand at positions 0, 1, ….
    func compute(_ kind: SiteKind, layer: Int, _ inputs: [Matrix], tokens: [Int]) throws -> Matrix {
        let c = configuration
        switch kind {
        case .embedding: return try embedding(tokens)
        case .attentionNorm: return try norm(layerName(layer, isGPT2 ? "ln_1" : "input_layernorm"), inputs[0])
        case .query: return try projection(0, "q", layer, inputs[0])
        case .key: return try projection(1, "k", layer, inputs[0])
        case .value: return try projection(2, "v", layer, inputs[0])
        case .rotatedQuery: return rotate(inputs[0], heads: c.heads)
        case .rotatedKey: return rotate(inputs[0], heads: c.keyValueHeads)
        case .attention: return attention(inputs[0], inputs[1])
        case .attentionMix: return mix(inputs[0], inputs[1])
        case .attentionOutput:
            return try linear(layerName(layer, isGPT2 ? "attn.c_proj" : "self_attn.o_proj"), inputs[0])
        case .afterAttention, .hidden: return inputs[0] + inputs[1]
        case .mlpNorm: return try norm(layerName(layer, isGPT2 ? "ln_2" : "post_attention_layernorm"), inputs[0])
        case .gate: return try linear(layerName(layer, "mlp.gate_proj"), inputs[0])
        case .up: return try linear(layerName(layer, isGPT2 ? "mlp.c_fc" : "mlp.up_proj"), inputs[0])
        case .activation: return activation(inputs)
        case .mlpOutput: return try linear(layerName(layer, isGPT2 ? "mlp.c_proj" : "mlp.down_proj"), inputs[0])
        case .finalNorm: return try norm(isGPT2 ? "transformer.ln_f" : "model.norm", inputs[0])
        case .logits: return try linear(tied ? embeddingName : "lm_head", inputs[0])
        default:
            Issue.record("\(kind.name) has no plain computation")
            return inputs[0]
        }
    }

    private var embeddingName: String { isGPT2 ? "transformer.wte" : "model.embed_tokens" }

    private func embedding(_ tokens: [Int]) throws -> Matrix {
        let table = try tensor(embeddingName + ".weight")
        let rows = Matrix(rows: tokens.count, columns: table.columns, tokens.flatMap { table.row($0) })
        guard isGPT2 else { return rows }
        let positions = try tensor("transformer.wpe.weight")
        return rows + Matrix(rows: tokens.count, columns: table.columns, tokens.indices.flatMap { positions.row($0) })
    }

    private func projection(_ part: Int, _ letter: String, _ layer: Int, _ x: Matrix) throws -> Matrix {
        guard isGPT2 else { return try linear(layerName(layer, "self_attn.\(letter)_proj"), x) }
        let width = configuration.hiddenSize
        return try linear(layerName(layer, "attn.c_attn"), x).mapRows { _, row in
            Array(row.dropFirst(part * width).prefix(width))
        }
    }

    /// Numbers i and i + d/2 of a head are turned by position · θ^(−2i/d).
    private func rotate(_ x: Matrix, heads: Int) -> Matrix {
        let size = configuration.headSize
        return x.mapRows { position, row in
            let vector = Array(row)
            return vector.indices.map { place in
                let (head, i) = (place / size, place % size)
                let pair = i % (size / 2)
                let angle = Double(position) / pow(ropeBase, 2 * Double(pair) / Double(size))
                let (first, second) = (vector[head * size + pair], vector[head * size + pair + size / 2])
                return i < size / 2
                    ? first * cos(angle) - second * sin(angle) : second * cos(angle) + first * sin(angle)
            }
        }
    }

    /// The head of a key or value that a query head uses: heads share in order.
    private func shared(_ head: Int) -> Int { head / (configuration.heads / configuration.keyValueHeads) }

    /// (head · query, key), zero after the query.
    private func attention(_ queries: Matrix, _ keys: Matrix) -> Matrix {
        let (c, count) = (configuration, queries.rows)
        var all: [Double] = []
        for head in 0..<c.heads {
            for query in 0..<count {
                let scores = (0...query).map { key in
                    (0..<c.headSize).reduce(0.0) { sum, d in
                        sum + queries.values[query * queries.columns + head * c.headSize + d]
                            * keys.values[key * keys.columns + shared(head) * c.headSize + d]
                    } / Double(c.headSize).squareRoot()
                }
                let total = scores.reduce(0) { $0 + exp($1) }
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

    /// silu(gate) · up, or gelu(up) in its tanh form.
    private func activation(_ inputs: [Matrix]) -> Matrix {
        if inputs.count == 2 {
            let products = zip(inputs[0].values, inputs[1].values).map { $0 / (1 + exp(-$0)) * $1 }
            return Matrix(rows: inputs[0].rows, columns: inputs[0].columns, products)
        }
        return inputs[0].mapRows { _, row in
            row.map { $0 / 2 * (1 + tanh((2 / Double.pi).squareRoot() * ($0 + 0.044715 * $0 * $0 * $0))) }
        }
    }
}
