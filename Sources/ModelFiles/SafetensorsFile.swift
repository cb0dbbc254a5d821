// A safetensors file: an 8-byte length, a JSON header, the tensors' bytes.
// Format: the README of the safetensors project. Ours is the format's strict reading: duplicate keys, overlaps, holes and
// bytes behind the last tensor are errors.

package import JSONText

/// A safetensors file whose header, ranges and sizes have been checked.
public struct SafetensorsFile: TensorSource {
    /// The format's limit for the header, in bytes.
    public static let headerLimit = 100_000_000

    /// The path, or the name of a file in memory.
    public var name: String { mapping.name }
    /// The file's bytes, header included.
    public let mapping: MappedFile
    /// The strings under `__metadata__`, in file order.
    public let metadata: [(key: String, value: String)]
    /// The tensors whose type can be read here (F32, F16, BF16, F8_E4M3, F8_E5M2), in the order of the header.
    public let tensors: [TensorView]
    /// Every tensor's name with its place in `tensors`, or the name of a type that cannot be read here.
    private let places: [[UInt8]: TensorPlace]
    public let tensorNames: [String]

    /// Maps and checks the file at `path`.
    public init(path: String) throws(ModelFileError) {
        try self.init(mapping: try MappedFile(path: path))
    }

    /// Checks a file that is already mapped or lies in memory; throws when its header is not as the format says, or
    /// when the tensors do not fill the file without overlaps and holes.
    public init(mapping: MappedFile) throws(ModelFileError) {
        var reader = SafetensorsReader(mapping)
        try reader.readAll()
        self.mapping = mapping
        metadata = reader.metadata
        tensors = reader.tensors
        places = reader.places
        tensorNames = reader.names
    }

    /// Whether there is a tensor of that name whose type can be read here.
    func canRead(_ tensorName: String) -> Bool {
        if case .readable? = places[Array(tensorName.utf8)] { return true }
        return false
    }

    /// The tensor of that name, nil when there is none; throws
    /// ``ModelFileError/unsupportedTensorType(file:tensor:type:)`` when its type cannot be read here.
    public func tensor(named tensorName: String) throws(ModelFileError) -> TensorView? {
        switch places[Array(tensorName.utf8)] {
        case .readable(let place): return tensors[place]
        case .unreadable(let type): throw .unsupportedTensorType(file: name, tensor: tensorName, type: type)
        case nil: return nil
        }
    }
}

/// The state of one reading; `SafetensorsFile` takes the results.
struct SafetensorsReader {
    /// The bits of a weight for each type name of the format. Types newer than this list have no size to check.
    private static let typeBits: [String: Int] = [
        "BOOL": 8, "U8": 8, "I8": 8, "F8_E5M2": 8, "F8_E4M3": 8, "F8_E8M0": 8, "U16": 16, "I16": 16, "F16": 16,
        "BF16": 16, "U32": 32, "I32": 32, "F32": 32, "U64": 64, "I64": 64, "F64": 64,
    ]
    /// Those whose numbers stand on their own, under the names that they have here.
    private static func readableType(_ name: String) -> TensorType? {
        TensorType.allCases.first { $0.blockSize == 1 && $0.name == name }
    }

    let mapping: MappedFile
    var metadata: [(key: String, value: String)] = []
    var tensors: [TensorView] = []
    var places: [[UInt8]: TensorPlace] = [:]
    /// In the order of the header.
    var names: [String] = []

    private var file: String { mapping.name }
    /// The bytes behind the header.
    private var data = UnsafeRawBufferPointer(start: nil, count: 0)

    init(_ mapping: MappedFile) { self.mapping = mapping }

    /// A tensor's bytes, counted from the start of the data.
    private struct Range {
        let tensor: String
        let begin: Int
        let end: Int
    }

    mutating func readAll() throws(ModelFileError) {
        var ranges: [Range] = []
        var entries = ReadingBudget.modelEntries
        for (key, value) in try readHeader().members {
            if key.utf8.elementsEqual("__metadata__".utf8) {
                try readMetadata(value)
            } else {
                try entries.take(1, "tensors", file: file)
                ranges.append(try readTensor(key, value))
            }
        }
        try refuseOverlapsAndHoles(ranges)
    }

    private mutating func readHeader() throws(ModelFileError) -> JSONObject {
        var reader = ByteReader(mapping)
        let length = try reader.integer(UInt64.self, "the length of the header")
        if length > UInt64(SafetensorsFile.headerLimit) {
            throw .headerTooLong(file: file, bytes: length, limit: SafetensorsFile.headerLimit)
        }
        let header = try reader.take(length, "the header")
        data = UnsafeRawBufferPointer(rebasing: mapping.bytes[reader.offset...])
        // The format wants the brace at once: a reader that skips white space could be shown another header.
        if header.first != UInt8(ascii: "{") { throw .notSafetensors(file: file) }
        let value = try parseJSON(header.assumingMemoryBound(to: UInt8.self), file: file, budget: .modelHeader)
        guard case .object(let object) = value else { throw .notSafetensors(file: file) }
        return object
    }

