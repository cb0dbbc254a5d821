// The fields of the residual stream behind a step.
import JSONText

extension ResidualPart {
    static let table = FieldTable<ResidualPart>(
        "residualPart", "What was added to the residual stream.", blank: ResidualPart(length: 0, logit: 0),
        [
            Field(
                "length", .logit.drawable(from: 0), "√Σx² of what was added; exact.", { $0.length }, { $0.length = $1 }
            ),
            Field(
                "logit", .logit,
                "What it adds to the token's logit with the scales of the norms behind it held; a reading.",
                { $0.logit }, { $0.logit = $1 }),
        ])
}

extension TokenNeighbour {
    static let table = FieldTable<TokenNeighbour>(
        "neighbour", "A token with an embedding near another's.",
        blank: TokenNeighbour(id: 0, bytes: [], text: "", cosine: 0),
        [
            Field("id", .tokenID, { $0.id }, { $0.id = $1 }),
            Field("text", .tokenText, { $0.text }, { $0.text = $1 }),
            Field("bytes", .tokenBytes, { $0.bytes }, { $0.bytes = $1 }),
            Field(
                "cosine", .logit.drawable(from: -1.001, to: 1.001), "Of the angle between the two rows.",
                { $0.cosine }, { $0.cosine = $1 }),
        ])
}

extension EmbeddingReading {
    static let table = FieldTable<EmbeddingReading>(
        "embedding", "What entered the first layer.",
        blank: EmbeddingReading(values: [], part: ResidualPart(length: 0, logit: 0), neighbours: []),
        [
            Field(
                "values", .list(.logit).drawable(to: 65_536),
                "One for each number of the hidden state; positions and scale within.",
                { $0.values }, { $0.values = $1 }),
            Field("part", .object(ResidualPart.table), { $0.part }, { $0.part = $1 }),
            Field(
                "neighbours", .list(.object(TokenNeighbour.table)).drawable(to: 1024), "Nearest first.",
                { $0.neighbours }, { $0.neighbours = $1 }),
        ])
}

extension ResidualLayer {
    static let table = FieldTable<ResidualLayer>(
        "residualLayer", "What a layer added to the residual stream.",
        blank: ResidualLayer(
            attention: ResidualPart(length: 0, logit: 0), headLengths: [], headLogits: [],
            mlp: ResidualPart(length: 0, logit: 0), length: 0),
        [
            Field("attention", .object(ResidualPart.table), { $0.attention }, { $0.attention = $1 }),
            Field(
                "headLengths", .list(.logit).drawable(to: 4096), "Of what each head added by itself.",
                { $0.headLengths }, { $0.headLengths = $1 }),
            Field(
                "headLogits", .list(.logit).drawable(to: 4096),
                "What each head adds to the logit. Their sum falls short of attention's by what the output's bias adds.",
                { $0.headLogits }, { $0.headLogits = $1 },
                check: { (layer) throws(TraceError) in
                    let (lengths, logits) = (layer.headLengths.count, layer.headLogits.count)
                    if lengths == logits { return }
                    throw .field(path: "", problem: "has \(logits) heads, and headLengths has \(lengths)")
                }),
            Field("mlp", .object(ResidualPart.table), { $0.mlp }, { $0.mlp = $1 }),
            Field(
                "length", .logit.drawable(from: 0), "Of the residual stream behind the layer.",
                { $0.length }, { $0.length = $1 }),
        ])
}

extension ResidualReading {
    static let table = FieldTable<ResidualReading>(
        "residual",
        "The residual stream at the position that chose, as the sum that it is: logit = constant + embedding + Σ (attention + mlp) over the layers.",
        blank: ResidualReading(
            token: 0, embedding: EmbeddingReading.table.blank, layers: [], scale: 1, constant: 0, logit: 0),
        [
            Field("token", .tokenID, "Whose logit is meant: the step's own token.", { $0.token }, { $0.token = $1 }),
            Field("embedding", .object(EmbeddingReading.table), { $0.embedding }, { $0.embedding = $1 }),
            Field(
                "layers", .list(.object(ResidualLayer.table)).drawable(to: 4096), { $0.layers }, { $0.layers = $1 }),
            Field(
                "scale", .logit,
                "What the final norm multiplies with, before its weights: 1 over the root mean square, or over the standard deviation, of the stream.",
                { $0.scale }, { $0.scale = $1 }),
            Field(
                "constant", .logit, "What the final norm's bias adds to the logit.",
                { $0.constant }, { $0.constant = $1 }),
            Field(
                "logit", .logit, "The sum of all parts, before the cap where the model caps its logits.",
                { $0.logit }, { $0.logit = $1 }),
        ])
}

extension TokenStanding {
    static let table = FieldTable<TokenStanding>(
        "standing", "How a token stands in a distribution.", blank: TokenStanding(logit: 0, probability: 0, rank: 1),
        [
            Field("logit", .logit, { $0.logit }, { $0.logit = $1 }),
            Field(
                "probability", .probability, "Softmax over the whole vocabulary.",
                { $0.probability }, { $0.probability = $1 }),
            Field(
                "rank", .size, "1 is the largest logit; of equal ones the lower id.", { $0.rank }, { $0.rank = $1 }),
        ])
}
