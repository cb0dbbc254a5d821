// An opened GGUF file: metadata by key, tensors by name.
// Format: docs/gguf.md of the ggml project. Versions 2 and 3, little-endian; they differ in big-endian files only.

internal import JSONText

/// A GGUF file, or several that one model is split over, whose every count, length, offset and shape has been checked.
public struct GGUFFile: TensorSource {
    /// The versions that can be read.
    public static let versions: ClosedRange<UInt32> = 2...3

    /// The path, or the name of a file in memory; of a split model, that of the first file.
    public var name: String { mapping.name }
    /// The file with the metadata: the only one, or the first.
    public var mapping: MappedFile { files[0] }
    /// One, or those of a split model in their order.
    public let files: [MappedFile]
    /// The format's version that the file is written in, one of ``versions``.
    public let version: UInt32
    /// In file order; of a split model, those of the first file.
    public let metadata: [(key: String, value: GGUFValue)]
    /// The tensors whose type can be read here, in file order.
    public let tensors: [TensorView]
    public let tensorNames: [String]
    // Keyed by UTF-8 bytes: `String` would take two canonically equivalent names for one.
    private let metadataPlaces: [[UInt8]: Int]
    private let tensorPlaces: [[UInt8]: TensorPlace]

    /// Maps and checks the file at `path`, and those beside it that belong to the same model. Weights are not read, only
    /// described.
    public init(path: String) throws(ModelFileError) {
        let file = try GGUFFile(part: try MappedFile(path: path))
        guard let split = try GGUFSplit(file) else {
            self = file
            return
        }
        self = try GGUFFile(parts: try split.openAll(beside: file), of: split)
    }

    /// Checks a file that is a whole model; throws when any of its header is not as the format says.
    public init(mapping: MappedFile) throws(ModelFileError) {
        self = try GGUFFile(part: mapping)
        if let split = try GGUFSplit(self) {
            throw .splitFileName(file: name, number: split.number, count: split.count)
        }
    }

    /// Checks a file that may be one of several.
    init(part: MappedFile) throws(ModelFileError) {
        var reader = GGUFReader(part)
        try reader.readAll()
        files = [part]
        version = reader.version
        metadata = reader.metadata
        metadataPlaces = reader.metadataPlaces
        tensors = reader.tensors
        tensorNames = reader.tensorNames
        tensorPlaces = reader.tensorPlaces
    }

    /// Joins the parts of a split model, which are not empty.
    private init(parts: [GGUFFile], of split: GGUFSplit) throws(ModelFileError) {
        var (tensors, names) = ([TensorView](), [String]())
        var places: [[UInt8]: TensorPlace] = [:]
        var owners: [[UInt8]: String] = [:]
        for part in parts {
            for tensor in part.tensorNames {
                let key = Array(tensor.utf8)
                if let other = owners.updateValue(part.name, forKey: key) {
                    throw .tensorInTwoShards(tensor: tensor, first: other, second: part.name)
                }
                switch part.tensorPlaces[key] {
                case .readable(let place):
                    places[key] = .readable(tensors.count)
                    tensors.append(part.tensors[place])
                case .unreadable(let type): places[key] = .unreadable(type: type)
                case nil: break
                }
                names.append(tensor)
            }
        }
        if let count = split.tensorCount, count != names.count {
            throw .splitMismatch(
                file: parts[0].name, key: GGUFSplit.tensorCountKey, found: count, expected: names.count)
        }
        files = parts.map { $0.mapping }
        (version, metadata, metadataPlaces) = (parts[0].version, parts[0].metadata, parts[0].metadataPlaces)
        (self.tensors, tensorNames, tensorPlaces) = (tensors, names, places)
    }

    public func tensor(named tensorName: String) throws(ModelFileError) -> TensorView? {
        switch tensorPlaces[Array(tensorName.utf8)] {
        case .readable(let place): return tensors[place]
        case .unreadable(let type): throw .unsupportedTensorType(file: name, tensor: tensorName, type: type)
        case nil: return nil
        }
    }
}

