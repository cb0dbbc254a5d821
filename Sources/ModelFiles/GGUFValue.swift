// The values of a GGUF file's metadata. Arrays stay where they lie in the file: a vocabulary of 49,152 tokens is a
// table of offsets, not 49,152 strings.

/// A metadata value.
public enum GGUFValue: Sendable {
    /// An unsigned integer of 8 to 64 bits.
    case unsigned(UInt64)
    /// A signed integer of 8 to 64 bits.
    case signed(Int64)
    /// A 32-bit float.
    case float(Float)
    /// A 64-bit float.
    case double(Double)
    /// A boolean, stored as a byte of 0 or 1.
    case bool(Bool)
    /// A string, left where it lies.
    case string(GGUFString)
    /// An array of strings.
    case strings(GGUFStringArray)
    /// An array of numbers or booleans of one type.
    case numbers(GGUFNumberArray)
    /// An array of so many arrays, which are checked and left where they lie: no model has any.
    case arrays(count: Int)

    /// What kind of value it is, for messages.
    public var kind: String {
        switch self {
        case .unsigned, .signed: "an integer"
        case .float, .double: "a float"
        case .bool: "a boolean"
        case .string: "a string"
        case .strings(let array): "an array of \(array.count) strings"
        case .numbers(let array): "an array of \(array.count) \(array.type.plural)"
        case .arrays(let count): "an array of \(count) arrays"
        }
    }
}

/// A string's bytes in the file. They need not be UTF-8.
public struct GGUFString: Sendable {
    /// The string's bytes without its length; valid as long as this value lives.
    public nonisolated(unsafe) let bytes: UnsafeBufferPointer<UInt8>
    let owner: MappedFile
}

/// An array of strings, as bytes in the file: ``subscript(_:)`` copies nothing. The bytes need not be UTF-8.
public struct GGUFStringArray: Sendable, RandomAccessCollection {
    private let owner: MappedFile
    /// Where each string starts in the file, and 8 past the end of the last: each is followed by the 8 bytes of the
    /// next one's length, so a string's end is the next start - 8. Lengths are read once, when they are checked.
    private let starts: [Int]

    init(owner: MappedFile, starts: [Int]) {
        self.owner = owner
        self.starts = starts
    }

    /// Always 0.
    public var startIndex: Int { 0 }
    /// How many strings there are.
    public var endIndex: Int { starts.count - 1 }

    /// The bytes of string `index`; valid as long as the file (or this array) lives.
    public subscript(index: Int) -> UnsafeBufferPointer<UInt8> {
        UnsafeRawBufferPointer(rebasing: owner.bytes[starts[index]..<starts[index + 1] - 8])
            .assumingMemoryBound(to: UInt8.self)
    }
}

/// An array of numbers or booleans, as bytes in the file.
public struct GGUFNumberArray: Sendable {
    /// The type of every number.
    public let type: GGUFNumberType
    /// How many numbers there are.
    public let count: Int
    nonisolated(unsafe) let bytes: UnsafeRawBufferPointer
    let owner: MappedFile

    /// The number at `index` as a value; an index outside `0..<count` traps.
    public subscript(index: Int) -> GGUFValue {
        precondition(index >= 0 && index < count, "an index outside the array")
        return type.value(at: index * type.size, in: bytes)
    }

    /// All numbers as integers, nil when one is a float, a boolean or does not fit.
    public var integers: [Int]? {
        if type == .float32 || type == .float64 || type == .bool { return nil }
        var integers: [Int] = []
        integers.reserveCapacity(count)
        for index in 0..<count {
            switch self[index] {
            case .signed(let value):
                guard let integer = Int(exactly: value) else { return nil }
                integers.append(integer)
            case .unsigned(let value):
                guard let integer = Int(exactly: value) else { return nil }
                integers.append(integer)
            default: return nil
            }
        }
        return integers
    }

    /// All numbers as 32-bit floats, nil when they are integers or booleans.
    public var floats: [Float]? {
        if type != .float32 && type != .float64 { return nil }
        return (0..<count).map { index in
            switch self[index] {
            case .float(let value): value
            case .double(let value): Float(value)
            default: .nan
            }
        }
    }
}

/// The number types of the format, with their numbers in a file.
public enum GGUFNumberType: UInt32, Sendable {
    /// Numbers 0…7 of the format, by their width in bits.
    case uint8 = 0, int8, uint16, int16, uint32, int32, float32, bool
    // 8 is a string, 9 an array.
    /// Numbers 10…12 of the format.
    case uint64 = 10, int64, float64

    /// Bytes of one number.
    public var size: Int {
        switch self {
        case .uint8, .int8, .bool: 1
        case .uint16, .int16: 2
        case .uint32, .int32, .float32: 4
        case .uint64, .int64, .float64: 8
        }
    }

    var plural: String {
        switch self {
        case .float32, .float64: "floats"
        case .bool: "booleans"
        default: "integers"
        }
    }

    /// The number at `offset` of `bytes`; the caller has checked that it lies inside.
    func value(at offset: Int, in bytes: UnsafeRawBufferPointer) -> GGUFValue {
        func load<T: FixedWidthInteger>(_: T.Type) -> T {
            T(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: T.self))
        }
        return switch self {
        case .uint8: .unsigned(UInt64(bytes[offset]))
        case .int8: .signed(Int64(load(Int8.self)))
        case .uint16: .unsigned(UInt64(load(UInt16.self)))
        case .int16: .signed(Int64(load(Int16.self)))
        case .uint32: .unsigned(UInt64(load(UInt32.self)))
        case .int32: .signed(Int64(load(Int32.self)))
        case .float32: .float(Float(bitPattern: load(UInt32.self)))
        case .bool: .bool(bytes[offset] != 0)
        case .uint64: .unsigned(load(UInt64.self))
        case .int64: .signed(load(Int64.self))
        case .float64: .double(Double(bitPattern: load(UInt64.self)))
        }
    }
}
