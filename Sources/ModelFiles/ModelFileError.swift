// Why a model file is refused.

public import JSONText

/// What is wrong with a model file, with the evidence. `file` is the path or name that was given; offsets count bytes
/// from the start of the file unless a case says otherwise.
public enum ModelFileError: Error, Equatable {
    // Any file.
    /// The system cannot open or map the file; `reason` is the system's.
    case cannotOpen(file: String, reason: String)
    /// The path leads to a folder, a pipe or a device.
    case notARegularFile(file: String)
    /// The file ends too early: `what` needs so many bytes at `offset`, and `has` are left.
    case truncated(file: String, what: String, offset: Int, needs: UInt64, has: Int)
    /// More things are announced than the rest of the file can hold; `limit` is how many it can.
    case tooMany(file: String, what: String, count: UInt64, limit: UInt64, offset: Int)
    /// More things than the reader makes of any file, though the file may hold them.
    case overBudget(file: String, what: String, limit: Int)
    /// A length in bytes outside the allowed range.
    case badLength(file: String, what: String, length: UInt64, allowed: ClosedRange<Int>, offset: Int)
    /// A text that must be UTF-8 is not.
    case invalidUTF8(file: String, what: String, offset: Int)
    /// A key stands twice.
    case duplicateKey(file: String, key: String)
    /// A key that is needed is absent.
    case missingKey(file: String, key: String)
    /// A value is of another kind than its key asks for; both in words.
    case wrongType(file: String, key: String, found: String, expected: String)
    /// The file or its header is not JSON.
    case json(file: String, JSONError)

    // GGUF.
    /// The file does not begin with "GGUF"; its first four bytes as a little-endian number.
    case notGGUF(file: String, found: UInt32)
    /// A version outside ``GGUFFile/versions``; with its bytes swapped inside it, the file is big-endian.
    case unsupportedVersion(file: String, version: UInt32)
    /// A metadata value has a type number outside 0…12.
    case unknownValueType(file: String, key: String, type: UInt32)
    /// A boolean's byte is neither 0 nor 1.
    case invalidBool(file: String, key: String, value: UInt8, offset: Int)
    /// Arrays stand inside arrays deeper than `limit` levels.
    case nestedTooDeep(file: String, key: String, limit: Int)
    /// `general.alignment`, in bytes, is no power of two in 8…65536.
    case badAlignment(file: String, alignment: UInt64)

    // Models that are split over several GGUF files; numbers count from 0.
    /// A part of a split model whose name is not `…-00001-of-00003.gguf`, so that the others cannot be found.
    case splitFileName(file: String, number: Int, count: Int)
    /// A part of a split model is not beside the others.
    case missingShard(file: String, number: Int, count: Int)
    /// A part says of itself what does not fit the others.
    case splitMismatch(file: String, key: String, found: Int, expected: Int)

    // Tensors. Shapes are outermost first; a tensor's offset counts from the start of the data.
    /// Two tensors have the same name.
    case duplicateTensor(file: String, tensor: String)
    /// The weights are stored in a type that cannot be read here.
    case unsupportedTensorType(file: String, tensor: String, type: String)
    /// A tensor's number of dimensions lies outside 1…4.
    case badDimensionCount(file: String, tensor: String, count: UInt32)
    /// A dimension is 0.
    case zeroDimension(file: String, tensor: String, shape: [UInt64])
    /// The tensor's weights or bytes are more than can be counted.
    case shapeOverflow(file: String, tensor: String, shape: [UInt64])
    /// A row is not a whole number of the type's blocks.
    case rowNotInBlocks(file: String, tensor: String, columns: Int, type: TensorType)
    /// A tensor starts at no multiple of the alignment, in bytes.
    case misalignedTensor(file: String, tensor: String, offset: UInt64, alignment: Int)
    /// A tensor's bytes end behind the `available` bytes of data.
    case tensorOutsideFile(file: String, tensor: String, offset: UInt64, bytes: Int, available: Int)
    /// Two tensors share bytes.
    case overlappingTensors(file: String, first: String, second: String)
    /// The model needs a tensor that the file does not have.
    case missingTensor(file: String, tensor: String)
    /// A tensor's shape is not the one that the configuration asks for.
    case wrongShape(file: String, tensor: String, shape: [Int], expected: [Int])

    // Safetensors files; offsets count from the end of the header.
    /// The header is no JSON object that begins at once.
    case notSafetensors(file: String)
    /// The header is longer than the format's limit, in bytes.
    case headerTooLong(file: String, bytes: UInt64, limit: Int)
    /// A tensor's range ends before it begins, or behind the `available` bytes of data.
    case badRange(file: String, tensor: String, begin: Int, end: Int, available: Int)
    /// A tensor's range has other bytes than its shape and type take.
    case sizeMismatch(file: String, tensor: String, shape: [Int], type: String, needs: Int, has: Int)
    /// Bytes that belong to no tensor.
    case unusedBytes(file: String, offset: Int, count: Int)

    // Model folders.
    /// The path does not lead to a folder.
    case notAFolder(folder: String)
    /// The folder lacks a file that is needed.
    case missingFile(folder: String, file: String)
    /// The weights are there as a pickle only, which can run code when it is read.
    case pickledWeights(folder: String)
    /// The index names a shard that is no plain name of a .safetensors file.
    case badShardName(file: String, tensor: String, shard: String)
    /// Two shards have a tensor of this name.
    case tensorInTwoShards(tensor: String, first: String, second: String)
}
