// zlib for the page's data, which a browser's DecompressionStream("deflate") unpacks. Called by: tracePage.
// Unlike the attention weights inside it (Huffman codes only), the JSON around them repeats itself: matches pay.
internal import CZlib
internal import Traces

/// One zlib stream (RFC 1950).
func zlibStream(_ bytes: [UInt8]) throws(ViewerError) -> [UInt8] {
    var length = compressBound(uLong(bytes.count))
    var status = Z_OK
    let packed = [UInt8](unsafeUninitializedCapacity: Int(length)) { output, count in
        status = compress2(output.baseAddress!, &length, bytes, uLong(bytes.count), Z_DEFAULT_COMPRESSION)
        count = status == Z_OK ? Int(length) : 0
    }
    guard status == Z_OK else { throw .trace(.compression("zlib returned \(status) for \(bytes.count) bytes")) }
    return packed
}
