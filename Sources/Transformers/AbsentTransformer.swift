// A model whose weights are elsewhere: its sizes and end tokens, as its files say them, without a pass.
public import Kernels
public import ModelFiles
public import Traces

/// What is known of a model of which only the small files are here (a configuration, a tokenizer), or whose weights are
/// not to be read. It makes no pass: whoever runs the model answers for its logits.
public final class AbsentTransformer: Transformer {
    public let configuration: Configuration
    public let compute: Compute
    public let weights: WeightSummary
    public var sites: SiteTable { SiteTable(before: [], layer: [], after: []) }
    public var residual: ResidualWeights? { nil }
    public var ablated: Set<LayerHead> = []
    public var dropped: [Int] = []

    /// - Parameter name: what the model is called; nil takes what its file says.
    public convenience init(_ file: GGUFFile, name: String?, compute: Compute) throws(TransformerError) {
        self.init(try ModelContents(file, name: name), try ModelShape(file, name: name), compute)
    }

    /// - Parameter name: what the model is called; nil takes the folder's name. Its weights need not be there.
    public convenience init(_ folder: ModelFolder, name: String?, compute: Compute) throws(TransformerError) {
        self.init(try ModelContents(folder, name: name), try ModelShape(folder, name: name), compute)
    }

    private init(_ contents: ModelContents, _ shape: ModelShape, _ compute: Compute) {
        let patterns = shape.windows.map { width -> AttentionPattern in
            if shape.traits.isEncoder { return .full }
            return width.map { .window($0) } ?? .causal
        }
        configuration = Configuration(
            architecture: shape.architecture, name: shape.name, vocabularySize: shape.vocabularySize,
            contextLength: shape.contextLength, layers: shape.layers, hiddenSize: shape.hiddenSize, heads: shape.heads,
            keyValueHeads: shape.keyValueHeads, headSize: shape.headSize, attention: AttentionPatterns(patterns),
            endTokens: contents.endTokens.filter { (0..<shape.vocabularySize).contains($0) },
            beginToken: contents.beginToken)
        var summary = WeightSummary()
        summary.parameters = shape.parameters.total
        weights = summary
        self.compute = compute
    }

    public func forward(
        _ batch: Batch, cache: KeyValueCache, logits: LogitsRequest, recorder: (any Recorder)?
    ) -> UnsafeBufferPointer<Float> { preconditionFailure("a model without weights makes no pass") }

    public func lens(_ hidden: UnsafePointer<Float>, count: Int) -> UnsafeBufferPointer<Float> {
        preconditionFailure("a model without weights has no lens")
    }
}
