// Takes tensors out of a file by name and shape and packs them for the kernels.
internal import JSONText
internal import Kernels
internal import ModelFiles

/// The tensors of a model, whatever holds them.
struct TensorTable: TensorSource {
    let name: String
    let tensors: [TensorView]
    let tensorNames: [String]
    let notes: [String]
    private let find: @Sendable (String) throws(ModelFileError) -> TensorView?

    init(_ source: some TensorSource) {
        name = source.name
        tensors = source.tensors
        tensorNames = source.tensorNames
        notes = source.notes
        find = { (name) throws(ModelFileError) in try source.tensor(named: name) }
    }

    func tensor(named name: String) throws(ModelFileError) -> TensorView? { try find(name) }
}

/// Whether a projection has a bias.
enum BiasRule {
    /// It has one.
    case always
    /// It has one where the file holds one.
    case whereStored
    case never
}

/// Reads one model's weights and counts what it reads.
struct WeightLoader {
    let source: TensorTable
    let pool: ThreadPool
    /// What stands before the names of all tensors but the output's. As in transformers, it may be missing (a model saved
    /// without its output) or stand there once too often; "" where there is no such thing.
    let basePrefix: String
    var summary = WeightSummary()
    private var taken: Set<String> = []
    private let arena = WeightArena()

    init(_ contents: ModelContents, basePrefix: String, _ pool: ThreadPool) {
        source = contents.tensors
        self.pool = pool
        self.basePrefix = basePrefix
        summary.notes = contents.settings.notes + source.notes
    }

    /// The tensor of a name, with the base prefix or without it; nil when there is none.
    private func find(_ name: String) throws(TransformerError) -> TensorView? {
        var names = [name]
        if !basePrefix.isEmpty {
            if name.hasPrefix(basePrefix) { names.append(String(name.dropFirst(basePrefix.count))) }
            names.append(basePrefix + name)
        }
        do throws(ModelFileError) {
            for name in names { if let view = try source.tensor(named: name) { return view } }
        } catch {
            throw .file(error)
        }
        return nil
    }

    private mutating func take(_ name: String, shape: [Int]) throws(TransformerError) -> TensorView {
        guard let view = try find(name) else { throw .file(.missingTensor(file: source.name, tensor: name)) }
        if view.shape != shape {
            throw .file(.wrongShape(file: source.name, tensor: view.name, shape: view.shape, expected: shape))
        }
        try refuseScale(of: view)
        // A tensor that holds several matrices is taken once for each.
        if taken.insert(view.name).inserted {
            summary.parameters += Int64(view.elementCount)
            summary.byteCount += Int64(view.bytes.count)
            summary.types[view.type.name, default: 0] += 1
        }
        return view
    }

    /// Floats of 4 and 8 bits may come with a scale for the tensor or its parts, in a tensor beside them, that is not
    /// multiplied with here.
    private func refuseScale(of view: TensorView) throws(TransformerError) {
        guard [.nvfp4, .f8E4M3, .f8E5M2].contains(view.type) else { return }
        let stem = view.name.hasSuffix(".weight") ? String(view.name.dropLast("weight".count)) : view.name + "."
        for scale in [stem + "scale", view.name + "_scale", view.name + "_scale_inv"] where try find(scale) != nil {
            throw .unsupported(
                file: source.name, what: "the scale of tensor \(view.name) (\(view.type.name)) in \(scale)")
        }
    }

    func has(_ name: String) throws(TransformerError) -> Bool { try find(name) != nil }

    /// The summary, with a note about the tensors that were not taken: as in transformers, a model runs without them.
    ///
    /// - Parameter ignored: whether a tensor of that name goes without saying (masks, what can be computed).
    func finished(ignored: (String) -> Bool = { _ in false }) -> WeightSummary {
        let others = source.tensorNames.filter { !taken.contains($0) && !ignored($0) }
        var summary = summary
        if !others.isEmpty { summary.notes.append("the model has no place for \(listed(others)): not used") }
        return summary
    }

