// The weights of a decoder, read under the names that its architecture gives them.
internal import Kernels
internal import ModelFiles
internal import Traces

/// A matrix of the layers with what is added to its products.
struct Projection: Sendable {
    let matrix: PackedMatrix
    let bias: FloatBuffer?  // (rows of the matrix)
}

struct DecoderWeights {
    /// Of one reference, so that a pass that looks at a layer counts one and not those of all its matrices.
    final class Layer: Sendable {
        /// nil: the projections read what enters the layer.
        let attentionNorm: FloatBuffer?  // (hiddenSize)
        let query: Projection  // (queryWidth, hiddenSize)
        let key: Projection  // (keyValueWidth, hiddenSize)
        let value: Projection  // (keyValueWidth, hiddenSize)
        /// Both or none; (headSize) each, or (queryWidth) and (keyValueWidth).
        let queryNorm, keyNorm: FloatBuffer?
        let output: Projection  // (hiddenSize, queryWidth)
        let attentionPostNorm: FloatBuffer?  // (hiddenSize)
        let mlpNorm: FloatBuffer?  // (hiddenSize)
        let gate: Projection  // (mlpWidth, hiddenSize)
        let up: Projection  // (mlpWidth, hiddenSize)
        let down: Projection  // (hiddenSize, mlpWidth)
        let mlpPostNorm: FloatBuffer?  // (hiddenSize)

        init(
            _ norms: LayerNorms, query: Projection, key: Projection, value: Projection, output: Projection,
            gate: Projection, up: Projection, down: Projection
        ) {
            (attentionNorm, attentionPostNorm) = (norms.attention, norms.attentionPost)
            (queryNorm, keyNorm) = (norms.query, norms.key)
            (mlpNorm, mlpPostNorm) = (norms.mlp, norms.mlpPost)
            (self.query, self.key, self.value, self.output) = (query, key, value, output)
            (self.gate, self.up, self.down) = (gate, up, down)
        }
    }

    /// The norms of a layer, those that it has.
    struct LayerNorms {
        var attention, query, key, attentionPost, mlp, mlpPost: FloatBuffer?
    }

    let embedding: PackedMatrix  // (vocabulary, hiddenSize)
    let layers: [Layer]
    let finalNorm: FloatBuffer  // (hiddenSize)
    /// The embedding itself where the model ties them.
    let output: PackedMatrix  // (vocabulary, hiddenSize)
    /// What each pair's rotary frequency is divided by; nil where the file holds no such thing.
    let rotaryFactors: [Float]?  // (rotated numbers of a head / 2)
    let summary: WeightSummary

    static let tiedKey = SettingKey(nil, "tie_word_embeddings")

    init(
        _ contents: ModelContents, _ own: DecoderConfiguration, _ recipe: DecoderRecipe, pool: ThreadPool
    ) throws(TransformerError) {
        let basePrefix = ByFormat(gguf: "", huggingFace: "model.")[contents.format]
        var load = WeightLoader(contents, basePrefix: basePrefix, pool)
        let (names, sizes) = (recipe.names[contents.format], own.sizes)
        // Whether the output is the embedding; a GGUF file says so by having no output matrix.
        let absent = ByFormat<Bool?>(gguf: nil, huggingFace: recipe.tiedWhenAbsent)
        let tied = try contents.settings.bool(Self.tiedKey) ?? absent[contents.format]
        (embedding, output) = try load.vocabulary(
            embedding: names.embedding, output: names.output, tied: tied, rows: sizes.vocabularySize,
            columns: sizes.hiddenSize)
        let offset = recipe.normOffset[contents.format]
        var layers: [Layer] = []
        for number in 0..<sizes.layers {
            var reader = LayerReader(
                load: load, names: names, prefix: names.layerPrefix(number), own: own, normOffset: offset)
            layers.append(try reader.layer())
            load = reader.load
        }
        self.layers = layers
        finalNorm = try load.vector(names.finalNorm, count: sizes.hiddenSize, adding: offset)
        rotaryFactors = try Self.rotaryFactors(&load, contents.format, own)
        // Frequencies that are computed, and factors that this context does not turn by.
        summary = load.finished { $0.hasSuffix(".rotary_emb.inv_freq") || $0.hasPrefix("rope_factors_") }
    }

