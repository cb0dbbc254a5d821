// A tensor as it lies in a model file: name, type, shape and bytes, with nothing copied.

internal import JSONText

/// A tensor's bytes inside a mapped file. The view keeps the file mapped for as long as it lives.
public struct TensorView: Sendable {
    /// The tensor's name in its file.
    public let name: String
    /// How the weights are stored.
    public let type: TensorType
    /// Row-major, outermost first: `[rows, columns]` (GGUF writes it the other way round). Empty for a single number.
    public let shape: [Int]
    /// The stored blocks, row after row. The address is a multiple of 8 in a GGUF file; in a safetensors file it may be
    /// any address, so read with `loadUnaligned` or check ``isAligned(to:)`` first.
    public nonisolated(unsafe) let bytes: UnsafeRawBufferPointer
    /// Weights in all: the product of the shape, checked for overflow when the file was read.
    public let elementCount: Int
    /// Keeps the bytes mapped.
    public let owner: MappedFile

    init(
        name: String, type: TensorType, shape: [Int], elementCount: Int, bytes: UnsafeRawBufferPointer,
        owner: MappedFile
    ) {
        self.name = name
        self.type = type
        self.shape = shape
        self.elementCount = elementCount
        self.bytes = bytes
        self.owner = owner
    }

    /// Weights in a row: the innermost dimension.
    public var columns: Int { shape.last ?? 1 }

    /// Rows, all outer dimensions taken together.
    public var rows: Int { columns == 0 ? 0 : elementCount / columns }

    /// Bytes from one row to the next; rows are whole blocks.
    public var rowBytes: Int { rows == 0 ? 0 : bytes.count / rows }

    /// The stored blocks of one row. A row outside `0..<rows` is a bug of the caller and traps.
    public func row(_ index: Int) -> UnsafeRawBufferPointer {
        precondition(index >= 0 && index < rows, "a row outside the tensor")
        return UnsafeRawBufferPointer(rebasing: bytes[index * rowBytes..<(index + 1) * rowBytes])
    }

    /// True when the first byte's address is a multiple of `alignment`, so that it may be bound to such a type.
    public func isAligned(to alignment: Int) -> Bool {
        UInt(bitPattern: bytes.baseAddress) % UInt(alignment) == 0
    }
}

/// Where weights come from: a GGUF file, a safetensors file, a folder of them.
public protocol TensorSource: Sendable {
    /// The name to put into messages: a path, or the name of a model in memory.
    var name: String { get }
    /// The tensors that can be read, in the order of the file.
    var tensors: [TensorView] { get }
    /// The names of all tensors, those of types that cannot be read included, in the order of the file.
    var tensorNames: [String] { get }
    /// How the files disagree with each other without harm, in sentences for the reader.
    var notes: [String] { get }
    /// The tensor of that name, nil when there is none.
    /// Throws ``ModelFileError/unsupportedTensorType(file:tensor:type:)`` when its type cannot be read here.
    func tensor(named name: String) throws(ModelFileError) -> TensorView?
}

extension TensorSource {
    public var tensorNames: [String] { tensors.map { $0.name } }
    public var notes: [String] { [] }

    /// The tensor of that name; throws ``ModelFileError/missingTensor(file:tensor:)`` when there is none.
    public func requiredTensor(named tensorName: String) throws(ModelFileError) -> TensorView {
        guard let tensor = try tensor(named: tensorName) else {
            throw .missingTensor(file: name, tensor: tensorName)
        }
        return tensor
    }

    /// The tensor of that name, whose shape must be `shape`; throws
    /// ``ModelFileError/wrongShape(file:tensor:shape:expected:)`` when it is another.
    public func requiredTensor(named tensorName: String, shape: [Int]) throws(ModelFileError) -> TensorView {
        let tensor = try requiredTensor(named: tensorName)
        if tensor.shape != shape {
            throw .wrongShape(file: name, tensor: tensorName, shape: tensor.shape, expected: shape)
        }
        return tensor
    }
}

/// Where a source keeps a tensor.
enum TensorPlace {
    /// Its place among the tensors that can be read.
    case readable(Int)
    case unreadable(type: String)
}

/// "1 tensor ("a")", "5 tensors ("a", "b", "c" and 2 more)": names of tensors in a note.
package func listed(_ tensors: [String]) -> String {
    let shown = tensors.prefix(3).map { quoted($0) }.joined(separator: ", ")
    let rest = tensors.count > 3 ? " and \(tensors.count - 3) more" : ""
    return "\(tensors.count) tensor\(tensors.count == 1 ? "" : "s") (\(shown)\(rest))"
}
