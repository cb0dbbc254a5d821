// Why a model file is refused.

public import JSONText

/// What is wrong with a model file, with the evidence. `file` is the path or name that was given; offsets count bytes
/// from the start of the file unless a case says otherwise.
public enum ModelFileError: Error, Equatable {
    // Any file.
    case cannotOpen(file: String, reason: String)
    case notARegularFile(file: String)
    case truncated(file: String, what: String, offset: Int, needs: UInt64, has: Int)
    case tooMany(file: String, what: String, count: UInt64, limit: UInt64, offset: Int)
    case badLength(file: String, what: String, length: UInt64, allowed: ClosedRange<Int>, offset: Int)
    case invalidUTF8(file: String, what: String, offset: Int)
    case duplicateKey(file: String, key: String)
    case missingKey(file: String, key: String)
    case wrongType(file: String, key: String, found: String, expected: String)
    case json(file: String, JSONError)

    // GGUF.
    case notGGUF(file: String, found: UInt32)
    case unsupportedVersion(file: String, version: UInt32)
    case unknownValueType(file: String, key: String, type: UInt32)
    case invalidBool(file: String, key: String, value: UInt8, offset: Int)
    case nestedTooDeep(file: String, key: String, limit: Int)
    case badAlignment(file: String, alignment: UInt64)

    // Tensors. Shapes are outermost first; a tensor's offset counts from the start of the data.
    case duplicateTensor(file: String, tensor: String)
    case unsupportedTensorType(file: String, tensor: String, type: String)
    case badDimensionCount(file: String, tensor: String, count: UInt32)
    case zeroDimension(file: String, tensor: String, shape: [UInt64])
    case shapeOverflow(file: String, tensor: String, shape: [UInt64])
    case rowNotInBlocks(file: String, tensor: String, columns: Int, type: TensorType)
    case misalignedTensor(file: String, tensor: String, offset: UInt64, alignment: Int)
    case tensorOutsideFile(file: String, tensor: String, offset: UInt64, bytes: Int, available: Int)
    case overlappingTensors(file: String, first: String, second: String)
    case missingTensor(file: String, tensor: String)
    case wrongShape(file: String, tensor: String, shape: [Int], expected: [Int])

    // Safetensors files; offsets count from the end of the header.
    case notSafetensors(file: String)
    case headerTooLong(file: String, bytes: UInt64, limit: Int)
    case badRange(file: String, tensor: String, begin: Int, end: Int, available: Int)
    case sizeMismatch(file: String, tensor: String, shape: [Int], type: String, needs: Int, has: Int)
    case unusedBytes(file: String, offset: Int, count: Int)

    // Model folders.
    case notAFolder(folder: String)
    case missingFile(folder: String, file: String)
    case pickledWeights(folder: String)
    case badShardName(file: String, tensor: String, shard: String)
    case tensorInTwoShards(tensor: String, first: String, second: String)
    case tensorNotInShard(file: String, tensor: String, shard: String)
    case tensorNotInIndex(file: String, tensor: String)
}