    private mutating func readMetadata(_ value: JSONValue) throws(ModelFileError) {
        guard let object = value.object else { throw wrongType("__metadata__", value, "an object of strings") }
        for (key, value) in object.members {
            guard let text = value.string else { throw wrongType("__metadata__.\(key)", value, "a string") }
            metadata.append((key, text))
        }
    }

    private mutating func readTensor(_ tensor: String, _ value: JSONValue) throws(ModelFileError) -> Range {
        guard let object = value.object else { throw wrongType(tensor, value, "an object") }
        guard let typeValue = object["dtype"] else { throw .missingKey(file: file, key: "\(tensor).dtype") }
        guard let typeName = typeValue.string else { throw wrongType("\(tensor).dtype", typeValue, "a string") }
        let shape = try wholeNumbers(object, tensor, "shape")
        let offsets = try wholeNumbers(object, tensor, "data_offsets")
        guard offsets.count == 2 else {
            throw .wrongType(
                file: file, key: "\(tensor).data_offsets", found: "an array of \(offsets.count)",
                expected: "a begin and an end")
        }
        let (begin, end) = (offsets[0], offsets[1])
        guard begin <= end, end <= data.count else {
            throw .badRange(file: file, tensor: tensor, begin: begin, end: end, available: data.count)
        }
        let elementCount = try product(shape, tensor)
        if let bits = Self.typeBits[typeName] {
            let (bytes, overflow) = elementCount.multipliedReportingOverflow(by: bits / 8)
            if overflow { throw .shapeOverflow(file: file, tensor: tensor, shape: shape.map { UInt64($0) }) }
            if bytes != end - begin {
                throw .sizeMismatch(
                    file: file, tensor: tensor, shape: shape, type: typeName, needs: bytes, has: end - begin)
            }
        }
        names.append(tensor)
        if let type = Self.readableType(typeName) {
            places[Array(tensor.utf8)] = .readable(tensors.count)
            tensors.append(
                TensorView(
                    name: tensor, type: type, shape: shape, elementCount: elementCount,
                    bytes: UnsafeRawBufferPointer(rebasing: data[begin..<end]), owner: mapping))
        } else {
            places[Array(tensor.utf8)] = .unreadable(type: typeName)
        }
        return Range(tensor: tensor, begin: begin, end: end)
    }

    /// The product of a shape; an empty shape is one number, a dimension of 0 an empty tensor.
    private func product(_ shape: [Int], _ tensor: String) throws(ModelFileError) -> Int {
        var product = 1
        // Zeros last: [2^40, 2^40, 0] is refused, as a reader that multiplies from the left must refuse it.
        for dimension in shape {
            let (next, overflow) = product.multipliedReportingOverflow(by: dimension)
            if overflow { throw .shapeOverflow(file: file, tensor: tensor, shape: shape.map { UInt64($0) }) }
            product = next
        }
        return product
    }

    private func wholeNumbers(
        _ object: JSONObject, _ tensor: String, _ key: String
    ) throws(ModelFileError) -> [Int] {
        guard let value = object[key] else { throw .missingKey(file: file, key: "\(tensor).\(key)") }
        let expected = "an array of whole numbers from 0 to 2^63 − 1"
        guard let array = value.array else { throw wrongType("\(tensor).\(key)", value, expected) }
        var numbers: [Int] = []
        for element in array {
            guard let whole = element.int64, whole >= 0 else { throw wrongType("\(tensor).\(key)", element, expected) }
            guard let number = Int(exactly: whole) else {
                throw wrongType("\(tensor).\(key)", element, "an array of whole numbers up to \(Int.max)")
            }
            numbers.append(number)
        }
        return numbers
    }

    /// The data is one tensor after the other, with nothing between and nothing behind.
    private func refuseOverlapsAndHoles(_ ranges: [Range]) throws(ModelFileError) {
        let sorted = ranges.sorted { ($0.begin, $0.end) < ($1.begin, $1.end) }
        var end = 0
        var previous = ""
        for range in sorted {
            if range.begin < end { throw .overlappingTensors(file: file, first: previous, second: range.tensor) }
            if range.begin > end { throw .unusedBytes(file: file, offset: end, count: range.begin - end) }
            (end, previous) = (range.end, range.tensor)
        }
        if end < data.count { throw .unusedBytes(file: file, offset: end, count: data.count - end) }
    }

    private func wrongType(_ key: String, _ value: JSONValue, _ expected: String) -> ModelFileError {
        .wrongType(file: file, key: key, found: value.kind, expected: expected)
    }
}

extension JSONValue {
    /// What kind of value it is, for messages.
    package var kind: String {
        switch self {
        case .null: "null"
        case .bool(let flag): "\(flag)"
        case .number(let text): "the number \(text.count > 40 ? "\(text.prefix(40))…" : text)"
        case .string(let text): "the string \(quoted(text))"
        case .array(let values): "an array of \(values.count)"
        case .object: "an object"
        }
    }
}
