// Reads a GGUF header: magic, version, two counts, the metadata, the tensor descriptions, then the data.
// Nothing in the file is believed before it is compared with the size of the file.

internal import JSONText

/// The state of one reading; `GGUFFile` takes the results.
struct GGUFReader {
    /// "GGUF" as a little-endian number.
    static let magic: UInt32 = 0x4655_4747
    /// The format's own limits, in bytes.
    static let keyLengths = 1...65_535
    static let tensorNameLengths = 1...64
    static let dimensionCounts = 1...4
    static let defaultAlignment = 32
    /// The format asks for a multiple of 8; a page of 64 KiB is the largest that any system has a use for.
    static let alignments = 8...65_536
    /// A key of one byte with its length, a type, a value of one byte.
    static let minimumPairBytes = 8 + 1 + 4 + 1
    /// A name of one byte with its length, the number of dimensions, one dimension, a type, an offset.
    static let minimumTensorBytes = 8 + 1 + 4 + 8 + 4 + 8

    let mapping: MappedFile
    var reader: ByteReader
    /// Its items are strings and arrays; its levels arrays inside arrays.
    private var budget = ReadingBudget.gguf
    /// Their items are keys, and tensors.
    private var keyBudget = ReadingBudget.modelEntries
    private var tensorBudget = ReadingBudget.modelEntries
    var version: UInt32 = 0
    var metadata: [(key: String, value: GGUFValue)] = []
    var metadataPlaces: [[UInt8]: Int] = [:]
    var tensors: [TensorView] = []
    /// In file order.
    var tensorNames: [String] = []
    var tensorPlaces: [[UInt8]: TensorPlace] = [:]

    private var file: String { mapping.name }

    init(_ mapping: MappedFile) {
        self.mapping = mapping
        reader = ByteReader(mapping)
    }

    mutating func readAll() throws(ModelFileError) {
        let magic = try reader.integer(UInt32.self, "the magic number")
        if magic != Self.magic { throw .notGGUF(file: file, found: magic) }
        version = try reader.integer(UInt32.self, "the version")
        if !GGUFFile.versions.contains(version) { throw .unsupportedVersion(file: file, version: version) }
        let tensorCount = try reader.count(UInt64.self, of: "tensors", minimumBytes: Self.minimumTensorBytes)
        let pairCount = try reader.count(UInt64.self, of: "metadata keys", minimumBytes: Self.minimumPairBytes)
        try keyBudget.take(pairCount, "metadata keys", file: file)
        metadata.reserveCapacity(pairCount)
        for _ in 0..<pairCount { try readPair() }
        try readTensors(tensorCount)
    }

    // MARK: Metadata

    private mutating func readPair() throws(ModelFileError) {
        let number = metadata.count
        let key = try reader.text("the key of metadata pair \(number)", lengths: Self.keyLengths)
        try Array(key.utf8).withUnsafeBufferPointer { (text) throws(ModelFileError) in
            try check(text, key)
        }
        if metadataPlaces.updateValue(number, forKey: Array(key.utf8)) != nil {
            throw .duplicateKey(file: file, key: key)
        }
        let type = try reader.integer(UInt32.self, "the type of \(quoted(key))")
        metadata.append((key, try readValue(type: type, key: key)))
    }

    private mutating func readValue(type: UInt32, key: String) throws(ModelFileError) -> GGUFValue {
        switch type {
        case 8:
            let length = try reader.integer(UInt64.self, "the length of \(quoted(key))")
            let bytes = try reader.take(length, "the value of \(quoted(key))").assumingMemoryBound(to: UInt8.self)
            try check(bytes, key)
            return .string(GGUFString(bytes: bytes, owner: mapping))
        case 9:
            return try readArray(key: key)
        default:
            guard let numberType = GGUFNumberType(rawValue: type) else {
                throw .unknownValueType(file: file, key: key, type: type)
            }
            let bytes = try readNumbers(numberType, count: 1, key: key)
            return numberType.value(at: 0, in: bytes)
        }
    }

