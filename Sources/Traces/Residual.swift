// What the pass behind a step wrote into the residual stream, part by part: how long each part is, and what it adds to the
// logit of the step's token. Small numbers; the vectors themselves are not kept.

/// A part of the residual stream: what the embedding put there, or a head, attention or MLP added.
public struct ResidualPart: Equatable, Sendable {
    /// √Σx² of what was added; exact.
    public var length: Float
    /// What it adds to the token's logit while the scales of the norms behind it stay as they were; a reading.
    public var logit: Float

    /// A part by its length and what it adds.
    public init(length: Float, logit: Float) { (self.length, self.logit) = (length, logit) }
}

/// A token whose row of the embedding points the same way as another's.
public struct TokenNeighbour: Equatable, Sendable {
    /// The token's place in the vocabulary.
    public var id: Int
    /// The bytes the token stands for, exact.
    public var bytes: [UInt8]
    /// The characters that the bytes are; empty when they are none.
    public var text: String
    /// Cosine of the angle between the two rows, in −1…1.
    public var cosine: Float

    /// A neighbour with the cosine of the angle to it.
    public init(id: Int, bytes: [UInt8], text: String, cosine: Float) {
        (self.id, self.bytes, self.text, self.cosine) = (id, bytes, text, cosine)
    }
}

/// What entered the first layer, and the tokens whose embeddings are nearest.
public struct EmbeddingReading: Equatable, Sendable {
    /// (hidden size): as it entered the first layer, positions and scale within where the model has them.
    public var values: [Float]
    /// Its length, and what it adds to the logit.
    public var part: ResidualPart
    /// The nearest tokens by the cosine of their rows of the embedding, the token itself aside; nearest first.
    public var neighbours: [TokenNeighbour]

    /// An embedding with its part of the logit and its neighbours.
    public init(values: [Float], part: ResidualPart, neighbours: [TokenNeighbour]) {
        (self.values, self.part, self.neighbours) = (values, part, neighbours)
    }
}

/// What a layer added.
public struct ResidualLayer: Equatable, Sendable {
    /// What attention added: the heads, and the bias of the output where there is one.
    public var attention: ResidualPart
    /// (head): the length of what each head added by itself.
    public var headLengths: [Float]
    /// (head): what each head adds to the logit. Their sum falls short of attention's by what the output's bias adds.
    public var headLogits: [Float]
    /// What the MLP added.
    public var mlp: ResidualPart
    /// The length of the residual stream behind the layer.
    public var length: Float

    /// A layer by its parts.
    public init(
        attention: ResidualPart, headLengths: [Float], headLogits: [Float], mlp: ResidualPart, length: Float
    ) {
        (self.attention, self.mlp, self.length) = (attention, mlp, length)
        (self.headLengths, self.headLogits) = (headLengths, headLogits)
    }
}

/// The residual stream at the position that a step was chosen from, as the sum that it is (direct logit attribution:
/// Elhage et al. 2021, "A Mathematical Framework for Transformer Circuits").
///
/// logit = constant + embedding + Σ (attention + MLP), each by what it adds to the logit.
public struct ResidualReading: Equatable, Sendable {
    /// The token whose logit is meant: the one that was chosen, unless another was asked for.
    public var token: Int
    /// What entered the first layer.
    public var embedding: EmbeddingReading
    /// In the model's order.
    public var layers: [ResidualLayer]
    /// What the final norm multiplies with, before its weights: 1 over the root mean square (RMSNorm), or over the standard
    /// deviation (LayerNorm), of the residual stream.
    public var scale: Float
    /// What the final norm's bias adds to the logit, whatever the stream holds; 0 for a norm without.
    public var constant: Float
    /// The sum of all parts: the token's logit, before the cap where the model caps its logits.
    public var logit: Float

    /// A stream by its parts.
    public init(
        token: Int, embedding: EmbeddingReading, layers: [ResidualLayer], scale: Float, constant: Float, logit: Float
    ) {
        (self.token, self.embedding, self.layers) = (token, embedding, layers)
        (self.scale, self.constant, self.logit) = (scale, constant, logit)
    }
}