// Typed look-ups. Each returns nil when the key is absent and throws `wrongType` when its value is of another kind.
extension GGUFFile {
    /// The value of `key`, nil when it is absent.
    public subscript(key: String) -> GGUFValue? { metadataPlaces[Array(key.utf8)].map { metadata[$0].value } }

    /// A string value; throws ``ModelFileError/invalidUTF8(file:what:offset:)`` when it is not UTF-8.
    public func string(_ key: String) throws(ModelFileError) -> String? {
        guard let value = self[key] else { return nil }
        guard case .string(let string) = value else { throw wrongType(key, value, "a string") }
        guard let text = String(validating: string.bytes, as: UTF8.self) else {
            throw .invalidUTF8(file: name, what: "the value of \(quoted(key))", offset: offset(of: string.bytes))
        }
        return text
    }

    /// An integer of any width; throws when it does not fit 64 bits with a sign.
    public func int(_ key: String) throws(ModelFileError) -> Int? {
        guard let value = self[key] else { return nil }
        let number: Int?
        switch value {
        case .signed(let whole): number = Int(exactly: whole)
        case .unsigned(let whole): number = Int(exactly: whole)
        default: throw wrongType(key, value, "an integer")
        }
        guard let number else { throw wrongType(key, value, "an integer up to \(Int.max)") }
        return number
    }

    /// A float; a 64-bit one is rounded.
    public func float(_ key: String) throws(ModelFileError) -> Float? {
        guard let value = self[key] else { return nil }
        switch value {
        case .float(let number): return number
        case .double(let number): return Float(number)
        default: throw wrongType(key, value, "a float")
        }
    }

    /// A boolean value; nil when the key is absent, throws `wrongType` when it is of another kind.
    public func bool(_ key: String) throws(ModelFileError) -> Bool? {
        guard let value = self[key] else { return nil }
        guard case .bool(let flag) = value else { throw wrongType(key, value, "a boolean") }
        return flag
    }

    /// An array of strings, left in place; nil when the key is absent, throws `wrongType` when it is of another kind.
    public func strings(_ key: String) throws(ModelFileError) -> GGUFStringArray? {
        guard let value = self[key] else { return nil }
        guard case .strings(let strings) = value else { throw wrongType(key, value, "an array of strings") }
        return strings
    }

    /// An array of integers of any width; nil when the key is absent, throws `wrongType` when one does not fit or the
    /// array is of another kind.
    public func integers(_ key: String) throws(ModelFileError) -> [Int]? {
        guard let value = self[key] else { return nil }
        guard case .numbers(let array) = value, let integers = array.integers else {
            throw wrongType(key, value, "an array of integers")
        }
        return integers
    }

    /// An array of floats, 64-bit ones rounded; nil when the key is absent, throws `wrongType` when it is another kind.
    public func floats(_ key: String) throws(ModelFileError) -> [Float]? {
        guard let value = self[key] else { return nil }
        guard case .numbers(let array) = value, let floats = array.floats else {
            throw wrongType(key, value, "an array of floats")
        }
        return floats
    }

    /// `value`, or ``ModelFileError/missingKey(file:key:)`` when it is nil: `try gguf.require(gguf.int(key), key)`.
    public func require<T>(_ value: T?, _ key: String) throws(ModelFileError) -> T {
        guard let value else { throw .missingKey(file: name, key: key) }
        return value
    }

    private func wrongType(_ key: String, _ value: GGUFValue, _ expected: String) -> ModelFileError {
        .wrongType(file: name, key: key, found: value.kind, expected: expected)
    }

    private func offset(of bytes: UnsafeBufferPointer<UInt8>) -> Int {
        guard let start = mapping.bytes.baseAddress, let place = bytes.baseAddress else { return 0 }
        return UnsafeRawPointer(place) - start
    }
}
