// What a forward pass hands its values to. Recorders only read: results are the same bit by bit with and without one.

/// A value at a site for the tokens of one pass: (token, width), rows one after another. Valid during the call only.
public struct Activation {
    /// The first value; the pass owns the memory and soon writes over it.
    public let pointer: UnsafePointer<Float>
    /// Tokens of the pass: how many rows there are.
    public let tokens: Int
    /// Values of each row.
    public let width: Int
    /// The context position of the first token; the others follow it.
    public let firstPosition: Int

    /// A view of `tokens` · `width` values that the caller owns; nothing is copied.
    public init(pointer: UnsafePointer<Float>, tokens: Int, width: Int, firstPosition: Int) {
        self.pointer = pointer
        self.tokens = tokens
        self.width = width
        self.firstPosition = firstPosition
    }

    /// All rows, one after another: tokens · width values.
    public var values: UnsafeBufferPointer<Float> { UnsafeBufferPointer(start: pointer, count: tokens * width) }
}

/// The weights of one query. Valid during the call only.
public struct AttentionRow {
    /// 0-based.
    public let layer: Int
    /// The query head in its layer, 0-based.
    public let head: Int
    /// Its context position.
    public let query: Int
    /// The position of the first key it sees; the others follow it.
    public let firstKey: Int
    /// (key): the softmax output over the keys seen, from `firstKey` on; sums to 1.
    public let weights: UnsafeBufferPointer<Float>

    /// A view of one row that the caller owns; nothing is copied.
    @inline(__always)
    public init(layer: Int, head: Int, query: Int, firstKey: Int, weights: UnsafeBufferPointer<Float>) {
        self.layer = layer
        self.head = head
        self.query = query
        self.firstKey = firstKey
        self.weights = weights
    }
}

/// What a forward pass hands its values to, if anything: it reads and changes nothing.
public protocol Recorder: AnyObject {
    /// Called once for every site of a pass but `attention`, in the order they are computed.
    func record(_ site: Site, _ activation: Activation)

    /// Whether attention weights are wanted at all.
    var wantsAttention: Bool { get }

    /// The weights of one query over the keys that it sees. Called from many threads at once, for different rows.
    func recordAttention(_ row: AttentionRow)
}
