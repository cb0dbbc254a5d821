// Whether two tensors hold the same numbers, however they are stored.

extension TensorView {
    /// Whether type, shape and bytes are those of another tensor.
    public func isStoredLike(_ other: TensorView) -> Bool {
        type == other.type && shape == other.shape && bytes.elementsEqual(other.bytes)
    }

    /// Whether the shapes are the same and each number is; a tensor with a NaN is like none but its copies.
    public func holdsTheNumbers(of other: TensorView) -> Bool {
        if isStoredLike(other) { return true }
        guard shape == other.shape else { return false }
        var (mine, others) = ([Float](repeating: 0, count: columns), [Float](repeating: 0, count: columns))
        for index in 0..<rows {
            mine.withUnsafeMutableBufferPointer { dequantize(rowView(index), into: $0) }
            others.withUnsafeMutableBufferPointer { dequantize(other.rowView(index), into: $0) }
            if mine != others { return false }
        }
        return true
    }

    private func rowView(_ index: Int) -> TensorView {
        TensorView(
            name: name, type: type, shape: [columns], elementCount: columns, bytes: row(index), owner: owner)
    }
}
