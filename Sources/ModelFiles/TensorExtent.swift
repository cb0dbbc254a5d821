// What a shape of a file comes to, for readers of all kinds of files.

/// A shape with its number of weights and bytes, all products checked.
struct TensorExtent {
    let shape: [Int]
    let elementCount: Int
    let byteCount: Int

    /// `shape` is outermost first, no dimension may be 0.
    /// Every partial product is checked, and the bytes too: 2^62 floats have a count that fits and a size that does not
    /// (the mistake of CVE-2026-33298).
    init(file: String, tensor: String, type: TensorType, shape: [UInt64]) throws(ModelFileError) {
        let (sizes, elementCount) = try Self.checked(shape, file, tensor)
        // Rows are whole blocks: a block never spans two rows.
        let columns = sizes.last ?? 1
        if columns % type.blockSize != 0 {
            throw .rowNotInBlocks(file: file, tensor: tensor, columns: columns, type: type)
        }
        guard let byteCount = type.byteCount(elements: elementCount) else {
            throw .shapeOverflow(file: file, tensor: tensor, shape: shape)
        }
        self.shape = sizes
        self.elementCount = elementCount
        self.byteCount = byteCount
    }

    /// The same for numbers of `elementBytes` bytes each.
    init(file: String, tensor: String, elementBytes: Int, shape: [UInt64]) throws(ModelFileError) {
        let (sizes, elementCount) = try Self.checked(shape, file, tensor)
        let (bytes, overflow) = elementCount.multipliedReportingOverflow(by: elementBytes)
        if overflow { throw .shapeOverflow(file: file, tensor: tensor, shape: shape) }
        self.shape = sizes
        self.elementCount = elementCount
        byteCount = bytes
    }

    /// The sizes of a shape as such, and their product.
    private static func checked(
        _ shape: [UInt64], _ file: String, _ tensor: String
    ) throws(ModelFileError) -> (sizes: [Int], elementCount: Int) {
        var sizes: [Int] = []
        var elementCount = 1
        for dimension in shape {
            if dimension == 0 { throw .zeroDimension(file: file, tensor: tensor, shape: shape) }
            guard let size = Int(exactly: dimension) else {
                throw .shapeOverflow(file: file, tensor: tensor, shape: shape)
            }
            let (product, overflow) = elementCount.multipliedReportingOverflow(by: size)
            if overflow { throw .shapeOverflow(file: file, tensor: tensor, shape: shape) }
            sizes.append(size)
            elementCount = product
        }
        return (sizes, elementCount)
    }
}
