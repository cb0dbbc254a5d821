// The keys and values of all tokens so far. A slot holds one token; which slots a query sees is said by the batch, so
// branches and beams share the slots of their common beginning.
internal import CKernels
internal import Kernels

/// Keys and values of every layer by slot, as 32-bit floats.
public final class KeyValueCache: @unchecked Sendable {
    /// Layers of the model.
    public let layers: Int
    /// Key/value heads of a layer.
    public let keyValueHeads: Int
    /// Floats of a head's key or value.
    public let headSize: Int
    /// Slots there is room for; a multiple of 16.
    public private(set) var capacity: Int
    private let valueStride: Int
    private var keys: FloatBuffer  // (layer, keyValueHead, slot / 16, headSize, 16)
    private var values: FloatBuffer  // (layer, keyValueHead, slot, valueStride)

    /// A cache for models of these sizes with room for at least `slots` slots.
    public init(_ configuration: Configuration, slots: Int) {
        layers = configuration.layers
        keyValueHeads = configuration.keyValueHeads
        headSize = configuration.headSize
        // Vectors of 16 are read whole, so each slot's values are padded to one.
        valueStride = (headSize + 15) / 16 * 16
        capacity = (max(slots, 1) + 15) / 16 * 16
        keys = FloatBuffer(count: layers * keyValueHeads * capacity * headSize)
        values = FloatBuffer(count: layers * keyValueHeads * capacity * valueStride)
    }

    /// Makes room for `slots` slots, keeping what is there.
    public func reserve(slots: Int) {
        guard slots > capacity else { return }
        let wider = (max(slots, capacity * 3 / 2) + 15) / 16 * 16
        let newKeys = FloatBuffer(count: layers * keyValueHeads * wider * headSize)
        let newValues = FloatBuffer(count: layers * keyValueHeads * wider * valueStride)
        for head in 0..<layers * keyValueHeads {
            (newKeys.pointer + head * wider * headSize).update(
                from: keys.pointer + head * capacity * headSize, count: capacity * headSize)
            (newValues.pointer + head * wider * valueStride).update(
                from: values.pointer + head * capacity * valueStride, count: capacity * valueStride)
        }
        (keys, values, capacity) = (newKeys, newValues, wider)
    }

    /// Stores the key and value of one token; both are (keyValueHead, headSize).
    func store(layer: Int, slot: Int, key: UnsafePointer<Float>, value: UnsafePointer<Float>) {
        precondition(slot < capacity)
        for head in 0..<keyValueHeads {
            let place = layer * keyValueHeads + head
            let keyBlock = keys.pointer + (place * capacity + slot / 16 * 16) * headSize + slot % 16
            for d in 0..<headSize { keyBlock[d * 16] = key[head * headSize + d] }
            (values.pointer + (place * capacity + slot) * valueStride).update(
                from: value + head * headSize, count: headSize)
        }
    }

    /// The memory of a layer, as plain values; valid until the next `reserve`.
    func pointers(layer: Int) -> LayerPointers {
        let place = layer * keyValueHeads * capacity
        return LayerPointers(
            keys: keys.pointer + place * headSize, values: values.pointer + place * valueStride, capacity: capacity,
            headSize: headSize, valueStride: valueStride)
    }

    struct LayerPointers {
        fileprivate let keys: UnsafePointer<Float>
        fileprivate let values: UnsafePointer<Float>
        fileprivate let capacity: Int
        fileprivate let headSize: Int
        fileprivate let valueStride: Int

        /// What the attention kernels read of one head: the slots from `first` on, a multiple of 16.
        func view(keyValueHead: Int, fromSlot first: Int = 0) -> sg_cache {
            let slot = keyValueHead * capacity + first
            return sg_cache(
                keys: keys + slot * headSize, values: values + slot * valueStride, head_size: Int64(headSize),
                value_stride: Int64(valueStride))
        }
    }
}