    private mutating func readArray(key: String) throws(ModelFileError) -> GGUFValue {
        if !budget.enter() { throw .nestedTooDeep(file: file, key: key, limit: budget.levels) }
        defer { budget.leave() }
        let type = try reader.integer(UInt32.self, "the element type of \(quoted(key))")
        switch type {
        case 8:
            let count = try reader.count(UInt64.self, of: "strings in \(quoted(key))", minimumBytes: 8)
            try take(count, "strings in \(quoted(key))")
            return .strings(try readStrings(count: count, key: key))
        case 9:
            let count = try reader.count(UInt64.self, of: "arrays in \(quoted(key))", minimumBytes: 4 + 8)
            try take(count, "arrays in \(quoted(key))")
            for _ in 0..<count { _ = try readArray(key: key) }
            return .arrays(count: count)
        default:
            guard let numberType = GGUFNumberType(rawValue: type) else {
                throw .unknownValueType(file: file, key: key, type: type)
            }
            let count = try reader.count(
                UInt64.self, of: "elements in \(quoted(key))", minimumBytes: numberType.size)
            let bytes = try readNumbers(numberType, count: count, key: key)
            return .numbers(GGUFNumberArray(type: numberType, count: count, bytes: bytes, owner: mapping))
        }
    }

    /// Counts what is about to be made for something of the file.
    private mutating func take(_ count: Int, _ what: @autoclosure () -> String) throws(ModelFileError) {
        try budget.take(count, what(), file: file)
    }

    /// What is made of a string later, and compared, costs a bounded amount.
    private mutating func check(_ text: UnsafeBufferPointer<UInt8>, _ key: String) throws(ModelFileError) {
        if !budget.holds(bytes: Int64(text.count)) {
            throw .overBudget(file: file, what: "bytes in a string in \(quoted(key))", limit: budget.bytes)
        }
        if budget.take(comparable: text) { return }
        throw .overBudget(file: file, what: "accents on one character in \(quoted(key))", limit: Int(mostAccents))
    }

    private mutating func readStrings(count: Int, key: String) throws(ModelFileError) -> GGUFStringArray {
        var starts: [Int] = []
        starts.reserveCapacity(count + 1)
        for _ in 0..<count {
            let length = try reader.integer(UInt64.self, "the length of a string in \(quoted(key))")
            starts.append(reader.offset)
            let bytes = try reader.take(length, "a string in \(quoted(key))")
            try check(bytes.assumingMemoryBound(to: UInt8.self), key)
        }
        starts.append(reader.offset + 8)
        return GGUFStringArray(owner: mapping, starts: starts)
    }

    /// `count` numbers; `count` fits the rest of the file, so the product cannot overflow.
    private mutating func readNumbers(
        _ type: GGUFNumberType, count: Int, key: String
    ) throws(ModelFileError) -> UnsafeRawBufferPointer {
        let start = reader.offset
        let bytes = try reader.take(UInt64(count * type.size), "the value of \(quoted(key))")
        if type == .bool, let place = bytes.firstIndex(where: { $0 > 1 }) {
            throw .invalidBool(file: file, key: key, value: bytes[place], offset: start + place)
        }
        return bytes
    }

    // MARK: Tensors

    private mutating func readTensors(_ count: Int) throws(ModelFileError) {
        let alignment = try readAlignment()
        var descriptions: [TensorDescription] = []
        var readableCount = 0
        try tensorBudget.take(count, "tensors", file: file)
        // A key may have eaten bytes that the count of tensors was compared with, so no more is reserved than is left.
        descriptions.reserveCapacity(min(count, reader.remaining / Self.minimumTensorBytes))
        for number in 0..<count {
            let description = try readDescription(number: number, alignment: alignment)
            if tensorPlaces[Array(description.name.utf8)] != nil {
                throw .duplicateTensor(file: file, tensor: description.name)
            }
            if description.type == nil {
                tensorPlaces[Array(description.name.utf8)] = .unreadable(type: description.typeName)
            } else {
                tensorPlaces[Array(description.name.utf8)] = .readable(readableCount)
                readableCount += 1
            }
            tensorNames.append(description.name)
            descriptions.append(description)
        }
        // The data starts at the next multiple of the alignment. A file is far smaller than Int.max, so no overflow.
        let dataStart = (reader.offset + alignment - 1) / alignment * alignment
        let available = max(0, mapping.bytes.count - dataStart)
        for description in descriptions {
            // Both sides of each comparison are known to be sane: no sum of two numbers from the file is ever formed.
            if description.offset > UInt64(available) || description.byteCount > available - Int(description.offset) {
                throw .tensorOutsideFile(
                    file: file, tensor: description.name, offset: description.offset,
                    bytes: description.byteCount, available: available)
            }
        }
        try refuseOverlaps(descriptions)
        tensors = descriptions.compactMap { description in
            guard let type = description.type else { return nil }
            let start = dataStart + Int(description.offset)
            return TensorView(
                name: description.name, type: type, shape: description.shape,
                elementCount: description.elementCount,
                bytes: UnsafeRawBufferPointer(rebasing: mapping.bytes[start..<start + description.byteCount]),
                owner: mapping)
        }
    }

