// What a forward pass hands its values to. Recorders only read: results are the same bit by bit with and without one.

/// A value at a site for the tokens of one pass: (token, width), rows one after another. Valid during the call only.
public struct Activation {
    public let pointer: UnsafePointer<Float>
    public let tokens: Int
    public let width: Int
    /// The context position of the first token; the others follow it.
    public let firstPosition: Int

    public init(pointer: UnsafePointer<Float>, tokens: Int, width: Int, firstPosition: Int) {
        self.pointer = pointer
        self.tokens = tokens
        self.width = width
        self.firstPosition = firstPosition
    }

    public var values: UnsafeBufferPointer<Float> { UnsafeBufferPointer(start: pointer, count: tokens * width) }
}

/// The weights of one query. Valid during the call only.
public struct AttentionRow {
    public let layer: Int
    public let head: Int
    /// Its context position.
    public let query: Int
    /// The position of the first key it sees; the others follow it.
    public let firstKey: Int
    public let weights: UnsafeBufferPointer<Float>

    @inline(__always)
    public init(layer: Int, head: Int, query: Int, firstKey: Int, weights: UnsafeBufferPointer<Float>) {
        self.layer = layer
        self.head = head
        self.query = query
        self.firstKey = firstKey
        self.weights = weights
    }
}

public protocol Recorder: AnyObject {
    /// Called once for every site of a pass but `attention`, in the order they are computed.
    func record(_ site: Site, _ activation: Activation)

    /// Whether attention weights are wanted at all.
    var wantsAttention: Bool { get }

    /// The weights of one query over the keys that it sees. Called from many threads at once, for different rows.
    func recordAttention(_ row: AttentionRow)
}
