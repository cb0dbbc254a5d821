// The one line a user reads for each error: what is wrong, where, and what to do next.

internal import JSONText

extension ModelFileError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .cannotOpen(let file, let reason):
            "cannot open \(quoted(file)): \(reason); check the path, or see `stepglass models` for names"
        case .notARegularFile(let file):
            "\(quoted(file)) is not a regular file; give the path of a model file"
        case .truncated(let file, let what, let offset, let needs, let has):
            "\(file): \(what) needs \(needs) bytes at byte \(offset), where the file has \(has) left; "
                + "it is cut short or damaged: fetch it again"
        case .tooMany(let file, let what, let count, let limit, let offset):
            "\(file): byte \(offset) claims \(count) \(what), the rest of the file holds at most \(limit); "
                + "it is cut short or damaged: fetch it again"
        case .overBudget(let file, let what, let limit):
            "\(file): more \(what) than the \(limit) that are read"
        case .badLength(let file, let what, let length, let allowed, let offset):
            "\(file): \(what) at byte \(offset) is \(length) bytes long; "
                + "it must be \(allowed.lowerBound)…\(allowed.upperBound): the file is damaged"
        case .invalidUTF8(let file, let what, let offset):
            "\(file): \(what) at byte \(offset) is not UTF-8: the file is damaged"
        case .duplicateKey(let file, let key):
            "\(file): the key \(quoted(key)) stands twice: the file is damaged or made to mislead"
        case .missingKey(let file, let key):
            "\(file): the key \(quoted(key)) is missing; the model cannot be run without it"
        case .wrongType(let file, let key, let found, let expected):
            "\(file): \(quoted(key)) is \(found); it must be \(expected)"
        case .json(let file, let error):
            "\(file): \(error); the file is damaged: fetch it again"
        case .notGGUF, .unsupportedVersion, .unknownValueType, .invalidBool, .nestedTooDeep, .badAlignment:
            ggufDescription
        case .notSafetensors, .headerTooLong, .badRange, .sizeMismatch, .unusedBytes:
            safetensorsDescription
        case .notAFolder, .missingFile, .pickledWeights, .badShardName, .tensorInTwoShards:
            folderDescription
        case .splitFileName, .missingShard, .splitMismatch:
            splitDescription
        default:
            tensorDescription
        }
    }

    private var ggufDescription: String {
        let versions = GGUFFile.versions.map(String.init).joined(separator: " and ")
        switch self {
        case .notGGUF(let file, let found):
            return "\(file): not a GGUF file: it begins with \(hexadecimal(found)), not with \"GGUF\""
        case .unsupportedVersion(let file, let version) where GGUFFile.versions.contains(version.byteSwapped):
            return "\(file): GGUF version \(version.byteSwapped) in big-endian byte order; only little-endian files of "
                + "versions \(versions) are supported: convert the model again for this machine"
        case .unsupportedVersion(let file, let version):
            return "\(file): GGUF version \(version); supported are versions \(versions): convert the model again"
        case .unknownValueType(let file, let key, let type):
            return "\(file): the value of \(quoted(key)) has type \(type); the format has types 0…12: "
                + "the file is damaged or newer than this program"
        case .invalidBool(let file, let key, let value, let offset):
            return "\(file): a boolean of \(quoted(key)) at byte \(offset) is \(value); it must be 0 or 1"
        case .nestedTooDeep(let file, let key, let limit):
            return "\(file): the arrays of \(quoted(key)) are nested deeper than \(limit) levels"
        case .badAlignment(let file, let alignment):
            return "\(file): general.alignment is \(alignment); it must be a power of two in "
                + "\(GGUFReader.alignments.lowerBound)…\(GGUFReader.alignments.upperBound)"
        default:
            preconditionFailure("not an error of a GGUF header")
        }
    }

    private var tensorDescription: String {
        switch self {
        case .duplicateTensor(let file, let tensor):
            return "\(file): the tensor \(quoted(tensor)) stands twice: the file is damaged or made to mislead"
        case .unsupportedTensorType(let file, let tensor, let type):
            return
                "\(file): the tensor \(quoted(tensor)) has type \(type.prefix(40)); supported are \(TensorType.supportedNames)"
        case .badDimensionCount(let file, let tensor, let count):
            return "\(file): the tensor \(quoted(tensor)) has \(count) dimensions; it must have 1…4"
        case .zeroDimension(let file, let tensor, let shape):
            return "\(file): the tensor \(quoted(tensor)) has a dimension of 0 in its shape \(text(shape))"
        case .shapeOverflow(let file, let tensor, let shape):
            return "\(file): the tensor \(quoted(tensor)) of shape \(text(shape)) is larger than any memory: "
                + "the file is damaged or made to mislead"
        case .rowNotInBlocks(let file, let tensor, let columns, let type):
            return "\(file): the tensor \(quoted(tensor)) has rows of \(columns) weights; "
                + "type \(type.name) needs a multiple of \(type.blockSize)"
        case .misalignedTensor(let file, let tensor, let offset, let alignment):
            return "\(file): the tensor \(quoted(tensor)) starts at data byte \(offset); "
                + "it must be a multiple of \(alignment)"
        case .tensorOutsideFile(let file, let tensor, let offset, let bytes, let available):
            return "\(file): the tensor \(quoted(tensor)) needs \(bytes) bytes from data byte \(offset), "
                + "the file has \(available) bytes of data; it is cut short or damaged: fetch it again"
        case .overlappingTensors(let file, let first, let second):
            return "\(file): the tensors \(quoted(first)) and \(quoted(second)) overlap: "
                + "the file is damaged or made to mislead"
        case .missingTensor(let file, let tensor):
            return "\(file): the tensor \(quoted(tensor)) is missing; the model cannot be run without it"
        case .wrongShape(let file, let tensor, let shape, let expected):
            return "\(file): the tensor \(quoted(tensor)) has shape \(text(shape)); "
                + "the configuration asks for \(text(expected))"
        default:
            preconditionFailure("not an error of a tensor")
        }
    }

    private var safetensorsDescription: String {
        switch self {
        case .notSafetensors(let file):
            return "\(file): not a safetensors file: its header does not begin with \"{\""
        case .headerTooLong(let file, let bytes, let limit):
            return "\(file): the header claims \(bytes) bytes; the format allows \(limit): "
                + "not a safetensors file, or a damaged one"
        case .badRange(let file, let tensor, let begin, let end, let available):
            return "\(file): the tensor \(quoted(tensor)) claims the data bytes \(begin)…\(end), "
                + "the file has \(available) bytes of data; it is cut short or damaged: fetch it again"
        case .sizeMismatch(let file, let tensor, let shape, let type, let needs, let has):
            return "\(file): the tensor \(quoted(tensor)) of shape \(text(shape)) and type \(type) "
                + "takes \(needs) bytes, "
                + "its range has \(has): the file is damaged or made to mislead"
        case .unusedBytes(let file, let offset, let count):
            return "\(file): \(count) bytes at data byte \(offset) belong to no tensor: "
                + "the file is damaged or made to mislead"
        default:
            preconditionFailure("not an error of a safetensors file")
        }
    }

    private var splitDescription: String {
        switch self {
        case .splitFileName(let file, let number, let count):
            return "\(file): it is file \(number + 1) of \(count) of a split model, so that its name must end in "
                + "\(quoted(GGUFSplit.ending(number: number, count: count))) for the others to be found: rename it"
        case .missingShard(let file, let number, let count):
            return "\(file) is missing: file \(number + 1) of \(count) of the model, which must lie beside the others"
        case .splitMismatch(let file, let key, let found, let expected):
            return "\(file): \(key) is \(found) where it must be \(expected): the files do not belong together"
        default:
            preconditionFailure("not an error of a split model")
        }
    }

    private var folderDescription: String {
        switch self {
        case .notAFolder(let folder):
            return "\(quoted(folder)) is not a folder; give a folder with config.json and model.safetensors"
        case .missingFile(let folder, let file):
            return "\(folder): no \(quoted(file)) in it; a model folder needs config.json and model.safetensors "
                + "(or its shards with model.safetensors.index.json)"
        case .pickledWeights(let folder):
            return "\(folder): has pytorch_model.bin only, a format that can run code when it is read; "
                + "save the model as safetensors"
        case .badShardName(let file, let tensor, let shard):
            return "\(file): weight_map puts \(quoted(tensor)) into \(quoted(shard)); "
                + "it must be the plain name of a .safetensors file in the same folder"
        case .tensorInTwoShards(let tensor, let first, let second):
            return "the tensor \(quoted(tensor)) stands in both \(first) and \(second): "
                + "the files are damaged or made to mislead"
        default:
            preconditionFailure("not an error of a model folder")
        }
    }

    /// The four bytes of a little-endian number in file order: "50 4b 03 04".
    private func hexadecimal(_ number: UInt32) -> String {
        (0..<4).map { index in
            let digits = String(number >> (8 * UInt32(index)) & 0xFF, radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }.joined(separator: " ")
    }
}

/// `[3, 5]`. By hand: Embedded Swift has no words for an array.
private func text(_ shape: [some FixedWidthInteger]) -> String {
    "[" + shape.map { "\($0)" }.joined(separator: ", ") + "]"
}
