// A cursor over bytes that checks before every step.

/// Reads little-endian numbers and slices from the front of `bytes`; never past their end.
struct ByteReader {
    let bytes: UnsafeRawBufferPointer
    /// The file's name, for errors.
    let file: String
    private(set) var offset = 0

    init(_ file: MappedFile) {
        bytes = file.bytes
        self.file = file.name
    }

    var remaining: Int { bytes.count - offset }

    /// The next `count` bytes; throws ``ModelFileError/truncated(file:what:offset:needs:has:)`` when there are fewer.
    mutating func take(
        _ count: UInt64, _ what: @autoclosure () -> String
    ) throws(ModelFileError) -> UnsafeRawBufferPointer {
        // `remaining` is never negative, so the comparison is done without any sum that could overflow.
        if count > UInt64(remaining) {
            throw .truncated(file: file, what: what(), offset: offset, needs: count, has: remaining)
        }
        defer { offset += Int(count) }
        return UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + Int(count)])
    }

    mutating func integer<T: FixedWidthInteger>(
        _ type: T.Type, _ what: @autoclosure () -> String
    ) throws(ModelFileError) -> T {
        T(littleEndian: try take(UInt64(MemoryLayout<T>.size), what()).loadUnaligned(as: T.self))
    }

    /// A count of things that take at least `minimumBytes` each: refused before anything is reserved for it when the
    /// rest of the file cannot hold that many.
    mutating func count<T: UnsignedInteger & FixedWidthInteger>(
        _ type: T.Type, of what: @autoclosure () -> String, minimumBytes: Int
    ) throws(ModelFileError) -> Int {
        let start = offset
        let count = UInt64(try integer(type, "the number of \(what())"))
        let limit = UInt64(remaining / minimumBytes)
        if count > limit { throw .tooMany(file: file, what: what(), count: count, limit: limit, offset: start) }
        return Int(count)
    }

    /// A string that must be UTF-8 and `lengths` bytes long, with its length in 8 bytes before it.
    mutating func text(
        _ what: @autoclosure () -> String, lengths: ClosedRange<Int>
    ) throws(ModelFileError) -> String {
        let start = offset
        let length = try integer(UInt64.self, "the length of \(what())")
        if length < UInt64(lengths.lowerBound) || length > UInt64(lengths.upperBound) {
            throw .badLength(file: file, what: what(), length: length, allowed: lengths, offset: start)
        }
        guard let text = String(validating: try take(length, what()), as: UTF8.self) else {
            throw .invalidUTF8(file: file, what: what(), offset: start)
        }
        return text
    }
}