    /// The embedding and the output matrix, each (vocabulary, hiddenSize).
    ///
    /// - Parameter tied: whether the configuration says that the output is the embedding; nil where a file says so by
    ///   holding no output. As in transformers, two that are stored and differ are not tied, and one that is stored alone
    ///   serves as both.
    mutating func vocabulary(
        embedding: String, output: String, tied: Bool?, rows: Int, columns: Int
    ) throws(TransformerError) -> (embedding: PackedMatrix, output: PackedMatrix) {
        let (first, last) = (try find(embedding), try find(output))
        if tied == true && first == nil && last != nil {
            let matrix = try matrix(output, rows: rows, columns: columns)
            return (matrix, matrix)
        }
        var isOne = tied ?? (last == nil)
        if isOne, let first, let last {
            if first.holdsTheNumbers(of: last) {
                taken.insert(last.name)
            } else {
                isOne = false
                summary.notes.append(
                    "tie_word_embeddings is true, and \(quoted(last.name)) is another matrix than "
                        + "\(quoted(first.name)): both are used")
            }
        }
        let matrix = try matrix(embedding, rows: rows, columns: columns)
        return (matrix, isOne ? matrix : try self.matrix(output, rows: rows, columns: columns))
    }

    /// The bias of a projection whose weight is called `weight`; nil where it has none.
    mutating func bias(of weight: String, count: Int, _ rule: BiasRule) throws(TransformerError) -> FloatBuffer? {
        let name = weight.dropLast("weight".count) + "bias"
        switch rule {
        case .never: return nil
        case .whereStored: return try has(String(name)) ? try vector(String(name), count: count) : nil
        case .always: return try vector(String(name), count: count)
        }
    }

    /// The numbers of a vector, where the file holds it.
    mutating func numbers(_ name: String, count: Int) throws(TransformerError) -> [Float]? {
        guard try has(name) else { return nil }
        let view = try take(name, shape: [count])
        var numbers = [Float](repeating: 0, count: count)
        numbers.withUnsafeMutableBufferPointer { dequantize(view, into: $0) }
        return numbers
    }

    /// A vector (norm weight, bias), as floats.
    ///
    /// - Parameter offset: what is added to each number.
    mutating func vector(_ name: String, count: Int, adding offset: Float = 0) throws(TransformerError) -> FloatBuffer {
        let view = try take(name, shape: [count])
        // Norms are read in whole vectors of 16.
        let buffer = FloatBuffer(count: (count + 15) / 16 * 16)
        dequantize(view, into: UnsafeMutableBufferPointer(start: buffer.pointer, count: count))
        if offset != 0 { for place in 0..<count { buffer.pointer[place] += offset } }
        return buffer
    }

    /// A matrix for the kernels; `transposed` when the file holds (columns, rows).
    mutating func matrix(_ name: String, rows: Int, columns: Int, transposed: Bool = false) throws(TransformerError)
        -> PackedMatrix
    {
        let view = try take(name, shape: transposed ? [columns, rows] : [rows, columns])
        return try pack(view, 0..<rows, columns: columns, transposed: transposed)
    }

    /// Rows of a tensor (`allRows`, columns) that holds several matrices one below the other.
    mutating func matrix(
        _ name: String, rows: Range<Int>, of allRows: Int, columns: Int
    ) throws(TransformerError) -> PackedMatrix {
        try pack(try take(name, shape: [allRows, columns]), rows, columns: columns, transposed: false)
    }

    private func pack(
        _ view: TensorView, _ rows: Range<Int>, columns: Int, transposed: Bool
    ) throws(TransformerError) -> PackedMatrix {
        let format = Int32(view.type.number)
        guard !(transposed && view.type.blockSize > 1),
            PackedMatrix.byteCount(format: format, rows: rows.count, columns: columns) != nil,
            let base = view.bytes.baseAddress
        else {
            throw .unsupported(
                file: source.name,
                what: "the layout of tensor \(view.name) (\(view.type.name), \(rows.count) × \(columns))")
        }
        let packed = PackedMatrix(
            format: format, rows: rows.count, columns: columns, source: base + rows.lowerBound * view.rowBytes,
            rowBytes: view.rowBytes, transposed: transposed, arena: arena, pool: pool)
        // The packed copy replaces the file's pages: one copy of the weights stays in memory.
        view.owner.release(view.bytes)
        return packed
    }
}
