// BERT's sites computed again from those before them, in double precision and in the plainest way.
import Foundation
import Kernels
import ModelFiles
import Testing

@testable import Traces
@testable import Transformers

@Suite struct BertSiteTests {
    private func site(_ source: SiteSource, of site: Site, layers: Int) -> Site? {
        switch source {
        case .tokens: nil
        case .site(let kind): Site(kind, site.layer)
        case .layerInput: site.layer == 0 ? .embedding : .hidden(site.layer! - 1)
        case .lastHidden: .hidden(layers - 1)
        }
    }

    private func recorded(_ site: Site, _ recorder: EverythingRecorder, heads: Int, count: Int) throws -> Matrix {
        if site.kind == .attention {
            let rows = try (0..<heads).flatMap { head in
                try (0..<count).flatMap { query in
                    try #require(recorder.attention[.init(layer: site.layer!, head: head, query: query)])
                }
            }
            return Matrix(rows: heads * count, columns: count, rows.map(Double.init))
        }
        let values = try #require(recorder.values[site], "\(site) was not recorded")
        return Matrix(rows: count, columns: values.count / count, values.map(Double.init))
    }

    @Test(arguments: ["bert-tied", "bert-untied", "bert-base"])
    func everySiteFollowsFromItsSources(name: String) throws {
        let (model, source) = try smallModel(name)
        let folder = try #require(source as? ModelFolder)
        let c = model.configuration
        let tokens = [5, 0, 60, 17, 17, 42, 8, 9, 1, 2, 3]
        let recorder = EverythingRecorder()
        _ = model.logits(tokens, recorder: recorder)
        #expect(recorder.order == model.sites.order(layers: c.layers))
        let naive = try NaiveBert(c, folder)
        for (place, site) in recorder.order.enumerated() {
            let ours = try recorded(site, recorder, heads: c.heads, count: tokens.count)
            let row = try #require(model.sites[site.kind])
            let sources = row.sources.compactMap { self.site($0, of: site, layers: c.layers) }
            for input in sources { #expect(recorder.order[..<place].contains(input), "\(site) before \(input)") }
            let inputs = try sources.map { try recorded($0, recorder, heads: c.heads, count: tokens.count) }
            let wanted = try naive.compute(site.kind, layer: site.layer ?? 0, inputs, tokens: tokens)
            #expect((wanted.rows, wanted.columns) == (ours.rows, ours.columns))
            let size = wanted.values.reduce(1) { max($0, abs($1)) }
            let error = zip(ours.values, wanted.values).reduce(0) { max($0, abs($1.0 - $1.1)) }
            #expect(error < 2e-6 * size, "\(name), \(site): off by \(error)")
        }
    }
}

/// A BERT of a Hugging Face folder by its files alone.
private struct NaiveBert {
    private let configuration: Configuration
    private let source: ModelFolder
    private let epsilon: Double
    /// What the names of the encoder's tensors begin with.
    private let stem: String