    private static func rotaryFactors(
        _ load: inout WeightLoader, _ format: ModelFormat, _ own: DecoderConfiguration
    ) throws(TransformerError) -> [Float]? {
        var turned = own.sizes.headSize
        for case let settings? in own.rotary { turned = settings.dimensions ?? turned }
        guard format == .gguf, let factors = try load.numbers(own.rotaryFactors, count: turned / 2) else { return nil }
        for factor in factors where !(factor.isFinite && factor > 0) {
            throw .badNumber(
                file: load.source.name, name: "number in \(own.rotaryFactors)", value: Double(factor))
        }
        return factors
    }
}

/// Reads the tensors of one layer.
private struct LayerReader {
    var load: WeightLoader
    let names: DecoderNames
    let prefix: String
    let own: DecoderConfiguration
    let normOffset: Float

    mutating func layer() throws(TransformerError) -> DecoderWeights.Layer {
        let (hidden, wide, sizes) = (own.sizes.hiddenSize, own.mlpWidth, own.sizes)
        let norms = try self.norms()
        let (queries, keys) = (sizes.queryWidth, sizes.keyValueWidth)
        let attention = try projections(
            names.queryKeyValue, [(names.query, queries), (names.key, keys), (names.value, keys)],
            own.attentionBias)
        let output = try projection(names.attentionOutput, hidden, queries, own.outputBias)
        let widening = try projections(names.gateUp, [(names.gate, wide), (names.up, wide)], own.mlpBias)
        return DecoderWeights.Layer(
            norms, query: attention[0], key: attention[1], value: attention[2], output: output, gate: widening[0],
            up: widening[1], down: try projection(names.down, hidden, wide, own.mlpBias))
    }

    private mutating func norms() throws(TransformerError) -> DecoderWeights.LayerNorms {
        let (hidden, sizes) = (own.sizes.hiddenSize, own.sizes)
        let attention = try norm(names.attentionNorm, hidden)
        let query = try norm(names.queryNorm, own.normsEachHead ? sizes.headSize : sizes.queryWidth)
        let key = try norm(names.keyNorm, own.normsEachHead ? sizes.headSize : sizes.keyValueWidth)
        let attentionPost = try norm(names.attentionPostNorm, hidden)
        let mlp = try norm(names.mlpNorm, hidden)
        return DecoderWeights.LayerNorms(
            attention: attention, query: query, key: key, attentionPost: attentionPost, mlp: mlp,
            mlpPost: try norm(names.mlpPostNorm, hidden))
    }

    private mutating func norm(_ name: String?, _ count: Int) throws(TransformerError) -> FloatBuffer? {
        guard let name else { return nil }
        return try load.vector(prefix + name, count: count, adding: normOffset)
    }

    private mutating func projection(
        _ name: String, _ rows: Int, _ columns: Int, _ rule: BiasRule
    ) throws(TransformerError) -> Projection {
        let matrix = try load.matrix(prefix + name, rows: rows, columns: columns)
        return Projection(matrix: matrix, bias: try load.bias(of: prefix + name, count: rows, rule))
    }

    /// Projections of what enters attention or the MLP: each a tensor, or all of them the rows of one.
    private mutating func projections(
        _ joined: String?, _ parts: [(name: String, rows: Int)], _ rule: BiasRule
    ) throws(TransformerError) -> [Projection] {
        var (result, first) = ([Projection](), 0)
        let (hidden, all) = (own.sizes.hiddenSize, parts.reduce(0) { $0 + $1.rows })
        for part in parts {
            if let joined {
                let rows = first..<first + part.rows
                let matrix = try load.matrix(prefix + joined, rows: rows, of: all, columns: hidden)
                result.append(Projection(matrix: matrix, bias: nil))
                first = rows.upperBound
            } else {
                result.append(try projection(part.name, part.rows, hidden, rule))
            }
        }
        return result
    }
}
