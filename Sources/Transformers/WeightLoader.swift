// Takes tensors out of a file by name and shape and packs them for the kernels.
internal import JSONText
internal import Kernels
internal import ModelFiles

/// The tensors of a model, whatever holds them.
struct TensorTable: TensorSource {
    let name: String
    let tensors: [TensorView]
    private let find: @Sendable (String) throws(ModelFileError) -> TensorView?

    init(_ source: some TensorSource) {
        name = source.name
        tensors = source.tensors
        find = { (name) throws(ModelFileError) in try source.tensor(named: name) }
    }

    func tensor(named name: String) throws(ModelFileError) -> TensorView? { try find(name) }
}

/// Reads one model's weights and counts what it reads.
struct WeightLoader {
    let source: TensorTable
    let pool: ThreadPool
    var summary = WeightSummary()
    private var taken: Set<String> = []
    private let arena = WeightArena()

    init(_ source: TensorTable, _ pool: ThreadPool) {
        self.source = source
        self.pool = pool
    }

    private mutating func take(_ name: String, shape: [Int]) throws(TransformerError) -> TensorView {
        let view: TensorView
        do { view = try source.requiredTensor(named: name, shape: shape) } catch { throw .file(error) }
        summary.parameters += view.elementCount
        summary.byteCount += view.bytes.count
        summary.types[view.type.name, default: 0] += 1
        taken.insert(name)
        return view
    }

    func has(_ name: String) throws(TransformerError) -> Bool {
        do { return try source.tensor(named: name) != nil } catch { throw .file(error) }
    }

    /// Throws when the source holds a tensor that was not taken: a pass that leaves out a weight computes another model.
    ///
    /// - Parameter ignored: whether a tensor of that name changes no number (masks, what can be computed).
    func refuseOthers(ignored: (String) -> Bool = { _ in false }) throws(TransformerError) {
        for tensor in source.tensors where !taken.contains(tensor.name) && !ignored(tensor.name) {
            throw .unsupported(file: source.name, what: "the tensor \(quoted(tensor.name))")
        }
    }

    /// A vector (norm weight, bias), as floats.
    mutating func vector(_ name: String, count: Int) throws(TransformerError) -> FloatBuffer {
        let view = try take(name, shape: [count])
        // Norms are read in whole vectors of 16.
        let buffer = FloatBuffer(count: (count + 15) / 16 * 16)
        dequantize(view, into: UnsafeMutableBufferPointer(start: buffer.pointer, count: count))
        return buffer
    }

    /// A matrix for the kernels; `transposed` when the file holds (columns, rows).
    mutating func matrix(_ name: String, rows: Int, columns: Int, transposed: Bool = false) throws(TransformerError)
        -> PackedMatrix
    {
        let view = try take(name, shape: transposed ? [columns, rows] : [rows, columns])
        let format = Int32(view.type.ggufID)
        guard !(transposed && view.type.blockSize > 1),
            PackedMatrix.byteCount(format: format, rows: rows, columns: columns) != nil,
            let base = view.bytes.baseAddress
        else {
            throw .unsupported(
                file: source.name, what: "the layout of tensor \(name) (\(view.type.name), \(rows) × \(columns))")
        }
        let packed = PackedMatrix(
            format: format, rows: rows, columns: columns, source: base, rowBytes: view.rowBytes, transposed: transposed,
            arena: arena, pool: pool)
        // The packed copy replaces the file's pages: one copy of the weights stays in memory.
        view.owner.release(view.bytes)
        return packed
    }
}