    init(_ configuration: Configuration, _ source: ModelFolder) throws {
        (self.configuration, self.source) = (configuration, source)
        epsilon = Double(Float(try #require(try source.configuration.double("layer_norm_eps"))))
        stem = configuration.hasHead ? "bert." : ""
    }

    private func numbers(_ name: String) throws -> [Double] {
        floats(try source.requiredTensor(named: name)).map(Double.init)
    }

    /// x Wᵀ + b, by the names of weight and bias.
    private func product(_ x: Matrix, _ weight: String, _ bias: String) throws -> Matrix {
        let (weights, biases) = (try numbers(weight), try numbers(bias))
        return x.mapRows { _, row in
            biases.indices.map { output in
                row.enumerated().reduce(biases[output]) {
                    $0 + $1.element * weights[output * x.columns + $1.offset]
                }
            }
        }
    }

    private func linear(_ x: Matrix, _ name: String) throws -> Matrix {
        try product(x, name + ".weight", name + ".bias")
    }

    private func norm(_ x: Matrix, _ name: String) throws -> Matrix {
        let (weight, bias) = (try numbers(name + ".weight"), try numbers(name + ".bias"))
        return x.mapRows { _, row in
            let mean = row.reduce(0, +) / Double(row.count)
            let square = row.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(row.count)
            return zip(row, zip(weight, bias)).map { ($0 - mean) / (square + epsilon).squareRoot() * $1.0 + $1.1 }
        }
    }

    private func gelu(_ x: Matrix) -> Matrix {
        x.mapRows { _, row in row.map { 0.5 * $0 * (1 + erf($0 / 2.0.squareRoot())) } }
    }

    private func embedding(_ tokens: [Int]) throws -> Matrix {
        let size = configuration.hiddenSize
        let words = try numbers(stem + "embeddings.word_embeddings.weight")
        let places = try numbers(stem + "embeddings.position_embeddings.weight")
        let types = try numbers(stem + "embeddings.token_type_embeddings.weight")
        let values = tokens.enumerated().flatMap { position, token in
            (0..<size).map { words[token * size + $0] + places[position * size + $0] + types[$0] }
        }
        return Matrix(rows: tokens.count, columns: size, values)
    }

    /// softmax(q kᵀ / √d), each head by itself, over all keys.
    private func attention(_ queries: Matrix, _ keys: Matrix) -> Matrix {
        let (count, width) = (queries.rows, configuration.headSize)
        var values: [Double] = []
        for head in 0..<configuration.heads {
            let columns = head * width..<(head + 1) * width
            for query in 0..<count {
                let asked = Array(queries.row(query))[columns]
                var exponentials: [Double] = []
                for key in 0..<count {
                    let score: Double = zip(asked, Array(keys.row(key))[columns]).reduce(0) { $0 + $1.0 * $1.1 }
                    exponentials.append(exp(score / Double(width).squareRoot()))
                }
                let total: Double = exponentials.reduce(0, +)
                values += exponentials.map { $0 / total }
            }
        }
        return Matrix(rows: configuration.heads * count, columns: count, values)
    }

    private func mix(_ weights: Matrix, _ values: Matrix) -> Matrix {
        let (count, width) = (values.rows, configuration.headSize)
        var mixed: [Double] = []
        for query in 0..<count {
            for column in 0..<values.columns {
                let row = weights.row(column / width * count + query)
                var sum = 0.0
                for (key, weight) in row.enumerated() { sum += weight * values.values[key * values.columns + column] }
                mixed.append(sum)
            }
        }
        return Matrix(rows: count, columns: values.columns, mixed)
    }

    func compute(_ site: SiteKind, layer: Int, _ inputs: [Matrix], tokens: [Int]) throws -> Matrix {
        let block = stem + "encoder.layer.\(layer)."
        switch site {
        case .embeddingSum: return try embedding(tokens)
        case .embedding: return try norm(inputs[0], stem + "embeddings.LayerNorm")
        case .query: return try linear(inputs[0], block + "attention.self.query")
        case .key: return try linear(inputs[0], block + "attention.self.key")
        case .value: return try linear(inputs[0], block + "attention.self.value")
        case .attention: return attention(inputs[0], inputs[1])
        case .attentionMix: return mix(inputs[0], inputs[1])
        case .attentionOutput: return try linear(inputs[0], block + "attention.output.dense")
        case .afterAttention, .afterMLP: return inputs[0] + inputs[1]
        case .mlpNorm: return try norm(inputs[0], block + "attention.output.LayerNorm")
        case .up: return try linear(inputs[0], block + "intermediate.dense")
        case .activation, .headActivation: return gelu(inputs[0])
        case .mlpOutput: return try linear(inputs[0], block + "output.dense")
        case .hidden: return try norm(inputs[0], block + "output.LayerNorm")
        case .headTransform: return try linear(inputs[0], "cls.predictions.transform.dense")
        case .finalNorm: return try norm(inputs[0], "cls.predictions.transform.LayerNorm")
        case .logits:
            let isTied = try source.configuration.bool("tie_word_embeddings") ?? true
            return try product(
                inputs[0], isTied ? "bert.embeddings.word_embeddings.weight" : "cls.predictions.decoder.weight",
                isTied ? "cls.predictions.bias" : "cls.predictions.decoder.bias")
        default: throw TransformerError.unsupported(file: "the naive BERT", what: "the site \(site)")
        }
    }
}
