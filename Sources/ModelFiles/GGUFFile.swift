// An opened GGUF file: metadata by key, tensors by name.
// Format: docs/gguf.md of the ggml project. Versions 2 and 3, little-endian; they differ in big-endian files only.

internal import JSONText

/// A GGUF file whose every count, length, offset and shape has been checked.
public struct GGUFFile: Sendable {
    /// The versions that can be read.
    public static let versions: ClosedRange<UInt32> = 2...3

    /// The path, or the name of a file in memory.
    public var name: String { mapping.name }
    /// The file's bytes.
    public let mapping: MappedFile
    /// The format's version that the file is written in, one of ``versions``.
    public let version: UInt32
    /// In file order.
    public let metadata: [(key: String, value: GGUFValue)]
    /// In file order.
    public let tensors: [TensorView]
    // Keyed by UTF-8 bytes: `String` would take two canonically equivalent names for one.
    private let metadataPlaces: [[UInt8]: Int]
    private let tensorPlaces: [[UInt8]: Int]

    /// Maps and checks the file at `path`. Weights are not read, only described.
    public init(path: String) throws(ModelFileError) {
        try self.init(mapping: try MappedFile(path: path))
    }

    /// Checks a file that is already mapped or lies in memory; throws when any of its header is not as the format says.
    public init(mapping: MappedFile) throws(ModelFileError) {
        var reader = GGUFReader(mapping)
        try reader.readAll()
        self.mapping = mapping
        version = reader.version
        metadata = reader.metadata
        metadataPlaces = reader.metadataPlaces
        tensors = reader.tensors
        tensorPlaces = reader.tensorPlaces
    }

    /// The tensor of that name, nil when there is none.
    public func tensor(named name: String) -> TensorView? { tensorPlaces[Array(name.utf8)].map { tensors[$0] } }
}

extension GGUFFile: TensorSource {}

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
        let number: Int? =
            switch value {
            case .signed(let number): Int(exactly: number)
            case .unsigned(let number): Int(exactly: number)
            default: nil
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