    private func readAlignment() throws(ModelFileError) -> Int {
        let key = "general.alignment"
        guard let place = metadataPlaces[Array(key.utf8)] else { return Self.defaultAlignment }
        guard case .unsigned(let alignment) = metadata[place].value else {
            throw .wrongType(file: file, key: key, found: metadata[place].value.kind, expected: "a 32-bit integer")
        }
        guard alignment.nonzeroBitCount == 1, alignment <= UInt64(Self.alignments.upperBound),
            Self.alignments.contains(Int(alignment))
        else { throw .badAlignment(file: file, alignment: alignment) }
        return Int(alignment)
    }

    private struct TensorDescription {
        let name: String
        /// nil for a type that cannot hold weights here; what it is called stands in `typeName`.
        let type: TensorType?
        let typeName: String
        let shape: [Int]
        let elementCount: Int
        let byteCount: Int
        /// From the start of the data.
        let offset: UInt64
    }

    private mutating func readDescription(number: Int, alignment: Int) throws(ModelFileError) -> TensorDescription {
        let name = try reader.text("the name of tensor \(number)", lengths: Self.tensorNameLengths)
        let dimensionCount = try reader.integer(UInt32.self, "the number of dimensions of \(quoted(name))")
        // Checked before the first dimension is read: the reader behind CVE-2024-21802 filled an array of four first.
        if dimensionCount < Self.dimensionCounts.lowerBound || dimensionCount > Self.dimensionCounts.upperBound {
            throw .badDimensionCount(file: file, tensor: name, count: dimensionCount)
        }
        var dimensions: [UInt64] = []
        for _ in 0..<dimensionCount {
            dimensions.append(try reader.integer(UInt64.self, "a dimension of \(quoted(name))"))
        }
        let typeID = try reader.integer(UInt32.self, "the type of \(quoted(name))")
        let (type, typeName) = (TensorType.from(ggufID: typeID), TensorType.name(ggufID: typeID))
        let elementBytes = TensorType.plainBytes(ggufID: typeID)
        if type == nil && elementBytes == nil {
            throw .unsupportedTensorType(file: file, tensor: name, type: typeName)
        }
        let offset = try reader.integer(UInt64.self, "the offset of \(quoted(name))")
        if offset % UInt64(alignment) != 0 {
            throw .misalignedTensor(file: file, tensor: name, offset: offset, alignment: alignment)
        }
        let shape = Array(dimensions.reversed())
        let extent =
            if let type {
                try TensorExtent(file: file, tensor: name, type: type, shape: shape)
            } else {
                try TensorExtent(file: file, tensor: name, elementBytes: elementBytes ?? 1, shape: shape)
            }
        return TensorDescription(
            name: name, type: type, typeName: typeName, shape: extent.shape, elementCount: extent.elementCount,
            byteCount: extent.byteCount, offset: offset)
    }

    private func refuseOverlaps(_ descriptions: [TensorDescription]) throws(ModelFileError) {
        // Equal offsets in file order, so that the message is the same every time.
        let order = descriptions.indices.sorted { (descriptions[$0].offset, $0) < (descriptions[$1].offset, $1) }
        let sorted = order.map { descriptions[$0] }
        for (first, second) in zip(sorted, sorted.dropFirst())
        where second.offset - first.offset < UInt64(first.byteCount) {
            throw .overlappingTensors(file: file, first: first.name, second: second.name)
        }
    }
}
