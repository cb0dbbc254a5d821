// zlib streams (RFC 1950: deflate with a header and a checksum), which Python's zlib and the browsers'
// DecompressionStream("deflate") read.
import CZlib

/// What a compression looks for.
package enum Compression: Sendable {
    /// Frequent bytes only, by Huffman codes.
    ///
    /// Attention codes hardly repeat as strings, so looking for repetitions costs five times the time and saves nothing:
    /// 9 million of them take 0.05 s this way and end a little smaller than at zlib's level 4.
    case frequentBytes
    /// Repetitions too, at zlib's usual level: for texts.
    case repetitions

    fileprivate var parameters: (level: Int32, memoryLevel: Int32, strategy: Int32) {
        switch self {
        case .frequentBytes: (1, 9, Z_HUFFMAN_ONLY)
        case .repetitions: (Z_DEFAULT_COMPRESSION, 8, Z_DEFAULT_STRATEGY)
        }
    }
}

/// Compresses bytes into one zlib stream.
package func deflated(_ bytes: [UInt8], looksFor compression: Compression) throws(TraceError) -> [UInt8] {
    var stream = z_stream()
    let windowBits: Int32 = 15
    let (level, memoryLevel, strategy) = compression.parameters
    var status = deflateInit2_(
        &stream, level, Z_DEFLATED, windowBits, memoryLevel, strategy, ZLIB_VERSION,
        Int32(MemoryLayout<z_stream>.size))
    guard status == Z_OK else { throw .compression("zlib returned \(status)") }
    defer { deflateEnd(&stream) }
    let bound = Int(deflateBound(&stream, uLong(bytes.count)))
    let packed = [UInt8](unsafeUninitializedCapacity: bound) { output, count in
        bytes.withUnsafeBufferPointer { input in
            stream.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
            stream.avail_in = uInt(input.count)
            stream.next_out = output.baseAddress
            stream.avail_out = uInt(output.count)
            status = deflate(&stream, Z_FINISH)
        }
        count = Int(stream.total_out)
    }
    guard status == Z_STREAM_END else { throw .compression("zlib returned \(status) for \(bytes.count) bytes") }
    return packed
}

/// Expands one zlib stream that must give exactly `count` bytes; a longer one is refused without being expanded further.
package func inflated(_ packed: [UInt8], count: Int) throws(TraceError) -> [UInt8] {
    var size = uLong(count)
    var status = Z_OK
    let bytes = [UInt8](unsafeUninitializedCapacity: max(count, 1)) { output, filled in
        status = packed.withUnsafeBufferPointer { packed in
            uncompress(output.baseAddress, &size, packed.baseAddress, uLong(packed.count))
        }
        filled = status == Z_OK ? Int(size) : 0
    }
    guard status == Z_OK, bytes.count == count else {
        throw .field(path: "", problem: "does not expand to \(count) bytes (zlib returned \(status))")
    }
    return bytes
}
