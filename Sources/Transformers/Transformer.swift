// What every architecture's forward pass offers.
public import Kernels
public import Traces

/// A model that turns tokens into logits. Not for use from two threads at once.
public protocol Transformer: AnyObject {
    var configuration: Configuration { get }
    var compute: Compute { get }
    var weights: WeightSummary { get }
    /// Which sites the forward pass records, and what each is computed from.
    var sites: SiteTable { get }

    /// The weights that make a logit a sum over what the layers add; nil for a model whose logits are no such sum.
    var residual: ResidualWeights? { get }

    /// Heads whose output is set to zero, as (layer, head); data of an experiment.
    var ablated: Set<LayerHead> { get set }
    /// Positions whose keys and values no later query finds; data of an experiment.
    var dropped: [Int] { get set }

    /// Runs the batch, fills its slots of the cache, and returns logits (requested token, vocabulary), valid until the
    /// next call. `tokens` must be valid ids and `positions` below the context length.
    func forward(_ batch: Batch, cache: KeyValueCache, logits: LogitsRequest, recorder: (any Recorder)?)
        -> UnsafeBufferPointer<Float>

    /// The logit lens: final norm and output applied to hidden states of any layers, in one product. hidden: (count,
    /// hiddenSize). Logits (count, vocabulary), valid until the next call.
    func lens(_ hidden: UnsafePointer<Float>, count: Int) -> UnsafeBufferPointer<Float>
}

extension Transformer {
    /// The logit lens of one hidden state, (hiddenSize).
    public func lens(_ hidden: UnsafePointer<Float>) -> UnsafeBufferPointer<Float> { lens(hidden, count: 1) }
}

/// One attention head of the model.
public struct LayerHead: Hashable, Sendable {
    /// The layer, from 0.
    public var layer: Int
    /// The head in its layer, from 0.
    public var head: Int

    /// The head `head` of layer `layer`, both from 0.
    public init(layer: Int, head: Int) {
        self.layer = layer
        self.head = head
    }
}

extension Set<LayerHead> {
    /// The heads of one layer.
    func heads(ofLayer layer: Int) -> Set<Int> {
        var heads: Set<Int> = []
        for head in self where head.layer == layer { heads.insert(head.head) }
        return heads
    }
}

/// What a model's weights amount to.
public struct WeightSummary: Sendable {
    /// Weights in all tensors.
    public var parameters: Int64 = 0
    /// As stored in the file.
    public var byteCount: Int64 = 0
    /// Number of tensors by type name.
    public var types: [String: Int] = [:]
    /// What of the model's files is not used, and where they disagree: sentences for the reader.
    public var notes: [String] = []
}

/// A row of numbers per token that the pass works on: (token, width).
final class Activations {
    let width: Int
    private var buffer: FloatBuffer
    private var capacity: Int

    init(width: Int) {
        self.width = width
        capacity = 1
        buffer = FloatBuffer(count: width)
    }

    func reserve(tokens: Int) {
        if tokens > capacity {
            capacity = tokens
            buffer = FloatBuffer(count: tokens * width)
        }
    }

    var pointer: UnsafeMutablePointer<Float> { buffer.pointer }

    func row(_ token: Int) -> UnsafeMutablePointer<Float> { buffer.pointer + token * width }
}

extension Recorder {
    /// The one line that the passes write after a value worth keeping.
    func record(_ site: Site, _ values: Activations, _ batch: Batch) {
        record(
            site,
            Activation(
                pointer: values.pointer, tokens: batch.count, width: values.width, firstPosition: batch.positions[0]))
    }
}
